import { contains, endOf, type Node, startOf } from './tree.ts'

/**
 * Whether none of the nodes is in a part of the code. It is asked for every statement of a function, of all that the function does with
 * the response: only nodes that begin in the part are looked at.
 */
export function isFreeOf(nodes: readonly Node[]): (part: Node) => boolean {
  const sorted = [...nodes].sort((a, b) => startOf(a) - startOf(b))
  return (part) => {
    for (let at = firstFrom(sorted, startOf(part)); at < sorted.length; at++) {
      const node = sorted[at]
      if (!node || startOf(node) > endOf(part)) return true
      if (contains(part, node)) return false
    }
    return true
  }
}

/** Index of the first node that begins at an offset or after it. */
function firstFrom(sorted: readonly Node[], offset: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const node = sorted[middle]
    if (node && startOf(node) < offset) low = middle + 1
    else high = middle
  }
  return low
}
