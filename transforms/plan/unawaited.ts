import type { Flow } from '../analyse/flow-model.ts'
import { type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { FunctionInput } from './function-model.ts'

/**
 * `work(req, res)` as the last thing, of an async function or of what a wrapper is handed: nobody in Pages saw it fail, and the request was left
 * without an answer. The Promise is given back now, and Next answers.
 */
export function noteUnawaited(flow: Flow, { handler }: FunctionInput, at: Lowering): void {
  for (const { what, form, node } of flow.exits) {
    const isLoose = (form === 'tail' || form === 'logical') && node.type !== 'AwaitExpression'
    if (!isLoose || what.kind !== 'call') continue
    const { callee } = what.call
    if (callee === handler || callee.fn.async) note(at, 'PA352', 'note', node, { text: snippet(at.file, node) })
  }
}
