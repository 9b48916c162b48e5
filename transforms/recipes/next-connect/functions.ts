import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { isParseFailure, parseSource } from '../../syntax/parse.ts'
import { analyseScopes, type Binding, bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { givenBack } from './given-back.ts'
import { findLoads } from './loads.ts'
import { isSteady } from './steady.ts'

export interface Found {
  fn: FunctionNode
  module: SourceModule
}

/** How other modules of the project are found. */
export type Modules = Pick<ShorthandContext, 'resolve' | 'moduleAt'>

/** A piece of code and the module that it is written in. */
export interface Item {
  node: Node
  module: SourceModule
}

/**
 * `cors(options)`, here or under a name of the file: cors@2.8.6 lib/index.js calls `next()` and does not hand its promise back. It stands for a
 * function that does just that; what else it does is for the recipe that knows it.
 */
export function findPackageMiddleware(node: Node, module: SourceModule): Found | null {
  const value = uncast(node)
  const declared = value.type === 'Identifier' ? bindingAt(module.tree, value) : null
  const init =
    declared?.kind === 'const' && declared.declaration.type === 'VariableDeclarator' ? declared.declaration.init : null
  const made = init ? uncast(init) : value
  const imported = made.type === 'CallExpression' ? importedAs(made.callee, module.tree) : null
  return imported?.source === 'cors' && imported.name === 'default' ? passing() : null
}

function passing(): Found | null {
  const file = parseSource('middleware.js', '(_req, _res, next) => { next() }')
  if (isParseFailure(file)) return null
  const [statement] = file.ast.program.body
  const fn = statement?.type === 'ExpressionStatement' ? statement.expression : null
  return isPlainFunction(fn) ? { fn, module: { path: file.path, file, tree: analyseScopes(file.ast) } } : null
}

/** The function that is written here, or that a name stands for: of this file or of another module of the project. */
export function findFunction(node: Node, module: SourceModule, context: Modules): Found | null {
  const value = uncast(node)
  const found = isMember(value)
    ? findMember(value, module, context)
    : value.type === 'Identifier'
      ? findValue(value, module, context)
      : { node: value, module }
  const fn = found ? uncast(found.node) : null
  if (!found || !fn) return null
  return isPlainFunction(fn) || fn.type === 'ObjectMethod' ? { fn, module: found.module } : null
}

/** `auth.required`, of an object or of all that a module exports. */
function findMember(
  node: t.MemberExpression | t.OptionalMemberExpression,
  module: SourceModule,
  context: Modules,
): Item | null {
  const { object } = node
  const name = memberName(node)
  if (object.type !== 'Identifier' || name === null) return null
  const imported = importedAs(object, module.tree)
  if (imported?.name === '*') return findExported(imported.source, name, module, context, 0)
  const found = findValue(object, module, context)
  const owner = found ? uncast(found.node) : null
  if (!found || owner?.type !== 'ObjectExpression') return null
  const properties = owner.properties.filter((one) => one.type !== 'SpreadElement' && keyName(one) === name)
  const [property] = properties
  if (properties.length !== 1 || owner.properties.some(({ type }) => type === 'SpreadElement')) return null
  if (property?.type === 'ObjectMethod')
    return property.kind === 'method' ? { node: property, module: found.module } : null
  if (property?.type !== 'ObjectProperty') return null
  const value = uncast(property.value)
  return value.type === 'Identifier' ? findValue(value, found.module, context) : { node: value, module: found.module }
}

/** `requireRole('admin')`, here or under a constant: the function that a function of the project gives back. */
export function findMade({ node, module }: Item, context: Modules): Found | null {
  const value = uncast(node)
  const named = value.type === 'Identifier' ? findValue(value, module, context) : { node: value, module }
  const call = named ? uncast(named.node) : null
  const maker = named && call?.type === 'CallExpression' ? findFunction(call.callee, named.module, context) : null
  const given = maker ? givenBack(maker) : null
  return maker && given ? findFunction(given, maker.module, context) : null
}

/** `...checks` is what the list of that name holds. */
export function itemsOf(item: Item, context: ShorthandContext): Item[] {
  const { node, module } = item
  if (node.type !== 'SpreadElement') return [item]
  const value = uncast(node.argument)
  const named = value.type === 'Identifier' ? findValue(value, module, context) : { node: value, module }
  const list = named ? uncast(named.node) : null
  if (!named || list?.type !== 'ArrayExpression') return [item]
  if ('declared' in named && !isSteady(named, context)) return [item]
  if (named.module !== module && findLoads(named.module)) return [item]
  return list.elements.flatMap((one) => (one ? itemsOf({ node: one, module: named.module }, context) : []))
}

/** What a name stands for. */
export interface Value extends Item {
  /** The identifier that declares it; null for a default export that is written out. */
  declared: t.Identifier | null
}

/** The function or the value that a name is declared as, in this file or in another module of the project. */
export function findValue(node: t.Identifier, module: SourceModule, context: Modules): Value | null {
  const imported = importedAs(node, module.tree)
  if (imported) return findExported(imported.source, imported.name, module, context, 0)
  return ofBinding(bindingAt(module.tree, node), module)
}

function ofBinding(binding: Binding | null, module: SourceModule): Value | null {
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return null
  const { declaration, id } = binding
  const declared = id.type === 'Identifier' ? id : null
  if (declaration.type === 'FunctionDeclaration') return { node: declaration, module, declared }
  const isPlain = declaration.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
  return isPlain && declaration.init ? { node: declaration.init, module, declared } : null
}

function findExported(source: string, name: string, from: SourceModule, context: Modules, depth: number): Value | null {
  const path = depth > 4 ? null : context.resolve(source, from.path)
  const module = path === null ? null : context.moduleAt(path)
  if (!module) return null
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default')
      return statement.declaration.type === 'Identifier'
        ? ofName(statement.declaration, module, context, depth)
        : { node: statement.declaration, module, declared: null }
    if (statement.type === 'ExportAllDeclaration' && name !== 'default') {
      const found = findExported(statement.source.value, name, module, context, depth + 1)
      if (found) return found
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue
      const exported = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value
      if (exported !== name) continue
      if (statement.source)
        return findExported(statement.source.value, specifier.local.name, module, context, depth + 1)
      return ofName(specifier.local, module, context, depth)
    }
  }
  return ofBinding(ownExport(name, module), module)
}

/** What a module exports under a name that it has imported itself, or declared. */
function ofName(node: t.Identifier, module: SourceModule, context: Modules, depth: number): Value | null {
  const imported = importedAs(node, module.tree)
  if (imported) return findExported(imported.source, imported.name, module, context, depth + 1)
  return ofBinding(module.tree.program.bindings.get(node.name) ?? null, module)
}

/** `export function name`, `export const name`. */
function ownExport(name: string, { tree }: SourceModule): Binding | null {
  const binding = tree.program.bindings.get(name)
  for (let up = binding ? parentOf(binding.declaration) : null; up; up = parentOf(up))
    if (up.type === 'ExportNamedDeclaration') return binding ?? null
  return null
}

/** The calls of its third parameter; null for a function that answers by itself. */
export function nextCalls({ fn, module }: Found): readonly Node[] | null {
  const next = fn.params[2]
  if (!next) return null
  if (next.type !== 'Identifier') return []
  const references = bindingAt(module.tree, next)?.references ?? []
  const calls = references.flatMap(({ node, kind }) => (kind === 'read' ? (parentOf(node) ?? []) : []))
  return calls.length > 0 ? calls : null
}
