import type { SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { contains, type Node, parentOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import type { Value } from './functions.ts'

/** A list that is only spread, a router that is only given to others: whoever has it, here or in another file, adds nothing to it. */
export function isSteady({ declared, module }: Value, context: ShorthandContext): boolean {
  const own = declared ? bindingAt(module.tree, declared) : null
  if (own && !own.references.every(({ node, kind }) => kind === 'type' || isHandedOn(node))) return false
  return isSteadyOutside({ declared, module }, context)
}

/** The same for the other files alone. */
export function isSteadyOutside(
  { declared, module }: Pick<Value, 'declared' | 'module'>,
  context: ShorthandContext,
): boolean {
  const exported = exportedNames(declared?.name ?? null, module)
  return context.importsOf(module.path).every((edge) => {
    const names = edge.names.filter(({ imported, isType }) => !isType && (imported === '*' || exported.has(imported)))
    if (names.length === 0 || edge.kind === 'type-import') return true
    const importer = edge.kind === 'import' ? context.moduleAt(edge.from) : null
    // Under another name it is not looked for.
    if (edge.kind === 'export-from') return names.every(({ imported, local }) => imported === local)
    return importer !== null && names.every(({ local }) => isOnlyHandedOn(local, importer))
  })
}

function isOnlyHandedOn(local: string, { tree }: SourceModule): boolean {
  const references = tree.program.bindings.get(local)?.references ?? []
  return references.every(({ node, kind }) => kind === 'type' || isHandedOn(node))
}

/** Spread, exported, or given to `use`: any other function that it is given to may add to it. */
function isHandedOn(node: Node): boolean {
  const parent = parentOf(node)
  if (parent?.type === 'CallExpression')
    return isMember(parent.callee) && memberName(parent.callee) === 'use' && !contains(parent.callee, node)
  return /^(?:SpreadElement|ExportSpecifier|ExportDefaultDeclaration)$/.test(parent?.type ?? '')
}

function exportedNames(name: string | null, { file }: SourceModule): ReadonlySet<string> {
  const names = new Set<string>(name === null ? ['default'] : [name])
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name !== null) {
      const { declaration } = statement
      if (declaration.type === 'Identifier' && declaration.name === name) names.add('default')
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue
    for (const one of statement.specifiers)
      if (one.type === 'ExportSpecifier' && one.local.name === name)
        names.add(one.exported.type === 'Identifier' ? one.exported.name : one.exported.value)
  }
  return names
}
