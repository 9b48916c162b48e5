import { type BypassedImports, bypassImports, type NewPlace } from './emit/bypassed-imports.ts'
import { repoint } from './emit/repoint.ts'
import { writeTaken } from './emit/taken-module.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { NextApp, Project } from './model/project.ts'
import type { Bypass } from './project/bypass.ts'
import { findHandedOn } from './project/handed-on.ts'
import { type ProjectModules, projectModules } from './project/modules.ts'
import { withFiles } from './project/overlay.ts'
import { createResolver } from './project/resolve.ts'
import type { SourceModule } from './syntax/imported.ts'
import { positionOf } from './syntax/lines.ts'
import { analysedText, isParseFailure, parseSource } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'

interface World {
  project: Project
  host: Host
}

/** What becomes of a module that declarations are taken out of. */
interface Taken {
  path: string
  changes: readonly FileChange[]
}

/**
 * Writes the imports past modules into the changes of the routes that ask for it. A file that several routes ask about is changed once, and
 * what else changes in it stays.
 */
export function writeBypasses(
  routes: readonly RouteResult[],
  asking: ReadonlyMap<RouteResult, readonly Bypass[]>,
  { project, host }: World,
): { routes: RouteResult[]; wrong: string[] } {
  if (asking.size === 0) return { routes: [...routes], wrong: [] }
  const changes = new Map(routes.flatMap((route) => route.changes.map((change) => [change.path, change] as const)))
  const sources = new Map(routes.map((route) => [route.route.source, route]))
  const bypasses = [...new Map([...asking.values()].flat().map((one) => [`${one.file} ${one.barrel}`, one])).values()]
  const failed = new Set<string>()
  const taken = takeAll()
  const made = new Set([...changes.values()].flatMap((change) => (change.kind === 'create' ? [change.path] : [])))
  const resolve = createResolver(withFiles(host, made), null, '')
  const paths = project.apps.flatMap((app) => (app.config ? [app.config.paths] : []))
  const edited = new Map<string, readonly string[]>()
  for (const [file, list] of groupBy(bypasses, ({ file }) => file)) edited.set(file, writeFile(file, list))
  const wrong = [...asking].flatMap(([{ route }, list]) =>
    list.some(({ file, barrel }) => failed.has(file) || failed.has(barrel)) ? [route.source] : [],
  )
  return { routes: routes.map((route) => withBypasses(route, asking.get(route) ?? [])), wrong }

  function takeAll(): Map<string, Taken> {
    const out = new Map<string, Taken>()
    const names = bypasses.flatMap((bypass) => bypass.names.flatMap(({ to, isTaken }) => (isTaken ? [to] : [])))
    for (const [path, list] of groupBy(names, (name) => name.path)) {
      const own = [...new Set(list.map(({ name }) => name))]
      const module = moduleNow(path)
      const isFree = (name: string): boolean =>
        ['', '.ts', '.tsx', '.js', '.jsx'].every((end) => !host.exists(name + end) && !changes.has(name + end))
      const written = module ? writeTaken(module, own, (name) => !isFree(name)) : null
      if (!written) {
        for (const { file, names: own } of bypasses) if (own.some(({ to }) => to.path === path)) failed.add(file)
        continue
      }
      const edits: FileChange[] = [
        { kind: 'create', path: written.path, before: null, after: written.text },
        { kind: 'edit', path, before: host.read(path), after: written.left },
      ]
      for (const change of edits) changes.set(change.path, change)
      out.set(path, { path: written.path, changes: edits })
    }
    return out
  }

  /** With what else the run changes in it. */
  function moduleNow(path: string): SourceModule | null {
    const change = changes.get(path)
    if (!change) return moduleAt(path)
    const file = change.kind === 'edit' ? parseSource(path, change.after) : null
    return file && !isParseFailure(file) ? { path, file, tree: analyseScopes(file.ast) } : null
  }

  /** The paths of the texts that a file is in after the run. */
  function writeFile(file: string, list: readonly Bypass[]): readonly string[] {
    const moved = sources.get(file)?.target ? sources.get(file) : undefined
    const places = moved ? moved.changes.filter(({ kind }) => kind === 'create').map(({ path }) => path) : [file]
    for (const path of places) {
      const change = changes.get(path) ?? null
      const old = change ? change.after : host.read(path)
      const text = old === null ? null : list.reduce<string | null>((now, bypass) => pass(now, path, bypass), old)
      if (text === null) failed.add(file)
      else if (!change) changes.set(path, { kind: 'edit', path, before: host.read(path), after: text })
      else if (change.kind === 'create' || change.kind === 'edit') changes.set(path, { ...change, after: text })
    }
    return places
  }

  function pass(text: string | null, path: string, { file, barrel, names }: Bypass): string | null {
    if (text === null) return null
    const isPassed = (specifier: string): boolean => resolve(path, specifier) === barrel
    const placeOf: BypassedImports['placeOf'] = (imported, specifier, isType) => {
      const known = names.find((name) => name.imported === imported)
      const to = known ? { ...known.to, isTaken: known.isTaken } : typeBeside(imported, isType)
      return to && placeAt(to, specifier)
    }
    return bypassImports({ path, text, isPassed, placeOf })

    /** A type that is exported by a module from which the file has a value now. */
    function typeBeside(imported: string, isType: boolean): { path: string; name: string; isTaken: boolean } | null {
      const module = modulesOf(file)
      const steps = isType && module ? (findHandedOn({ path: barrel, name: imported }, module) ?? []) : []
      const found = steps.find((step) => names.some((name) => !name.isTaken && name.to.path === step.path))
      return found ? { ...found, isTaken: false } : null
    }

    function placeAt(to: { path: string; name: string; isTaken: boolean }, specifier: string): NewPlace | null {
      const target = to.isTaken ? taken.get(to.path)?.path : to.path
      if (target === undefined) return null
      const found = knownSpecifier(text ?? '', path, target) ?? newSpecifier(specifier, path, barrel, target)
      return { specifier: found, name: to.name }
    }
  }

  /** As the file imports that module already. */
  function knownSpecifier(text: string, path: string, target: string): string | null {
    for (const [, specifier = ''] of text.matchAll(/\bfrom\s*['"]([^'"\n]+)['"]/g))
      if (resolve(path, specifier) === target) return specifier
    return null
  }

  /** In the style of the old specifier; without `/index`, where the folder means the same. */
  function newSpecifier(specifier: string, importer: string, from: string, to: string): string {
    const found = repoint({ specifier, importer, relocation: { from, to }, paths, resolve })
    const short = found.replace(/\/index$/, '')
    return short !== found && short !== '.' && resolve(importer, short) === to ? short : found
  }

  function modulesOf(path: string): ProjectModules | null {
    const app = appOf(path)
    return app ? projectModules(host, app) : null
  }

  function moduleAt(path: string) {
    return modulesOf(path)?.at(path) ?? null
  }

  /** Aliases are those of the nearest tsconfig, so that any app will do for a file that is in none. */
  function appOf(path: string): NextApp | undefined {
    return project.apps.find(({ root }) => root === '' || path.startsWith(`${root}/`)) ?? project.apps[0]
  }

  function withBypasses(route: RouteResult, list: readonly Bypass[]): RouteResult {
    const own = route.changes.map((change) => changes.get(change.path) ?? change)
    if (list.length === 0) return { ...route, changes: own }
    const known = new Set(own.map(({ path }) => path))
    const takes = list.flatMap(({ names }) =>
      names.flatMap(({ to, isTaken }) => (isTaken ? (taken.get(to.path)?.changes ?? []) : [])),
    )
    const paths = [...list.flatMap(({ file }) => edited.get(file) ?? []), ...takes.map(({ path }) => path)]
    const more = [...new Set(paths)].flatMap((path) => (known.has(path) ? [] : (changes.get(path) ?? [])))
    const notes = [...groupBy(list, ({ barrel }) => barrel).values()].flatMap(noteOf)
    return { ...route, outcome: 'review', diagnostics: [...route.diagnostics, ...notes], changes: [...own, ...more] }
  }

  /** One finding for each module that is gone past, at the first of the imports. */
  function noteOf(list: readonly Bypass[]): Diagnostic[] {
    const [first] = list
    if (!first) return []
    const names = list.flatMap((bypass) => bypass.names)
    const failing = list.find(({ throws }) => throws)?.throws
    const to = names.map((name) => (name.isTaken ? (taken.get(name.to.path)?.path ?? '') : name.to.path))
    const place = positionOf(analysedText(host.read(first.file)), first.start)
    return [
      {
        code: 'PA573',
        level: 'review',
        span: { file: first.file, start: first.start, end: first.start, ...place },
        data: {
          files: list.map(({ file }) => file),
          names: [...new Set(names.map(({ imported }) => imported))],
          to: [...new Set(to)],
          barrel: first.barrel,
          ...(failing ? { throws: failing.text, throwsAt: `${failing.file}:${failing.line}` } : {}),
        },
      },
    ]
  }
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}
