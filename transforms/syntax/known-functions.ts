import type * as t from '@babel/types'
import { isMember, keyName, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { isClass, isFunction, type Node, parentOf } from './tree.ts'

/** Finds the functions and classes of a file that callees mean. */
export function createKnownFunctions(tree: ScopeTree) {
  return { functionOf, classOf }

  /** The function of this file that a callee is, or names; also one of an object, or of an instance, of this file. */
  function functionOf(callee: Node): Node | null {
    const node = uncast(callee)
    if (isFunction(node)) return node
    if (isMember(node)) return methodOf(node.object, memberName(node))
    if (node.type !== 'Identifier') return null
    const declaration = bindingAt(tree, node)?.declaration
    if (declaration?.type === 'FunctionDeclaration') return declaration
    const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
    return init && isFunction(init) ? init : null
  }

  function classOf(callee: Node): t.Class | null {
    const node = uncast(callee)
    if (node.type === 'ClassExpression') return node
    if (node.type !== 'Identifier') return null
    const declaration = bindingAt(tree, node)?.declaration
    if (declaration?.type === 'ClassDeclaration') return declaration
    const init = initOf(node, tree)
    return init?.type === 'ClassExpression' ? init : null
  }

  function methodOf(object: Node, name: string | null): Node | null {
    const node = uncast(object)
    if (name === null) return null
    if (node.type === 'ThisExpression') return memberOf(classAround(node), name)
    const made = node.type === 'Identifier' ? initOf(node, tree) : node
    if (made?.type === 'ObjectExpression') return propertyOf(made, name)
    return memberOf(made?.type === 'NewExpression' ? classOf(made.callee) : classOf(node), name)
  }

  function memberOf(owner: t.Class | null, name: string): Node | null {
    for (const member of owner?.body.body ?? []) {
      if (member.type !== 'ClassMethod' && member.type !== 'ClassProperty') continue
      if (member.key.type !== 'Identifier' || member.computed || member.key.name !== name) continue
      if (member.type === 'ClassMethod') return member
      return member.value ? functionOf(member.value) : null
    }
    return owner?.superClass ? memberOf(classOf(owner.superClass), name) : null
  }

  function propertyOf(object: t.ObjectExpression, name: string): Node | null {
    const found = object.properties.find((item) => item.type !== 'SpreadElement' && keyName(item) === name)
    if (found?.type === 'ObjectMethod') return found
    return found?.type === 'ObjectProperty' ? functionOf(found.value) : null
  }
}

/** What a name that is never given another value stands for. */
export function initOf(id: Node, tree: ScopeTree): Node | null {
  const binding = bindingAt(tree, id)
  const declaration = binding?.declaration
  if (!binding || declaration?.type !== 'VariableDeclarator' || !declaration.init) return null
  const isFixed = declaration.id.type === 'Identifier' && binding.references.every(({ kind }) => kind !== 'write')
  return isFixed ? uncast(declaration.init) : null
}

/** The class that a node stands in. */
export function classAround(node: Node): t.Class | null {
  for (let at = parentOf(node); at; at = parentOf(at)) if (isClass(at)) return at
  return null
}
