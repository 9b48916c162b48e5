import type { HelperCall } from '../analyse/callees.ts'
import type { Flow } from '../analyse/flow-model.ts'
import { staysPending } from '../analyse/middleware.ts'
import type { Passages } from '../analyse/passages.ts'
import { block, newName, type Lowering, snippet } from '../concerns/lowering.ts'
import { endOf, isFunction, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import type { FunctionModel } from '../model/route.ts'
import { outsider } from './function-flow.ts'
import type { HelperSummary } from './function-model.ts'

/** What waits for a middleware that never calls back is left for good in Pages: a `finally` block, and a function that runs a callback. */
export function blockWorkAfterStops(flow: Flow, { around }: Passages, at: Lowering): void {
  const guards = flow.guards.filter(({ call }) => staysPending(call.node))
  const stops = flow.stops.map(({ statement }) => ({ statement, middleware: null }))
  const all = [...stops, ...guards.map(({ test, call }) => ({ statement: test, middleware: call.node.callee }))]
  for (const { statement, middleware } of all) {
    let below: Node = statement
    for (let up = parentOf(below); up && below !== at.fn; below = up, up = parentOf(up)) {
      const isHeld =
        up.type === 'TryStatement' && up.finalizer !== null && up.finalizer !== undefined && up.finalizer !== below
      const isRun = up !== at.fn && isFunction(up) && around(up)?.runner.endsLater === true
      if (!isHeld && !isRun) continue
      if (middleware) block(at, 'PA245', statement, { text: snippet(at.file, middleware) })
      else block(at, 'PA572', statement)
    }
  }
}

/** Calls of helpers that answer, may answer or set something. */
export function callsOf({ exits, guards, stops, effects }: Flow): HelperCall[] {
  const called = [...exits, ...effects].flatMap(({ what }) => (what.kind === 'call' ? [what.call] : []))
  return [...called, ...[...guards, ...stops].map(({ call }) => call)]
}

/** A package answers preflights on some way, here or in a function that is called. */
export function answersPreflights(flow: Flow, summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  return flow.stops.length > 0 || callsOf(flow).some(({ callee }) => summaries.get(callee)?.answersPreflights === true)
}

/** Every preflight is answered: on each way through the function (up to `end`), and whatever its headers are. */
export function stopsAll({ stops, passages }: Flow, fn: Node, end = Number.POSITIVE_INFINITY): boolean {
  const isRun = (node: Node): boolean =>
    passages.some(({ passage: { callbacks, catches, isChain } }) => {
      return callbacks.length === 1 && callbacks[0] === node && catches.length === 0 && !isChain
    })
  return stops.some(
    ({ call, statement }) => call.isPartial !== true && startOf(statement) < end && isOnEveryWay(statement, fn, isRun),
  )
}

/** `isRun`: a function that the one around it runs, whatever the request is. */
function isOnEveryWay(statement: Node, fn: Node, isRun: (node: Node) => boolean): boolean {
  let below = statement
  for (let up = parentOf(below); up && below !== fn; below = up, up = parentOf(up)) {
    if (up === fn) return true
    if (isRun(up) || isPassageAround(up, below, isRun)) continue
    if (up.type !== 'BlockStatement' && !(up.type === 'TryStatement' && up.block === below)) return false
    const before = up.type === 'BlockStatement' ? up.body.filter((other) => startOf(other) < startOf(below)) : []
    if (
      before.some((other) =>
        some(
          other,
          (node) => node.type === 'ReturnStatement',
          (node) => !isFunction(node),
        ),
      )
    )
      return false
  }
  return false
}

/** `return await run(context, async () => ...)`, from the function outwards to the statement. */
function isPassageAround(up: Node, below: Node, isRun: (node: Node) => boolean): boolean {
  if (up.type === 'CallExpression') return up.arguments.some((argument) => argument === below) && isRun(below)
  const isCall = below.type === 'CallExpression' || below.type === 'AwaitExpression'
  return isCall && (up.type === 'AwaitExpression' || up.type === 'ReturnStatement' || up.type === 'ExpressionStatement')
}

/** `await allowOrigins(req, res)`, also in a `Promise.all`, is `const preflight = await allowOrigins(request, headers)` and `if (preflight) return preflight`. */
export function emitStops(flow: Flow, at: Lowering, indentAt: (position: number) => string): void {
  const names = ['preflight', 'early', 'stopped', 'preflightToo', 'earlyToo', 'stoppedToo']
  for (const { call, statement, index } of flow.stops) {
    // A recipe has written its own return.
    if (call.callee === outsider) continue
    const name = newName(at, ...names)
    const { semicolon } = at.style
    const line = `${at.file.text[endOf(statement) - 1] === ';' ? '' : semicolon}\n${indentAt(startOf(statement))}`
    at.edits.push(
      {
        start: startOf(statement),
        end: startOf(statement),
        pieces: [`const ${index === null ? name : `[${', '.repeat(index)}${name}]`} = `],
      },
      { start: endOf(statement), end: endOf(statement), pieces: [`${line}if (${name}) return ${name}${semicolon}`] },
    )
  }
}
