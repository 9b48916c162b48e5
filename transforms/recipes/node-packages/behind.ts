import type * as t from '@babel/types'
import { type Imported, importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'
import { findDeclared } from '../declared.ts'
import type { RecipeContext } from '../recipe.ts'

/** The package that a value comes from, and its function or class there. */
export type Behind = Imported

/** `limiter`, `server.handle`: names, members and calls are followed back to an import; null where none is found. */
export function behind(
  value: Node,
  from: SourceModule,
  context: Pick<RecipeContext, 'resolve' | 'moduleAt'>,
  depth = 8,
): Behind | null {
  if (depth === 0) return null
  const node = uncast(value)
  const imported = importedAs(node, from.tree)
  if (imported && context.resolve(imported.source, from.path) === null) return imported
  const next = innerOf(node)
  if (next) return behind(next, from, context, depth - 1)
  if (node.type !== 'Identifier') return null
  const declared = findDeclared(node, from, context)
  if (declared) return behind(declared.node, declared.module, context, depth - 1)
  const init = initOf(bindingAt(from.tree, node)?.declaration ?? null)
  return init ? behind(init, from, context, depth - 1) : null
}

function innerOf(node: Node): Node | null {
  if (isMember(node)) return node.object
  if (isCall(node) || node.type === 'NewExpression') return node.callee
  return node.type === 'AwaitExpression' ? node.argument : null
}

const initOf = (declaration: t.Node | null): Node | null =>
  declaration?.type === 'VariableDeclarator' ? (declaration.init ?? null) : null
