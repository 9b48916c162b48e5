import type * as t from '@babel/types'
import type { Edit } from '../syntax/edits.ts'
import { hasImport, requiresNames } from '../syntax/imported.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { NewImport } from '../syntax/print.ts'
import { endOf, startOf } from '../syntax/tree.ts'

/** New names of a module that the file imports names from already join that import, those that are there need nothing; the others need statements of their own. */
export function joinImports(wanted: readonly NewImport[], file: SourceFile): { edits: Edit[]; others: NewImport[] } {
  const edits: Edit[] = []
  const others: NewImport[] = []
  for (const one of wanted) {
    const stated = one.isType ? null : statedType(one, file)
    if (stated) {
      edits.push(...asValue(stated, file))
      continue
    }
    if (hasImport(file, one)) continue
    const isNamed = !one.isType && one.name !== 'default'
    const imported = isNamed ? lastNameOf(one.source, file) : null
    const last = imported ?? (isNamed ? lastRequired(one.source, file) : null)
    if (!last) others.push(one)
    else {
      const text = one.name === one.local ? one.name : `${one.name}${imported ? ' as' : ':'} ${one.local}`
      edits.push({ start: endOf(last), end: endOf(last), pieces: [`,${spaceBefore(last, file)}${text}`] })
    }
  }
  return { edits, others }
}

/** What stands before a name of a list: a line break and its indent where each has a line of its own. */
function spaceBefore(name: t.Node, { text }: SourceFile): string {
  const [line] = /\n[ \t]*$/.exec(text.slice(0, startOf(name))) ?? []
  return line ?? ' '
}

interface StatedType {
  declaration: t.ImportDeclaration
  specifier: t.ImportSpecifier
}

/** `import type { Readable } from 'stream'`, where that is wanted as a value. */
function statedType({ source, local }: NewImport, file: SourceFile): StatedType | null {
  for (const declaration of file.ast.program.body) {
    if (declaration.type !== 'ImportDeclaration' || bare(declaration.source.value) !== bare(source)) continue
    for (const specifier of declaration.specifiers)
      if (specifier.type === 'ImportSpecifier' && specifier.local.name === local && isType(declaration, specifier))
        return { declaration, specifier }
  }
  return null
}

/** A name that the file only imports as a type: it cannot stand for the value. */
export function isTypeImport(name: string, file: SourceFile): boolean {
  return file.ast.program.body.some(
    (declaration) =>
      declaration.type === 'ImportDeclaration' &&
      declaration.specifiers.some(
        (one) => one.type === 'ImportSpecifier' && one.local.name === name && isType(declaration, one),
      ),
  )
}

const isType = ({ importKind }: t.ImportDeclaration, specifier: t.ImportSpecifier): boolean =>
  importKind === 'type' || specifier.importKind === 'type'

const bare = (source: string): string => source.replace(/^node:/, '')

/** The word `type` goes to the other names of the import. */
function asValue({ declaration, specifier }: StatedType, { text }: SourceFile): Edit[] {
  if (declaration.importKind !== 'type')
    return [{ start: startOf(specifier), end: startOf(specifier.imported), pieces: [] }]
  const start = startOf(declaration)
  const [head] = /^import\s+type\s+/.exec(text.slice(start)) ?? ['']
  const others = declaration.specifiers.filter((one) => one !== specifier)
  return [
    { start, end: start + head.length, pieces: ['import '] },
    ...others.map((one): Edit => ({ start: startOf(one), end: startOf(one), pieces: ['type '] })),
  ]
}

/** The last name of a list that is imported as values. */
function lastNameOf(source: string, file: SourceFile) {
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const last = statement.specifiers.at(-1)
    if (statement.source.value === source && last?.type === 'ImportSpecifier') return last
  }
  return null
}

/** The last name of `const { a, b } = require('x')`. */
function lastRequired(source: string, { ast }: SourceFile): t.Node | null {
  for (const statement of ast.program.body) {
    const [declarator] = statement.type === 'VariableDeclaration' ? statement.declarations : []
    if (!declarator || !requiresNames(declarator) || declarator.init.arguments[0].value !== source) continue
    const last = declarator.id.properties.at(-1)
    if (last?.type === 'ObjectProperty') return last
  }
  return null
}
