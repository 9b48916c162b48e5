import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { frozenRanges, indentAt, lineEnd, lineStart, outerRange, type Range, removalRange } from '../syntax/lines.ts'
import { hasOwnBreak, leaves } from '../syntax/completion.ts'
import { isMember, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, isFunction, isLoop, type Node, some, startOf, walk } from '../syntax/tree.ts'
import { type MethodContext, truthOf, evaluate } from './method-value.ts'

/** A statement as flow analysis sees it: what the request's method decides is already decided. */
export type Item =
  | { kind: 'plain'; node: t.Statement }
  | { kind: 'expression'; node: t.Expression }
  | { kind: 'if'; node: t.IfStatement; consequent: Item[]; otherwise: Item[] | null }
  | { kind: 'block'; node: Node; body: Item[] }
  /** Statements of a switch that was opened; a break among them still leaves it. */
  | { kind: 'arms'; node: t.SwitchStatement; body: Item[] }
  | { kind: 'try'; node: t.TryStatement; body: Item[]; handler: Item[] | null; finalizer: Item[] | null }
  | { kind: 'switch'; node: t.SwitchStatement; cases: { node: t.SwitchCase; body: Item[] }[] }
  | { kind: 'loop'; node: t.Statement; body: Item[] }

/** A function body with one method's answers filled in. */
export interface Variant {
  method: string
  items: Item[]
  /** What turns the original body text into this variant's. */
  edits: Edit[]
  /** Parts of the source that this variant does not contain. */
  dead: Range[]
  /** The same string for methods that are treated alike. */
  signature: string
  /** Characters taken off the line starts of a range, where blocks were opened. */
  shifts: Shift[]
}

export interface Shift {
  range: Range
  by: number
}

interface Work {
  file: SourceFile
  context: MethodContext
  edits: Edit[]
  dead: Range[]
  decisions: string[]
  shifts: Shift[]
  names: Set<string>
}

/** Partially evaluates a function body for one request method. Pure: the tree is not changed. */
export function specialise(fn: FunctionNode, file: SourceFile, context: MethodContext): Variant {
  const work: Work = { file, context, edits: [], dead: [], decisions: [], shifts: [], names: new Set() }
  const items: Item[] = fn.body.type === 'BlockStatement' ? list(work, fn.body.body) : [expressionItem(work, fn.body)]
  return {
    method: context.method,
    items,
    edits: [...work.edits, ...shiftEdits(file, fn, work.shifts)],
    dead: work.dead,
    signature: work.decisions.join(),
    shifts: work.shifts,
  }
}

/** The indent that a source position has in the variant's text. */
export function indentIn(text: string, shifts: readonly Shift[], at: number): string {
  return shifted(indentAt(text, at), shifts, lineStart(text, at), at)
}

function shifted(lead: string, shifts: readonly Shift[], line: number, at = line): string {
  const by = shifts.reduce((sum, s) => (at >= s.range.start && line <= s.range.end ? sum + s.by : sum), 0)
  return by > 0 ? lead.slice(Math.min(by, lead.length)) : lead
}

/** One edit for each line that moves out, however many blocks around it were opened. Lines of template literals stay. */
function shiftEdits(file: SourceFile, fn: FunctionNode, shifts: readonly Shift[]): Edit[] {
  if (shifts.length === 0) return []
  const { text } = file
  const frozen = frozenRanges(file.ast.program)
  const edits: Edit[] = []
  for (let at = text.indexOf('\n', startOf(fn)); at >= 0 && at + 1 < endOf(fn); at = text.indexOf('\n', at + 1)) {
    const start = at + 1
    if (frozen.some((f) => start > f.start && start <= f.end)) continue
    const lead = indentAt(text, start)
    const moved = shifted(lead, shifts, start)
    if (moved !== lead) edits.push({ start, end: start + lead.length, pieces: [moved] })
  }
  return edits
}

export function isDead(variant: Variant, node: Node): boolean {
  return variant.dead.some((r) => startOf(node) >= r.start && endOf(node) <= r.end)
}

function expressionItem(work: Work, node: t.Expression): Item {
  simplify(work, node)
  return { kind: 'expression', node }
}

/** The live items of a list of statements. Resolved ifs and switches are opened in place. */
function list(work: Work, statements: readonly t.Statement[]): Item[] {
  const items: Item[] = []
  let ended = false
  for (const statement of statements) {
    if (ended && statement.type !== 'FunctionDeclaration') {
      remove(work, statement)
      continue
    }
    const opened = open(work, statement)
    items.push(...opened)
    // What can never run goes: it cannot be followed, and says nothing about the answer.
    if (opened.some(itemLeaves)) ended = true
  }
  return items
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

function open(work: Work, statement: t.Statement): Item[] {
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
      if (isLoop(statement))
        return [{ kind: 'loop', node: statement, body: branch(work, (statement as t.WhileStatement).body) }]
      simplify(work, statement)
      return [{ kind: 'plain', node: statement }]
  }
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
  work.decisions.push(`${startOf(node)}${truth ? '+' : '-'}`)
  const chosen = truth ? node.consequent : node.alternate
  const dropped = truth ? node.alternate : node.consequent
  if (dropped) bury(work, dropped)
  bury(work, node.test)
  if (!chosen) {
    remove(work, node)
    return []
  }
  if (chosen.type === 'BlockStatement') {
    const items = list(work, chosen.body)
    unwrap(work, node, chosen)
    return items
  }
  cut(work, startOf(node), startOf(chosen))
  cut(work, endOf(chosen), endOf(node))
  shift(work, { start: startOf(chosen), end: endOf(chosen) }, indentAt(work.file.text, startOf(node)))
  return open(work, chosen)
}

function openSwitch(work: Work, node: t.SwitchStatement): Item[] {
  const subject = evaluate(node.discriminant, work.context)
  const tests = node.cases.map((c) => (c.test ? evaluate(c.test, work.context) : null))
  const known = subject.kind === 'string' && tests.every((v) => v === null || v.kind === 'string')
  const bySwitchTrue = subject.kind === 'boolean' && tests.every((v) => v === null || v.kind === 'boolean')
  if (!known && !bySwitchTrue) {
    return [{ kind: 'switch', node, cases: node.cases.map((c) => ({ node: c, body: list(work, c.consequent) })) }]
  }
  let index = tests.findIndex((v) => v !== null && 'value' in v && v.value === (subject as { value: unknown }).value)
  if (index < 0) index = node.cases.findIndex((c) => c.test === null)
  // Cases without statements of their own share those of the next: the same decision.
  while (index >= 0 && index < node.cases.length - 1 && node.cases[index]?.consequent.length === 0) index++
  work.decisions.push(`${startOf(node)}#${index}`)
  bury(work, node.discriminant)
  if (index < 0) {
    for (const arm of node.cases) bury(work, arm)
    remove(work, node)
    return []
  }
  return openCase(work, node, index)
}

/** Keeps the statements from one case on until a break, across fall-through, and takes the switch away around them. */
function openCase(work: Work, node: t.SwitchStatement, index: number): Item[] {
  const { text } = work.file
  const live: { statements: t.Statement[]; arm: t.SwitchCase; block: t.BlockStatement | null }[] = []
  let closed = false
  node.cases.forEach((arm, i) => {
    if (i < index || closed) {
      bury(work, arm)
      return
    }
    const only = arm.consequent[0]
    const block =
      arm.consequent.length >= 1 && only?.type === 'BlockStatement' && arm.consequent.slice(1).every(isBreak)
        ? only
        : null
    const statements = block ? [...block.body, ...arm.consequent.slice(1)] : arm.consequent
    const stop = statements.findIndex((s) => isBreak(s) || leaves(s) || s.type === 'ContinueStatement')
    const kept = stop < 0 ? statements : statements.slice(0, isBreak(statements[stop] as t.Statement) ? stop : stop + 1)
    closed = stop >= 0
    for (const s of statements.slice(kept.length)) bury(work, s)
    live.push({ statements: kept, arm, block })
  })
  const parts = live.filter((l) => l.statements.length > 0)
  const first = parts[0]
  const last = parts[parts.length - 1]
  if (!first || !last) {
    remove(work, node)
    return []
  }
  const hasBreak = parts.some((part) => part.statements.some((s) => hasOwnBreak(s)))
  const items = parts.flatMap((part) => list(work, part.statements))
  const outer = indentAt(text, startOf(node))
  const braces = parts.length === 1 && declares(first.statements, work)
  let at = startOf(node)
  parts.forEach((part, i) => {
    const { start, end } = bodyRange(work, part.statements, part.block ?? part.arm)
    work.edits.push({
      start: at,
      end: start,
      pieces: i > 0 ? [`\n${outer}`] : braces ? [`{\n${outer}${indentUnit(text, node)}`] : [],
    })
    shift(work, { start, end }, braces ? outer + indentUnit(text, node) : outer)
    at = end
  })
  work.edits.push({ start: at, end: endOf(node), pieces: braces ? [`\n${outer}}`] : [] })
  return hasBreak ? [{ kind: 'arms', node, body: items }] : items
}

function indentUnit(text: string, node: Node): string {
  const outer = indentAt(text, startOf(node))
  const inner = indentAt(text, startOf((node as t.SwitchStatement).cases[0] ?? node))
  return inner.length > outer.length ? inner.slice(outer.length) : '  '
}

/** From the first statement (or the comment above it) to the last one (and the comment after it on its line). */
function bodyRange(work: Work, statements: readonly t.Statement[], holder: Node): Range {
  const { text } = work.file
  const first = statements[0] as t.Statement
  const last = statements[statements.length - 1] as t.Statement
  const open = holder.type === 'BlockStatement' ? startOf(holder) + 1 : startOf(holder)
  let start = startOf(first)
  for (const comment of work.file.comments) {
    const from = comment.start ?? 0
    if (
      from >= open &&
      from < start &&
      /\n\s*$/.test(text.slice(lineStart(text, from) - 1, from)) &&
      (holder.type === 'BlockStatement' || from > caseColon(text, holder as t.SwitchCase))
    ) {
      start = from
      break
    }
  }
  const tail = /^[ \t]*\/\/[^\n]*/.exec(text.slice(endOf(last), lineEnd(text, endOf(last))))
  return { start, end: endOf(last) + (tail?.[0].length ?? 0) }
}

function caseColon(text: string, arm: t.SwitchCase): number {
  return text.indexOf(':', arm.test ? endOf(arm.test) : startOf(arm))
}

function isBreak(statement: t.Statement): boolean {
  return statement.type === 'BreakStatement' && !statement.label
}

/** Replaces `if (...) { body }` by its body, one level out; keeps the braces when a name inside would meet one outside. */
function unwrap(work: Work, node: t.IfStatement, block: t.BlockStatement): void {
  const { text } = work.file
  const inner = text.slice(startOf(block) + 1, endOf(block) - 1)
  if (inner.trim() === '') {
    remove(work, node)
    return
  }
  if (declares(block.body, work)) {
    cut(work, startOf(node), startOf(block))
    cut(work, endOf(block), endOf(node))
    return
  }
  const from = startOf(block) + 1 + (inner.length - inner.trimStart().length)
  const to = endOf(block) - 1 - (inner.length - inner.trimEnd().length)
  cut(work, startOf(node), from)
  shift(work, { start: from, end: to }, indentAt(text, startOf(node)))
  cut(work, to, endOf(node))
}

/** Would opening this list clash with a name? Names already opened into the function, or declared in it outside the list. */
function declares(statements: readonly t.Statement[], work: Work): boolean {
  const names = new Set<string>()
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const d of statement.declarations) {
        walk(d.id, (n) => {
          if (n.type === 'Identifier') names.add(n.name)
          return undefined
        })
      }
    } else if ((statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') && statement.id)
      names.add(statement.id.name)
  }
  const from = startOf(statements[0] as Node)
  const to = endOf(statements[statements.length - 1] as Node)
  let clash = false
  for (const [node, scope] of work.context.tree.scopeOf) {
    const isOutside = !(startOf(node) >= from && endOf(node) <= to)
    if (!isOutside) continue
    for (const name of names) {
      const binding = scope.bindings.get(name)
      const isOwn = binding && startOf(binding.id) >= from && endOf(binding.id) <= to
      if (
        binding &&
        !isOwn &&
        binding.kind !== 'import' &&
        scope !== work.context.tree.program &&
        startOf(node) < from &&
        endOf(node) > to
      )
        clash = true
      else if (
        binding &&
        !isOwn &&
        binding.references.some((r) => startOf(r.node) > to) &&
        startOf(node) < from &&
        endOf(node) > to
      )
        clash = true
    }
  }
  for (const name of names) {
    if (work.names.has(name)) clash = true
    work.names.add(name)
  }
  return clash
}

/** The truth of a test, where dropping the test drops nothing that must run. */
function decide(work: Work, test: t.Expression): boolean | null {
  const truth = truthOf(evaluate(test, work.context))
  return truth !== null && isDroppable(work, test) ? truth : null
}

function isDroppable(work: Work, test: Node): boolean {
  return !some(test, (n) => {
    if (
      n.type === 'AwaitExpression' ||
      n.type === 'AssignmentExpression' ||
      n.type === 'UpdateExpression' ||
      n.type === 'NewExpression'
    )
      return evaluate(n, work.context).kind === 'unknown'
    if (n.type !== 'CallExpression' && n.type !== 'OptionalCallExpression') return false
    if (isMember(n.callee) && evaluate(n.callee.object, work.context).kind !== 'unknown') return false
    return evaluate(n, work.context).kind === 'unknown'
  })
}

/** Takes decided parts out of `a && b`, `a || b` and `c ? x : y` anywhere in an expression or simple statement. */
function simplify(work: Work, root: Node): void {
  walk(root, (node) => {
    if (node !== root && isFunction(node)) return false
    if (node.type === 'ConditionalExpression') {
      const truth = decide(work, node.test)
      if (truth === null) return undefined
      const chosen = truth ? node.consequent : node.alternate
      work.decisions.push(`${startOf(node)}${truth ? '+' : '-'}`)
      bury(work, node.test)
      bury(work, truth ? node.alternate : node.consequent)
      keepOnly(work, node, chosen)
      simplify(work, chosen)
      return false
    }
    if (node.type === 'LogicalExpression' && node.operator !== '??') return !simplifyLogical(work, node)
    return undefined
  })
}

function simplifyLogical(work: Work, node: t.LogicalExpression): boolean {
  const neutral = node.operator === '&&'
  const left = decide(work, node.left)
  if (left === neutral) {
    work.decisions.push(`${startOf(node)}>`)
    bury(work, node.left)
    keepOnly(work, node, node.right)
    simplify(work, node.right)
    return true
  }
  if (decide(work, node.right) === neutral && isTest(node)) {
    work.decisions.push(`${startOf(node)}<`)
    bury(work, node.right)
    keepOnly(work, node, node.left)
    simplify(work, node.left)
    return true
  }
  return false
}

/** Only in a test is the value of `a && true` as good as `a`. */
function isTest(node: Node): boolean {
  let at: Node = node
  for (let up = (at as Node & { parent?: Node }).parent; up; up = (at as Node & { parent?: Node }).parent) {
    if (up.type === 'IfStatement' || up.type === 'ConditionalExpression' || up.type === 'WhileStatement')
      return up.test === at
    if (up.type === 'UnaryExpression' && up.operator === '!') return true
    if (up.type !== 'LogicalExpression' && uncast(up) !== uncast(at)) return false
    at = up
  }
  return false
}

function keepOnly(work: Work, node: Node, kept: Node): void {
  const { start, end } = outerRange(work.file.text, kept)
  work.edits.push({ start: startOf(node), end: endOf(node), pieces: [{ from: start, to: end }] })
}

/** Notes that a range moves out to an indent. */
function shift(work: Work, range: Range, to: string): void {
  const by = indentAt(work.file.text, range.start).length - to.length
  if (by > 0) work.shifts.push({ range, by })
}

function cut(work: Work, start: number, end: number): void {
  if (end > start) work.edits.push({ start, end, pieces: [] })
}

function bury(work: Work, node: Node): void {
  work.dead.push({ start: startOf(node), end: endOf(node) })
}

function remove(work: Work, node: t.Statement): void {
  bury(work, node)
  const range = removalRange(work.file, node)
  work.edits.push({ ...range, pieces: [] })
}
