import { contains, type Node, parentOf } from './tree.ts'

/** In the default value of a parameter (`host = req.headers.host`), which runs before the body and sees none of its names. */
export function isInDefault(node: Node, { params }: { params: readonly Node[] }): boolean {
  const param = params.find((one) => contains(one, node))
  for (let below = node, up = parentOf(node); param && up && below !== param; below = up, up = parentOf(up))
    if (up.type === 'AssignmentPattern' && up.right === below) return true
  return false
}
