import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { contains, endOf, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'

/** A call that hands the request to the package, in the function that has it as a parameter. */
export interface Upload {
  call: t.CallExpression
  req: t.Identifier
  res: t.Identifier
  request: Binding
  /** Reads of what the package hangs on the request, after the call. */
  reads: readonly t.Identifier[]
  /** The statement that the new name is declared before: its block holds the call and all reads. */
  before: t.Statement
}

/** Null where something else is done with what the package hangs on the request. */
export function readUpload(call: t.CallExpression, tree: ScopeTree): Upload | null {
  const [req, res] = call.arguments.map((argument) => uncast(argument))
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier') return null
  const [request, response] = [bindingAt(tree, req), bindingAt(tree, res)]
  const fn = request ? functionOf(request) : null
  if (!request || !response || !fn || functionOf(response) !== fn) return null
  if (request.references.some(({ kind }) => kind === 'write')) return null
  const reads: t.Identifier[] = []
  for (const { node } of request.references) {
    const use = readOf(node)
    if (use === 'mixed') return null
    if (use === null || node.type !== 'Identifier') continue
    // What was read before is not there yet.
    if (startOf(node) > startOf(call)) reads.push(node)
    else if (use !== 'body') return null
  }
  const before = placeOf(call, [call, ...reads])
  return before && { call, req, res, request, reads, before }
}

/** The function that has it for a parameter. */
function functionOf({ id, kind }: Binding): FunctionNode | null {
  const fn = parentOf(id)
  return kind === 'param' && (isPlainFunction(fn) || fn?.type === 'ObjectMethod' || fn?.type === 'ClassMethod')
    ? (fn as FunctionNode)
    : null
}

const HUNG = /^(?:body|file|files)$/

/** `req.file`, `const { body, files } = req`: the name that is read, or null for other uses. */
function readOf(node: Node): string | 'mixed' | null {
  const held = withCasts(node)
  const parent = parentOf(held)
  if (isMember(parent) && parent.object === held) {
    const name = memberName(parent)
    return name !== null && HUNG.test(name) ? name : null
  }
  if (parent?.type !== 'VariableDeclarator' || parent.init !== held || parent.id.type !== 'ObjectPattern') return null
  const keys = parent.id.properties.map((p) => (p.type === 'ObjectProperty' ? (keyName(p) ?? '') : 'rest'))
  const hung = keys.filter((key) => HUNG.test(key))
  return hung.length === 0 ? null : hung.length === keys.length ? (hung[0] ?? null) : 'mixed'
}

/** In the innermost block around all of them. */
function placeOf(call: Node, nodes: readonly Node[]): t.Statement | null {
  for (let up: Node | null = call; up; up = parentOf(up)) {
    const block: Node | null = parentOf(up)
    if (block?.type !== 'BlockStatement') continue
    const isAround = nodes.every((node) => contains(block, node))
    const isOfPromise = isExecutor(block)
    if (isAround && !isOfPromise)
      return block.body.find((s) => startOf(s) <= startOf(call) && endOf(call) <= endOf(s)) ?? null
  }
  return null
}

/** The body of a function that is written as an argument: what is declared goes in front of the call that it is for. */
function isExecutor(block: Node): boolean {
  const fn = parentOf(block)
  const made = isPlainFunction(fn) ? parentOf(fn) : null
  return made?.type === 'NewExpression' || made?.type === 'CallExpression'
}
