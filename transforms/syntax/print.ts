import { prettyPrint, types } from 'recast'
import type { Style } from './style.ts'

const { builders: b } = types

/** A name to import, and whether it is only a type. */
export interface ImportedName {
  name: string
  local: string
  isType: boolean
}

/** An import that new code needs. A relative source is written for the folder that the file comes from. */
export interface NewImport extends ImportedName {
  source: string
  /** The module that it imports from is one that the run writes, with the first file that needs it. */
  made?: MadeModule
}

/** A module of the user's `lib/` that the run writes; `text` is null where an earlier run has done so. */
export interface MadeModule {
  path: string
  text: string | null
}

/** Statements repeat from route to route: each is printed once a style. */
const printed = new Map<string, string>()

/** `import { type A, B as C } from 'source'`; a lone `default` becomes a default import. In the file's quotes and semicolons. */
export function printImport(source: string, names: readonly ImportedName[], style: Style): string {
  const isType = names.every((n) => n.isType)
  return once(`import ${source} ${names.map((n) => `${n.name} ${n.local} ${n.isType}`).join()}`, style, () => {
    const specifiers = names.map((n) => {
      if (n.name === 'default') return b.importDefaultSpecifier(b.identifier(n.local))
      const specifier = b.importSpecifier(b.identifier(n.name), b.identifier(n.local))
      return n.isType && !isType ? Object.assign(specifier, { importKind: 'type' }) : specifier
    })
    return b.importDeclaration(specifiers, b.stringLiteral(source), isType ? 'type' : 'value')
  })
}

/** `export { local as A, local as B }`. */
export function printExportList(local: string, names: readonly string[], style: Style): string {
  return once(`export ${local} ${names.join()}`, style, () =>
    b.exportNamedDeclaration(
      null,
      names.map((name) => b.exportSpecifier.from({ local: b.identifier(local), exported: b.identifier(name) })),
    ),
  )
}

/** Prints what we build anew; what moves is copied as text and never goes through here. */
function once(key: string, style: Style, build: () => Parameters<typeof prettyPrint>[0]): string {
  const id = `${style.quote}${style.semicolon} ${key}`
  const known = printed.get(id)
  if (known !== undefined) return known
  const { code } = prettyPrint(build(), { quote: style.quote === "'" ? 'single' : 'double', tabWidth: 2 })
  const text = style.semicolon === '' ? code.replace(/;$/, '') : code
  printed.set(id, text)
  return text
}
