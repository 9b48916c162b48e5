import type * as t from '@babel/types'
import { isLoop, type Node, parentOf, walk } from './tree.ts'

/** Does a statement always leave the function, by return or throw, whatever happens in it? False when in doubt. */
export function leaves(node: Node | null | undefined): boolean {
  switch (node?.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true
    case 'BlockStatement':
      return node.body.some((s) => leaves(s))
    case 'IfStatement':
      return leaves(node.consequent) && leaves(node.alternate)
    case 'TryStatement':
      return leaves(node.finalizer) || (leaves(node.block) && (!node.handler || leaves(node.handler.body)))
    case 'SwitchStatement': {
      const last = node.cases[node.cases.length - 1]
      const hasDefault = node.cases.some((c) => c.test === null || c.test === undefined)
      const each = node.cases.every(
        (c, i) => c.consequent.some((s) => leaves(s)) || (c.consequent.length === 0 && i < node.cases.length - 1),
      )
      return hasDefault && last !== undefined && each && !hasOwnBreak(node)
    }
    default:
      return false
  }
}

/** A break that leaves this switch, and not a loop or switch inside. */
export function hasOwnBreak(node: Node): boolean {
  let found = false
  walk(node, (child) => {
    if (child.type === 'BreakStatement') found = true
    return child === node || !(isLoop(child) || child.type === 'SwitchStatement' || child.type.includes('Function'))
  })
  return found
}

/** In any part of a `try` statement of the function. */
export function isAnywhereInTry(node: Node, fn: Node): boolean {
  for (let up = parentOf(node); up && up !== fn; up = parentOf(up)) if (up.type === 'TryStatement') return true
  return false
}

/** In the block of a `try` that catches, of the function. */
export function isInTry(node: Node, fn: Node): boolean {
  let below = node
  for (let up = parentOf(below); up && below !== fn; below = up, up = parentOf(up))
    if (up.type === 'TryStatement' && up.block === below && up.handler) return true
  return false
}

/** Functions and types are there before the first statement runs. */
export function isHoisted({ type }: t.Statement): boolean {
  return type === 'FunctionDeclaration' || type === 'TSTypeAliasDeclaration' || type === 'TSInterfaceDeclaration'
}
