import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { isFunction, isPlainFunction, type Node, parentOf, some, walk } from '../syntax/tree.ts'
import type { ModuleGraph } from './module-functions.ts'

/** What an expression is worth wherever it stands: an object as it is written, a class, what `new` makes of one, or a function. */
export type Holder =
  | { kind: 'object'; node: t.ObjectExpression; module: SourceModule }
  | { kind: 'class'; node: t.Class; isInstance: boolean; module: SourceModule }
  | { kind: 'function'; fn: FunctionNode; module: SourceModule }

/** An object's property or a class's member, and the function that it is. */
export interface MemberFunction {
  holder: Holder
  part: t.ObjectProperty | t.ObjectMethod | t.ClassMethod | t.ClassProperty
  fn: FunctionNode
}

const DEPTH = 12

/** Followed through constants, imports, calls of functions that always return one thing, `new`, singletons and `this`. Null for anything else. */
export function holderOf(expression: Node, from: SourceModule, graph: ModuleGraph, depth = 0): Holder | null {
  if (depth > DEPTH) return null
  const next = (node: Node, module = from): Holder | null => holderOf(node, module, graph, depth + 1)
  const node = uncast(expression)
  if (node.type === 'ObjectExpression') return { kind: 'object', node, module: from }
  if (node.type === 'ClassExpression' || node.type === 'ClassDeclaration')
    return { kind: 'class', node, isInstance: false, module: from }
  if (isPlainFunction(node)) return { kind: 'function', fn: node, module: from }
  if (node.type === 'Identifier') return ofName(node, from, graph, depth)
  if (node.type === 'ThisExpression') return ofThis(node, from)
  if (node.type === 'AwaitExpression') return next(node.argument)
  if (node.type === 'AssignmentExpression') return next(node.right)
  if (node.type === 'NewExpression') {
    const made = next(node.callee)
    return made?.kind === 'class' && !made.isInstance ? { ...made, isInstance: true } : null
  }
  if (node.type === 'CallExpression') {
    const called = next(node.callee)
    return called?.kind === 'function' ? onlyResult(called, next) : null
  }
  if (!isMember(node)) return null
  const imported = importedAs(node, from.tree)
  const path = imported && !imported.name.includes('.') ? graph.resolve(from.path, imported.source) : null
  const module = path === null ? null : graph.at(path)
  if (imported && module) return ofExport(module, imported.name, graph, new Set(), depth + 1)
  const holder = next(node.object)
  const name = memberName(node)
  if (!holder || name === null) return null
  const member = memberOf(holder, name)
  if (member) return { kind: 'function', fn: member.fn, module: holder.module }
  const value = givenValue(holder, name)
  return value ? next(value, holder.module) : null
}

/** The function that a holder has under a name, for good. */
export function memberOf(holder: Holder, name: string): MemberFunction | null {
  const parts = partsOf(holder, name)
  const [part] = parts
  if (!part || parts.length !== 1) return null
  if (part.type === 'ObjectMethod' || part.type === 'ClassMethod')
    return part.kind === 'method' && !part.generator && !isReplaced(holder, name) ? { holder, part, fn: part } : null
  const value = part.value ? uncast(part.value) : null
  return isPlainFunction(value) && !isReplaced(holder, name) ? { holder, part, fn: value } : null
}

function partsOf(holder: Holder, name: string): MemberFunction['part'][] {
  if (holder.kind === 'object') {
    const { properties } = holder.node
    const found = properties.flatMap((one) => (one.type !== 'SpreadElement' && isNamed(one, name) ? [one] : []))
    const last = found[found.length - 1]
    // What is spread after it may have the name too.
    return last && properties.slice(properties.indexOf(last)).some((p) => p.type === 'SpreadElement') ? [] : found
  }
  if (holder.kind !== 'class') return []
  return holder.node.body.body.flatMap((one) =>
    (one.type === 'ClassMethod' || one.type === 'ClassProperty') &&
    isNamed(one, name) &&
    Boolean(one.static) !== holder.isInstance
      ? [one]
      : [],
  )
}

function isNamed({ key, computed }: MemberFunction['part'], name: string): boolean {
  return !computed && (key.type === 'Identifier' ? key.name === name : stringValue(key) === name)
}

/** Somebody in the module assigns to a member of that name. */
function isReplaced({ module }: Holder, name: string): boolean {
  return some(
    module.file.ast.program,
    (n) => n.type === 'AssignmentExpression' && isMember(n.left) && memberName(n.left) === name,
  )
}

/** What a member that is no function is given: in its place, or by the one value that the class assigns. */
function givenValue(holder: Holder, name: string): Node | null {
  const [part] = partsOf(holder, name)
  if (!part || part.type === 'ObjectMethod' || part.type === 'ClassMethod') return null
  const given: Node[] = []
  walk(holder.module.file.ast.program, (n) => {
    if (n.type === 'AssignmentExpression' && isMember(n.left) && memberName(n.left) === name) given.push(n.right)
    return true
  })
  const all = [...(part.value ? [part.value] : []), ...given].filter((value) => !isEmpty(value))
  return all.length === 1 ? (all[0] ?? null) : null
}

function isEmpty(node: Node): boolean {
  return node.type === 'NullLiteral' || (node.type === 'Identifier' && node.name === 'undefined')
}

/** What all returns of a function give: the same thing, or an instance of the same class. */
function onlyResult(
  { fn, module }: Extract<Holder, { kind: 'function' }>,
  next: (node: Node, module: SourceModule) => Holder | null,
): Holder | null {
  if (fn.generator) return null
  if (fn.body.type !== 'BlockStatement') return next(fn.body, module)
  const found: t.ReturnStatement[] = []
  walk(fn.body, (n) => {
    if (n.type === 'ReturnStatement') found.push(n)
    return n === fn.body || !isFunction(n)
  })
  const [first, ...others] = found.map(({ argument }) => (argument ? next(argument, module) : null))
  return first && others.every((other) => other !== null && isSame(first, other)) ? first : null
}

function isSame(one: Holder, two: Holder): boolean {
  if (one.kind === 'function') return two.kind === 'function' && one.fn === two.fn
  if (one.kind === 'object') return two.kind === 'object' && one.node === two.node
  return two.kind === 'class' && one.node === two.node && one.isInstance === two.isInstance
}

function ofName(id: t.Identifier, from: SourceModule, graph: ModuleGraph, depth: number): Holder | null {
  const binding = bindingAt(from.tree, id) ?? from.tree.program.bindings.get(id.name) ?? null
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return null
  const { declaration } = binding
  if (binding.kind === 'import') {
    const imported = importedAs(binding.references[0]?.node ?? binding.id, from.tree)
    const path = imported ? graph.resolve(from.path, imported.source) : null
    const module = path === null ? null : graph.at(path)
    return imported && module ? ofExport(module, imported.name, graph, new Set(), depth + 1) : null
  }
  if (declaration.type === 'FunctionDeclaration') return { kind: 'function', fn: declaration, module: from }
  if (declaration.type === 'ClassDeclaration')
    return { kind: 'class', node: declaration, isInstance: false, module: from }
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || !declaration.init)
    return null
  return holderOf(declaration.init, from, graph, depth + 1)
}

function ofExport(
  module: SourceModule,
  name: string,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
  depth: number,
): Holder | null {
  if (seen.has(module) || depth > DEPTH) return null
  seen.add(module)
  const elsewhere = (source: string, other: string): Holder | null => {
    const path = graph.resolve(module.path, source)
    const target = path === null ? null : graph.at(path)
    return target ? ofExport(target, other, graph, seen, depth + 1) : null
  }
  const stars: string[] = []
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value)
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default')
      return holderOf(statement.declaration, module, graph, depth + 1)
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue
      const { exported, local } = specifier
      if ((exported.type === 'Identifier' ? exported.name : exported.value) !== name) continue
      return statement.source ? elsewhere(statement.source.value, local.name) : ofName(local, module, graph, depth + 1)
    }
    const id = statement.declaration ? declaredId(statement.declaration, name) : null
    if (id) return ofName(id, module, graph, depth + 1)
  }
  if (name === 'default') return null
  for (const source of stars) {
    const found = elsewhere(source, name)
    if (found) return found
  }
  return null
}

function declaredId(declaration: t.Declaration, name: string): t.Identifier | null {
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
    return declaration.id?.name === name ? declaration.id : null
  if (declaration.type !== 'VariableDeclaration') return null
  for (const { id } of declaration.declarations) if (id.type === 'Identifier' && id.name === name) return id
  return null
}

/** The class or object whose member the code is in. */
function ofThis(node: Node, module: SourceModule): Holder | null {
  let below: Node = node
  for (let up = parentOf(node); up; below = up, up = parentOf(up)) {
    if (up.type === 'FunctionDeclaration' || up.type === 'FunctionExpression') return null
    if (up.type === 'ObjectMethod') {
      const object = parentOf(up)
      return object?.type === 'ObjectExpression' ? { kind: 'object', node: object, module } : null
    }
    if (up.type !== 'ClassMethod' && up.type !== 'ClassProperty') continue
    const body = parentOf(up)
    const owner = body ? parentOf(body) : null
    const isClass = owner?.type === 'ClassDeclaration' || owner?.type === 'ClassExpression'
    return isClass && below !== up.key ? { kind: 'class', node: owner, isInstance: !up.static, module } : null
  }
  return null
}
