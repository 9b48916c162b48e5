import type * as t from '@babel/types'
import type { FunctionModel } from '../model/route.ts'
import { leaves } from '../syntax/completion.ts'
import { isCall, isMember, isQuiet, uncast } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/**
 * Whether nothing is lost where `res.headersSent` (or the like) is taken to be false: what runs in the original only when an
 * answer was sent says so at most (`console`), leaves, or does something with the response, which nobody sees any more.
 */
export function losesNothing(asked: Node, model: FunctionModel): boolean {
  let node = asked
  /** What the expression is when an answer was sent. */
  let sent = true
  for (let parent = parentOf(node); parent; [node, parent] = [parent, parentOf(parent)]) {
    if (isTransparent(parent)) continue
    if (parent.type === 'UnaryExpression' && parent.operator === '!') sent = !sent
    else if (parent.type === 'LogicalExpression') {
      if (parent.left !== node) continue
      if (parent.operator === (sent ? '&&' : '||') && !isQuiet(parent.right) && !isNothing(parent.right, model))
        return false
    } else if (parent.type === 'ConditionalExpression' && parent.test === node)
      return isNothing(sent ? parent.consequent : parent.alternate, model)
    else if (parent.type === 'IfStatement' && parent.test === node)
      return onlyWhenSent(parent, sent).every((one) => isNothing(one, model))
    else return parent.type === 'ExpressionStatement'
  }
  return true
}

const isTransparent = ({ type }: Node): boolean =>
  type === 'ParenthesizedExpression' || type === 'TSAsExpression' || type === 'TSNonNullExpression'

/** The branch that is not taken without an answer, and what follows the statement where the other branch leaves. */
function onlyWhenSent(statement: t.IfStatement, sent: boolean): Node[] {
  const { consequent, alternate } = statement
  const [own, other] = sent ? [consequent, alternate] : [alternate, consequent]
  const parent = parentOf(statement)
  const list = parent?.type === 'BlockStatement' || parent?.type === 'StaticBlock' ? parent.body : []
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
    case 'EmptyStatement':
    case 'ThrowStatement':
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
  return isOwn && call.arguments.every((argument) => isQuiet(argument))
}
