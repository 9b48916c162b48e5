import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { printImport } from '../../syntax/print.ts'
import type { Style } from '../../syntax/style.ts'
import { endOf, parentOf } from '../../syntax/tree.ts'
import type { Factory } from './made-handler.ts'
import { ADAPTER } from './options.ts'

const FETCH = ADAPTER.replace(/next$/, 'fetch')

/** Behind the import of the old adapter; null where a name is something else's. */
export function importsOf(
  { module, call }: Factory,
  { types: wantedTypes, style }: { types: readonly string[]; style: Style },
): Edit[] | null {
  const { bindings, types } = module.tree.program
  const callee = call.callee.type === 'MemberExpression' ? call.callee.object : call.callee
  const declaration = callee.type === 'Identifier' ? module.tree.bindingOf.get(callee)?.declaration : undefined
  const statement = declaration ? parentOf(declaration) : null
  if (statement?.type !== 'ImportDeclaration') return null
  const wanted = [
    { source: FETCH, names: ['fetchRequestHandler'], isType: false },
    { source: 'next', names: wantedTypes.filter((name) => name !== 'NextRequest'), isType: true },
    { source: 'next/server', names: wantedTypes.filter((name) => name === 'NextRequest'), isType: true },
  ]
  const lines: string[] = []
  const edits: Edit[] = []
  for (const { source, names, isType } of wanted) {
    const missing = names.filter((name) => !isImported(name, source))
    if (missing.some((name) => bindings.has(name) || types.has(name) || module.tree.globals.has(name))) return null
    if (missing.length === 0) continue
    const list = listOf(source)
    if (list) {
      const text = missing.map((name) =>
        isType && list.statement.importKind !== 'type' ? `, type ${name}` : `, ${name}`,
      )
      edits.push({ start: list.end, end: list.end, pieces: [text.join('')] })
      continue
    }
    lines.push(
      printImport(
        source,
        missing.map((name) => ({ name, local: name, isType })),
        style,
      ),
    )
  }
  return [...edits, { start: endOf(statement), end: endOf(statement), pieces: lines.map((line) => `\n${line}`) }]

  /** A list of names that are imported from there already. */
  function listOf(source: string): { statement: t.ImportDeclaration; end: number } | null {
    for (const one of module.file.ast.program.body) {
      if (one.type !== 'ImportDeclaration' || one.source.value !== source) continue
      const last = one.specifiers[one.specifiers.length - 1]
      if (last?.type === 'ImportSpecifier') return { statement: one, end: endOf(last) }
    }
    return null
  }

  function isImported(name: string, source: string): boolean {
    const found = bindings.get(name)
    const parent = found ? parentOf(found.declaration) : null
    return parent?.type === 'ImportDeclaration' && parent.source.value === source
  }
}
