import type { Flow } from '../analyse/flow-model.ts'
import { block, type Lowering } from '../concerns/lowering.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'
import { failingWork } from './handler-answer.ts'
import { isService } from './refusal.ts'

/**
 * `try { res.json(data); await track() } catch { ... }`: when the work failed, the answer had been sent. Now it has not, and what the catch
 * block does takes its place: that may be an error, but neither another success nor nothing at all.
 */
export function blockHeldInTry(flow: Flow, { summaries, handler: wrapped }: FunctionInput, at: Lowering): void {
  for (const exit of flow.exits) {
    // After the handler that a wrapper is given, PA536 speaks of it.
    if (!exit.held || (exit.what.kind === 'call' && exit.what.call.callee === wrapped)) continue
    if (!failingWork(exit.held.between, at.tree)) continue
    for (let up: Node | null = exit.statement; up && up !== at.fn; up = parentOf(up)) {
      if (up.type !== 'TryStatement' || !up.handler || !contains(up.block, exit.statement)) continue
      const { handler } = up
      const caught = flow.exits.filter((other) => contains(handler, other.statement))
      const throws = handler.body.body.at(-1)?.type === 'ThrowStatement'
      if ((caught.length === 0 && !throws) || caught.some((other) => isService(other, summaries, at.tree)))
        block(at, 'PA310', exit.node)
    }
  }
}
