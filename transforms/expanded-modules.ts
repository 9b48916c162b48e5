import { boundEdits } from './analyse/bound-helpers.ts'
import { closureEdits } from './analyse/closure-helpers.ts'
import { composedEdits } from './analyse/composed-calls.ts'
import { contextEdits, type FindFunction } from './analyse/context-objects.ts'
import { patternEdits } from './analyse/context-patterns.ts'
import { dispatchedEntryEdits } from './analyse/dispatched-entry.ts'
import { dispatcherEdits } from './analyse/dispatchers.ts'
import { madeEntryEdits } from './analyse/made-entry.ts'
import type { Host } from './model/host.ts'
import type { NextApp } from './model/project.ts'
import { createImporterIndex } from './project/importer-index.ts'
import { type ProjectModules, projectModules } from './project/modules.ts'
import { type Expanded, expandModule } from './recipes/expand.ts'
import { functionAt } from './recipe-context.ts'
import { shorthands } from './recipes/registry.ts'
import { expandFile } from './syntax/expansion.ts'
import type { Edit } from './syntax/edits.ts'
import type { SourceModule } from './syntax/imported.ts'
import { isParseFailure } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'

const opened = new WeakMap<ProjectModules, ProjectModules>()

/** The modules of a project as they are analysed: with the shorthands of packages written out. */
export function expandedModules(host: Host, app: NextApp): ProjectModules {
  const plain = projectModules(host, app)
  const found = opened.get(plain) ?? openExpanded(plain, host, app)
  opened.set(plain, found)
  return found
}

function openExpanded(plain: ProjectModules, host: Host, app: NextApp): ProjectModules {
  const known = new Map<string, SourceModule | null>()
  return {
    resolve: plain.resolve,
    at: (path) => {
      const before = known.get(path)
      if (before !== undefined) return before
      const module = plain.at(path)
      const expanded = module && expandIn(module, host, app, false)
      const found = expanded && { ...expanded.module, notes: expanded.notes }
      known.set(path, found)
      return found
    },
  }
}

const indexes = new WeakMap<Host, ReturnType<typeof createImporterIndex>>()

function importersIn(host: Host): ReturnType<typeof createImporterIndex> {
  const found = indexes.get(host) ?? createImporterIndex(host)
  indexes.set(host, found)
  return found
}

/** A file with handlers: functions in them that answer are handed the response, too. */
export function expandRoute(module: SourceModule, host: Host, app: NextApp): Expanded {
  return expandIn(module, host, app, true)
}

function expandIn(module: SourceModule, host: Host, app: NextApp, isRoute: boolean): Expanded {
  const modules = projectModules(host, app)
  const find: FindFunction = (node, from) => functionAt(node, from, modules)
  const expanded = expandModule(module, shorthands, {
    app,
    moduleAt: modules.at,
    functionAt: find,
    resolve: (specifier, from) => modules.resolve(from, specifier),
    importsOf: (path) => importersIn(host)(new Set([path])),
  })
  // Offsets are those of one text.
  if (expanded.module.file.original) return expanded
  const entry = isRoute
    ? [...dispatchedEntryEdits(expanded.module, find), ...madeEntryEdits(expanded.module, find)]
    : dispatcherEdits(expanded.module)
  const others = [...entry, ...contextsOf(expanded.module, find)]
  const edits = others.length > 0 || !isRoute ? others : closureEdits(expanded.module)
  // Handlers stay whole inside of what is composed.
  const composed = composedEdits(expanded.module, find, isRoute)
  return { ...expanded, module: edited(expanded.module, [...composed, ...edits]) }
}

/** Offsets are those of one text: one kind of these at a time. */
function contextsOf(module: SourceModule, find: FindFunction): Edit[] {
  const bound = boundEdits(module, find)
  if (bound.length > 0) return bound
  const objects = contextEdits(module, find)
  return objects.length > 0 ? objects : patternEdits(module)
}

function edited(module: SourceModule, edits: readonly Edit[]): SourceModule {
  const file = edits.length > 0 ? expandFile(module.file, module.tree, edits) : null
  return file && !isParseFailure(file) ? { path: module.path, file, tree: analyseScopes(file.ast) } : module
}
