import type { Lowering } from '../concerns/lowering.ts'
import type { RecipeContext } from '../recipes/recipe.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'

/**
 * The value comes from a function of the project that says that it gives text: `messageOf(error)`, where that is
 * `(error: unknown): string => ...`; also from a constant that holds the result.
 */
export function isStatedText(
  value: Node,
  { at, functionAt }: { at: Lowering; functionAt: RecipeContext['functionAt'] },
): boolean {
  const node = uncast(value)
  const declaration = node.type === 'Identifier' ? bindingAt(at.tree, node) : null
  if (declaration?.kind === 'const' && declaration.declaration.type === 'VariableDeclarator') {
    const { id, init } = declaration.declaration
    return id.type === 'Identifier' && init ? isResult(uncast(init), functionAt) : false
  }
  return isResult(node, functionAt)
}

function isResult(node: Node, functionAt: RecipeContext['functionAt']): boolean {
  const call = node.type === 'AwaitExpression' ? uncast(node.argument) : node
  if (call.type !== 'CallExpression') return false
  const stated = functionAt(call.callee)?.fn.returnType
  const type = stated?.type === 'TSTypeAnnotation' ? stated.typeAnnotation : null
  if (type?.type === 'TSStringKeyword') return true
  if (type?.type !== 'TSTypeReference' || call === node) return false
  const [only] = type.typeParameters?.params ?? []
  return type.typeName.type === 'Identifier' && type.typeName.name === 'Promise' && only?.type === 'TSStringKeyword'
}
