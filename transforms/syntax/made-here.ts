import type * as t from '@babel/types'
import { importedAs } from './imported.ts'
import { classAround, initOf } from './known-functions.ts'
import { isCall, isConstant, isMember, memberName, rootOf, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { isFunction, isPlainFunction, type Node, parentOf, some } from './tree.ts'

/** Tells what a file has made by itself, so that nobody sees how it is changed. */
export interface Made {
  /** Is what is changed a variable of the file, or part of something that was made in it? */
  isOwn(target: Node): boolean
  /** Is a method called on what was made here, and changes only that? `names.add(x)`, `lists[key].push(x)`, `[...list].sort()` */
  isOwnObject(object: Node): boolean
  /** `Object.assign(made, ...)` */
  isMade(object: Node): boolean
  /** Does somebody else have it? `fill(LIST)`, `fill({ list: LIST })` */
  holdsTaken(value: Node): boolean
}

/** `taken`: names of the file that others will have, which are not its own for that. */
export function createMade(tree: ScopeTree, taken: ReadonlySet<string>): Made {
  return { isOwn, isOwnObject, isMade, holdsTaken }

  function isOwn(target: Node): boolean {
    const node = uncast(target)
    if (node.type === 'ObjectPattern' || node.type === 'ArrayPattern') return false
    if (isMember(node)) {
      const object = uncast(node.object)
      if (object.type === 'ThisExpression') return true
      if (object.type !== 'Identifier') return isMade(object)
      return isMadeHere(object, /^(?:displayName|defaultProps|propTypes)$/.test(memberName(node) ?? ''))
    }
    const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
    return binding !== null && binding.kind !== 'import'
  }

  function isOwnObject(object: Node): boolean {
    const node = uncast(object)
    return isMade(node) && !hasOtherMethods(node.type === 'Identifier' ? initOf(node, tree) : node)
  }

  function isMade(object: Node): boolean {
    const node = uncast(object)
    if (node.type === 'Identifier') return isMadeHere(node)
    if (!isMember(node)) return node.type === 'ThisExpression' || isFresh(node)
    return node.object.type === 'ThisExpression' ? isMadeField(node) : isMember(node) && isOwn(node) && isDeep(node)
  }

  function holdsTaken(value: Node): boolean {
    if (taken.size === 0) return false
    return some(
      value,
      (node) => node.type === 'Identifier' && isTaken(node),
      (node) => !isFunction(node),
    )
  }

  function isTaken(id: t.Identifier): boolean {
    return taken.has(id.name) && bindingAt(tree, id)?.scope === tree.program
  }

  /** Is what its methods do for others to say? Not of arrays and of what the language has. */
  function hasOtherMethods(init: Node | null): boolean {
    if (init?.type === 'NewExpression')
      return init.callee.type !== 'Identifier' || bindingAt(tree, init.callee) !== null
    return init !== null && /^(?:Object|Class)Expression$/.test(init.type)
  }

  /** Arrays, objects, functions, instances; and what functions of the language make anew. */
  function isFresh(node: Node): boolean {
    const value = uncast(node)
    if (isPlainFunction(value) || /^(?:Object|Array|Class)Expression$/.test(value.type)) return true
    if (value.type === 'NewExpression') return value.callee.type !== 'Identifier' || value.callee.name !== 'Proxy'
    if (!isCall(value) || !isMember(value.callee)) return false
    const { object } = value.callee
    const name = memberName(value.callee) ?? ''
    if (object.type === 'Identifier' && /^(?:Object|Array)$/.test(object.name) && !bindingAt(tree, object))
      return /^(?:keys|values|entries|fromEntries|from|of|create)$/.test(name)
    return /^(?:map|filter|slice|concat|flat|flatMap|split)$/.test(name)
  }

  /** What a call gives may be somebody else's, but for a component that it makes. */
  function isMadeHere(id: t.Identifier, isComponent = false): boolean {
    const declaration = isTaken(id) ? null : bindingAt(tree, id)?.declaration
    if (!declaration) return false
    if (isFunction(declaration) && 'id' in declaration && declaration.id?.name === id.name) return true
    if (declaration.type === 'ClassDeclaration' || declaration.type === 'TSEnumDeclaration') return true
    const init = initOf(id, tree) ?? listItem(id) ?? gathered(id)
    if (!init) return false
    return isFresh(init) || (isCall(init) && (isComponent || importedAs(init.callee, tree)?.source === 'react'))
  }

  /** All that is in an object that was made here was made here too. */
  function isDeep(member: Node): boolean {
    const root = rootOf(member)
    const init = root && (initOf(root, tree) ?? listItem(root))
    return init !== null && isAllMade(init)
  }

  /** `this.list`, which is never given anything but what is made for it. */
  function isMadeField(member: t.MemberExpression | t.OptionalMemberExpression): boolean {
    const owner = classAround(member)
    const name = memberName(member)
    if (!owner || name === null) return false
    const given = (node: Node): Node | null => {
      if (node.type === 'ClassProperty' && !node.computed && node.key.type === 'Identifier')
        return node.key.name === name ? (node.value ?? null) : null
      const isSet = node.type === 'AssignmentExpression' && isMember(node.left) && memberName(node.left) === name
      return isSet ? node.right : null
    }
    const isGiven = (isIt: (value: Node) => boolean): boolean =>
      some(owner, (node) => {
        const value = given(node)
        return value !== null && isIt(value)
      })
    return isGiven(isFresh) && !isGiven((value) => !isFresh(value))
  }

  /** `for (const item of list)` of a list that is written out in this file. */
  function listItem(id: t.Identifier): Node | null {
    const declaration = bindingAt(tree, id)?.declaration
    const statement = declaration && parentOf(declaration)
    const loop = statement && parentOf(statement)
    if (loop?.type !== 'ForOfStatement' || loop.left !== statement || loop.right.type !== 'Identifier') return null
    const list = isTaken(loop.right) ? null : initOf(loop.right, tree)
    const items = list?.type === 'ArrayExpression' ? list.elements : []
    return items.length > 0 && items.every((item) => item?.type === 'ObjectExpression') ? (items[0] ?? null) : null
  }

  /** What `list.reduce((all, one) => ..., {})` gathers in. */
  function gathered(id: t.Identifier): Node | null {
    const binding = bindingAt(tree, id)
    const fn = binding && parentOf(binding.id)
    const call = fn && parentOf(fn)
    if (!fn || !call || !isPlainFunction(fn) || fn.params[0] !== binding?.id || !isCall(call)) return null
    const [run, first] = call.arguments
    const isReduce = isMember(call.callee) && /^reduce(?:Right)?$/.test(memberName(call.callee) ?? '')
    return isReduce && run === fn && first ? uncast(first) : null
  }
}

function isAllMade(node: Node): boolean {
  const value = uncast(node)
  if (value.type === 'ArrayExpression') return value.elements.every((item) => item === null || isAllMade(item))
  if (value.type === 'ObjectExpression')
    return value.properties.every(
      (item) => item.type === 'ObjectMethod' || (item.type === 'ObjectProperty' && isAllMade(item.value)),
    )
  return isConstant(value) || isPlainFunction(value) || value.type === 'TemplateLiteral'
}
