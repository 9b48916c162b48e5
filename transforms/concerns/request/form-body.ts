import type { Step, Use } from '../../model/route.ts'
import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import { isCall, isCast, isMember, memberName, withCasts } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import type { FunctionNode } from '../../model/route.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import { type Lowering, need } from '../lowering.ts'
import { looksForArrays, replaceName } from './query.ts'

/**
 * A handler that tests its content type for `application/x-www-form-urlencoded` expects a form. Pages: an object, repeated
 * fields as arrays. App: URLSearchParams over the text: get() gives null where a field is missing, getAll() repeated ones.
 */
export function showsFormBody(fn: FunctionNode): boolean {
  let asksType = false
  let namesForm = false
  walk(fn, (node) => {
    if (node.type === 'StringLiteral' && node.value.toLowerCase() === 'content-type') asksType = true
    if (node.type === 'StringLiteral' && node.value.includes('x-www-form-urlencoded') && isTested(node))
      namesForm = true
    return undefined
  })
  return asksType && namesForm
}

/** A handler that tests its content type for `text/plain`, or another of text, expects text there. */
export function showsTextBody(fn: FunctionNode): boolean {
  let asksType = false
  let namesText = false
  walk(fn, (node) => {
    if (node.type !== 'StringLiteral') return undefined
    if (node.value.toLowerCase() === 'content-type') asksType = true
    if (
      /^(?:text\/|application\/(?:xml|octet-stream)\b)/.test(node.value) &&
      (isTested(node) || parentOf(node)?.type === 'SwitchCase')
    )
      namesText = true
    return undefined
  })
  return asksType && namesText
}

function isTested(node: Node): boolean {
  const parent = parentOf(node)
  if (parent?.type === 'BinaryExpression') return true
  return (
    parent !== null &&
    isCall(parent) &&
    isMember(parent.callee) &&
    ['includes', 'startsWith', 'match', 'indexOf'].includes(memberName(parent.callee) ?? '')
  )
}

/** `req.body` of a form: a field, or all of them. */
export function readForm(use: Use, at: Lowering): void {
  const [first, step] = use.steps as [Step, Step | undefined]
  need(at, 'form', first.node)
  if (step?.kind !== 'prop') return replaceName(at, first.node, `Object.fromEntries(${at.names.form})`)
  const key = quoted(at.style, step.name)
  const outer = withCasts(step.node)
  const parent = parentOf(outer)
  if (looksForArrays([step.node])) {
    const all = `${at.names.form}.getAll(${key})`
    return replaceName(at, step.node, `(${all}.length > 1 ? ${all} : ${all}[0])`)
  }
  const text = `${at.names.form}.get(${key})`
  if (!tellsNullFromUndefined(step.node, at.tree)) return replaceName(at, step.node, text)
  const isOperand =
    parent !== null &&
    (isCast(parent) || isMember(parent) || /^(Binary|Logical|Unary|Conditional|Spread)/.test(parent.type))
  replaceName(at, step.node, isOperand || outer !== step.node ? `(${text} ?? undefined)` : `${text} ?? undefined`)
}
