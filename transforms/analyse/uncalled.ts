import type { FunctionNode } from '../model/route.ts'
import { withCasts } from '../syntax/match.ts'
import { bindingAt, type Reference, type ScopeTree } from '../syntax/scope.ts'
import { contains, isListHolder, isPlainFunction, type Node, parentOf, walk } from '../syntax/tree.ts'
import type * as t from '@babel/types'
import { remove } from './prune.ts'
import { isDead, type Work } from './variant.ts'

interface Named {
  fn: Node
  statement: t.Statement
  references: readonly Reference[]
}

const known = new WeakMap<Node, readonly Named[]>()

/** Functions in the body that only other methods call go: what they read or answer is no matter of this one. */
export function removeUncalled(work: Work, { body }: FunctionNode): void {
  const all = known.get(body) ?? namedIn(body, work.context.tree)
  known.set(body, all)
  const isGone = (node: Node, own: Node): boolean => isDead(work, node) || contains(own, node)
  for (let before = -1; before !== work.dead.length; ) {
    before = work.dead.length
    for (const { fn, statement, references } of all)
      if (!isDead(work, statement) && references.every(({ node }) => isGone(node, fn))) remove(work, statement)
  }
}

/** What nobody calls in the original stays: not ours. */
function namedIn(body: Node, tree: ScopeTree): Named[] {
  const found: Named[] = []
  walk(body, (node) => {
    const statement = isPlainFunction(node) ? statementOfFunction(node) : null
    const id = statement?.type === 'VariableDeclaration' ? statement.declarations[0]?.id : (node as { id?: Node }).id
    const references = statement && id ? (bindingAt(tree, id)?.references ?? []) : []
    const isCalled = references.some(({ node: use }) => !contains(node, use))
    if (statement && isCalled) found.push({ fn: node, statement, references })
    return true
  })
  return found
}

/** The statement that declares the function and nothing else, where it can be taken away; else null. */
export function statementOfFunction(fn: FunctionNode): t.Statement | null {
  const parent = parentOf(withCasts(fn))
  const declaration = parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parentOf(parent) : null
  const isOnly = declaration?.type === 'VariableDeclaration' && declaration.declarations.length === 1
  const statement = fn.type === 'FunctionDeclaration' ? fn : isOnly ? declaration : null
  const holder = statement ? parentOf(statement) : null
  return statement && holder && isListHolder(holder) ? statement : null
}
