import type * as t from '@babel/types'
import { indentAt, outerRange, type Range, removalRange } from '../syntax/lines.ts'
import { isHoisted } from '../syntax/completion.ts'
import type { Reference } from '../syntax/scope.ts'
import { contains, endOf, functionAround, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { bodyStart, type Head, leave } from './carried-comments.ts'
import type { Work } from './variant.ts'

/** Replaces `if (...) { body }` (or a loop) by its body, one level out; keeps the braces when a name inside would meet one outside. */
export function unwrap(
  work: Work,
  node: t.Statement,
  block: t.BlockStatement,
  { head, gone = null }: { head: Head; gone?: Range | null },
): void {
  const { text } = work.file
  const inner = text.slice(startOf(block) + 1, endOf(block) - 1)
  if (inner.trim() === '') {
    remove(work, node)
    return
  }
  const isOne = isListed(work, node)
  const outer = indentAt(text, startOf(node))
  if (!isOne || declares(block.body, work, gone)) {
    if (isOne) leave(work, head, startOf(block), outer)
    else cut(work, startOf(node), startOf(block))
    cut(work, endOf(block), endOf(node))
    return
  }
  const from = bodyStart(work.file, block)
  const to = endOf(block) - 1 - (inner.length - inner.trimEnd().length)
  leave(work, head, from, outer)
  shift(work, { start: from, end: to }, outer)
  cut(work, to, endOf(node))
}

/**
 * Would opening this list clash with a name? Names already opened into the function, or declared in it outside the list, but for what
 * is `gone` with it; and names of the module, or of nobody, that the function uses outside the list.
 */
export function declares(statements: readonly t.Statement[], work: Work, gone: Range | null = null): boolean {
  const stays = (node: Node): boolean => !gone || startOf(node) < gone.start || endOf(node) > gone.end
  const { tree } = work.context
  const names = namesOf(statements)
  const first = statements[0] as Node
  const from = startOf(first)
  const to = endOf(statements[statements.length - 1] as Node)
  const fn = functionAround(first)
  const isUsed = ({ node }: Reference): boolean =>
    stays(node) && (startOf(node) > to || (endOf(node) < from && fn !== null && contains(fn, node)))
  let clash = false
  for (const [node, scope] of tree.scopeOf) {
    if (!(startOf(node) < from && endOf(node) > to)) continue
    for (const name of names) {
      if (scope !== tree.program && scope.types.has(name)) clash = true
      const binding = scope.bindings.get(name)
      if (!binding || (startOf(binding.id) >= from && endOf(binding.id) <= to)) continue
      const isOfModule = binding.kind === 'import' || scope === tree.program
      if (!isOfModule && (stays(binding.id) || binding.references.some((r) => stays(r.node)))) clash = true
      else if (binding.references.some(isUsed)) clash = true
    }
  }
  for (const name of names) {
    if (work.names.has(name) || tree.globals.get(name)?.some(isUsed)) clash = true
    work.names.add(name)
  }
  return clash
}

function namesOf(statements: readonly t.Statement[]): Set<string> {
  const names = new Set<string>()
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const d of statement.declarations) {
        walk(d.id, (n) => {
          if (n.type === 'Identifier') names.add(n.name)
          return undefined
        })
      }
    } else if (DECLARATION.test(statement.type) && 'id' in statement && statement.id?.type === 'Identifier')
      names.add(statement.id.name)
  }
  return names
}

const DECLARATION = /^(?:Function|Class|TSTypeAlias|TSInterface|TSEnum)Declaration$/

/** What comes after a statement in its list, and goes when that always leaves; null where a function there is called before it. */
export function restOf(statement: t.Statement): Range | null {
  const block = parentOf(statement)
  if (block?.type !== 'BlockStatement') return null
  const rest = block.body.slice(block.body.indexOf(statement) + 1)
  return rest.some(isHoisted) ? null : { start: endOf(statement), end: endOf(block) }
}

export function keepOnly(work: Work, node: Node, kept: Node): void {
  const { start, end } = outerRange(work.file.text, kept)
  work.edits.push({ start: startOf(node), end: endOf(node), pieces: [{ from: start, to: end }] })
}

/** Notes that a range moves out to an indent. */
export function shift(work: Work, range: Range, to: string): void {
  const by = indentAt(work.file.text, range.start).length - to.length
  if (by > 0) work.shifts.push({ range, by })
}

export function cut(work: Work, start: number, end: number): void {
  if (end > start) work.edits.push({ start, end, pieces: [] })
}

export function bury(work: Work, node: Node): void {
  work.dead.push({ start: startOf(node), end: endOf(node) })
}

/** Takes a statement away; where the one around it needs one, `{}` stays in its place. */
export function remove(work: Work, node: t.Statement): void {
  bury(work, node)
  const parent = parentOf(node)
  if (isListed(work, node)) work.edits.push({ ...removalRange(work.file, node), pieces: [] })
  else if (parent?.type === 'IfStatement' && parent.alternate === node) cut(work, endOf(parent.consequent), endOf(node))
  else work.edits.push({ start: startOf(node), end: endOf(node), pieces: ['{}'] })
}

/** It has neighbours, so that two statements or none may stand in its place: no `else` or loop is waiting for one. */
export function isListed(work: Work, node: t.Statement): boolean {
  let parent = parentOf(node)
  // It stands where the statement stood that was decided for it.
  while (parent && work.opened.has(parent)) parent = parentOf(parent)
  return /^(?:BlockStatement|Program|SwitchCase|StaticBlock)$/.test(parent?.type ?? '')
}
