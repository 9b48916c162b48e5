import type * as t from '@babel/types'
import type { FunctionModel } from '../model/route.ts'
import { leaves } from '../syntax/completion.ts'
import { isCall, isMember, isQuiet, uncast } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/**
 * Whether nothing is lost where `res.headersSent` (or the like) is taken to be false: what runs in the original only when an
 * answer was sent says so at most (`console`), leaves, or does something with the response, which nobody sees any more. In a
 * `finally` code runs after answers too.
 */
export function losesNothing(asked: Node, model: FunctionModel): boolean {
  return !isInFinally(asked, model.fn) && doesNothingWhen(true, asked, model)
}

function isInFinally(node: Node, fn: Node): boolean {
  for (let up: Node | null = node; up && up !== fn; up = parentOf(up)) {
    const parent = parentOf(up)
    if (parent?.type === 'TryStatement' && parent.finalizer === up) return true
  }
  return false
}

/** Whether what runs only when the answer was sent, or only when it was not, does nothing that anybody sees. */
export function doesNothingWhen(sent: boolean, asked: Node, model: FunctionModel): boolean {
  let node = asked
  /** What the expression is then. */
  let value = sent
  for (let parent = parentOf(node); parent; [node, parent] = [parent, parentOf(parent)]) {
    if (isTransparent(parent)) continue
    if (parent.type === 'UnaryExpression' && parent.operator === '!') value = !value
    else if (parent.type === 'LogicalExpression') {
      if (parent.left !== node) continue
      if (parent.operator === (value ? '&&' : '||') && !isQuiet(parent.right) && !isNothing(parent.right, model))
        return false
    } else if (parent.type === 'ConditionalExpression' && parent.test === node)
      return isNothing(value ? parent.consequent : parent.alternate, model)
    else if (parent.type === 'IfStatement' && parent.test === node)
      return onlyWhen(parent, value).every((one) => isNothing(one, model))
    else return parent.type === 'ExpressionStatement'
  }
  return true
}

const isTransparent = ({ type }: Node): boolean =>
  type === 'ParenthesizedExpression' || type === 'TSAsExpression' || type === 'TSNonNullExpression'

/** The branch that is taken for that value, and what follows the statement where the other branch leaves. */
function onlyWhen(statement: t.IfStatement, value: boolean): Node[] {
  const { consequent, alternate } = statement
  const [own, other] = value ? [consequent, alternate] : [alternate, consequent]
  const parent = parentOf(statement)
  const list = parent?.type === 'BlockStatement' ? parent.body : parent?.type === 'SwitchCase' ? parent.consequent : []
  const rest = other && leaves(other) ? list.slice(list.indexOf(statement) + 1) : []
  return [...(own ? [own] : []), ...rest]
}

function isNothing(node: Node, model: FunctionModel): boolean {
  switch (node.type) {
    case 'BlockStatement':
      return node.body.every((one) => isNothing(one, model))
    case 'IfStatement':
      return (
        isQuiet(node.test) && isNothing(node.consequent, model) && (!node.alternate || isNothing(node.alternate, model))
      )
    case 'ExpressionStatement':
      return isNothing(node.expression, model)
    case 'ReturnStatement':
      return !node.argument || isNothing(node.argument, model)
    case 'ThrowStatement':
      return (
        isQuiet(node.argument) || (node.argument.type === 'NewExpression' && node.argument.arguments.every(isQuiet))
      )
    case 'EmptyStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true
    case 'AwaitExpression':
      return isNothing(node.argument, model)
    default:
      return isQuiet(node) || isAboutResponse(node, model)
  }
}

/** Something is printed, done with the response or handed to `next`: what they are given does nothing either. */
function isAboutResponse(node: Node, model: FunctionModel): boolean {
  const call = uncast(node)
  if (!isCall(call)) return false
  let root: Node = call.callee
  for (let at = uncast(root); isMember(at) || isCall(at); at = uncast(root)) root = isMember(at) ? at.object : at.callee
  const isOwn =
    (root.type === 'Identifier' && root.name === 'console') ||
    model.uses.some((use) => use.root === 'res' && use.ref === root) ||
    model.next?.includes(call) === true
  // A listener that is given would run.
  return isOwn && call.arguments.every((argument) => isQuiet(argument) && !/Function/.test(argument.type))
}
