import { rebaseSpecifier } from './concerns/module/imports.ts'
import { readExports } from './emit/move-exports.ts'
import { repoint } from './emit/repoint.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { NextApp } from './model/project.ts'
import { type DocImport, listDocTypes, readDocImports } from './project/doc-imports.ts'
import { readOrEmpty } from './project/manifests.ts'
import { createOwnSources } from './project/own-sources.ts'
import { withFiles } from './project/overlay.ts'
import { dirOf, inDir, isInside } from './project/paths.ts'
import { createResolver } from './project/resolve.ts'
import { type Edit, render } from './syntax/edits.ts'
import { positionOf } from './syntax/lines.ts'
import { isParseFailure, parseSource, restoreBytes } from './syntax/parse.ts'

/** A file at its place after the run, and where its comments were written. */
interface Place {
  path: string
  origin: string
  text: string
}

/**
 * Types that comments of JavaScript take from routes (`@param {import('../pages/api/users').User} user`): written for the new place where the type is
 * had there, told where it is not. Comments of a route that moves are written for its folder. Nothing of it runs, so no route is kept for it.
 */
export function followDocImports(
  host: Host,
  { apps, routes, sources }: { apps: readonly NextApp[]; routes: readonly RouteResult[]; sources: readonly string[] },
): { changes: FileChange[]; notes: Diagnostic[] } {
  const changes = new Map(routes.flatMap((route) => route.changes.map((change) => [change.path, change] as const)))
  const origins = new Map(
    [...changes.values()].flatMap((change) => (change.kind === 'move' ? [[change.from, change.path] as const] : [])),
  )
  const moved = new Map(
    routes.flatMap((route) =>
      route.target !== null && route.changes.length > 0 ? [[route.route.source, route] as const] : [],
    ),
  )
  const resolveBefore = createResolver(host, null, '')
  const made = [...changes.values()].flatMap(({ kind, path }) => (kind === 'create' || kind === 'move' ? [path] : []))
  const resolve = createResolver(withFiles(host, new Set(made)), null, '')
  const paths = apps.flatMap(({ config }) => (config ? [config.paths] : []))
  const isOwn = createOwnSources(host)
  const edited: FileChange[] = []
  const notes: Diagnostic[] = []
  for (const place of sources.flatMap(placesOf)) follow(place)
  return { changes: edited, notes }

  function placesOf(source: string): Place[] {
    const route = moved.get(source)
    if (route) return createdBeside(route).map(({ path, after }) => ({ path, origin: source, text: after }))
    const path = origins.get(source) ?? source
    const change = changes.get(path)
    const text = change ? change.after : readOrEmpty(host, path)
    return text === null ? [] : [{ path, origin: source, text }]
  }

  function follow({ path, origin, text }: Place): void {
    const read = readDocImports(path, text)
    if (!read) return
    const edits: Edit[] = []
    for (const found of read.found) {
      const to = resolveBefore(origin, found.specifier)
      const route = to === null ? undefined : moved.get(to)
      const home = route && homeOf(route, found)
      const specifier =
        to !== null && route
          ? home && isOpen(path, origin)
            ? repoint({
                specifier: found.specifier,
                importer: path,
                relocation: { from: to, to: home },
                paths,
                resolve,
              })
            : null
          : rebased(found.specifier, { path, origin })
      if (specifier === null) notes.push(left({ path, text: read.file.text }, found, to ?? ''))
      else if (specifier !== found.specifier) edits.push({ start: found.start, end: found.end, pieces: [specifier] })
    }
    if (edits.length === 0) return
    const after = restoreBytes(render(read.file.text, edits, 0, read.file.text.length), read.file)
    const change = changes.get(path)
    if (!change) edited.push({ kind: 'edit', path, before: text, after })
    else if (change.kind !== 'delete') edited.push({ ...change, after })
  }

  /** A route that stays is left byte for byte, and so is what git does not have. */
  function isOpen(path: string, origin: string): boolean {
    const isRoute = apps.some(({ pagesDir }) => isInside(path, inDir(pagesDir, 'api')))
    return !isRoute && isOwn(origin)
  }

  /** As it is written in another folder. */
  function rebased(specifier: string, { path, origin }: { path: string; origin: string }): string {
    if (dirOf(path) === dirOf(origin)) return specifier
    return rebaseSpecifier(specifier, dirOf(origin), dirOf(path), () => null) ?? specifier
  }
}

/** The new file of a route that has all the names. A comment declares types in JavaScript only. */
function homeOf(route: RouteResult, { names }: DocImport): string | undefined {
  return createdBeside(route).find(({ path, after }) => {
    const file = parseSource(path, after)
    if (isParseFailure(file)) return false
    const { values, types } = readExports(file)
    const docs = file.language === 'js' ? listDocTypes(file) : []
    return names.length > 0 && names.every((name) => values.has(name) || types.has(name) || docs.includes(name))
  })?.path
}

/** The files that a route becomes. Behind an adapter its own file moves. */
function createdBeside({ route, target, changes }: RouteResult): { path: string; after: string }[] {
  return changes.flatMap((change) => {
    const isOwn = change.kind === 'move' && change.from === route.source
    const isBeside = change.kind === 'create' && target !== null && dirOf(change.path) === dirOf(target)
    return isOwn || isBeside ? [change] : []
  })
}

function left({ path, text }: { path: string; text: string }, { start, specifier, names }: DocImport, route: string) {
  const span = { file: path, start, end: start + specifier.length, ...positionOf(text, start) }
  const data = { names: names.map((name) => (name === '*' ? `import('${specifier}')` : name)), route }
  return { code: 'PA237', level: 'review', span, data } as const
}
