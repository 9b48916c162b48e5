import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { findLoadEffects } from '../syntax/load-effects.ts'
import { isConstant, uncast } from '../syntax/match.ts'
import { isPlainFunction, type Node, some } from '../syntax/tree.ts'
import { type Extraction, extract } from './extraction.ts'

/**
 * Declarations that can stand in a module of their own, with all that they refer to: functions, types and constants that are written out.
 * Null when something would run, change or be changed, or be imported in a way that names nothing.
 */
export function takeOut({ file, tree }: SourceModule, names: readonly string[]): Extraction | null {
  const found = extract({ file, tree, fixed: new Set() }, names)
  if ('code' in found || !names.every((name) => found.names.has(name))) return null
  // A bare import would have to be in both; `export { x }` would have lost its name.
  const isListed = found.units.some(
    ({ kind, uses, statement }) =>
      (kind === 'export-list' && [...uses].some((name) => found.names.has(name))) ||
      (statement.type === 'ImportDeclaration' && statement.specifiers.length === 0),
  )
  if (isListed || !names.every((name) => isExported(name, found))) return null
  const isWritten = found.units.some(({ writes }) => [...writes].some((name) => found.names.has(name)))
  if (isWritten || !found.moved.every(({ statement }) => isInert(statement))) return null
  return isFilled(found, { file, tree }) ? null : found
}

/** `LIST.push('a')` by what stays: who has the list from elsewhere has it without that. What else the module does when it is loaded is for others to ask. */
function isFilled({ names }: Extraction, { file, tree }: Pick<SourceModule, 'file' | 'tree'>): boolean {
  return findLoadEffects(file, tree, names).acts !== null && findLoadEffects(file, tree).acts === null
}

/** `export const x`, `export function x` */
function isExported(name: string, { moved }: Extraction): boolean {
  return moved.some(({ declares, statement }) => declares.has(name) && statement.type === 'ExportNamedDeclaration')
}

function isInert(statement: t.Statement): boolean {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  switch (declaration?.type) {
    case 'FunctionDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return !some(declaration, isLoading)
    case 'VariableDeclaration':
      return (
        declaration.kind === 'const' &&
        declaration.declarations.every(({ id, init }) => id.type === 'Identifier' && init && isInertValue(init)) &&
        !some(declaration, isLoading)
      )
    default:
      return false
  }
}

function isInertValue(value: Node): boolean {
  const node = uncast(value)
  if (isPlainFunction(node) || isConstant(node) || node.type === 'RegExpLiteral') return true
  if (node.type === 'UnaryExpression') return /^[-+!]$/.test(node.operator) && isConstant(node.argument)
  if (node.type === 'ArrayExpression')
    return node.elements.every((e) => e !== null && e.type !== 'SpreadElement' && isInertValue(e))
  return (
    node.type === 'ObjectExpression' &&
    node.properties.every((p) => p.type === 'ObjectProperty' && !p.computed && isInertValue(p.value))
  )
}

/** `import('./x')`, `require('./x')` and `import.meta.url`, which mean another file from another place. */
function isLoading(node: Node): boolean {
  return (
    node.type === 'Import' ||
    node.type === 'ImportExpression' ||
    node.type === 'MetaProperty' ||
    (node.type === 'Identifier' && /^(?:require|__dirname|__filename|eval)$/.test(node.name))
  )
}
