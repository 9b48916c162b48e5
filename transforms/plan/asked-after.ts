import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import { block, type Lowering, snippet } from '../concerns/lowering.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import { contains, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'
import { doesNothingWhen } from './sent-tests.ts'

/**
 * Keeps a function that asks where its answer may have been sent in the original, and is not yet now: after an answer that is held until
 * other work is done, or where that work has failed. What it did only without an answer, it would do always.
 */
export function blockAskedAfter({ exits }: Flow, { model, summaries }: FunctionInput, at: Lowering): void {
  for (const { root, steps, node: asked } of model.uses) {
    const [first] = steps
    if (root !== 'res' || steps.length !== 1 || first?.kind !== 'prop' || !sentFlags.has(first.name)) continue
    const isAfter = exits.some((exit) =>
      exit.held
        ? startOf(asked) > startOf(exit.statement)
        : isHeldInside(exit, summaries) && isCaughtFrom(exit.statement, asked),
    )
    // The statement itself may be gone: it was decided.
    const around = parentOf(statementAround(asked))
    if (isAfter && around && at.isLive(around) && !doesNothingWhen(false, asked, model))
      block(at, 'PA314', asked, { text: snippet(at.file, asked) })
  }
}

function isHeldInside({ what }: ExitSite, summaries: FunctionInput['summaries']): boolean {
  return what.kind === 'call' && summaries.get(what.call.callee)?.holdsAnswer === true
}

/** In a catch block around it. */
function isCaughtFrom(statement: Node, asked: Node): boolean {
  for (let up: Node | null = statement; up; up = parentOf(up))
    if (up.type === 'TryStatement' && up.handler && contains(up.block, statement) && contains(up.handler, asked))
      return true
  return false
}

function statementAround(node: Node): Node {
  let up = node
  for (let next: Node | null = node; next && !/(?:Statement|Declaration)$/.test(up.type); next = parentOf(next))
    up = next
  return up
}
