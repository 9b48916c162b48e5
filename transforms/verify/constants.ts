import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, isPlainFunction, type Node, parentOf, walk } from '../syntax/tree.ts'
import type { Json } from './surface.ts'

type Constant = string | number | boolean | null

/** Reads constants of the sources: follows names within the file, and names that another file declares. */
export interface Constants {
  /** Every primitive that the expression may be or hold: literals, elements, members of enums; empty when nothing is known. */
  valuesOf(node: Node): Constant[]
  /** The keys of an object, a Map, a Set or an enum. */
  keysOf(node: Node): string[]
  /** Literals that properties of this name hold anywhere in the sources: rows of a table that is searched. */
  valuesNamed(name: string): Constant[]
  /** What a name or a member means: the initialiser, the value of a property; the node itself when nothing is known. */
  resolve(node: Node): Node
}

const DEEP = 8

/** The stand-in's value of an environment variable: what a handler compares a secret with. */
export type Environment = (name: string) => string

export function createConstants(modules: readonly SourceModule[], environment: Environment): Constants {
  const declared = new Map<string, Node>()
  const homes = new Map<Node, SourceModule>()
  const properties = new Map<string, Node[]>()
  for (const module of modules) {
    walk(module.file.ast.program, (node) => {
      homes.set(node, module)
      const key = node.type === 'ObjectProperty' && !isPatternPart(node) ? keyName(node) : null
      if (node.type === 'ObjectProperty' && key !== null)
        properties.set(key, [...(properties.get(key) ?? []), node.value])
      if (
        node.type === 'VariableDeclarator' &&
        node.id.type === 'Identifier' &&
        node.init &&
        !declared.has(node.id.name)
      )
        declared.set(node.id.name, node.init)
      if (node.type === 'TSEnumDeclaration' && !declared.has(node.id.name)) declared.set(node.id.name, node)
      return true
    })
  }

  const resolve = (node: Node, depth = DEEP): Node => {
    const at = uncast(node)
    if (depth === 0) return at
    if (at.type === 'AwaitExpression') return resolve(at.argument, depth - 1)
    if (at.type === 'Identifier') {
      const found = ownDeclaration(at) ?? declared.get(at.name)
      return found && found !== at ? resolve(found, depth - 1) : at
    }
    const name = isMember(at) ? memberName(at) : null
    if (isMember(at) && name !== null) {
      const property = propertyOf(resolve(at.object, depth - 1), name)
      return property ? resolve(property, depth - 1) : at
    }
    if (isCall(at) && isMember(at.callee) && memberName(at.callee) === 'freeze' && at.arguments[0])
      return resolve(at.arguments[0], depth - 1)
    return at
  }

  const ownDeclaration = (id: Node): Node | null => {
    const tree = homes.get(id)?.tree
    const binding = tree ? bindingAt(tree, id) : null
    if (!binding || binding.kind === 'import') return null
    const { declaration } = binding
    if (declaration.type === 'TSEnumDeclaration') return declaration
    return declaration.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
      ? (declaration.init ?? null)
      : null
  }

  const valuesOf = (node: Node, depth = DEEP): Constant[] => {
    if (depth === 0) return []
    const at = resolve(node)
    const list = at.type === 'Identifier' ? listBehind(at, homes.get(at)) : null
    if (list) return valuesOf(list, depth - 1)
    const inner = (child: Node | null | undefined): Constant[] => (child ? valuesOf(child, depth - 1) : [])
    switch (at.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return [at.value]
      case 'NullLiteral':
        return [null]
      case 'TemplateLiteral':
        return joinTemplate(
          at.quasis.map((quasi) => quasi.value.cooked ?? ''),
          at.expressions.map((part) => inner(part)),
        )
      case 'UnaryExpression':
        return at.operator === '-'
          ? inner(at.argument).flatMap((value) => (typeof value === 'number' ? [-value] : []))
          : []
      case 'ArrayExpression':
        return at.elements.flatMap((element) => inner(element?.type === 'SpreadElement' ? element.argument : element))
      case 'ConditionalExpression':
        return [...inner(at.consequent), ...inner(at.alternate)]
      case 'LogicalExpression':
        return [...inner(at.left), ...inner(at.right)]
      case 'TSEnumDeclaration':
        return enumValues(at.members)
      case 'NewExpression':
        return at.callee.type === 'Identifier' && at.callee.name === 'Set' ? inner(at.arguments[0]) : keysOf(at)
      case 'MemberExpression': {
        const name = environmentName(at)
        return name === null ? [] : [environment(name)]
      }
      case 'CallExpression': {
        const name = isMember(at.callee) ? memberName(at.callee) : null
        const [first] = at.arguments
        if (!first)
          return name === 'toLowerCase' || name === 'toString'
            ? inner(isMember(at.callee) ? at.callee.object : null)
            : []
        if (name === 'keys') return keysOf(first)
        if (name === 'values') return propertyValues(resolve(first)).flatMap((value) => inner(value))
        return []
      }
      default:
        return []
    }
  }

  const keysOf = (node: Node): string[] => {
    const at = resolve(node)
    if (at.type === 'ObjectExpression')
      return at.properties.flatMap((property) => (property.type === 'SpreadElement' ? [] : (keyName(property) ?? [])))
    if (at.type === 'TSEnumDeclaration')
      return at.members.map((member) => (member.id.type === 'Identifier' ? member.id.name : member.id.value))
    if (at.type !== 'NewExpression') return []
    const list = at.arguments[0] ? resolve(at.arguments[0]) : null
    if (list?.type !== 'ArrayExpression') return []
    return list.elements.flatMap((element) => {
      const key = element?.type === 'ArrayExpression' ? element.elements[0] : element
      return key ? valuesOf(key).map(String) : []
    })
  }
  const valuesNamed = (name: string): Constant[] =>
    (properties.get(name) ?? []).slice(0, MOST_ROWS).flatMap((value) => valuesOf(value, 2))
  return { valuesOf, keysOf, valuesNamed, resolve }
}

/** Of a table, so many rows are looked at. */
const MOST_ROWS = 6

/** The list that a name takes its values from: `for (const name of names)`, `names.map((name) => ...)`. */
function listBehind(id: Node, home: SourceModule | undefined): Node | null {
  const binding = home ? bindingAt(home.tree, id) : null
  if (!binding) return null
  const parent = parentOf(binding.id)
  if (parent?.type === 'VariableDeclarator') {
    const loop = parentOf(parent) ? parentOf(parentOf(parent) ?? parent) : null
    return loop?.type === 'ForOfStatement' && contains(loop.left, binding.id) ? loop.right : null
  }
  const call = parent && isPlainFunction(parent) && parent.params[0] === binding.id ? parentOf(parent) : null
  return call && isCall(call) && isMember(call.callee) && call.callee.object !== parent ? call.callee.object : null
}

function isPatternPart(property: Node): boolean {
  return parentOf(property)?.type === 'ObjectPattern'
}

function propertyOf(object: Node, name: string): Node | null {
  if (object.type === 'TSEnumDeclaration') {
    const member = object.members.find(({ id }) => (id.type === 'Identifier' ? id.name : id.value) === name)
    return member?.initializer ?? null
  }
  if (object.type !== 'ObjectExpression') return null
  const found = object.properties.find((property) => property.type === 'ObjectProperty' && keyName(property) === name)
  return found?.type === 'ObjectProperty' ? found.value : null
}

function propertyValues(object: Node): Node[] {
  if (object.type === 'TSEnumDeclaration') return [object]
  if (object.type !== 'ObjectExpression') return []
  return object.properties.flatMap((property) => (property.type === 'ObjectProperty' ? [property.value] : []))
}

function enumValues(members: readonly { initializer?: Node | null }[]): Constant[] {
  return members.flatMap(({ initializer }, index): Constant[] => {
    if (!initializer) return [index]
    return initializer.type === 'StringLiteral' || initializer.type === 'NumericLiteral' ? [initializer.value] : []
  })
}

/** Templates of one known value for each part; none when a part is not known. */
function joinTemplate(texts: readonly string[], parts: readonly (readonly Constant[])[]): Constant[] {
  if (parts.some((part) => part.length === 0)) return []
  return [texts.reduce((all, text, index) => `${all}${index === 0 ? '' : parts[index - 1]?.[0]}${text}`, '')]
}

/** The name in `process.env.NAME` or `env.NAME`. */
export function environmentName(node: Node): string | null {
  if (!isMember(node)) return null
  const { object } = node
  const isEnvironment = isMember(object)
    ? memberName(object) === 'env'
    : object.type === 'Identifier' && object.name === 'env'
  return isEnvironment ? memberName(node) : null
}

/** Without the values that are there twice. */
export function unique<T extends Json>(values: readonly T[]): T[] {
  const seen = new Map(values.map((value) => [JSON.stringify(value), value]))
  return [...seen.values()]
}
