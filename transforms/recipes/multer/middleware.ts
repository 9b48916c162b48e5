import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, some } from '../../syntax/tree.ts'
import { findDeclared } from '../declared.ts'
import type { RecipeContext } from '../recipe.ts'

type Context = Pick<RecipeContext, 'resolve' | 'moduleAt'>

interface Placed {
  node: Node
  module: SourceModule
}

/**
 * `multer(options).single('photo')` and its like, also under a name, as a field of the class around or from another module of the project: what
 * reads the upload off the request. Null where the options ask the request themselves: they are handed something else now.
 */
export function isUploadMiddleware(node: Node, module: SourceModule, context: Context): boolean {
  const found = resolveValue(node, module, context)
  const callee = found && isCall(found.node) ? uncast(found.node.callee) : null
  if (!found || !callee || !isMember(callee)) return false
  if (!/^(?:single|array|fields|none|any)$/.test(memberName(callee) ?? '')) return false
  const made = resolveValue(callee.object, found.module, context)
  return made !== null && isCall(made.node) && isMulter(made.node.callee, made.module) && isQuiet(made, context)
}

function resolveValue(node: Node, module: SourceModule, context: Context): Placed | null {
  const value = uncast(node)
  if (value.type === 'Identifier') return findDeclared(value, module, context)
  if (isMember(value) && value.object.type === 'ThisExpression') return fieldOf(value, module)
  return { node: value, module }
}

/** `this.upload`, of the class around. */
function fieldOf(member: t.MemberExpression | t.OptionalMemberExpression, module: SourceModule): Placed | null {
  let up = parentOf(member)
  while (up && up.type !== 'ClassBody') up = parentOf(up)
  const name = memberName(member)
  const fields =
    up?.body.flatMap((one) => (one.type === 'ClassProperty' && !one.static && !one.computed ? one : [])) ?? []
  const value = fields.find(({ key }) => key.type === 'Identifier' && key.name === name)?.value
  return value ? { node: uncast(value), module } : null
}

function isMulter(callee: Node, { tree }: SourceModule): boolean {
  if (importedAs(callee, tree)?.source === 'multer') return true
  const declaration = callee.type === 'Identifier' ? bindingAt(tree, callee)?.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  const isRequired = init && isCall(init) && init.callee.type === 'Identifier' && init.callee.name === 'require'
  return Boolean(isRequired && stringValue(init.arguments[0]) === 'multer')
}

/** No function among the options looks at the request that it is given first. */
function isQuiet({ node, module }: Placed, context: Context): boolean {
  const [options] = isCall(node) ? node.arguments : []
  if (!options) return true
  const object = resolveValue(options, module, context)
  if (object?.node.type !== 'ObjectExpression') return false
  return object.node.properties.every((property) => {
    if (property.type === 'SpreadElement') return false
    if (keyName(property) !== 'storage') return asksNothing(property, object.module)
    const storage = property.type === 'ObjectProperty' ? resolveValue(property.value, object.module, context) : null
    const callee = storage && isCall(storage.node) ? uncast(storage.node.callee) : null
    // A storage of another package may ask for anything.
    const isOwn = storage && callee && isMember(callee) && isMulter(callee.object, storage.module)
    return Boolean(isOwn) && storage !== null && asksNothing(storage.node, storage.module)
  })
}

/** `(req, file, cb) => ...` without a use of `req`; a function by name is not looked into. */
function asksNothing(node: Node, { tree }: SourceModule): boolean {
  return !some(node, (one) => {
    if (one.type === 'ObjectProperty' && /^(?:fileFilter|filename|destination)$/.test(keyName(one) ?? ''))
      if (!isPlainFunction(one.value) && stringValue(one.value) === null) return true
    if (!isPlainFunction(one) && one.type !== 'ObjectMethod') return false
    const [first] = one.params
    const isTaker = one.params.length > 1
    if (!first || !isTaker) return false
    return first.type !== 'Identifier' || (bindingAt(tree, first)?.references.length ?? 0) > 0
  })
}
