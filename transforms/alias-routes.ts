import { type AliasFile, readAliasFile } from './analyse/alias-file.ts'
import type { ConfigPlan } from './concerns/module/config.ts'
import { printAlias } from './emit/alias-route.ts'
import { newSpecifier, type RepointTools } from './emit/relocate.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import type { Planned } from './plan-routes.ts'
import type { CallerMethods } from './project/callers.ts'
import { findSharedHazards } from './project/surroundings.ts'
import { diagnostic, guarded, kept } from './route-results.ts'
import { isParseFailure, MOST_CHARACTERS, parseSource, restoreBytes } from './syntax/parse.ts'
import { endOf, startOf } from './syntax/tree.ts'

/** A route whose file hands on the handler of another route of the app: both move, or none. */
export interface AliasRoute {
  route: Route
  app: NextApp
  /** Its import of the other file's handler. */
  edge: ImportEdge
  /** All its imports: they are of that file. */
  edges: readonly ImportEdge[]
  bytes: string
  file: AliasFile
}

/** An alias, with its target planned as if it stood where the alias does. */
export interface PlannedAlias {
  alias: AliasRoute
  planned: Planned
}

/** The aliases of a project. Nothing else may ask for them: what is handed on twice is not followed. */
export function findAliases(project: Project, host: Host, withheld: ReadonlySet<string>): AliasRoute[] {
  return project.apps.flatMap((app) => {
    const sources = new Set(app.routes.map(({ source }) => source))
    return app.routes.flatMap((route): AliasRoute[] => {
      const edges = project.importers.filter(({ from }) => from === route.source)
      const edge = edges.find(({ names }) => names.some(({ imported }) => imported === 'default'))
      const isAsked = project.importers.some(({ to }) => to === route.source)
      if (!edge || isAsked || withheld.has(route.source) || !sources.has(edge.to)) return []
      if (edges.some(({ to, kind }) => to !== edge.to || (kind !== 'import' && kind !== 'export-from'))) return []
      if ([...app.diagnostics, ...route.diagnostics].some(({ level }) => level === 'blocker')) return []
      const bytes = host.read(route.source)
      const parsed = bytes.length > MOST_CHARACTERS ? null : parseSource(route.source, bytes)
      const file = parsed && !isParseFailure(parsed) ? readAliasFile(parsed) : null
      return file ? [{ route, app, edge, edges, bytes, file }] : []
    })
  })
}

/** A route and those that hand on its handler move together: between them is no import that could hold one back. */
export function withoutAliasEdges(project: Project, aliases: readonly AliasRoute[]): Project {
  const handed = new Set(aliases.flatMap(({ edges }) => edges))
  return { ...project, importers: project.importers.filter((edge) => !handed.has(edge)) }
}

/** The aliases of a route, and the methods with which it is called, by their paths too. */
export function askedOf(
  { source }: Route,
  all: readonly AliasRoute[],
  callers: CallerMethods,
): { aliases: readonly AliasRoute[]; callers: string[] } {
  const aliases = all.filter(({ edge }) => edge.to === source)
  const sources = [source, ...aliases.map(({ route }) => route.source)]
  return { aliases, callers: [...new Set(sources.flatMap((path) => callers.get(path) ?? []))].sort() }
}

/** The handler of a route planned for the place of each alias; why the route is kept, where it would run otherwise there. */
export function planAliases(
  aliases: readonly AliasRoute[],
  target: { route: Route; config: ConfigPlan; isStrict: boolean; bytes: string; host: Host },
  plan: (asIf: Route) => Planned | RouteResult,
): PlannedAlias[] | Diagnostic {
  const found: PlannedAlias[] = []
  for (const alias of aliases) {
    const { id, params, diagnostics } = alias.route
    const asIf = { ...target.route, id, params }
    // What the Next config does to the path of the alias was asked of the text of the alias alone, which reads and sets nothing.
    const text = { path: target.route.source, text: target.bytes, start: 0, line: 1 }
    const around = findSharedHazards(target.host, alias.app, asIf, [text])
    const planned = plan({ ...asIf, diagnostics: [...diagnostics, ...around] })
    if ('outcome' in planned) return misfit(alias, planned.diagnostics.map(({ code }) => code).join(', '))
    if (!isConfiguredAlike(alias, target)) return misfit(alias, 'config')
    found.push({ alias, planned })
  }
  return found
}

function isConfiguredAlike(
  { file }: AliasRoute,
  { config: target, isStrict }: { config: ConfigPlan; isStrict: boolean },
): boolean {
  const { config, segments } = file
  const isParsedAlike = config === null || config.bodyParser === target.bodyParser
  const isLimitedAlike = !isStrict || config === null || config.sizeLimit === target.sizeLimit
  const isNear = config?.isEdge ?? false
  return isParsedAlike && isLimitedAlike && isNear === target.isEdge && segments.every(({ isPlain }) => isPlain)
}

function misfit({ route, edge }: AliasRoute, why: string): Diagnostic {
  return diagnostic('PA444', 'blocker', edge.to, { other: route.source, why })
}

/** What aliases are as long as their targets are not known to move. */
export function waitingFor(aliases: readonly AliasRoute[]): ReadonlyMap<string, Diagnostic> {
  return new Map(
    aliases.map(({ route: { source }, edge }) => [source, diagnostic('PA443', 'blocker', source, { other: edge.to })]),
  )
}

export interface FollowerInput {
  tools: RepointTools
  /** The target's handler, as it is written for the place of an alias. */
  emit: (asIf: Planned) => RouteResult
}

/** The aliases of a route that is written; that route kept, where one of them cannot follow. */
export function emitFollowers(target: Planned, written: RouteResult, { tools, emit }: FollowerInput): RouteResult[] {
  const { app, project, route } = target.input
  const followers: RouteResult[] = []
  for (const { alias, planned } of target.aliases) {
    const there = { ...planned, input: { ...planned.input, project } }
    const asIf = guarded(there.input.route, app, () => emit(there))
    const result = emitAlias(alias, { target, written, asIf, tools })
    if (!result) return [kept(route, app, [misfit(alias, 'text')])]
    followers.push(result)
  }
  return followers
}

interface AliasInput {
  target: Planned
  written: RouteResult
  asIf: RouteResult
  tools: RepointTools
}

/** The alias as a route file; null when the target's handler is not the one that it needs. */
function emitAlias({ route, app, edge, bytes, file }: AliasRoute, input: AliasInput): RouteResult | null {
  const { target, written, asIf, tools } = input
  const { mover } = target
  const text = textAt(mover.target, written)
  if (text === null || textAt(mover.target, asIf) !== text) return null
  const path = `${route.targetDir}/${route.targetStem}${/\.\w+$/.exec(mover.target)?.[0] ?? ''}`
  const specifier = newSpecifier(edge, path, { ...target, move: null }, tools)
  const printed = printAlias(file, { text, path: mover.target, specifier })
  if (printed === null) return null
  const own = target.plan.config.statement
  const isOfConfig = ({ span }: Diagnostic): boolean =>
    own !== null && span?.file === mover.source && span.start >= startOf(own) && span.start <= endOf(own)
  const notes = asIf.diagnostics.filter((one) => one.code !== 'PA433' && (file.config === null || !isOfConfig(one)))
  const diagnostics = [...notes, ...(file.config?.notes ?? [])]
  return {
    route,
    app: app.root,
    outcome: diagnostics.some(({ level }) => level === 'review') ? 'review' : 'migrated',
    target: path,
    methods: asIf.methods,
    diagnostics,
    changes: [
      { kind: 'create', path, before: null, after: restoreBytes(printed, file.file) },
      { kind: 'delete', path: route.source, before: bytes, after: null },
    ],
  }
}

function textAt(path: string, { changes }: RouteResult): string | null {
  return changes.find((change) => change.path === path)?.after ?? null
}
