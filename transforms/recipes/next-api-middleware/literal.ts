import type { SourceModule } from '../../syntax/imported.ts'
import { uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, type Reference } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'

interface Where {
  module: SourceModule
  context: ShorthandContext
  /** A call that only reads what it is given. */
  isReader: (call: Node, module: SourceModule) => boolean
}

/** The literal that a constant stands for, where nothing can have changed it since: nobody else has it, here or in another module. */
export function literalOf(argument: Node, where: Where): Node {
  const value = uncast(argument)
  const binding = value.type === 'Identifier' ? bindingAt(where.module.tree, value) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  if (!binding || declaration?.type !== 'VariableDeclarator' || !declaration.init) return value
  const isOwn = declaration.id === binding.id && !isHad(binding, where)
  return isOwn && binding.references.every((one) => isHarmless(one, where)) ? uncast(declaration.init) : value
}

function isHarmless({ node, kind }: Reference, { module, isReader }: Where): boolean {
  const given = withCasts(node)
  const parent = parentOf(given)
  if (kind !== 'read' || !parent) return kind === 'type'
  if (parent.type === 'ExportSpecifier')
    return parent.exported.type === 'Identifier' && parent.exported.name === node.name
  return (
    parent.type === 'TSTypeQuery' ||
    (isReader(parent, module) && parent.type === 'CallExpression' && parent.callee !== given)
  )
}

/** It is exported, and a module that is no test asks for it, or for all that there is. */
function isHad({ name, declaration, references }: Binding, { module, context }: Where): boolean {
  const around = parentOf(parentOf(declaration) ?? declaration)
  const isListed = references.some(({ node }) => parentOf(node)?.type === 'ExportSpecifier')
  if (around?.type !== 'ExportNamedDeclaration' && !isListed) return false
  return context.importsOf(module.path).some(({ kind, names, isTest }) => {
    const isHandedOn = kind === 'export-from'
    return (
      !isTest &&
      names.some(
        ({ imported, local, isType }) =>
          // Those that ask a module for it that hands on everything are in the list, too.
          !isType && (imported === name || (imported === '*' && !(isHandedOn && local === '*'))),
      )
    )
  })
}
