import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { type Node, startOf } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { withoutAwait } from './context-seeds.ts'

type Found = ReturnType<RecipeContext['functionAt']>

/** The function of the project that a callee names; also one of a module that is loaded where it is called: `await import('./list')`. */
export function findCallee(callee: Node, module: SourceModule, context: RecipeContext): Found {
  return context.functionAt(callee, module) ?? findLoaded(uncast(callee), module, context)
}

function findLoaded(callee: Node, module: SourceModule, context: RecipeContext): Found {
  if (isMember(callee)) {
    const object = uncast(callee.object)
    const path = pathOf(object, module, context) ?? pathOf(initOf(object, module), module, context)
    const name = memberName(callee)
    return path !== null && name !== null ? context.exportedFunction(path, name) : null
  }
  const declaration = callee.type === 'Identifier' ? declarationOf(callee, module) : null
  if (declaration?.id.type !== 'ObjectPattern') return null
  const path = pathOf(declaration.init ?? null, module, context)
  const property = declaration.id.properties.find(
    (one) =>
      one.type === 'ObjectProperty' && startOf(one.value) === startOf(bindingAt(module.tree, callee)?.id ?? callee),
  )
  const name = property?.type === 'ObjectProperty' ? keyName(property) : null
  return path !== null && name !== null ? context.exportedFunction(path, name) : null
}

function declarationOf(node: Node, { tree }: SourceModule) {
  const binding = bindingAt(tree, node)
  return binding?.kind === 'const' && binding.declaration.type === 'VariableDeclarator' ? binding.declaration : null
}

function initOf(node: Node, module: SourceModule): Node | null {
  const declaration = node.type === 'Identifier' ? declarationOf(node, module) : null
  return declaration?.id.type === 'Identifier' ? (declaration.init ?? null) : null
}

/** The file that `await import('./list')` loads. */
function pathOf(node: Node | null, module: SourceModule, context: RecipeContext): string | null {
  const call = node && withoutAwait(node)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Import') return null
  const [source] = call.arguments
  return source?.type === 'StringLiteral' ? context.resolve(source.value, module.path) : null
}
