import type { Flow } from '../analyse/flow-model.ts'
import { freeName, type Lowering } from '../concerns/lowering.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { outsider } from './function-flow.ts'

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
