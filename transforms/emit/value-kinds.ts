import { isMember, memberName, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

export function isDate(node: Node, tree: ScopeTree): boolean {
  const at = uncast(node)
  if (at.type === 'NewExpression') return at.callee.type === 'Identifier' && at.callee.name === 'Date'
  const declaration = at.type === 'Identifier' ? bindingAt(tree, at)?.declaration : null
  return (
    declaration?.type === 'VariableDeclarator' &&
    declaration.id.type === 'Identifier' &&
    Boolean(declaration.init) &&
    isDate(declaration.init as Node, tree)
  )
}

const PARTS = /^(?:query|headers|cookies|env)$/

/** `req.query.page`, or a name that such a part was taken apart for. */
export function isText(node: Node, tree: ScopeTree): boolean {
  const at = uncast(node)
  if (isMember(at)) return isMember(at.object) && PARTS.test(memberName(at.object) ?? '')
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  const { declaration } = binding ?? {}
  if (declaration?.type !== 'VariableDeclarator' || !declaration.init) return false
  const init = uncast(declaration.init)
  if (declaration.id.type !== 'ObjectPattern') return isText(init, tree)
  return isMember(init) && PARTS.test(memberName(init) ?? '')
}

export function mayBeMissing(argument: Node, tree: ScopeTree): boolean {
  const at = uncast(argument)
  const up = at.type === 'Identifier' ? parentOf(bindingAt(tree, at)?.id ?? at) : null
  return up?.type !== 'AssignmentPattern' && isText(at, tree)
}

/** `Buffer.from(text)`, or a name for it. */
export function isBuffer(node: Node, tree: ScopeTree): boolean {
  const at = uncast(node)
  const object = at.type === 'CallExpression' && isMember(at.callee) ? at.callee.object : null
  if (object) return object.type === 'Identifier' && object.name === 'Buffer'
  const { declaration } = (at.type === 'Identifier' ? bindingAt(tree, at) : null) ?? {}
  return declaration?.type === 'VariableDeclarator' && declaration.init ? isBuffer(declaration.init, tree) : false
}

/** `const { page = 1 } = req.query; parseInt(page)`. */
export function mixesNumbers(
  argument: Node | undefined,
  { file, tree }: { file: SourceFile; tree: ScopeTree },
): boolean {
  const at = argument ? uncast(argument) : null
  if (!at) return false
  const text = file.text.slice(at.start ?? 0, at.end ?? 0)
  // What it may be is asked somewhere: the checker knows it better there.
  if (file.text.includes(`typeof ${text} `)) return true
  if (at.type === 'NumericLiteral') return true
  if (at.type === 'LogicalExpression') return mixesNumbers(at.right, { file, tree })
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  const up = binding ? parentOf(binding.id) : null
  return up?.type === 'AssignmentPattern' && up.right.type === 'NumericLiteral'
}
