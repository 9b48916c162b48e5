import type * as t from '@babel/types'
import { chooseReaderModule, readerChange, type ReaderModule } from './emit/body-reader.ts'
import { refuseEdge } from './emit/demand.ts'
import { dropUnused } from './emit/cleanup.ts'
import { eraseTypes } from './emit/erase-types.ts'
import { chooseLanguage, dialectOf } from './emit/output-language.ts'
import { findTypeRisk } from './emit/type-risk.ts'
import { emitModule, type NewImport } from './emit/module.ts'
import { type Move, type Mover, planMove, readExports } from './emit/move-exports.ts'
import { editImporters, findHeldBack, type Relocatables, redirectOf, type RepointTools } from './emit/relocate.ts'
import { leavingEdits, writtenExtension } from './emit/leaving.ts'
import { printSibling } from './emit/sibling.ts'
import { verifyOutput, verifySibling } from './emit/verify-output.ts'
import { spanOf } from './concerns/lowering.ts'
import { relativePath } from './concerns/module/imports.ts'
import type { FileChange } from './model/change.ts'
import type { Code, Data, Diagnostic, Level } from './model/diagnostic.ts'
import { type Host, HostError } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import { findEntry } from './analyse/entry.ts'
import { type HandlerPlan, planHandler, type RouteContext, routeContext } from './plan/route.ts'
import { usesReader } from './plan/strict-body.ts'
import { dirOf, inDir, isInside } from './project/paths.ts'
import { createResolver } from './project/resolve.ts'
import { findLayerHazard, type Hazard } from './project/layer-hazard.ts'
import { loadProject, loadSources } from './project/load.ts'
import { projectModules } from './project/modules.ts'
import { readOnce } from './project/read-once.ts'
import { findAppHazards } from './project/surroundings.ts'
import { entryRecipes, recipes } from './recipes/registry.ts'
import { recipeContext } from './recipe-context.ts'
import type { RecipeContext } from './recipes/recipe.ts'
import { buildReport } from './report/build.ts'
import { todoComment } from './report/todo.ts'
import { toolVersion } from './report/version.ts'
import type { Edit } from './syntax/edits.ts'
import { isParseFailure, parseSource, restoreBytes, type SourceFile } from './syntax/parse.ts'
import { analyseScopes, type ScopeTree } from './syntax/scope.ts'
import { contains, parentOf, startOf, statementOf } from './syntax/tree.ts'

export { printStage } from './print-stage.ts'

export interface MigrateHooks {
  onProgress?: (done: number, total: number) => void
}

/**
 * The map in code: load the project, analyse and decide each route, emit, report. Writes nothing: the changes are a value,
 * `applyChanges` writes them. A route that crashes us is that route's PA901; the others go on.
 */
export async function migrate(
  options: Partial<MigrateOptions>,
  world: Host,
  hooks: MigrateHooks = {},
): Promise<Migration> {
  const host = readOnce(world)
  const settings: MigrateOptions = { ...defaultOptions, ...options }
  const project = loadProject(host, settings)
  const { callers } = loadSources(host, project)
  const total = project.apps.reduce((sum, app) => sum + app.routes.length, 0)
  const plans: (Planned | RouteResult)[] = []
  for (const app of project.apps) {
    for (const route of app.routes) {
      const plan = guarded(route, app, () =>
        planRoute({ route, app, project, host, settings, callers: callers.get(route.source) ?? [] }),
      )
      plans.push(
        'outcome' in plan || !standsAlone(plan, project)
          ? plan
          : guarded(route, app, () => emitRoute(plan, new Map(), repointTools(new Map(), project, host))),
      )
      hooks.onProgress?.(plans.length, total)
    }
  }
  const added = plans.flatMap((plan) => ('outcome' in plan ? [] : plan.newEdges))
  const linked: Project = { ...project, importers: [...project.importers, ...added] }
  // A route that another one will import from is planned again: what it exports must be found in its new place.
  for (const [i, plan] of plans.entries()) {
    if ('outcome' in plan) continue
    const input = { ...plan.input, project: linked }
    const isAsked = added.some((edge) => edge.to === input.route.source)
    plans[i] = isAsked ? guarded(input.route, input.app, () => planRoute(input)) : { ...plan, input }
  }
  const routes = shareChanges(emitAll(plans, linked, host))
  const changes = [...new Map(routes.flatMap((r) => r.changes).map((change) => [change.path, change])).values()].sort(
    (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  )
  const touched = project.apps.filter((app) => routes.some((r) => r.app === app.root && r.changes.length > 0))
  const noTypeScript = settings.lang === 'ts' ? touched.filter((app) => !app.hasTypeScript) : []
  const told: Project = {
    ...project,
    diagnostics: [
      ...project.diagnostics,
      ...touched.flatMap((app) => findAppHazards(host, app)),
      ...noTypeScript.map((app) =>
        diagnostic('PA013', 'review', `${app.root === '' ? '' : `${app.root}/`}package.json`),
      ),
    ],
  }
  const report = buildReport(told, routes, { version: toolVersion, generated: new Date().toISOString() })
  return { project, routes, changes, report }
}

/** What several routes ask for (an importer's edit, the body reader of `lib/`) is one change, that of the first. */
function shareChanges(routes: readonly RouteResult[]): RouteResult[] {
  const first = new Map<string, FileChange>()
  for (const change of routes.flatMap((route) => route.changes))
    if (!first.has(change.path)) first.set(change.path, change)
  return routes.map((route) => ({ ...route, changes: route.changes.map((change) => first.get(change.path) ?? change) }))
}

/** No other file imports from it, and it imports from no other route: it can be written at once, and its tree let go (a third of the memory). */
function standsAlone({ mover, newEdges, move }: Planned, project: Project): boolean {
  return (
    move === null &&
    newEdges.length === 0 &&
    mover.exports.values.size === 0 &&
    !project.importers.some((edge) => edge.from === mover.source || edge.to === mover.source)
  )
}

interface RouteInput {
  route: Route
  app: NextApp
  project: Project
  host: Host
  settings: MigrateOptions
  callers: readonly string[]
}

/** A route whose handler can move. */
interface Planned {
  input: RouteInput
  bytes: string
  context: RouteContext
  plan: HandlerPlan
  notes: readonly Diagnostic[]
  imports: readonly NewImport[]
  recipeEdits: readonly Edit[]
  /** Imports of other routes that a recipe added. */
  newEdges: readonly ImportEdge[]
  mover: Mover
  /** What happens to exports that other files import; null when there are none. */
  move: Move | null
  /** What reads the body with `--strict`, when the route has one. */
  reader: ReaderModule | null
}

function guarded<T>(route: Route, app: NextApp, run: () => T | RouteResult): T | RouteResult {
  try {
    return run()
  } catch (error) {
    if (error instanceof HostError) return failed(route, app, 'PA011', { message: error.message })
    return failed(route, app, 'PA901', {
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    })
  }
}

function planRoute(input: RouteInput): Planned | RouteResult {
  const { route, app, project, host, settings } = input
  const known = [...app.diagnostics, ...route.diagnostics].filter((d) => d.level === 'blocker')
  if (known.length > 0) return kept(route, app, known)
  const bytes = host.read(route.source)
  const file = parseSource(route.source, bytes)
  if (isParseFailure(file)) return failed(route, app, 'PA012', { message: file.message }, file.line, file.column)
  const importers = project.importers.filter((edge) => edge.to === route.source && edge.from !== route.source)
  const exports = readExports(file)
  const givesTypes = importers.some((edge) =>
    edge.names.some(({ imported }) => imported === '*' || exports.types.has(imported)),
  )
  const { typed, extension, note } = chooseLanguage({ file, app, route, lang: settings.lang, givesTypes })
  const imports: NewImport[] = []
  const context = routeContext(file, {
    route,
    app,
    project,
    options: settings,
    callers: input.callers,
    typed,
    recipes,
    entryRecipes,
    recipeContext: { app, project } as RecipeContext,
  })
  const recipeEdits: Edit[] = []
  const newEdges: ImportEdge[] = []
  context.recipeContext = recipeContext(context, host, { imports, edits: recipeEdits, edges: newEdges })
  const entry = importers.length > 0 ? findEntry(file.ast, context.tree) : null
  const handler = entry?.kind === 'function' ? (entry.binding?.name ?? null) : null
  for (const edge of importers) {
    const refused = refuseEdge(edge, { exports, handler, read: host.read })
    if (refused) return kept(route, app, [refused])
  }
  const verdict = planHandler(context)
  if (verdict.kind === 'keep') return kept(route, app, verdict.because)
  const hazard = findLayerHazard(host, projectModules(host, app).resolve, route.source)
  if (hazard) return kept(route, app, [layerBlocker(route, hazard)])
  const { plan } = verdict
  const notes = [...route.diagnostics, ...verdict.notes, ...(note ? [note] : [])]
  const request = [...plan.functions.map((f) => f.plan.takes), ...plan.helpers.map((h) => h.plan.takes)]
  if (
    typed &&
    request.some(
      (t) =>
        t.request === 'NextRequest' ||
        ((t.request || t.params) &&
          (context.tree.program.types.has('Request') || context.tree.program.bindings.has('Request'))),
    ) &&
    !context.tree.program.bindings.has('NextRequest')
  )
    imports.unshift({ source: 'next/server', name: 'NextRequest', local: 'NextRequest', isType: true })
  const usesNextResponse = [...plan.functions, ...plan.helpers].some((f) =>
    f.at.edits.some((e) =>
      e.pieces.some((p) => p === 'NextResponse.json(' || (typeof p === 'string' && p.startsWith('NextResponse.json('))),
    ),
  )
  if (usesNextResponse && !context.tree.program.bindings.has('NextResponse'))
    imports.push({ source: 'next/server', name: 'NextResponse', local: 'NextResponse', isType: false })
  const reading = plan.functions.find((f) => usesReader(f.at))
  const reader = reading ? chooseReaderModule(app, host, settings.lang) : null
  if (reader && reading?.at.reader)
    imports.push({
      source: readerSpecifier(reader, file),
      name: 'readBody',
      local: reading.at.reader.name,
      isType: false,
    })
  const usesReadable = [...plan.functions, ...plan.helpers].some((f) =>
    f.at.edits.some((e) => e.pieces.includes('Readable.toWeb(')),
  )
  if (usesReadable && !context.tree.program.bindings.has('Readable'))
    imports.push({ source: 'node:stream', name: 'Readable', local: 'Readable', isType: false })
  const target = `${route.targetDir}/${route.targetStem}.${extension}`
  const mover: Mover = {
    source: route.source,
    target,
    typed,
    file,
    tree: context.tree,
    exports,
    fixed: fixedStatements(plan, file),
  }
  const move = importers.length > 0 ? planMove(mover, importers, (path) => isTaken(path, app, host)) : null
  if (move && 'code' in move) return kept(route, app, [move])
  const mock = move?.sibling === null ? importers.find((edge) => edge.kind === 'mock') : undefined
  if (mock) return kept(route, app, [diagnostic('PA422', 'blocker', route.source, { other: mock.from })])
  return { input, bytes, context, plan, notes, imports, recipeEdits, newEdges, mover, move, reader }
}

/** As written in the old file. */
function readerSpecifier({ path }: ReaderModule, file: SourceFile): string {
  const stem = relativePath(dirOf(file.path), path.replace(/\.\w+$/, ''))
  return stem + writtenExtension(file, path)
}

/** The statements that hold the handler and what is rewritten with it. */
function fixedStatements(plan: HandlerPlan, file: SourceFile): Set<t.Statement> {
  const { place, exporter } = plan.entry
  const nodes = [place, exporter, plan.config.statement, ...plan.helpers.map((helper) => helper.model.fn)].flatMap(
    (node) => node ?? [],
  )
  return new Set(file.ast.program.body.filter((statement) => nodes.some((node) => contains(statement, node))))
}

/** A file, or a folder of a route, has that name already. */
function isTaken(path: string, app: NextApp, host: Host): boolean {
  const extensions = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.json']
  return (
    app.routes.some((route) => isInside(route.targetDir, path)) ||
    extensions.some((extension) => host.exists(path + extension))
  )
}

/**
 * Writes the routes that can move. Keeping one route can keep others that it imports from, and a text that fails its check
 * keeps its route: repeated until all that is left holds together.
 */
function emitAll(plans: readonly (Planned | RouteResult)[], project: Project, host: Host): RouteResult[] {
  const results = new Map<string, RouteResult>()
  for (const plan of plans) if ('outcome' in plan) results.set(plan.route.source, plan)
  const moving = new Map(plans.flatMap((plan) => ('outcome' in plan ? [] : [[plan.mover.source, plan]])))
  const isRoute = (path: string): boolean =>
    project.apps.some(
      (app) =>
        isInside(path, inDir(app.pagesDir, 'api')) &&
        app.pageExtensions.some((extension) => path.endsWith(`.${extension}`)),
    )
  for (;;) {
    for (const [source, why] of findHeldBack(moving, project.importers, isRoute)) {
      const { route, app } = (moving.get(source) as Planned).input
      results.set(source, kept(route, app, [why]))
      moving.delete(source)
    }
    const tools = repointTools(moving, project, host)
    const written = [...moving.values()].map((planned) =>
      guarded(planned.input.route, planned.input.app, () => emitRoute(planned, moving, tools)),
    )
    const wrong = written.filter((result) => result.target === null)
    for (const result of wrong) {
      results.set(result.route.source, result)
      moving.delete(result.route.source)
    }
    if (wrong.length > 0) continue
    const edited = editImporters(moving, project.importers, tools, host.read)
    for (const result of written) {
      const { source } = result.route
      results.set(source, {
        ...result,
        changes: [...result.changes, ...edited.flatMap(({ change, routes }) => (routes.has(source) ? [change] : []))],
      })
    }
    return plans.flatMap((plan) => results.get('outcome' in plan ? plan.route.source : plan.mover.source) ?? [])
  }
}

/** Aliases, and a resolver that sees the files that the run makes. */
function repointTools(moving: Relocatables, project: Project, host: Host): RepointTools {
  const made = new Set(
    [...moving.values()].flatMap(({ mover, move }) => [mover.target, ...(move?.sibling ? [move.sibling] : [])]),
  )
  const after: Host = { ...host, root: host.root, git: host.git, isFile: (path) => made.has(path) || host.isFile(path) }
  return {
    paths: project.apps.flatMap((app) => (app.config ? [app.config.paths] : [])),
    resolve: createResolver(after, null, ''),
  }
}

function emitRoute(planned: Planned, moving: Relocatables, tools: RepointTools): RouteResult {
  const { input, bytes, context, plan, notes, imports, recipeEdits, mover, move, reader } = planned
  const { route, app, project } = input
  const { file, tree, style } = context
  const { target } = mover
  const redirect = redirectOf(planned, moving, project.importers, tools)
  const leaving = leavingEdits(mover, move, style, recipeEdits)
  const todos = notes
    .filter((n) => n.level === 'review' && n.span && !ROUTE_LEVEL.has(n.code))
    .map((n) => ({ at: todoPlace(file, n), text: `// ${todoComment(n)}` }))
  const text = emitModule({
    context,
    plan,
    extras: leaving.extras,
    imports,
    edits: [...recipeEdits, ...leaving.edits],
    todos: dedupe(todos),
    redirect,
  })
  const risk =
    context.typed && file.language === 'js'
      ? findTypeRisk(file, tree, app.config, plan.functions[0]?.at.fn ?? plan.entry.place)
      : null
  const found: readonly Diagnostic[] = risk
    ? [...notes, { code: 'PA430', level: 'note', span: spanOf(file, risk.node), data: { what: risk.what } }]
    : notes
  const isErased = file.language === 'ts' && !context.typed
  const written = isErased ? withoutTypes(target, text, context) : { text: dropUnused(target, text, tree) }
  if ('what' in written) return { ...failed(route, app, 'PA902', { message: written.what }), outcome: 'kept' }
  const clean = (risk ? '// @ts-nocheck\n' : '') + trimLike(file.text, written.text)
  // What dropUnused saw last is parsed already; blank lines and a comment make no difference, unless `#!` must come first.
  const wrong = verifyOutput(target, file.ast.program.interpreter ? clean : written.text, tree)
  const oldType = wrong ? /^still uses (\w+)/.exec(wrong)?.[1] : undefined
  if (oldType)
    return kept(route, app, [
      {
        code: 'PA406',
        level: 'blocker',
        span: spanOf(file, lastUse(oldType, tree) ?? file.ast.program),
        data: { name: oldType },
      },
    ])
  if (wrong) return { ...failed(route, app, 'PA902', { message: wrong }), outcome: 'kept' }
  const changes: FileChange[] = [
    { kind: 'create', path: target, before: null, after: restoreBytes(clean, file) },
    { kind: 'delete', path: route.source, before: bytes, after: null },
  ]
  const reads = reader ? readerChange(reader, style, file) : null
  if (reads) changes.splice(1, 0, reads)
  if (move?.sibling) {
    const module = printSibling(mover, move, style, redirect)
    const moved = isErased ? eraseTypes(module, dialectOf(file)) : { text: module }
    if ('what' in moved) return { ...failed(route, app, 'PA902', { message: moved.what }), outcome: 'kept' }
    const sibling = (risk && hasRisk(moved.text, app) ? '// @ts-nocheck\n' : '') + moved.text
    const bad = verifySibling(move.sibling, sibling, tree, move.exported)
    if (bad) return { ...failed(route, app, 'PA902', { message: bad }), outcome: 'kept' }
    changes.splice(1, 0, {
      kind: 'create',
      path: move.sibling,
      before: null,
      after: restoreBytes(sibling, { ...file, bom: false }),
    })
  }
  const methods = plan.rewrite ? plan.rewrite.methods : plan.functions.flatMap((f) => f.methods)
  return {
    route,
    app: app.root,
    outcome: notes.some((n) => n.level === 'review') ? 'review' : 'migrated',
    target,
    methods,
    diagnostics: found,
    changes,
  }
}

/** The text as JavaScript; what only types used goes with them. */
function withoutTypes(target: string, text: string, { file, tree }: RouteContext): ReturnType<typeof eraseTypes> {
  const dialect = dialectOf(file)
  const erased = eraseTypes(dropUnused(target.replace(/\w+$/, dialect), text, tree), dialect)
  return 'what' in erased ? erased : { text: dropUnused(target, erased.text, tree) }
}

/** Is the text, which was JavaScript, refused by the type checker? */
function hasRisk(text: string, app: NextApp): boolean {
  const file = parseSource('moved.js', text)
  return isParseFailure(file) || findTypeRisk(file, analyseScopes(file.ast), app.config, file.ast.program) !== null
}

/** No blank lines at the ends that the original did not have: what stood there has left. */
function trimLike(original: string, text: string): string {
  const start = /^\n/.test(original) ? text : text.replace(/^\n+/, '')
  return /\n\n$/.test(original) ? start : start.replace(/\n+$/, '\n')
}

/** The last place where a type of next is named. */
function lastUse(name: string, tree: ScopeTree): t.Node | null {
  const references = tree.program.bindings.get(name)?.references ?? []
  return references[references.length - 1]?.node ?? null
}

/** Findings about a whole route: said in the report, no comment in the code. */
const ROUTE_LEVEL: ReadonlySet<Code> = new Set<Code>(['PA022', 'PA301', 'PA113'])

function dedupe<T extends { at: number; text: string }>(list: readonly T[]): T[] {
  return list.filter((x, i) => list.findIndex((y) => y.at === x.at && y.text === x.text) === i)
}

/** The start of the statement that a finding is in. */
function todoPlace(file: SourceFile, found: Diagnostic): number {
  let best: number = found.span?.start ?? 0
  const at = found.span?.start ?? 0
  const visit = (node: { start?: number | null; end?: number | null }): boolean =>
    (node.start ?? 0) <= at && (node.end ?? 0) > at
  const stack: import('@babel/types').Node[] = [file.ast.program]
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (
          !child ||
          typeof child !== 'object' ||
          typeof child.type !== 'string' ||
          child === parentOf(node) ||
          !visit(child)
        )
          continue
        const statement = statementOf(child)
        if (statement) best = startOf(statement)
        stack.push(child)
      }
    }
  }
  return best
}

function layerBlocker({ source }: Route, { code, file, what, start, line, column }: Hazard): Diagnostic {
  return { code, level: 'blocker', span: { file: source, start, end: start, line, column }, data: { file, what } }
}

function diagnostic(code: Code, level: Level, path: string, data: Data = {}): Diagnostic {
  return { code, level, span: { file: path, start: 0, end: 0, line: 1, column: 1 }, data }
}

function kept(route: Route, app: NextApp, because: readonly Diagnostic[]): RouteResult {
  return { route, app: app.root, outcome: 'kept', target: null, methods: [], diagnostics: because, changes: [] }
}

function failed(route: Route, app: NextApp, code: Code, data: Data, line = 1, column = 1): RouteResult {
  const found: Diagnostic = { code, level: 'error', span: { file: route.source, start: 0, end: 0, line, column }, data }
  return { route, app: app.root, outcome: 'failed', target: null, methods: [], diagnostics: [found], changes: [] }
}
