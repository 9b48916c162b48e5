import type * as t from '@babel/types'
import { importedAs } from '../syntax/imported.ts'
import { isMember, isQuiet, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isFunction, type Node, some } from '../syntax/tree.ts'

/** Nothing happens when it is evaluated. `new Set([...])` of constants is a method list. */
export function isRemovable(init: t.Expression | null | undefined, tree: ScopeTree): boolean {
  if (!init || isFunction(uncast(init))) return true
  if (isQuiet(init)) return !mayThrow(init, tree)
  const node = uncast(init)
  if (isRequestPart(node)) return true
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return false
  if (node.callee.type !== 'Identifier') return false
  const { name } = node.callee
  if (node.type === 'NewExpression') return /^(?:Set|Headers)$/.test(name) && node.arguments.every((a) => isQuiet(a))
  const source = importedAs(node.callee, tree)?.source
  if (source !== undefined) return ONLY_MAKES.has(source) && node.arguments.every((a) => isQuiet(a))
  return /^(?:String|Boolean)$/.test(name) && !bindingAt(tree, node.callee) && node.arguments.every(isText)
}

/** `Object.fromEntries(request.headers)`, as new code writes `req.headers`. */
function isRequestPart(node: Node): boolean {
  if (node.type !== 'CallExpression' || !isMember(node.callee) || memberName(node.callee) !== 'fromEntries')
    return false
  const [part, ...more] = node.arguments
  if (node.callee.object.type !== 'Identifier' || node.callee.object.name !== 'Object' || !part || more.length > 0)
    return false
  if (part.type === 'Identifier') return /^searchParams\d*$/.test(part.name)
  return isMember(part) && memberName(part) === 'headers' && part.object.type === 'Identifier'
    ? /^_?request\d*$/.test(part.object.name)
    : false
}

/** Packages whose default export gives a function and does nothing else: cors@2.8.5 lib/index.js (`middlewareWrapper`). */
const ONLY_MAKES: ReadonlySet<string> = new Set(['cors'])

/** `searchParams.get('name') ?? ''`: a text, or nothing. */
function isText(argument: Node): boolean {
  const node = uncast(argument)
  if (node.type === 'LogicalExpression') return isText(node.left) && isText(node.right)
  if (node.type !== 'CallExpression') return /^(?:String|Boolean|Null)Literal$/.test(node.type)
  const { callee } = node
  if (!isMember(callee) || callee.object.type !== 'Identifier' || memberName(callee) !== 'get') return false
  return /^searchParams\d*$/.test(callee.object.name) && node.arguments.every((a) => isQuiet(a))
}

/** It reads a member of something that is not shown to be there, the parsed body first of all: where that is null, reading throws. */
function mayThrow(init: Node, tree: ScopeTree): boolean {
  return some(
    init,
    (node) => isMember(node) && node.type === 'MemberExpression' && !isThere(uncast(node.object), tree),
    (node) => !isFunction(node),
  )
}

function isThere(object: Node, tree: ScopeTree): boolean {
  if (isMade(object)) return true
  if (isMember(object)) return memberName(object) === 'env' && isProcess(object.object)
  const binding = bindingAt(tree, object)
  if (!binding) return isProcess(object)
  const { declaration } = binding
  if (binding.kind === 'param') return isRequest(binding)
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || !declaration.init)
    return declaration.type === 'ImportNamespaceSpecifier'
  return isMade(uncast(declaration.init))
}

const isMade = ({ type }: Node): boolean => /^(?:Object|Array|New|Function|ArrowFunction|Class)Expression$/.test(type)

const isProcess = (node: Node): boolean => node.type === 'Identifier' && node.name === 'process'

/** The first parameter, under the name that new code gives to it. */
function isRequest({ id, name, scope }: Binding): boolean {
  const { node } = scope
  return 'params' in node && node.params[0] === id && /^_?request\d*$/.test(name)
}
