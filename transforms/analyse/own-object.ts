import { isCall, isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type Reference, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, functionAround, isLoop, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * Whether an object that is spread at `place` has none of the keys: a constant that is made in this file of fields by other names, is given no
 * more than such (`metadata.page = 2`), and goes nowhere before. Anything else may have them.
 */
export function hasNoKey(value: Node, keys: ReadonlySet<string>, place: Node, tree: ScopeTree): boolean {
  const binding = value.type === 'Identifier' ? bindingAt(tree, value) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.id === binding?.id ? declaration.init : null
  const made = init ? uncast(init) : null
  if (!binding || !declaration || made?.type !== 'ObjectExpression') return false
  const isOther = (name: string | null): boolean => name !== null && name !== '__proto__' && !keys.has(name)
  const around = functionAround(declaration)
  const isSteady = ({ node, kind }: Reference): boolean => {
    const parent = parentOf(node)
    if (kind === 'type') return true
    if (parent && isMember(parent) && parent.object === node) return isOther(memberName(parent)) && isReadOrSet(parent)
    return parent?.type === 'SpreadElement' || isLater(node, place, declaration, around)
  }
  return (
    made.properties.every((property) => property.type === 'ObjectProperty' && isOther(keyName(property))) &&
    binding.references.every(isSteady)
  )
}

/** Not called: a method has the object as `this`. */
function isReadOrSet(member: Node): boolean {
  const parent = parentOf(member)
  return !(isCall(parent) && parent.callee === member) && parent?.type !== 'TaggedTemplateExpression'
}

/** It runs after the place, as it stands below it, and no loop that the object outlives comes back to it. */
function isLater(node: Node, place: Node, declaration: Node, around: Node | null): boolean {
  if (functionAround(node) !== around || functionAround(place) !== around || startOf(node) < endOf(place)) return false
  for (let up = parentOf(place); up && up !== around; up = parentOf(up))
    if (isLoop(up) && !contains(up, declaration)) return false
  return true
}
