import type * as t from '@babel/types'
import type { Edit } from './edits.ts'
import type { SourceModule } from './imported.ts'
import { isMember, memberName } from './match.ts'
import type { ScopeTree } from './scope.ts'
import { endOf, type Node, parentOf, startOf } from './tree.ts'

/** `module.exports = { a, b: c }`: what a CommonJS module exports. */
export interface CommonExports {
  /** The one object that is exported. */
  object: t.ObjectExpression
  /** Exported name -> the name in the module. What is no name of the module is left out. */
  names: ReadonlyMap<string, t.Identifier>
}

const known = new WeakMap<ScopeTree, CommonExports | null>()

/**
 * Null for a module that is not CommonJS, and for one whose exports are not all there in one object: `exports.a = ...`, what is added to
 * `module.exports` later, spread members.
 */
export function commonExports(module: Pick<SourceModule, 'file' | 'tree'>): CommonExports | null {
  const before = known.get(module.tree)
  if (before !== undefined) return before
  const found = isCommonModule(module) ? readExports(module) : null
  known.set(module.tree, found)
  return found
}

/** Where a file is CommonJS, `import` and `export` may not be written into it. */
export function isCommonModule({ file, tree }: Pick<SourceModule, 'file' | 'tree'>): boolean {
  return countUses(tree) > 0 && !file.ast.program.body.some(({ type }) => /^(?:Import|Export)/.test(type))
}

function countUses({ globals }: ScopeTree): number {
  return (globals.get('module')?.length ?? 0) + (globals.get('exports')?.length ?? 0)
}

function readExports({ file, tree }: Pick<SourceModule, 'file' | 'tree'>): CommonExports | null {
  const [object] = file.ast.program.body.flatMap((statement) => objectIn(statement) ?? [])
  if (!object || countUses(tree) !== 1) return null
  const names = new Map<string, t.Identifier>()
  for (const one of object.properties) {
    if (one.type === 'SpreadElement' || one.computed) return null
    const name = one.key.type === 'Identifier' ? one.key.name : one.key.type === 'StringLiteral' ? one.key.value : null
    if (name === null || names.has(name)) return null
    if (one.type === 'ObjectProperty' && one.value.type === 'Identifier') names.set(name, one.value)
  }
  return { object, names }
}

function objectIn(statement: t.Statement): t.ObjectExpression | null {
  const { expression } = statement.type === 'ExpressionStatement' ? statement : { expression: null }
  if (expression?.type !== 'AssignmentExpression' || expression.operator !== '=') return null
  const { left, right } = expression
  const isExports =
    isMember(left) &&
    left.object.type === 'Identifier' &&
    left.object.name === 'module' &&
    memberName(left) === 'exports'
  return isExports && right.type === 'ObjectExpression' ? right : null
}

/** A name stands in the object that its module exports. */
export function isListed(id: Node): boolean {
  const property = parentOf(id)
  const object = property?.type === 'ObjectProperty' && property.value === id ? parentOf(property) : null
  const assignment = object?.type === 'ObjectExpression' ? parentOf(object) : null
  return (
    assignment?.type === 'AssignmentExpression' &&
    assignment.right === object &&
    objectIn(parentOf(assignment) as t.Statement) === object
  )
}

/** Names that join the list, on lines of their own where the others are, and names of the module that leave it. */
export function listEdit(
  { object }: CommonExports,
  { added, gone }: { added: readonly string[]; gone: ReadonlySet<string> },
  text: string,
): Edit {
  const { properties } = object
  const [first, last] = [properties[0], properties.at(-1)]
  if (!first || !last) return { start: startOf(object), end: endOf(object), pieces: [`{ ${added.join(', ')} }`] }
  const [indent] = /(?<=\n)[ \t]*$/.exec(text.slice(0, startOf(last))) ?? []
  const gap = indent === undefined ? ', ' : `,\n${indent}`
  if (gone.size === 0) {
    const start = endOf(last)
    return { start, end: start, pieces: [added.map((name) => gap + name).join('')] }
  }
  const kept = properties.filter((one) => !isNamed(one, gone)).map((one) => text.slice(startOf(one), endOf(one)))
  return { start: startOf(first), end: endOf(last), pieces: [[...kept, ...added].join(gap)] }
}

function isNamed(property: t.ObjectExpression['properties'][number], names: ReadonlySet<string>): boolean {
  return property.type === 'ObjectProperty' && property.value.type === 'Identifier' && names.has(property.value.name)
}
