import type { Flow } from '../analyse/flow-model.ts'
import { block, type Lowering } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { removalRange } from '../syntax/lines.ts'
import { endOf, type Node, parentOf, startOf, statementOf } from '../syntax/tree.ts'

/** `next()` of a middleware: it returns nothing where it passes the request on, and its caller goes on. */
export function emitPassedOn(flow: Flow, model: FunctionModel, at: Lowering): void {
  for (const call of model.next ?? []) {
    if (!at.isLive(call)) continue
    const statement = statementOf(call)
    if (!statement || !flow.passedOn.includes(call)) block(at, 'PA321', call)
    else at.edits.push(passedEdit(statement, at))
  }
}

function passedEdit(statement: Node, at: Lowering): { start: number; end: number; pieces: string[] } {
  const branch = statement.type === 'ReturnStatement' ? null : elseAround(statement, at)
  if (branch) return { ...branch, pieces: [] }
  const holder = parentOf(statement)
  const isListed = holder?.type === 'BlockStatement' || holder?.type === 'SwitchCase'
  const isLast = holder === at.fn.body && holder?.type === 'BlockStatement' && holder.body.at(-1) === statement
  if (isLast || (isListed && statement.type !== 'ReturnStatement'))
    return { ...removalRange(at.file, statement, startOf(statement)), pieces: [] }
  const text = statement.type === 'ReturnStatement' ? `return${at.style.semicolon}` : '{}'
  return { start: startOf(statement), end: endOf(statement), pieces: [text] }
}

/** ` else next()` and ` else { next() }`, with nothing else in them. */
function elseAround(statement: Node, { file }: Lowering): { start: number; end: number } | null {
  const holder = parentOf(statement)
  const branch = holder?.type === 'BlockStatement' && holder.body.length === 1 ? holder : statement
  const test = parentOf(branch)
  if (test?.type !== 'IfStatement' || test.alternate !== branch) return null
  const start = endOf(test.consequent)
  const left = file.text.slice(start, startOf(statement)) + file.text.slice(endOf(statement), endOf(branch))
  return /^\s*else\s*(?:\{\s*\}\s*)?$/.test(left) ? { start, end: endOf(branch) } : null
}
