import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { removalRange } from '../syntax/lines.ts'
import { isCall, isMember, keyName, memberName, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type Reference, type Scope, type ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { wholeContext } from './whole-context.ts'

/** The function that an expression of a module names, there or in another module of the project; null for anything else. */
export type FindFunction = (node: Node, from: SourceModule) => { fn: FunctionNode; tree: ScopeTree } | null

/**
 * `const context = { req, res }` written out where it is used: `load(context)` becomes `load({ req, res })`, `context.req` becomes `req`.
 * Only where it goes to functions that take `req` and `res` off it and do nothing else with it: then it is no matter whether they share it.
 */
export function contextEdits(module: SourceModule, find: FindFunction): Edit[] {
  const { file } = module
  if (!/=\s*\{\s*re[qs]\b/.test(file.text)) return []
  const edits: Edit[] = []
  walk(file.ast.program, (node) => {
    if (node.type === 'VariableDeclarator') edits.push(...editsOf(node, module, find))
    return true
  })
  return edits
}

function editsOf(declarator: t.VariableDeclarator, module: SourceModule, find: FindFunction): Edit[] {
  const { id, init } = declarator
  const { file, tree } = module
  const statement = parentOf(declarator)
  const parts = init?.type === 'ObjectExpression' ? partsOf(init, tree) : null
  const binding = id.type === 'Identifier' ? bindingAt(tree, id) : null
  if (!init || !parts || !binding || statement?.type !== 'VariableDeclaration' || statement.declarations.length !== 1)
    return []
  if (parentOf(statement)?.type !== 'BlockStatement' || (id.type === 'Identifier' && id.typeAnnotation)) return []
  const textOf = (node: Node): string => file.text.slice(startOf(node), endOf(node))
  const edits: Edit[] = []
  for (const reference of binding.references) {
    const place = placeOf(reference, parts)
    const isVisible = [...parts.values()].every((part) => means(part, reference.scope, tree))
    const isTaken = place && (place.part || isTakenApart(reference.node, (callee) => find(callee, module)))
    if (!place || !isTaken || !isVisible || startOf(reference.node) < endOf(declarator)) return []
    edits.push({ start: startOf(place.node), end: endOf(place.node), pieces: [textOf(place.part ?? init)] })
  }
  return edits.length === 0 ? [] : [{ ...removalRange(file, statement), pieces: [] }, ...edits]
}

/** `{ req, res: response }` of parameters that are never assigned: what stands for each; null for any other object. */
function partsOf({ properties }: t.ObjectExpression, tree: ScopeTree): Map<string, t.Identifier> | null {
  const parts = new Map<string, t.Identifier>()
  for (const property of properties) {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    const value = property.type === 'ObjectProperty' ? property.value : null
    const binding = value?.type === 'Identifier' ? bindingAt(tree, value) : null
    if ((key !== 'req' && key !== 'res') || value?.type !== 'Identifier' || !isParameter(binding)) return null
    parts.set(key, value)
  }
  return parts.size > 0 ? parts : null
}

function isParameter(binding: Binding | null): boolean {
  return binding?.kind === 'param' && binding.references.every(({ kind }) => kind !== 'write')
}

/** What is replaced: the name itself as an argument, or the member that reads a part off it. */
function placeOf(
  { node, kind }: Reference,
  parts: ReadonlyMap<string, t.Identifier>,
): { node: Node; part: t.Identifier | null } | null {
  const parent = kind === 'read' ? parentOf(node) : null
  if (parent && isMember(parent) && parent.object === node) {
    const part = parts.get(memberName(parent) ?? '')
    const user = part ? parentOf(withCasts(parent)) : null
    const isWritten = user?.type === 'AssignmentExpression' || user?.type === 'UpdateExpression'
    return part && !isWritten ? { node: parent, part } : null
  }
  const isArgument = parent && isCall(parent) && parent.arguments.some((argument) => argument === node)
  return isArgument ? { node, part: null } : null
}

/** The function that is called takes `req` and `res` off the object, and does nothing else with it. */
function isTakenApart(argument: Node, find: (callee: Node) => ReturnType<FindFunction>): boolean {
  const call = parentOf(argument)
  if (!call || !isCall(call)) return false
  const found = find(call.callee)
  const index = call.arguments.findIndex((one) => one === argument)
  if (!found || call.arguments.slice(0, index).some(({ type }) => type === 'SpreadElement')) return false
  const param = found.fn.params[index]
  const pattern = param?.type === 'AssignmentPattern' ? param.left : param
  if (pattern?.type === 'ObjectPattern') return pattern.properties.every(({ type }) => type === 'ObjectProperty')
  return pattern?.type === 'Identifier' && wholeContext(pattern, found.tree) === null
}

/** The name means the same where it is to be written. */
function means(part: t.Identifier, from: Scope, tree: ScopeTree): boolean {
  for (let scope: Scope | null = from; scope; scope = scope.parent) {
    const found = scope.bindings.get(part.name)
    if (found) return found === bindingAt(tree, part)
  }
  return false
}
