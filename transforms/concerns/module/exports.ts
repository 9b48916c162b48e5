import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { removalRange } from '../../syntax/lines.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { endOf, startOf } from '../../syntax/tree.ts'

/** Exports that a route file may have beside its methods (next@16.4.3 build/webpack/plugins/next-types-plugin). */
const SEGMENT_CONFIG = new Set([
  'dynamic',
  'dynamicParams',
  'revalidate',
  'fetchCache',
  'preferredRegion',
  'runtime',
  'maxDuration',
  'generateStaticParams',
])

/** A value that the file exports beside its handler. */
export interface ExtraExport {
  name: string
  local: string
  statement: t.ExportNamedDeclaration | t.ExportAllDeclaration
  specifier: t.ExportSpecifier | null
}

/** Value exports that route.ts may not have. Types, interfaces and segment config stay. */
export function findExtraExports(file: SourceFile): ExtraExport[] {
  const found: ExtraExport[] = []
  const types = typeNames(file)
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration' && statement.exportKind !== 'type')
      found.push({ name: '*', local: '*', statement, specifier: null })
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    const { declaration } = statement
    if (declaration?.type === 'VariableDeclaration') {
      for (const name of declaration.declarations.flatMap((d) => namesOf(d.id))) add(found, name, name, statement, null)
    } else if (
      declaration &&
      'id' in declaration &&
      declaration.id?.type === 'Identifier' &&
      !/^TS(Interface|TypeAlias)/.test(declaration.type)
    )
      add(found, declaration.id.name, declaration.id.name, statement, null)
    for (const s of statement.specifiers) {
      if (s.type !== 'ExportSpecifier' || s.exportKind === 'type' || (!statement.source && types.has(s.local.name)))
        continue
      add(found, s.exported.type === 'Identifier' ? s.exported.name : s.exported.value, s.local.name, statement, s)
    }
  }
  return found
}

/** The types that the file exports: exported name to name in the file. */
export function findTypeExports(file: SourceFile): Map<string, string> {
  const found = new Map<string, string>()
  const types = typeNames(file)
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const { declaration } = statement
    if (isTypeDeclaration(declaration)) found.set(declaration.id.name, declaration.id.name)
    for (const s of statement.specifiers) {
      if (s.type !== 'ExportSpecifier') continue
      const isType =
        statement.exportKind === 'type' || s.exportKind === 'type' || (!statement.source && types.has(s.local.name))
      if (isType) found.set(s.exported.type === 'Identifier' ? s.exported.name : s.exported.value, s.local.name)
    }
  }
  return found
}

function isTypeDeclaration(
  node: t.Node | null | undefined,
): node is t.TSInterfaceDeclaration | t.TSTypeAliasDeclaration {
  return node?.type === 'TSInterfaceDeclaration' || node?.type === 'TSTypeAliasDeclaration'
}

/** Names that stand for a type and for no value. */
function typeNames(file: SourceFile): Set<string> {
  const types = new Set<string>()
  const values = new Set<string>()
  for (const statement of file.ast.program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (isTypeDeclaration(declaration)) types.add(declaration.id.name)
    else if (declaration?.type === 'ImportDeclaration') {
      for (const s of declaration.specifiers)
        if (declaration.importKind === 'type' || (s.type === 'ImportSpecifier' && s.importKind === 'type'))
          types.add(s.local.name)
    } else if (declaration?.type === 'VariableDeclaration')
      for (const d of declaration.declarations) for (const name of namesOf(d.id)) values.add(name)
    else if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier')
      values.add(declaration.id.name)
  }
  for (const name of values) types.delete(name)
  return types
}

/** The names that a pattern declares. */
export function namesOf(pattern: t.Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => namesOf(p.type === 'RestElement' ? p.argument : p.value))
    case 'ArrayPattern':
      return pattern.elements.flatMap((e) => (e ? namesOf(e) : []))
    case 'AssignmentPattern':
      return namesOf(pattern.left)
    default:
      return []
  }
}

function add(
  found: ExtraExport[],
  name: string,
  local: string,
  statement: t.ExportNamedDeclaration,
  specifier: t.ExportSpecifier | null,
): void {
  if (name !== 'config' && name !== 'default' && !SEGMENT_CONFIG.has(name))
    found.push({ name, local, statement, specifier })
}

/** Takes the word `export` off a declaration, or the specifier out of its list: nobody imports it. */
export function unexportEdits(file: SourceFile, extras: readonly ExtraExport[]): Edit[] {
  const edits: Edit[] = []
  for (const statement of new Set(extras.map((e) => e.statement))) {
    if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      edits.push({ start: startOf(statement), end: startOf(statement.declaration), pieces: [] })
      continue
    }
    const gone = extras.filter((e) => e.statement === statement).map((e) => e.specifier)
    const kept =
      statement.type === 'ExportNamedDeclaration'
        ? statement.specifiers.filter((s) => !gone.includes(s as t.ExportSpecifier))
        : []
    const isDefault = kept.some(
      (s) => s.type === 'ExportSpecifier' && s.exported.type === 'Identifier' && s.exported.name === 'default',
    )
    if (kept.length === 0 || isDefault) {
      if (!isDefault) edits.push({ ...removalRange(file, statement), pieces: [] })
      continue
    }
    edits.push({
      start: startOf(statement),
      end: endOf(statement),
      pieces: [
        `export ${statement.type === 'ExportNamedDeclaration' && statement.exportKind === 'type' ? 'type ' : ''}{ ${kept.map((s) => file.text.slice(startOf(s), endOf(s))).join(', ')} }`,
        statement.type === 'ExportNamedDeclaration' && statement.source
          ? ` from ${file.text.slice(startOf(statement.source), endOf(statement.source))}`
          : '',
        file.text[endOf(statement) - 1] === ';' ? ';' : '',
      ],
    })
  }
  return edits
}
