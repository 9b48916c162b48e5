import { accessKey, isKnownPresent } from './absence.ts'
import { isMember, isQuiet, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { type Node, some } from './tree.ts'
import { kindOf } from './value-kind.ts'

/** Evaluating it does nothing, and cannot throw either: no member of a value that may be null or undefined is asked for. */
export function isCalm(node: Node | null | undefined, tree: ScopeTree): boolean {
  return isQuiet(node) && (!node || !some(node, (inner) => mayThrow(inner, tree), isEvaluated))
}

/** Functions are made where they stand, not run. */
function isEvaluated(node: Node): boolean {
  return node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression'
}

function mayThrow(node: Node, tree: ScopeTree): boolean {
  if (node.type === 'BinaryExpression') return node.operator === 'in' || node.operator === 'instanceof'
  if (node.type === 'ArrayExpression') return node.elements.some((e) => e?.type === 'SpreadElement')
  return node.type === 'MemberExpression' && !isAlwaysThere(uncast(node.object), tree, memberName(node))
}

function isAlwaysThere(object: Node, tree: ScopeTree, asked: string | null): boolean {
  const key = accessKey(object)
  if (key !== null && isKnownPresent(object, key, null)) return true
  if (isMember(object)) return alwaysThere.test(memberName(object) ?? '') && isMemberOfName(object)
  if (object.type !== 'Identifier') return isValue(object, tree)
  const binding = bindingAt(tree, object)
  if (!binding) return true
  if (binding.kind === 'param') return binding.id.type === 'Identifier' && partOfRequest.test(asked ?? '')
  return /^(?:import|catch|function|class)$/.test(binding.kind) || isValue(object, tree)
}

/** What is asked of a parameter shows that it is the request; of any other it may throw. */
const partOfRequest = /^(?:query|headers|cookies|body|method|url)$/

/** Parts that Next gives to every request, and the environment. */
const alwaysThere = /^(?:query|headers|cookies|env)$/

const isMemberOfName = (node: Node): boolean => isMember(node) && uncast(node.object).type === 'Identifier'

function isValue(node: Node, tree: ScopeTree): boolean {
  return !/^(?:unknown|null|undefined)$/.test(kindOf(node, tree))
}
