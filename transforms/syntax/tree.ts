import type * as t from '@babel/types'
import { childKeys } from './child-keys.ts'

export type Node = t.Node
export type PlainFunction = t.FunctionDeclaration | t.FunctionExpression | t.ArrowFunctionExpression
export type FunctionNode = PlainFunction | t.ObjectMethod | t.ClassMethod

const SKIP = new Set([
  'type',
  'start',
  'end',
  'loc',
  'extra',
  'range',
  'leadingComments',
  'trailingComments',
  'innerComments',
  'errors',
  'comments',
  'tokens',
  'parent',
])

type WithParent = Node & { parent?: Node }

/** Offsets are set on every node that the parser made. */
export const startOf = (node: Node): number => node.start ?? 0
export const endOf = (node: Node): number => node.end ?? 0

/** The direct child nodes in the order of their properties. */
export function eachChild(node: Node, visit: (child: Node, key: string) => void): void {
  const properties = node as unknown as Record<string, unknown>
  for (const key of childKeys[node.type] ?? otherKeys(node)) {
    const value = properties[key]
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, key)
    } else if (isNode(value)) visit(value, key)
  }
}

/** All that may lead to a child, for types without a list of their own. */
function otherKeys(node: Node): string[] {
  return Object.keys(node).filter((key) => !SKIP.has(key))
}

// A symbol is not met by loops over the properties of a node. A WeakMap would keep whole trees alive for longer.
const children = Symbol('children')
const NONE: readonly Node[] = []

/** The same as a list. Trees are never changed, so it is made once for each node. */
function childrenOf(node: Node & { [children]?: readonly Node[] }): readonly Node[] {
  const known = node[children]
  if (known) return known
  let found: Node[] | null = null
  eachChild(node, (child) => {
    if (found) found.push(child)
    else found = [child]
  })
  node[children] = found ?? NONE
  return found ?? NONE
}

/** Depth-first; `visit` returning false skips the children. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined): void {
  if (visit(node) === false) return
  for (const child of childrenOf(node)) walk(child, visit)
}

/** True when some node below (or the node itself) satisfies the test; nested functions are entered unless `within` says no. */
export function some(node: Node, test: (node: Node) => boolean, enter: (node: Node) => boolean = () => true): boolean {
  let found = false
  walk(node, (child) => {
    if (found) return false
    if (test(child)) found = true
    return !found && (child === node || enter(child))
  })
  return found
}

export function setParent(node: Node, parent: Node): void {
  // Not enumerable would be slower by far; `parent` is in SKIP instead.
  ;(node as WithParent).parent = parent
  // Three objects for each node, a third of the memory of large programs. Lines are counted in the text (`positionOf`).
  node.loc = null
}

export function parentOf(node: Node): Node | null {
  return (node as WithParent).parent ?? null
}

export function isFunction(node: Node): node is FunctionNode | t.ClassPrivateMethod {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return true
    default:
      return false
  }
}

export function isPlainFunction(node: Node | null | undefined): node is PlainFunction {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  )
}

export function isClass(node: Node): node is t.ClassDeclaration | t.ClassExpression {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
}

/** The nearest function around a node (not the node itself), or null at module level. */
export function functionAround(node: Node): Node | null {
  for (let up = parentOf(node); up; up = parentOf(up)) if (isFunction(up)) return up
  return null
}

/** The nearest ancestor (or the node itself) that is a statement in a list of statements. */
export function statementOf(node: Node): t.Statement | null {
  for (let at: Node | null = node; at; at = parentOf(at)) {
    const up = parentOf(at)
    if (up && isListHolder(up) && listOf(up).includes(at as t.Statement)) return at as t.Statement
    if (up && (up.type === 'IfStatement' || isLoop(up)) && at !== (up as t.IfStatement).test && isStatementNode(at))
      return at as t.Statement
  }
  return null
}

export function isLoop(node: Node): boolean {
  return /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type)
}

function isStatementNode(node: Node): boolean {
  return node.type.endsWith('Statement') || node.type.endsWith('Declaration')
}

export function isListHolder(node: Node): node is t.BlockStatement | t.Program | t.SwitchCase | t.StaticBlock {
  return (
    node.type === 'BlockStatement' ||
    node.type === 'Program' ||
    node.type === 'SwitchCase' ||
    node.type === 'StaticBlock'
  )
}

export function listOf(node: t.BlockStatement | t.Program | t.SwitchCase | t.StaticBlock): t.Statement[] {
  return node.type === 'SwitchCase' ? node.consequent : node.body
}

export function contains(outer: Node, inner: Node): boolean {
  return startOf(outer) <= startOf(inner) && endOf(inner) <= endOf(outer)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}
