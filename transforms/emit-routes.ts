import { emitFollowers } from './alias-routes.ts'
import { readerChange } from './emit/body-reader.ts'
import { dropUnused } from './emit/cleanup.ts'
import { findDropped } from './emit/dropped.ts'
import { eraseTypes } from './emit/erase-types.ts'
import { dialectOf } from './emit/output-language.ts'
import { isRefused } from './emit/refused-text.ts'
import { findTypeRisk } from './emit/type-risk.ts'
import { isUntyped } from './project/untyped-packages.ts'
import { moduleChanges } from './emit/edited-modules.ts'
import { emitModule } from './emit/module.ts'
import { describeFault } from './emit/output-fault.ts'
import { moveTests, withTests } from './emit/moved-tests.ts'
import { editImporters, findHeldBack, type Relocatables, redirectOf, type RepointTools } from './emit/relocate.ts'
import { leavingEdits } from './emit/leaving.ts'
import { printSibling } from './emit/sibling.ts'
import { todoPlace } from './emit/todo-place.ts'
import { type CheckedOutput, verifyOutput, verifySibling } from './emit/verify-output.ts'
import { spanOf } from './concerns/lowering.ts'
import type { FileChange } from './model/change.ts'
import type { Code, Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { MovableTest, Project } from './model/project.ts'
import { inDir, isInside } from './project/paths.ts'
import { withFiles } from './project/overlay.ts'
import { createResolver } from './project/resolve.ts'
import { todoComment } from './report/todo.ts'
import { withOriginal } from './syntax/expansion.ts'
import { restoreBytes } from './syntax/parse.ts'
import type { NewImport } from './syntax/print.ts'

import type { Planned } from './plan-routes.ts'
import { failed, guarded, kept } from './route-results.ts'

/** What several routes ask for (an importer's edit, the body reader of `lib/`) is one change, that of the first. */
export function shareChanges(routes: readonly RouteResult[]): RouteResult[] {
  const first = new Map<string, FileChange>()
  for (const change of routes.flatMap((route) => route.changes))
    if (!first.has(change.path)) first.set(change.path, change)
  return routes.map((route) => ({ ...route, changes: route.changes.map((change) => first.get(change.path) ?? change) }))
}

/** No other file imports from it, and it imports from no other route: it can be written at once, and its tree let go (a third of the memory). */
export function standsAlone({ mover, newEdges, move, plan, aliases }: Planned, project: Project): boolean {
  return (
    move === null &&
    newEdges.length === 0 &&
    aliases.length === 0 &&
    plan.shared.size === 0 &&
    plan.layers.length === 0 &&
    mover.exports.values.size === 0 &&
    !project.importers.some((edge) => edge.from === mover.source || edge.to === mover.source)
  )
}

/**
 * Writes the routes that can move. Keeping one route can keep others that it imports from, and a text that fails its check
 * keeps its route: repeated until all that is left holds together.
 */
export function emitAll(
  plans: readonly (Planned | RouteResult)[],
  project: Project,
  { host, movable }: { host: Host; movable: (path: string) => MovableTest | null },
): RouteResult[] {
  const results = new Map<string, RouteResult>()
  for (const plan of plans) if ('outcome' in plan) results.set(plan.route.source, plan)
  const moving = new Map(plans.flatMap((plan) => ('outcome' in plan ? [] : [[plan.mover.source, plan]])))
  const isRoute = (path: string): boolean =>
    movable(path) === null &&
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
    const followers = written.flatMap((result) => {
      const target = moving.get(result.route.source)
      return target ? emitFollowers(target, result, { tools, emit: (asIf) => emitRoute(asIf, moving, tools) }) : []
    })
    const held = followers.filter(({ target }) => target === null)
    for (const result of held) {
      results.set(result.route.source, result)
      moving.delete(result.route.source)
    }
    if (held.length > 0) continue
    for (const result of followers) results.set(result.route.source, result)
    const isLeaving = (path: string): boolean => movable(path) !== null
    const edited = editImporters(moving, project.importers, tools, { read: host.read, isLeaving })
    const tests = moveTests(moving, project.importers, tools, { read: host.read, movable })
    for (const result of written) {
      const { source } = result.route
      const importers = edited.flatMap(({ change, routes }) => (routes.has(source) ? [change] : []))
      results.set(source, withTests({ ...result, changes: [...result.changes, ...importers] }, tests))
    }
    return plans.flatMap((plan) => results.get('outcome' in plan ? plan.route.source : plan.mover.source) ?? [])
  }
}

/** Path aliases, and a resolver that sees the files that the run makes. */
export function repointTools(moving: Relocatables, project: Project, host: Host): RepointTools {
  const made = new Set(
    [...moving.values()].flatMap(({ mover, move }) => [mover.target, ...(move?.sibling ? [move.sibling] : [])]),
  )
  return {
    paths: project.apps.flatMap((app) => (app.config ? [app.config.paths] : [])),
    resolve: createResolver(withFiles(host, made), null, ''),
  }
}

export function emitRoute(planned: Planned, moving: Relocatables, tools: RepointTools): RouteResult {
  const { input, bytes, context, plan, notes, recipeEdits, mover, move, reader } = planned
  const { route, app, project } = input
  const { file, style } = context
  const tree = withOriginal(context.tree, file)
  const { target } = mover
  const redirect = redirectOf(planned, moving, project.importers, tools)
  const leaving = leavingEdits(mover, move, style, recipeEdits)
  const todos = notes
    .filter((n) => n.level === 'review' && n.span?.file === route.source && !ROUTE_LEVEL.has(n.code))
    .map((n) => ({ at: todoPlace(file, n), text: `// ${todoComment(n)}` }))
  const emitWith = (imports: readonly NewImport[]): string =>
    emitModule({
      context,
      plan,
      extras: leaving.extras,
      imports,
      edits: [...recipeEdits, ...leaving.edits],
      todos: dedupe(todos),
      redirect,
    })
  const whole = emitWith(planned.imports)
  // A helper that asked for a module of `lib/` may have left.
  const imports = planned.imports.filter(({ made, local }) => !made || isUsed(local, whole))
  const text = imports.length === planned.imports.length ? whole : emitWith(imports)
  const hasNoTypes = (source: string): boolean => isUntyped(source, app, input.host)
  const risk =
    context.typed && file.language === 'js'
      ? findTypeRisk(file, tree, app.config, plan.functions[0]?.at.fn ?? plan.entry.place, hasNoTypes)
      : null
  const found: readonly Diagnostic[] = risk
    ? [...notes, { code: 'PA430', level: 'note', span: spanOf(file, risk.node), data: { what: risk.what } }]
    : notes
  const isErased = file.language === 'ts' && !context.typed
  const head = risk ? '// @ts-nocheck\n' : ''
  const madeOf = [context.tree, target, head, text, JSON.stringify(imports), [...planned.unasked].join()]
  const { written, fault } = planned.opened.lastOutput(madeOf, () => checkOutput(text, head, { ...planned, imports }))
  if ('what' in written) return { ...failed(route, app, 'PA902', { message: written.what }), outcome: 'kept' }
  const clean = head + trimLike(file.text, written.text)
  const reason = fault && describeFault(fault, { file, tree, handlers: plan.parts.map(({ entry }) => entry) })
  if (reason && 'fault' in reason) return { ...failed(route, app, 'PA902', { message: reason.fault }), outcome: 'kept' }
  if (reason) return kept(route, app, [reason])
  const dropped = findDropped({ file, tree, planned, extras: leaving.extras, output: { path: target, text: clean } })
  const changes: FileChange[] = [
    { kind: 'create', path: target, before: null, after: restoreBytes(clean, file) },
    { kind: 'delete', path: route.source, before: bytes, after: null },
  ]
  const reads = reader ? readerChange(reader, style, file) : null
  if (reads) changes.splice(1, 0, reads)
  changes.push(...madeChanges(imports))
  changes.push(...moduleChanges(plan.rewrite?.modules ?? [], input.host.read))
  if (move?.sibling) {
    const module = printSibling(mover, move, style, { redirect, others: recipeEdits })
    const moved = isErased ? eraseTypes(module, dialectOf(file)) : { text: module }
    if ('what' in moved) return { ...failed(route, app, 'PA902', { message: moved.what }), outcome: 'kept' }
    const sibling = (risk && isRefused(moved.text, app.config, hasNoTypes) ? '// @ts-nocheck\n' : '') + moved.text
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
    diagnostics: [...found, ...dropped],
    changes,
  }
}

/** Modules of `lib/` that a file imports, where they are new. */
export function madeChanges(imports: readonly NewImport[]): FileChange[] {
  return imports.flatMap(({ made }): FileChange[] =>
    made && made.text !== null ? [{ kind: 'create', path: made.path, before: null, after: made.text }] : [],
  )
}

/** It occurs in the text, and not in its import alone. */
function isUsed(name: string, text: string): boolean {
  return text.indexOf(name) !== text.lastIndexOf(name)
}

/** What is left of the text when what nothing uses any more has gone. */
function checkOutput(text: string, head: string, planned: Planned): CheckedOutput {
  const { context, mover, imports, unasked } = planned
  const { file } = context
  const tree = withOriginal(context.tree, file)
  const { target } = mover
  const isErased = file.language === 'ts' && !context.typed
  const written = isErased ? withoutTypes(target, text, planned) : { text: dropUnused(target, text, tree, unasked) }
  if ('what' in written) return { written, fault: null }
  // What dropUnused saw last is parsed already; blank lines and a comment make no difference, unless `#!` must come first.
  const output = file.ast.program.interpreter ? head + trimLike(file.text, written.text) : written.text
  return { written, fault: verifyOutput(target, output, { original: tree, imports }) }
}

/** The text as JavaScript; what only types used goes with them. */
function withoutTypes(target: string, text: string, { context, unasked }: Planned): ReturnType<typeof eraseTypes> {
  const { file, tree: own } = context
  const tree = withOriginal(own, file)
  const dialect = dialectOf(file)
  const erased = eraseTypes(dropUnused(target.replace(/\w+$/, dialect), text, tree, unasked), dialect)
  return 'what' in erased ? erased : { text: dropUnused(target, erased.text, tree) }
}

/** No blank lines at the ends that the original did not have: what stood there has left. */
function trimLike(original: string, text: string): string {
  const start = /^\n/.test(original) ? text : text.replace(/^\n+/, '')
  return /\n\n$/.test(original) ? start : start.replace(/\n+$/, '\n')
}

/** Findings about a whole route: said in the report, no comment in the code. */
const ROUTE_LEVEL: ReadonlySet<Code> = new Set<Code>(['PA022', 'PA301', 'PA113', 'PA584'])

function dedupe<T extends { at: number; text: string }>(list: readonly T[]): T[] {
  return list.filter((x, i) => list.findIndex((y) => y.at === x.at && y.text === x.text) === i)
}
