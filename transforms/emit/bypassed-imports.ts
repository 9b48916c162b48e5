import type * as t from '@babel/types'
import { type CalledImport, findCalledImports, renameCalled } from '../syntax/called-imports.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import { isParseFailure, parseSource, restoreBytes, type SourceFile } from '../syntax/parse.ts'
import { type NewImport, printImport } from '../syntax/print.ts'
import { analyseScopes, type ScopeTree } from '../syntax/scope.ts'
import { detectStyle, type Style } from '../syntax/style.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { joinImports } from './joined-imports.ts'

/** Where a name is had now: by a specifier of the file, under a name of that module. */
export interface NewPlace {
  specifier: string
  name: string
}

export interface BypassedImports {
  /** Where the text is, or will be. */
  path: string
  text: string
  /** Does a specifier of the file lead to the module that is gone past? */
  isPassed: (specifier: string) => boolean
  /** Where a name of that module is had now; null for one that stays, as a type. */
  placeOf: (imported: string, specifier: string, isType: boolean) => NewPlace | null
}

type Statement = t.ImportDeclaration | t.ExportNamedDeclaration

/** A name in the list of a statement. */
interface Item {
  node: t.Node
  imported: string
  /** The local name, or the exported one. */
  as: string
  isType: boolean
}

/** The text with its imports past a module. Null when the file needs more of that module than it did. */
export function bypassImports(input: BypassedImports): string | null {
  const file = parseSource(input.path, input.text)
  if (isParseFailure(file)) return null
  const tree = analyseScopes(file.ast)
  const style = detectStyle(file)
  const edits: Edit[] = []
  for (const statement of file.ast.program.body) {
    const own = isNamed(statement) && input.isPassed(statement.source?.value ?? '') ? statement : null
    const changed = own ? editStatement(own, input, { file, tree, style }) : []
    if (!changed) return null
    edits.push(...changed)
  }
  for (const call of file.text.includes('import(') ? findCalledImports(file.ast, tree) : []) {
    const changed = input.isPassed(call.source.value) ? editCall(call, input) : []
    if (!changed) return null
    edits.push(...changed)
  }
  return restoreBytes(render(file.text, edits, 0, file.text.length), file)
}

function isNamed(statement: t.Statement): statement is Statement {
  if (statement.type === 'ImportDeclaration') return statement.importKind !== 'type'
  return statement.type === 'ExportNamedDeclaration' && statement.exportKind !== 'type' && !!statement.source
}

function editStatement(
  statement: Statement,
  { placeOf }: BypassedImports,
  { file, tree, style }: { file: SourceFile; tree: ScopeTree; style: Style },
): Edit[] | null {
  const source = statement.source
  const items = itemsOf(statement)
  if (!source || !items) return null
  const bySource = new Map<string, { item: Item; name: string }[]>()
  const stays: Item[] = []
  for (const item of items) {
    const place = placeOf(item.imported, source.value, item.isType)
    if (place) bySource.set(place.specifier, [...(bySource.get(place.specifier) ?? []), { item, name: place.name }])
    else if (item.isType || isTypeOnly(item, statement, { file, tree })) stays.push(item)
    else return null
  }
  const [first] = bySource
  if (!first) return []
  const isRenamed = first[1].some(({ item, name }) => item.imported !== name)
  const isKnown = statement.type === 'ImportDeclaration' && importsFrom(first[0], file)
  // All of it comes from one other place: nothing else changes.
  if (bySource.size === 1 && stays.length === 0 && !isRenamed && !isKnown)
    return [{ start: startOf(source) + 1, end: endOf(source) - 1, pieces: [first[0]] }]
  const moved = [...bySource].flatMap(([from, list]) =>
    list.map(({ item, name }): NewImport => ({ source: from, name, local: item.as, isType: item.isType })),
  )
  const kept = stays.map(
    ({ imported, as }): NewImport => ({ source: source.value, name: imported, local: as, isType: true }),
  )
  const { edits, others } =
    statement.type === 'ImportDeclaration' ? joinImports(moved, file) : { edits: [], others: moved }
  const lines = print([...others, ...kept], statement, style)
  if (lines.length === 0) return [...edits, { ...removalRange(file, statement, startOf(statement)), pieces: [] }]
  return [...edits, { start: startOf(statement), end: endOf(statement), pieces: [lines.join('\n')] }]
}

/** Its names are all had from one module. */
function editCall(call: CalledImport, { placeOf }: BypassedImports): Edit[] | null {
  const places = new Map(call.names.map(({ imported }) => [imported, placeOf(imported, call.source.value, false)]))
  const [first] = places.values()
  if (!first || [...places.values()].some((place) => place?.specifier !== first.specifier)) return null
  return renameCalled(call, {
    specifier: first.specifier,
    nameOf: (imported) => places.get(imported)?.name ?? imported,
  })
}

/** One statement for each module; a default cannot stand with other types. */
function print(names: readonly NewImport[], { type }: Statement, style: Style): string[] {
  const groups = new Map<string, NewImport[]>()
  for (const one of names) {
    const key = `${one.source} ${one.isType && one.name === 'default' ? 'default' : ''}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((list) => {
    const source = list[0]?.source ?? ''
    if (type === 'ImportDeclaration') return printImport(source, list, style)
    const isType = list.every((one) => one.isType)
    const items = list.map(
      ({ name, local, isType: own }) =>
        (own && !isType ? 'type ' : '') + (name === local ? name : `${name} as ${local}`),
    )
    const { quote, semicolon } = style
    return `export ${isType ? 'type ' : ''}{ ${items.join(', ')} } from ${quote}${source}${quote}${semicolon}`
  })
}

/** Null for what names nothing. */
function itemsOf(statement: Statement): Item[] | null {
  const items = statement.specifiers.map((node): Item | null => {
    switch (node.type) {
      case 'ImportDefaultSpecifier':
        return { node, imported: 'default', as: node.local.name, isType: false }
      case 'ImportSpecifier':
        return { node, imported: nameOf(node.imported), as: node.local.name, isType: node.importKind === 'type' }
      case 'ExportSpecifier':
        return { node, imported: node.local.name, as: nameOf(node.exported), isType: node.exportKind === 'type' }
      default:
        return null
    }
  })
  const known = items.filter((item) => item !== null)
  return known.length === items.length && items.length > 0 ? known : null
}

/** An import that only types use, as TypeScript drops it. */
function isTypeOnly({ as }: Item, { type }: Statement, { file, tree }: { file: SourceFile; tree: ScopeTree }): boolean {
  const references = tree.program.bindings.get(as)?.references ?? []
  return type === 'ImportDeclaration' && file.language === 'ts' && references.every(({ kind }) => kind === 'type')
}

function importsFrom(source: string, file: SourceFile): boolean {
  return file.ast.program.body.some(
    (s) => s.type === 'ImportDeclaration' && s.importKind !== 'type' && s.source.value === source,
  )
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
