import type * as t from '@babel/types'
import { isCast, isMember } from '../syntax/match.ts'
import { type Node, parentOf, some } from '../syntax/tree.ts'
import { pathsOf } from './own-paths.ts'

/**
 * Whether all that a statement of a constructor and those after it share are members of `this` that both name: the statement assigns to
 * nothing else, hands none of them on, and has no other parameter; those after it read the parameters and the members.
 */
export function keepsToItself(
  statement: t.IfStatement,
  after: readonly t.Statement[],
  { body, params }: t.ClassMethod,
): boolean {
  const before = body.body.slice(0, body.body.indexOf(statement))
  const names = new Set(params.map((param) => (param.type === 'AssignmentPattern' ? param.left : param)).map(nameOf))
  const asked = new Set<string | null>()
  some(statement.test, (n) => n.type === 'Identifier' && !asked.add(n.name))
  const isStrange = (n: Node): boolean =>
    n.type === 'Identifier' && (names.has(n.name) || n.name === 'arguments') && !asked.has(n.name) && !isKey(n)
  const isForeign = (n: Node): boolean =>
    n.type === 'Identifier' && !names.has(n.name) && n.name !== 'undefined' && !isKey(n)
  return (
    !some(body, isOtherChange) &&
    !some(statement, (n) => isStrange(n) || (n.type === 'ThisExpression' && !isAlone(n))) &&
    !before.some((one) => one.type === 'VariableDeclaration') &&
    !after.some((one) => some(one, isForeign, (n) => !/^TSType/.test(n.type))) &&
    areOwn([statement, ...after], body, parentOf(parentOf(body) ?? body))
  )
}

function nameOf(node: Node): string | null {
  return node.type === 'Identifier' ? node.name : null
}

/** `ip` of `this.ip` and `{ ip: 1 }`: no name of a value. */
function isKey(node: Node): boolean {
  const parent = parentOf(node)
  if (isMember(parent)) return parent.property === node && !parent.computed
  return parent?.type === 'ObjectProperty' && parent.key === node && !parent.computed && !parent.shorthand
}

/** It changes what is no plain member of `this`, or in another way than to assign to it. */
function isOtherChange(node: Node): boolean {
  if (node.type === 'UpdateExpression') return true
  if (node.type === 'UnaryExpression') return node.operator === 'delete'
  if (node.type !== 'AssignmentExpression') return false
  let root: Node = node.left
  while (isMember(root)) root = root.object
  return root.type !== 'ThisExpression'
}

/** A member that is asked, or a part of what is assigned: nothing is called on it, and nothing is handed it. */
function isAlone(node: Node): boolean {
  for (let up = parentOf(node); up; up = parentOf(up)) {
    if (up.type === 'ExpressionStatement' || up.type === 'IfStatement') return true
    const isNot = up.type === 'UnaryExpression' && up.operator === '!'
    if (!isNot && !isCast(up) && !isMember(up) && !/^(?:Assignment|Logical|Conditional|Binary)Exp/.test(up.type))
      return false
  }
  return false
}

/**
 * No member is reached by a computed name or by a getter, and what is changed in a member is in an object that the class makes for itself
 * and that has no other name in the constructor.
 */
function areOwn(nodes: readonly Node[], body: t.BlockStatement, around: Node | null): boolean {
  const members = around?.type === 'ClassBody' ? around.body : null
  if (!members || members.some((m) => 'kind' in m && m.kind === 'get')) return false
  const [paths, all] = [pathsOf(nodes), pathsOf([body])]
  if ([...paths.written, ...paths.read].some((path) => path.includes('*'))) return false
  const whole = new Set([...all.written, ...all.read])
  return paths.written
    .map((path) => path.split('.').slice(0, -1))
    .every(([name, ...parts]) => {
      if (parts.length === 0) return true
      const field = members.find(
        (m) => m.type === 'ClassProperty' && m.key.type === 'Identifier' && m.key.name === name,
      )
      const isMade = field?.type === 'ClassProperty' && field.value?.type === 'ObjectExpression'
      return parts.length === 1 && isMade && !whole.has(`${name}.`)
    })
}
