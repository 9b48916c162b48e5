import type * as t from '@babel/types'
import { isMember, keyName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { endOf, isFunction, type Node, parentOf, startOf, walk } from './tree.ts'

/** `import('./x')` where a file needs some names of the module only. */
export interface CalledImport {
  source: t.StringLiteral
  /** Offset of `import`. */
  start: number
  names: readonly CalledName[]
}

export interface CalledName {
  imported: string
  /** Where the name stands, in the pattern or behind a dot. */
  key: Node
  /** `{ a }`: the key is the local name too. */
  isShort: boolean
}

/**
 * The imports by call of a file that say which names they need: `const { a } = await import('./x')`, `(await import('./x')).a`,
 * `import('./x').then(({ a }) => ...)`, and the same by a name that is only read for its members. Any other keeps the module as a whole, and is
 * not among them.
 */
export function findCalledImports(ast: Node, tree: ScopeTree): CalledImport[] {
  const found: CalledImport[] = []
  walk(ast, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Import') return undefined
    const [source] = node.arguments
    const names = source?.type === 'StringLiteral' && node.arguments.length === 1 ? namesOf(node, tree) : null
    if (names && source?.type === 'StringLiteral') found.push({ source, start: startOf(node), names })
    return undefined
  })
  return found
}

function namesOf(call: t.CallExpression, tree: ScopeTree): CalledName[] | null {
  const outer = parentOf(call)
  if (outer?.type === 'AwaitExpression') return ofValue(outer, tree)
  const then = outer && isMember(outer) && outer.object === call ? parentOf(outer) : null
  if (then?.type !== 'CallExpression' || !isMember(outer) || then.callee !== outer) return null
  const [fn, ...rest] = then.arguments
  if (outer.computed || outer.property.type !== 'Identifier' || outer.property.name !== 'then' || rest.length > 0)
    return null
  if (!fn || !isFunction(fn) || fn.params.length > 1) return null
  const [param] = fn.params
  return param ? ofPattern(param, tree) : null
}

/** A module that was waited for. */
function ofValue(value: Node, tree: ScopeTree): CalledName[] | null {
  const outer = parentOf(value)
  if (outer && isMember(outer)) return ofMember(outer, value)
  return outer?.type === 'VariableDeclarator' && outer.init === value ? ofPattern(outer.id, tree) : null
}

function ofMember(member: Node, object: Node): CalledName[] | null {
  if (!isMember(member) || member.computed || uncast(member.object) !== object) return null
  const { property } = member
  return property.type === 'Identifier' ? [{ imported: property.name, key: property, isShort: false }] : null
}

function ofPattern(pattern: Node, tree: ScopeTree): CalledName[] | null {
  if (pattern.type === 'Identifier') return ofBinding(pattern, tree)
  if (pattern.type !== 'ObjectPattern' || pattern.properties.length === 0) return null
  const names = pattern.properties.map((property): CalledName | null => {
    const imported = property.type === 'ObjectProperty' && !property.computed ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || imported === null) return null
    return { imported, key: property.key, isShort: property.shorthand === true }
  })
  const known = names.filter((name) => name !== null)
  return known.length === names.length ? known : null
}

/** `const x = await import('./x')`, where `x.a` is all that is done with it. */
function ofBinding(name: t.Identifier, tree: ScopeTree): CalledName[] | null {
  const references = bindingAt(tree, name)?.references ?? []
  const names = references.map(({ node, kind }) => {
    const member = parentOf(node)
    return kind === 'read' && member && isMember(member) ? ofMember(member, node) : null
  })
  const known = names.filter((list) => list !== null)
  return known.length > 0 && known.length === names.length ? known.flat() : null
}

/** The edits that make it an import of another module, where its names may be others. */
export function renameCalled(
  { source, names }: CalledImport,
  to: { specifier: string; nameOf: (imported: string) => string },
): { start: number; end: number; pieces: string[] }[] {
  const renamed = names.flatMap(({ imported, key, isShort }) => {
    const name = to.nameOf(imported)
    if (name === imported) return []
    return [{ start: startOf(key), end: isShort ? startOf(key) : endOf(key), pieces: [isShort ? `${name}: ` : name] }]
  })
  return [{ start: startOf(source) + 1, end: endOf(source) - 1, pieces: [to.specifier] }, ...renamed]
}
