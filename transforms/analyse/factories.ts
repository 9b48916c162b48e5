import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import { type FoundFunction, findModuleFunction, type ModuleGraph } from './module-functions.ts'
import { givenBack } from './wrappers.ts'

/**
 * The function that a call of the project's own gives back: `requireRole('admin')`, where `requireRole` is
 * `(role) => async (req, res) => { ... }`. Its declaration is that of the function that makes it.
 */
export function findGivenBack(made: t.CallExpression, from: SourceModule, graph: ModuleGraph): FoundFunction | null {
  const found = findModuleFunction(made.callee, from, graph)
  const fn = found && !found.part ? givenBack(found.fn, found.module.tree) : null
  return found && fn && !fn.generator ? { ...found, fn } : null
}

/** `const limit = createLimit(5)` at the top of a file, where all that is done with it is to call it. */
export function ownMade(callee: Node, { tree }: SourceModule): t.CallExpression | null {
  const binding = callee.type === 'Identifier' ? bindingAt(tree, callee) : null
  const { declaration } = binding ?? {}
  if (binding?.kind !== 'const' || binding.scope !== tree.program || declaration?.type !== 'VariableDeclarator')
    return null
  const init = declaration.init ? uncast(declaration.init) : null
  const isPlain = declaration.id.type === 'Identifier' && !declaration.id.typeAnnotation
  return isPlain && init === declaration.init && init?.type === 'CallExpression' ? init : null
}
