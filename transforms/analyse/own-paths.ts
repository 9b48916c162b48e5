import { isMember, memberName } from '../syntax/match.ts'
import { type Node, parentOf, walk } from '../syntax/tree.ts'

export interface Paths {
  written: string[]
  read: string[]
}

/** `actor.ip.` for each member of `this`. */
export function pathsOf(nodes: readonly Node[]): Paths {
  const paths: Paths = { written: [], read: [] }
  for (const root of nodes)
    walk(root, (node) => {
      if (node.type !== 'ThisExpression') return undefined
      let path = ''
      let at: Node = node
      for (let up = parentOf(at); up && isMember(up) && up.object === at; at = up, up = parentOf(at))
        path += `${memberName(up) ?? '*'}.`
      const user = parentOf(at)
      const isTarget = user?.type === 'AssignmentExpression' && user.left === at
      if (isTarget) paths.written.push(path)
      if (!isTarget || user.operator !== '=') paths.read.push(path)
      return undefined
    })
  return paths
}
