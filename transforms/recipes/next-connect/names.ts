import type { FunctionNode } from '../../model/route.ts'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, some, startOf } from '../../syntax/tree.ts'

/**
 * Edits that give the parameters of a function other names, so that its body can stand in another function; null where that is not
 * possible: parameters that are taken apart, names that the body uses for something else.
 */
export function renameParams(fn: FunctionNode, names: readonly string[], { tree }: SourceModule): Edit[] | null {
  const edits: Edit[] = []
  for (const [index, param] of fn.params.entries()) {
    const wanted = names[index]
    if (param.type !== 'Identifier') return null
    const binding = bindingAt(tree, param)
    const uses = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
    if (uses.length === 0 || param.name === wanted) continue
    if (wanted === undefined || usesName(fn, wanted)) return null
    for (const { node } of uses) {
      const parent = parentOf(node)
      const isShort = parent?.type === 'ObjectProperty' && parent.shorthand
      edits.push({ start: startOf(node), end: endOf(node), pieces: [isShort ? `${param.name}: ${wanted}` : wanted] })
    }
  }
  return usesThis(fn) ? null : edits
}

function usesName(fn: FunctionNode, name: string): boolean {
  return some(fn, (node) => node.type === 'Identifier' && node.name === name)
}

function usesThis(fn: FunctionNode): boolean {
  const isOwn = (node: Node): boolean => node.type !== 'FunctionExpression' && node.type !== 'FunctionDeclaration'
  return (
    fn.generator === true ||
    some(
      fn.body,
      (node) => node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name === 'arguments'),
      isOwn,
    )
  )
}
