import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { type Node, some } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { isOfPackage } from './context-origin.ts'
import { heldUnder, rootOf } from './context-seeds.ts'

type Call = t.CallExpression | t.OptionalCallExpression

/**
 * `handler({ ctx, input })`, or `handler(opts)` (null), where the function is not found: code of the project reads it as `ctx`, and no package knows what a project keeps
 * in its context. `{ req }` would be understood by packages too.
 */
export function handsOnByKey(
  call: Call,
  object: t.ObjectExpression | null,
  module: SourceModule,
  context: RecipeContext,
): boolean {
  const isByKey = (object?.properties ?? []).every(
    (property) =>
      property.type === 'ObjectProperty' && !/^(?:request|response)$/.test(heldUnder(keyName(property)) ?? ''),
  )
  if (!isByKey) return false
  const root = rootOf(call.callee)
  if (root.type === 'ThisExpression') return true
  const binding = root.type === 'Identifier' ? bindingAt(module.tree, root) : null
  if (!binding) return false
  const imported = importedAs(root, module.tree)
  if (imported) {
    if (context.resolve(imported.source, module.path) === null) return false
    return context.functionAt(root, module) !== null || !isOfPackage(root, module, context)
  }
  if (binding.kind === 'param') return isNext(call)
  const { declaration } = binding
  return declaration.type === 'VariableDeclarator' && declaration.init
    ? !some(declaration.init, (node) => isLoaded(node, module, context)) && !isOfPackage(root, module, context)
    : false
}

/** `next({ ctx })` of a middleware. */
function isNext({ callee }: Call): boolean {
  return isMember(callee) ? memberName(callee) === 'next' : callee.type === 'Identifier' && callee.name === 'next'
}

/** The parameter that a callee names. */
export function calledParam(callee: Node, { tree }: SourceModule): Binding | null {
  const node = uncast(callee)
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  return binding?.kind === 'param' ? binding : null
}

function isLoaded(node: Node, module: SourceModule, context: RecipeContext): boolean {
  if (node.type === 'Identifier') {
    const imported = importedAs(node, module.tree)
    return imported !== null && context.resolve(imported.source, module.path) === null
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'Import') return false
  const [source] = node.arguments
  return source?.type !== 'StringLiteral' || context.resolve(source.value, module.path) === null
}

/** `getToken({ req })` reads `req.cookies` and `req.headers` (next-auth@4.24.11 jwt/index.ts), version 5 the headers. */
export function isToken({ callee }: Call, object: t.ObjectExpression, { tree }: SourceModule): boolean {
  const imported = callee.type === 'Identifier' ? importedAs(callee, tree) : null
  return (
    imported?.source === 'next-auth/jwt' &&
    imported.name === 'getToken' &&
    object.properties.every(
      (property) => property.type === 'ObjectProperty' && heldUnder(keyName(property) ?? 'ctx') !== 'context',
    )
  )
}
