import { convertTest, type TestInput } from './emit/tests/convert-test.ts'
import type { HandlerSpecifier } from './emit/tests/handler-imports.ts'
import type { Irregular } from './emit/tests/irregular.ts'
import type { Rewritten } from './emit/tests/mocked-modules.ts'
import { createOldReader, hasContext, readMethods, type TestedRoute } from './emit/tests/route-facts.ts'
import { newSpecifier, type RepointTools } from './emit/relocate.ts'
import { repointTools } from './emit-routes.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, MovableTest, Project } from './model/project.ts'
import type { Planned } from './plan-routes.ts'
import { todoComment } from './report/todo.ts'
import { positionOf } from './syntax/lines.ts'
import { analysedText } from './syntax/parse.ts'

interface World {
  project: Project
  host: Host
  movable: (path: string) => MovableTest | null
}

/** What was expected of answers that Next gives now, beside their status. */
interface Written {
  text: string
  lost: readonly string[]
}

interface Asked {
  edge: ImportEdge
  plan: Planned
  result: RouteResult
}

/**
 * Tests that call a handler of the old form are written for the new exports where all that they do is understood, after all else is: what they
 * expect of mocks depends on what the run made of other modules. The others stay as they are, and the report says why.
 */
export function convertTests(
  routes: readonly RouteResult[],
  plans: readonly (Planned | RouteResult)[],
  world: World,
): { routes: RouteResult[]; held: ReadonlyMap<string, Diagnostic> } {
  const tests = findTests(routes, plans)
  if (tests.size === 0) return { routes: [...routes], held: new Map() }
  const moving = new Map([...tests.values()].flat().map(({ plan }) => [plan.mover.source, plan]))
  const tools = repointTools(moving, world.project, world.host)
  const texts = new Map(routes.flatMap(({ changes }) => changes.map((change) => [change.path, change] as const)))
  const known = new Map<string, TestedRoute | null>()
  const readOld = createOldReader()
  const converted = new Map<string, FileChange>()
  const outcomes = new Map<string, Irregular | Written>()
  for (const [path, asked] of tests) {
    const place = world.movable(path)?.target ?? path
    const bytes = texts.get(place)?.after ?? world.host.read(path)
    const written = convertOne(place, bytes, asked)
    outcomes.set(path, written)
    if (!('text' in written)) continue
    converted.set(
      place,
      place === path
        ? { kind: 'edit', path, before: world.host.read(path), after: written.text }
        : { kind: 'create', path: place, before: null, after: written.text },
    )
  }
  return {
    routes: routes.map((result) => withConverted(result, tests, { converted, outcomes, world })),
    held: heldBack(tests, outcomes),
  }

  function convertOne(path: string, bytes: string, asked: readonly Asked[]): Written | Irregular {
    const specifiers = new Map<string, HandlerSpecifier>()
    const rewritten = new Map<string, Rewritten>()
    for (const { edge, plan, result } of asked) {
      const route = testedRoute(plan, result)
      if (!route) return { why: 'unread', at: 0 }
      const specifier = newSpecifier(edge, path, plan, tools)
      specifiers.set(path === edge.from ? edge.specifier : specifier, { route, specifier })
      for (const one of rewrittenBy(plan, result)) rewritten.set(one.path, one)
    }
    const losses: string[] = []
    const found = convertTest({
      path,
      bytes,
      specifiers,
      resolve: resolveWith(tools),
      rewritten: [...rewritten.values()],
      todo: (method, lost) => {
        losses.push(...lost)
        return todoComment({ code: 'PA450', level: 'review', span: null, data: { method, lost } })
      },
    })
    return 'text' in found ? { ...found, lost: losses } : found
  }

  function testedRoute(plan: Planned, result: RouteResult): TestedRoute | null {
    const { route } = result
    const found = known.get(route.source)
    if (found !== undefined) return found
    const text = result.changes.find(({ path }) => path === result.target)?.after ?? null
    const exports = text === null ? null : readMethods(plan.mover.target, text)
    const rewritten = rewrittenBy(plan, result)
    const takesFirst = new Set(
      result.diagnostics.flatMap(({ code, data }) => (code === 'PA112' ? [String(data.key)] : [])),
    )
    const tested = exports && {
      source: route.source,
      url: route.id,
      params: route.params,
      exports,
      old: readOld(rewritten.map((one) => ({ path: one.path, text: one.old }))),
      takesFirst,
      hasContext: hasContext(rewritten.flatMap(({ fresh }) => fresh.map((one) => one.text))),
    }
    known.set(route.source, tested)
    return tested
  }
}

const resolveWith =
  ({ resolve }: RepointTools): TestInput['resolve'] =>
  (from, specifier) =>
    resolve(from, specifier)

/** Imports of tests that were left, of routes that have moved in the end. By test. */
function findTests(
  routes: readonly RouteResult[],
  plans: readonly (Planned | RouteResult)[],
): Map<string, readonly Asked[]> {
  const moved = new Map(routes.flatMap((result) => (result.target === null ? [] : [[result.route.source, result]])))
  const tests = new Map<string, Asked[]>()
  for (const plan of plans) {
    const result = 'outcome' in plan ? undefined : moved.get(plan.mover.source)
    if (!result || 'outcome' in plan) continue
    for (const edge of plan.left) tests.set(edge.from, [...(tests.get(edge.from) ?? []), { edge, plan, result }])
  }
  return tests
}

/** The route, and the modules that are changed for it, before and after. */
function rewrittenBy({ bytes, mover }: Planned, { target, changes }: RouteResult): Rewritten[] {
  const fresh = changes.flatMap(({ kind, path, after }) =>
    kind === 'create' && after !== null && isBeside(path, target) ? [{ path, text: after }] : [],
  )
  const modules = changes.flatMap(({ kind, path, before, after }): Rewritten[] =>
    kind === 'edit' && SOURCE.test(path) && !TEST.test(path) && before !== null && after !== null
      ? [{ path, old: before, fresh: [{ path, text: after }] }]
      : [],
  )
  return [{ path: mover.source, old: bytes, fresh }, ...modules]
}

const SOURCE = /\.[cm]?[jt]sx?$/
const TEST = /\.(?:test|spec)\.[^/]+$|(?:^|\/)__tests__\//

const isBeside = (path: string, target: string | null): boolean =>
  target !== null &&
  SOURCE.test(path) &&
  !TEST.test(path) &&
  path.startsWith(target.slice(0, target.lastIndexOf('/') + 1))

/** Routes of which a test is left: --keep-tested keeps them. By source. */
function heldBack(
  tests: ReadonlyMap<string, readonly Asked[]>,
  outcomes: ReadonlyMap<string, Irregular | Written>,
): Map<string, Diagnostic> {
  const held = new Map<string, Diagnostic>()
  for (const [path, asked] of tests) {
    const outcome = outcomes.get(path)
    if (!outcome || !('why' in outcome)) continue
    for (const { plan } of asked) {
      const span = { file: plan.mover.source, start: 0, end: 0, line: 1, column: 1 }
      held.set(plan.mover.source, {
        code: 'PA422',
        level: 'blocker',
        span,
        data: { other: path, irregular: outcome.why },
      })
    }
  }
  return held
}

interface Found {
  converted: ReadonlyMap<string, FileChange>
  outcomes: ReadonlyMap<string, Irregular | Written>
  world: World
}

/** A route with its tests in their new form, and what is said of them. */
function withConverted(
  result: RouteResult,
  tests: ReadonlyMap<string, readonly Asked[]>,
  { converted, outcomes, world }: Found,
): RouteResult {
  const own = [...tests].filter(([, asked]) => asked.some((one) => one.result === result)).map(([path]) => path)
  const changed = result.changes.map((change) => converted.get(change.path) ?? change)
  if (own.length === 0) return { ...result, changes: changed }
  const known = new Set(changed.map(({ path }) => path))
  const added = own.flatMap((path) => {
    const change = converted.get(world.movable(path)?.target ?? path)
    return change && !known.has(change.path) ? [change] : []
  })
  const diagnostics = result.diagnostics.flatMap((found) => {
    const test = typeof found.data.test === 'string' ? found.data.test : ''
    const outcome = own.includes(test) ? outcomes.get(test) : undefined
    if (outcome === undefined || !(found.code === 'PA433' || found.code === 'PA595')) return [found]
    return 'why' in outcome ? [explain(found, outcome, test)] : said(found, outcome, test)
  })
  const hasReview = diagnostics.some(({ level }) => level === 'review')
  const outcome = result.outcome === 'review' && !hasReview ? 'migrated' : result.outcome
  return { ...result, outcome, diagnostics, changes: [...changed, ...added] }

  function explain(found: Diagnostic, { why, at }: Irregular, test: string): Diagnostic {
    const place = world.movable(test)?.target ?? test
    const text = result.changes.find(({ path }) => path === place)?.after ?? world.host.read(test)
    return { ...found, data: { ...found.data, irregular: why, line: positionOf(analysedText(text), at).line } }
  }

  /** It also leaves pages/, where it lay there. */
  function said(found: Diagnostic, { lost }: Written, test: string): Diagnostic[] {
    const note: Diagnostic = {
      ...found,
      code: 'PA449',
      level: 'note',
      data: { test: world.movable(test)?.target ?? test },
    }
    const notes: Diagnostic[] = found.code === 'PA595' ? [{ ...found, level: 'note' }, note] : [note]
    return lost.length === 0
      ? notes
      : [...notes, { ...note, code: 'PA450', level: 'review', data: { ...note.data, lost } }]
  }
}
