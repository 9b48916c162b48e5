import type { Flow } from '../analyse/flow-model.ts'
import type { Passages } from '../analyse/passages.ts'
import { block, freeName, type Lowering } from '../concerns/lowering.ts'
import { endOf, isFunction, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { outsider } from './function-flow.ts'

/** What waits for a middleware that never calls back is left for good in Pages: a `finally` block, and a function that runs a callback. */
export function blockWorkAfterStops(flow: Flow, { around }: Passages, at: Lowering): void {
  for (const { statement } of flow.stops) {
    let below: Node = statement
    for (let up = parentOf(below); up && below !== at.fn; below = up, up = parentOf(up)) {
      const isHeld =
        up.type === 'TryStatement' && up.finalizer !== null && up.finalizer !== undefined && up.finalizer !== below
      const isRun = up !== at.fn && isFunction(up) && around(up)?.runner.endsLater === true
      if (isHeld || isRun) block(at, 'PA572', statement)
    }
  }
}

/** `await allowOrigins(req, res)` is `const preflight = await allowOrigins(request, headers)` and `if (preflight) return preflight`. */
export function emitStops(flow: Flow, at: Lowering, indentAt: (position: number) => string): void {
  const names = ['preflight', 'early', 'stopped']
  for (const { call, statement } of flow.stops) {
    // A recipe has written its own return.
    if (call.callee === outsider) continue
    const name = freeName(at.tree, at.fn, ...names)
    names.splice(0, names.length, ...names.filter((n) => n !== name), `${name}Too`)
    const { semicolon } = at.style
    const line = `${at.file.text[endOf(statement) - 1] === ';' ? '' : semicolon}\n${indentAt(startOf(statement))}`
    at.edits.push(
      { start: startOf(statement), end: startOf(statement), pieces: [`const ${name} = `] },
      { start: endOf(statement), end: endOf(statement), pieces: [`${line}if (${name}) return ${name}${semicolon}`] },
    )
  }
}
