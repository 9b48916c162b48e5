import { type FoundFunction, findModuleFunction } from './analyse/module-functions.ts'

import { moduleRecipeContext } from './recipe-context.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { ImportEdge, NextApp, Project } from './model/project.ts'
import type { Counterpart } from './recipes/recipe.ts'
import { counterpartRecipes } from './recipes/registry.ts'
import type { SourceModule } from './syntax/imported.ts'
import { isParseFailure, parseSource } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'
import { type Node, startOf } from './syntax/tree.ts'

/** Wrappers of packages that have a counterpart for route handlers, as functions of modules that stand for them. */
export interface Counterparts {
  find(callee: Node, from: SourceModule): FoundFunction | null
}

export function createCounterparts(
  host: Host,
  { app, project }: { app: NextApp; project: Project },
  {
    importers,
    isRoute,
  }: { importers: (paths: ReadonlySet<string>) => ImportEdge[]; isRoute: (path: string) => boolean },
): Counterparts {
  const known = new Map<string, FoundFunction | null>()
  return {
    find(callee, from) {
      for (const recipe of counterpartRecipes) {
        const found = recipe.find(callee, from, moduleRecipeContext(from, { app, project, host }).recipes)
        if (!found) continue
        const key = `${from.path} ${found.name} ${found.module.path} ${found.definition ? startOf(found.definition.node) : ''}`
        if (!known.has(key)) known.set(key, open(found, from, key))
        return known.get(key) ?? null
      }
      return null
    },
  }

  function open(found: Counterpart, from: SourceModule, key: string): FoundFunction | null {
    const { name, text, notes, edit, module, readsRaw, keyed } = found
    const path = `counterpart of ${key}.js`
    const file = parseSource(path, text)
    if (isParseFailure(file)) return null
    const blocked = found.blocked ?? usedElsewhere(found, from)
    const standsFor = {
      name,
      from: path,
      becomes: { name, from: path },
      package: { notes, blocked, edit, module, readsRaw, keyed },
    }
    const stand: SourceModule = { path, file, tree: analyseScopes(file.ast), standsFor }
    const id = stand.tree.program.bindings.get(name)?.id
    return id ? findModuleFunction(id, stand, { at: () => null, resolve: () => null }) : null
  }

  /** A file that calls the member in its old form: one that imports the constant, or a list with it. */
  function usedElsewhere({ definition, notes }: Counterpart, from: SourceModule): Diagnostic | null {
    if (!definition) return null
    const { module, member } = definition
    const span = notes[0]?.span ?? null
    const refuse = (file: string): Diagnostic => ({
      code: 'PA592',
      level: 'blocker',
      span,
      data: { why: 'used', file },
    })
    if (isRoute(module.path) && module.path !== from.path) return refuse(module.path)
    const first = new Set(importers(new Set([module.path])).map((edge) => edge.from))
    const second = first.size > 0 ? importers(first).map((edge) => edge.from) : []
    const other = [module.path, ...first, ...second].find(
      (path) => path !== from.path && (names(path, member) || namesType(path, definition)),
    )
    return other === undefined ? null : refuse(other)
  }

  /** A file that takes it for the old class, by name. */
  function namesType(path: string, { module, source, type }: NonNullable<Counterpart['definition']>): boolean {
    if (path === module.path || isRoute(path) || !host.isFile(path)) return false
    const text = host.read(path)
    return (text.includes(`'${source}'`) || text.includes(`"${source}"`)) && text.includes(type)
  }

  function names(path: string, member: string): boolean {
    return host.isFile(path) && new RegExp(`\\b${member}\\b`).test(host.read(path))
  }
}
