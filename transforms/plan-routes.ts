import type * as t from '@babel/types'
import { type AliasRoute, planAliases, type PlannedAlias } from './alias-routes.ts'
import { type ImportBypasses, layerBlocker } from './import-bypasses.ts'
import type { OpenedRoute, OpenedRoutes } from './opened-routes.ts'
import { chooseReaderModule, type ReaderModule } from './emit/body-reader.ts'
import { sharedTexts } from './shared-texts.ts'
import { listTests, planDemanded, sortImporters, type TestRules } from './emit/left-tests.ts'
import { findUnaskedTypes } from './emit/unasked-types.ts'
import { chooseLanguage } from './emit/output-language.ts'
import { type Move, type Mover, readExports } from './emit/move-exports.ts'
import { writtenExtension } from './emit/leaving.ts'
import { streamImports } from './emit/sender.ts'
import { relativePath } from './concerns/module/imports.ts'
import { spanOf } from './concerns/lowering.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'
import type { ImportEdge, MovableTest, NextApp, Project, Route } from './model/project.ts'
import { findEntry } from './analyse/entry.ts'
import { type HandlerPlan, type RouteContext, routeContext } from './plan/route-context.ts'
import { afterImport } from './concerns/after.ts'
import { namesNextRequest } from './plan/named-imports.ts'
import { planHandler } from './plan/route.ts'
import type { SharedFunctions } from './plan/shared-model.ts'
import { usesReader } from './plan/strict-body.ts'
import { dirOf, isInside } from './project/paths.ts'
import { findLoadedHazard } from './project/layer-hazard.ts'
import { projectModules } from './project/modules.ts'
import { findPlaceHazard } from './project/place-hazard.ts'
import { findHeaderReads } from './project/header-reads.ts'
import { findSharedHazards, refusesRuntime } from './project/surroundings.ts'
import { entryRecipes, recipes } from './recipes/registry.ts'
import { recipeContext } from './recipe-context.ts'
import type { RecipeContext } from './recipes/recipe.ts'
import { diagnostic, failed, kept, placeBlocker } from './route-results.ts'
import type { Edit } from './syntax/edits.ts'
import { writeOut } from './written-entry.ts'
import type { NewImport } from './syntax/print.ts'
import { MOST_CHARACTERS, type SourceFile } from './syntax/parse.ts'
import { contains } from './syntax/tree.ts'

interface RouteInput {
  route: Route
  app: NextApp
  project: Project
  host: Host
  /** The files of routes. */
  opened: OpenedRoutes
  settings: MigrateOptions
  callers: readonly string[]
  /** Routes that hand on the handler of this one. */
  aliases: readonly AliasRoute[]
  /** Functions of other modules, in this attempt at the whole program. */
  shared: SharedFunctions
  /** What the route imports by other ways. */
  bypasses: ImportBypasses
  /** Which importers are tests, as a run can leave them behind. */
  testKind: TestRules['kindOf']
  /** Which of them lie in pages/ and leave with the route. */
  movableTest: (path: string) => MovableTest | null
}

/** A route whose handler can move. */
export interface Planned {
  input: RouteInput
  opened: OpenedRoute
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
  /** Imports of tests that are left as they are: they need what is no more. */
  left: ReadonlySet<ImportEdge>
  /** What reads the body with `--strict`, when the route has one. */
  reader: ReaderModule | null
  /** Exported types of the old kind that leave with the handler. */
  unasked: ReadonlySet<string>
  /** Routes that move with it: their files hand on its handler. */
  aliases: readonly PlannedAlias[]
}

export function planRoute(input: RouteInput): Planned | RouteResult {
  const { route, app, project, host, settings } = input
  const known = [...app.diagnostics, ...route.diagnostics].filter((d) => d.level === 'blocker')
  if (known.length > 0) return kept(route, app, known)
  const opened = input.opened.open(route, app)
  const { bytes, expanded } = opened
  if (bytes.length > MOST_CHARACTERS)
    return kept(route, app, [
      diagnostic('PA016', 'blocker', route.source, { length: bytes.length, most: MOST_CHARACTERS }),
    ])
  if ('message' in expanded)
    return failed(route, app, 'PA012', { message: expanded.message }, expanded.line, expanded.column)
  if (expanded.blockers.length > 0) return kept(route, app, expanded.blockers)
  const modules = projectModules(host, app)
  const { file, tree, notes: written } = writeOut(expanded.module, modules, input.shared)
  const importers = project.importers.filter((edge) => edge.to === route.source)
  const exports = readExports(file)
  const givesTypes = importers.some((edge) =>
    edge.names.some(({ imported }) => imported === '*' || exports.types.has(imported)),
  )
  const { typed, extension, note } = chooseLanguage({ file, app, route, lang: settings.lang, givesTypes })
  const imports: NewImport[] = []
  const context = routeContext(
    { file, tree },
    {
      route,
      app,
      project,
      options: settings,
      callers: input.callers,
      typed,
      recipes,
      entryRecipes,
      recipeContext: { app, project } as RecipeContext,
      shared: input.shared,
    },
  )
  const recipeEdits: Edit[] = []
  const newEdges: ImportEdge[] = []
  context.recipeContext = recipeContext(context, host, { imports, edits: recipeEdits, edges: newEdges })
  const entry = importers.length > 0 ? findEntry(file.ast, context.tree) : null
  const handler = entry?.kind === 'function' ? (entry.binding?.name ?? null) : null
  const demandInput = { exports, handler, read: host.read }
  const rules: TestRules = { kindOf: input.testKind, keep: settings.keepTested }
  const demand = sortImporters(importers, demandInput, rules)
  if ('code' in demand) return kept(route, app, [demand])
  const verdict = planHandler(context)
  if (verdict.kind === 'keep') return kept(route, app, verdict.because)
  const unreachable = input.bypasses.blockerOf(app, route)
  if (unreachable) return kept(route, app, [unreachable])
  const place = findPlaceHazard(host, modules.resolve, route.source)
  if (place) return kept(route, app, [placeBlocker(place)])
  const { plan } = verdict
  if (plan.config.isEdge && refusesRuntime(host, app)) {
    const span = spanOf(file, plan.config.statement ?? plan.entry.place)
    return kept(route, app, [{ code: 'PA404', level: 'blocker', span, data: { why: 'cache' } }])
  }
  const loaded = findLoadedHazard(host, modules.resolve, plan.rewrite?.loads ?? [])
  if (loaded) return kept(route, app, [layerBlocker(route, loaded)])
  const texts = sharedTexts(plan)
  const around = findSharedHazards(host, app, route, texts)
  const read = findHeaderReads(host, app, project, [{ path: route.source, text: bytes, start: 0, line: 1 }, ...texts])
  const refused = [...around, ...read].filter((d) => d.level === 'blocker')
  if (refused.length > 0) return kept(route, app, refused)
  if (typed && namesNextRequest(plan, context.tree))
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
  for (const one of streamImports(plan, context.tree, file))
    if (!imports.some(({ source, name }) => source === one.source && name === one.name)) imports.push(one)
  const after = afterImport(
    [...plan.functions, ...plan.helpers].flatMap((f) => f.at.edits),
    context.tree,
  )
  if (after) imports.push(after)
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
  const moving = planDemanded(mover, demand, demandInput, { rules, isTaken: (path) => isTaken(path, app, host) })
  if ('code' in moving) return kept(route, app, [moving])
  const { move, left } = moving
  const staying = new Set([...left].filter(({ from }) => input.movableTest(from) === null))
  const tests = listTests({ mover, move, left: staying }, host.read)
  const said = [...route.diagnostics, ...around, ...expanded.notes, ...(written ?? []), ...verdict.notes]
  const notes = [...said, ...(note ? [note] : []), ...tests]
  const unasked = findUnaskedTypes(mover, importers, left)
  const here = { route, config: plan.config, isStrict: settings.strict, bytes, host }
  const aliases = planAliases(input.aliases, here, (asIf) => planRoute({ ...input, route: asIf, aliases: [] }))
  if ('code' in aliases) return kept(route, app, [aliases])
  return {
    input,
    opened,
    bytes,
    context,
    plan,
    notes,
    imports,
    recipeEdits,
    newEdges,
    mover,
    move,
    left,
    reader,
    unasked,
    aliases,
  }
}

/** As written in the old file. */
function readerSpecifier({ path }: ReaderModule, file: SourceFile): string {
  const stem = relativePath(dirOf(file.path), path.replace(/\.\w+$/, ''))
  return stem + writtenExtension(file, path)
}

/** The statements that hold the handler and what is rewritten with it. */
function fixedStatements(plan: HandlerPlan, file: SourceFile): Set<t.Statement> {
  const entries = [plan.entry, ...plan.parts.map(({ entry }) => entry)].flatMap((e) => [e.place, e.exporter])
  const nodes = [
    ...entries,
    ...plan.gone,
    plan.config.statement,
    ...plan.helpers.map((helper) => helper.model.fn),
  ].flatMap((node) => node ?? [])
  return new Set(file.ast.program.body.filter((statement) => nodes.some((node) => contains(statement, node))))
}

/** A file, or a folder of a route, has that name already. */
export function isTaken(path: string, app: NextApp, host: Host): boolean {
  const extensions = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.json']
  return (
    app.routes.some((route) => isInside(route.targetDir, path)) ||
    extensions.some((extension) => host.exists(path + extension))
  )
}
