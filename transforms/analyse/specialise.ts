import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { indentAt, leadStart } from '../syntax/lines.ts'
import { isHoisted, leaves } from '../syntax/completion.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, isLoop, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { strip } from './flow-facts.ts'
import type { MethodContext } from './method-value.ts'
import { type Item, type Variant, type Work, shiftEdits } from './variant.ts'
import { commentsIn, headOf, leave } from './carried-comments.ts'
import { decide, simplify } from './simplify.ts'
import { bury, cut, remove, restOf, shift, unwrap } from './prune.ts'
import { openSwitch } from './open-switch.ts'
import { removeUncalled } from './uncalled.ts'

/**
 * Partially evaluates a function body for one request method. Pure: the tree is not changed. `outdent`: characters that the lines of the
 * function move out, because it will not stand where it stood.
 */
export function specialise(fn: FunctionNode, file: SourceFile, context: MethodContext, outdent = 0): Variant {
  const work: Work = {
    file,
    context,
    edits: [],
    dead: [],
    decisions: [],
    shifts: outdent > 0 ? [{ range: { start: startOf(fn), end: endOf(fn) }, by: outdent }] : [],
    names: new Set(),
    opened: new Set(),
    carried: new Map(),
    inner: new Map(),
  }
  const items = bodyItems(work, fn)
  removeUncalled(work, fn)
  return {
    method: context.method,
    items,
    edits: [...work.edits, ...shiftEdits(file, fn, work.shifts)],
    dead: work.dead,
    signature: work.decisions.join(),
    shifts: work.shifts,
    inner: work.inner,
  }
}

function bodyItems(work: Work, { body }: FunctionNode): Item[] {
  return body.type === 'BlockStatement' ? list(work, body.body) : [expressionItem(work, body)]
}

function expressionItem(work: Work, node: t.Expression): Item {
  simplify(work, node)
  enter(work, node)
  return { kind: 'expression', node }
}

/** Callbacks whose result is the value of an expression, at its end: their bodies are followed as the function's own. */
function enter(work: Work, value: Node | null): void {
  const core = value ? strip(value) : null
  if (core?.type === 'ConditionalExpression') {
    enter(work, core.consequent)
    enter(work, core.alternate)
  } else if (core)
    for (const callback of work.context.entered?.(core) ?? []) work.inner.set(callback, bodyItems(work, callback))
}

function endValue(statement: t.Statement): Node | null {
  if (statement.type === 'ReturnStatement') return statement.argument ?? null
  if (statement.type === 'ExpressionStatement') return statement.expression
  const [only, other] = statement.type === 'VariableDeclaration' ? statement.declarations : []
  return only && !other ? (only.init ?? null) : null
}

/** The live items of a list of statements. Resolved ifs and switches are opened in place. */
export function list(work: Work, statements: readonly t.Statement[]): Item[] {
  const items: Item[] = []
  const gone: t.Statement[] = []
  let last: t.Statement | null = null
  for (const statement of statements) {
    if (last && !isHoisted(statement)) {
      gone.push(statement)
      continue
    }
    const opened = open(work, statement)
    items.push(...opened)
    // What can never run goes: it cannot be followed, and says nothing about the answer.
    if (opened.some(itemLeaves)) last ??= statement
  }
  if (last) removeAfter(work, last, gone)
  return items
}

/** Comments between statements that never run go with them. */
function removeAfter(work: Work, last: t.Statement, gone: readonly t.Statement[]): void {
  const end = gone[gone.length - 1]
  const block = end ? parentOf(end) : null
  // A function that is declared after the end is called before it.
  const isAll = block?.type === 'BlockStatement' && block.body.indexOf(last) + gone.length === block.body.length - 1
  if (!end || !block || !isAll) {
    for (const statement of gone) remove(work, statement)
    return
  }
  for (const statement of gone) bury(work, statement)
  const { text } = work.file
  const rest = text.slice(endOf(last), endOf(block) - 1).trimEnd()
  const own = /^[ \t]*\/\/[^\n]*/.exec(rest)?.[0].length ?? 0
  cut(work, endOf(last) + own, endOf(last) + rest.length)
}

/** Does the item, with the method's decisions taken, always leave the function? */
function itemLeaves(item: Item): boolean {
  switch (item.kind) {
    case 'plain':
      return item.node.type === 'ReturnStatement' || item.node.type === 'ThrowStatement'
    case 'block':
      return item.body.some(itemLeaves)
    case 'if':
      return item.consequent.some(itemLeaves) && (item.otherwise?.some(itemLeaves) ?? false)
    case 'try':
      return (
        (item.finalizer?.some(itemLeaves) ?? false) ||
        (item.body.some(itemLeaves) && (item.handler === null || item.handler.some(itemLeaves)))
      )
    case 'switch':
      return leaves(item.node)
    default:
      return false
  }
}

export function open(work: Work, statement: t.Statement): Item[] {
  switch (statement.type) {
    case 'IfStatement':
      return openIf(work, statement)
    case 'SwitchStatement':
      return openSwitch(work, statement)
    case 'BlockStatement':
      return [{ kind: 'block', node: statement, body: list(work, statement.body) }]
    case 'TryStatement':
      return [
        {
          kind: 'try',
          node: statement,
          body: list(work, statement.block.body),
          handler: statement.handler ? list(work, statement.handler.body.body) : null,
          finalizer: statement.finalizer ? list(work, statement.finalizer.body) : null,
        },
      ]
    case 'LabeledStatement':
      return [{ kind: 'loop', node: statement, body: open(work, statement.body) }]
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [{ kind: 'plain', node: statement }]
    default:
      if (work.context.once?.has(statement)) return openLoop(work, statement as t.ForOfStatement)
      if (isLoop(statement))
        return [{ kind: 'loop', node: statement, body: branch(work, (statement as t.WhileStatement).body) }]
      if (dropNeverRun(work, statement)) return []
      simplify(work, statement)
      enter(work, endValue(statement))
      return [{ kind: 'plain', node: statement }]
  }
}

/** `a && f()` where a is decided false. */
function dropNeverRun(work: Work, statement: t.Statement): boolean {
  const node = statement.type === 'ExpressionStatement' ? statement.expression : null
  if (node?.type !== 'LogicalExpression' || node.operator === '??') return false
  if (decide(work, node.left) !== (node.operator === '||')) return false
  work.decisions.push(`${startOf(node)}x`)
  remove(work, statement)
  return true
}

/** What the loop does in its only round, in its place. */
function openLoop(work: Work, node: t.ForOfStatement): Item[] {
  work.decisions.push(`${startOf(node)}1`)
  bury(work, node.left)
  bury(work, node.right)
  if (node.body.type === 'BlockStatement') {
    const { body } = node.body
    const items = list(work, body)
    const left = body.filter((s) => !work.dead.some(({ start, end }) => start === startOf(s) && end === endOf(s)))
    const [last, end] = [left[left.length - 1], body[body.length - 1]]
    if (last && end && last !== end) cut(work, endOf(last), endOf(end))
    unwrap(work, node, node.body, { head: { start: startOf(node), from: startOf(node.body), comments: [] } })
    return items
  }
  cut(work, startOf(node), startOf(node.body))
  shift(work, { start: startOf(node.body), end: endOf(node.body) }, indentAt(work.file.text, startOf(node)))
  return open(work, node.body)
}

function branch(work: Work, statement: t.Statement): Item[] {
  return statement.type === 'BlockStatement' ? list(work, statement.body) : open(work, statement)
}

function openIf(work: Work, node: t.IfStatement): Item[] {
  const truth = decide(work, node.test)
  if (truth === null) {
    simplify(work, node.test)
    return [
      {
        kind: 'if',
        node,
        consequent: branch(work, node.consequent),
        otherwise: node.alternate ? branch(work, node.alternate) : null,
      },
    ]
  }
  const isNone = !truth && isAllDropped(work, node)
  work.decisions.push(`${startOf(node)}${truth ? '+' : isNone ? '0' : '-'}`)
  const chosen = truth ? node.consequent : node.alternate
  const dropped = truth ? node.alternate : node.consequent
  if (dropped) bury(work, dropped)
  bury(work, node.test)
  if (!chosen || isNone) {
    remove(work, node)
    return []
  }
  const head = headOf(work, node, truth)
  if (chosen.type === 'BlockStatement') {
    const items = list(work, chosen.body)
    unwrap(work, node, chosen, { head, gone: items.some(itemLeaves) ? restOf(node) : null })
    return items
  }
  work.opened.add(node)
  cut(work, endOf(chosen), endOf(node))
  const indent = indentAt(work.file.text, startOf(node))
  if (chosen.type === 'IfStatement' && decide(work, chosen.test) !== null) {
    work.carried.set(chosen, [...head.comments, ...commentsIn(work.file, head.from, startOf(chosen))])
    cut(work, head.start, startOf(chosen))
    shift(work, { start: startOf(chosen), end: endOf(chosen) }, indent)
  } else {
    const start = leadStart(work.file, chosen, head.from)
    leave(work, head, start, indent)
    shift(work, { start, end: endOf(chosen) }, indent)
  }
  return open(work, chosen)
}

/** No branch of the chain is for this method. */
function isAllDropped(work: Work, node: t.IfStatement): boolean {
  if (decide(work, node.test) !== false) return false
  const { alternate } = node
  return !alternate || (alternate.type === 'IfStatement' && isAllDropped(work, alternate))
}
