import { strip } from '../analyse/flow-facts.ts'
import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import { type Lowering, note, snippet } from '../concerns/lowering.ts'
import { isAnywhereInTry } from '../syntax/completion.ts'
import { outerRange, removalRange } from '../syntax/lines.ts'
import { withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** `await helper(req, res)` as the last thing: `return helper(request)`; the await stays where a try around must see the error. */
export function finishCall(site: Pick<ExitSite, 'form' | 'node'>, at: Lowering, isAsync: boolean): void {
  const node = site.node
  if (site.form === 'arrow') return dropVoidOf(node, at)
  const inner = withCasts(node)
  // What threw in the try rejects now: without await nobody here would catch it, and `finally` would run too early.
  const isPromise = isAsync && node.type !== 'AwaitExpression' && isAnywhereInTry(node, at.fn)
  if (isPromise) at.edits.push({ start: startOf(node), end: startOf(node), pieces: ['await '] })
  if (node.type === 'AwaitExpression' && site.form === 'tail' && !isAnywhereInTry(node, at.fn))
    at.edits.push({ start: startOf(inner), end: startOf(node.argument), pieces: [] })
  dropVoidOf(node, at)
}

function dropVoidOf(node: Node, at: Lowering): void {
  if (node.type === 'UnaryExpression' && node.operator === 'void')
    at.edits.push({ start: startOf(node), end: startOf(node.argument), pieces: [] })
}

/** Puts `return` before responses that were the last thing their path did, and takes away what stood after them. */
export function emitReturns(flow: Flow, at: Lowering): void {
  const tails = [...flow.exits.filter((e) => !e.isReplaced), ...flow.passages].filter(({ form }) => form === 'tail')
  for (const statement of new Set(tails.map((e) => e.statement))) {
    const start = startOf(statement)
    // A call that is waited for there has its `await` already.
    const wait = at.edits.findIndex((e) => e.start === start && e.end === start && e.pieces[0] === 'await ')
    at.edits.splice(wait < 0 ? at.edits.length : wait, 0, { start, end: start, pieces: ['return '] })
  }
  for (const statement of new Set(flow.exits.filter((e) => e.isNested).map((e) => e.statement))) dropVoid(statement, at)
  for (const exit of flow.exits) {
    const core =
      exit.form === 'logical' && exit.statement.type === 'ExpressionStatement' ? strip(exit.statement.expression) : null
    if (core?.type !== 'LogicalExpression') continue
    // `a && res.json(b)` is `if (a) return Response.json(b)`.
    const not = core.operator === '||'
    at.edits.push({ start: startOf(exit.statement), end: startOf(exit.statement), pieces: [not ? 'if (!(' : 'if ('] })
    // With all of its own parentheses.
    const [gap = ''] = at.file.text.slice(endOf(core.left), startOf(core.right)).split(core.operator)
    at.edits.push({
      start: endOf(core.left) + gap.trimEnd().length,
      end: startOf(exit.node),
      pieces: [not ? ')) return ' : ') return '],
    })
  }
  // A race has the type of all that may win it: `new Promise((_, reject) => ...)` is one of unknown.
  for (const timeout of flow.timeouts) {
    note(at, 'PA596', 'note', timeout, { text: snippet(at.file, timeout) })
    if (!at.typed) continue
    const stated = timeout.typeArguments ?? timeout.typeParameters
    const start = endOf(timeout.callee)
    at.edits.push({ start, end: stated ? endOf(stated) : start, pieces: ['<never>'] })
  }
  for (const drop of flow.drops) {
    const whole = holderOf(drop, at)
    // A comment above it is about the path, and stays.
    const range = removalRange(at.file, whole, startOf(whole))
    at.edits.push({ ...range, pieces: [] })
  }
}

/** `return void (a ? res.json(b) : res.end())` returns what it chooses now. */
function dropVoid(statement: Node, at: Lowering): void {
  const value =
    statement.type === 'ReturnStatement'
      ? statement.argument
      : statement.type === 'ExpressionStatement'
        ? statement.expression
        : null
  if (value?.type === 'UnaryExpression' && value.operator === 'void')
    at.edits.push({ start: startOf(value), end: outerRange(at.file.text, value.argument).start, pieces: [] })
}

/** The `if` that is decided and has nothing but this statement. */
function holderOf(statement: Node, at: Lowering): Node {
  const parent = parentOf(statement)
  const isAll =
    parent?.type === 'IfStatement' && parent.consequent === statement && !parent.alternate && !at.isLive(parent.test)
  return isAll ? parent : statement
}
