import type { Step, Use } from '../../model/route.ts'
import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import { leaves } from '../../syntax/completion.ts'
import { isCall, isCast, isMember, memberName, withCasts } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import type { FunctionNode } from '../../model/route.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import { type Lowering, need } from '../lowering.ts'
import { looksForArrays, replaceName } from './query.ts'

/**
 * A handler that tests its content type for `application/x-www-form-urlencoded` expects a form. Pages: an object, repeated
 * fields as arrays. App: URLSearchParams over the text: get() gives null where a field is missing, getAll() repeated ones.
 * One that refuses all else reads nothing but forms (`only`); for the other its body is read by content type, as Pages did.
 */
export function showsFormBody(fn: FunctionNode): 'only' | 'too' | null {
  let asksType = false
  let found: 'only' | 'too' | null = null
  walk(fn, (node) => {
    const value = node.type === 'TemplateElement' ? node.value.raw : node.type === 'StringLiteral' ? node.value : null
    if (value === null) return undefined
    if (value.toLowerCase() === 'content-type') asksType = true
    if (!value.includes('x-www-form-urlencoded')) return undefined
    const test = node.type === 'TemplateElement' ? parentOf(node) : node
    if (test && refusesOthers(test)) found = 'only'
    else if (test && found === null && isTested(test)) found = 'too'
    return undefined
  })
  return asksType ? found : null
}

/** `if (type !== 'application/x-www-form-urlencoded') return ...` */
function refusesOthers(node: Node): boolean {
  const parent = parentOf(node)
  let test = parent && isCall(parent) ? parentOf(withCasts(parent)) : parent
  if (!test || !isTested(node)) return false
  const isNegated =
    test.type === 'BinaryExpression'
      ? /^!==?$/.test(test.operator)
      : test.type === 'UnaryExpression' && test.operator === '!'
  if (!isNegated || (test.type === 'BinaryExpression' && parent !== test)) return false
  let up = parentOf(test)
  for (; up?.type === 'LogicalExpression' && up.operator === '||'; up = parentOf(up)) test = up
  return up?.type === 'IfStatement' && up.test === test && leaves(up.consequent)
}

/** A handler that tests its content type for `text/plain`, or another of text, expects text there. */
export function showsTextBody(fn: FunctionNode): boolean {
  let asksType = false
  let namesText = false
  walk(fn, (node) => {
    if (node.type !== 'StringLiteral') return undefined
    if (node.value.toLowerCase() === 'content-type') asksType = true
    if (/^(?:text\/|application\/(?:xml|octet-stream)\b)/.test(node.value) && isTested(node)) namesText = true
    return undefined
  })
  return asksType && namesText
}

function isTested(node: Node): boolean {
  const parent = parentOf(node)
  if (parent?.type === 'BinaryExpression' || parent?.type === 'SwitchCase') return true
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
