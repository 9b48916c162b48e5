import type { Variant } from '../analyse/variant.ts'
import { block, type Lowering } from '../concerns/lowering.ts'
import { contains, isListHolder, type Node, parentOf } from '../syntax/tree.ts'

/**
 * Keeps a function that uses a name which is declared only in code that no request comes to, as behind the last `return`: a `var` is undefined there,
 * a `const` throws. The declaration leaves with that code, and the name would mean nothing, or something else of the file.
 */
export function blockLostDeclarations({ dead }: Pick<Variant, 'dead'>, at: Lowering): void {
  if (dead.length === 0) return
  for (const [node, { bindings }] of at.tree.scopeOf) {
    if (bindings.size === 0 || !contains(at.fn, node)) continue
    for (const { name, id, references } of bindings.values()) {
      const used = at.isLive(listed(id))
        ? undefined
        : references.find((one) => one.kind !== 'type' && at.isLive(one.node))
      if (used) block(at, 'PA439', used.node, { name })
    }
  }
}

/** The statement of a list that a declaration stands in: the head of a loop that is opened has left, and what it declared is written otherwise. */
function listed(id: Node): Node {
  let node = id
  for (let up = parentOf(node); up && !isListHolder(up); up = parentOf(up)) node = up
  return node
}
