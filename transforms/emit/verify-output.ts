import { findExtraExports, findTypeExports } from '../concerns/module/exports.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import type { NewImport } from '../syntax/print.ts'
import { analyseScopes, type ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import { findCapturedName, NEW_GLOBALS } from './captured-names.ts'

const LEGAL = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'dynamic',
  'dynamicParams',
  'revalidate',
  'fetchCache',
  'preferredRegion',
  'runtime',
  'maxDuration',
  'generateStaticParams',
])

const OLD_TYPES = ['NextApiRequest', 'NextApiResponse', 'NextApiHandler']

export type OutputFault =
  | { kind: 'wrong'; what: string }
  /** A declaration of the file has left, and something that stays uses it. */
  | { kind: 'lost'; name: string }
  | { kind: 'old type'; name: string }
  /** What new code means by a name is hidden by a declaration of the file. */
  | { kind: 'captured'; name: string; at: Node }

/** The text of a route file that is to be written, and what is wrong with it. */
export interface CheckedOutput {
  written: { text: string } | { what: string }
  fault: OutputFault | null
}

/**
 * The last look at a route file before it may be written: it parses, exports a method and nothing that a route file may
 * not export, names nothing that the original did not (a lost declaration would be a new global), and nothing of the old kind
 * is left. Returns what is wrong, or null.
 */
export function verifyOutput(
  path: string,
  text: string,
  { original, imports }: { original: ScopeTree; imports: readonly NewImport[] },
): OutputFault | null {
  const what = findWrong(path, text)
  if (what !== null) return { kind: 'wrong', what }
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const tree = analyseScopes(file.ast)
  const lost = findLostName(tree, original)
  if (lost !== null) return { kind: 'lost', name: lost }
  for (const name of OLD_TYPES)
    if ((tree.program.bindings.get(name)?.references.length ?? 0) > 0) return { kind: 'old type', name }
  const captured = findCapturedName(tree, original, imports)
  return captured && { kind: 'captured', name: captured.name, at: captured.id }
}

function findWrong(path: string, text: string): string | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return `does not parse: ${file.message} (${file.line}:${file.column})`
  const exported: string[] = []
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' || statement.type === 'ExportAllDeclaration')
      return 'has an export that a route file may not have'
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    const { declaration } = statement
    if (declaration?.type === 'VariableDeclaration')
      for (const d of declaration.declarations)
        exported.push(
          ...(d.id.type === 'Identifier'
            ? [d.id.name]
            : d.id.type === 'ObjectPattern'
              ? d.id.properties.map((p) =>
                  p.type === 'ObjectProperty' && p.value.type === 'Identifier' ? p.value.name : '?',
                )
              : ['?']),
        )
    else if (
      declaration &&
      'id' in declaration &&
      declaration.id?.type === 'Identifier' &&
      !declaration.type.startsWith('TS')
    )
      exported.push(declaration.id.name)
    for (const s of statement.specifiers)
      if (s.type === 'ExportSpecifier' && s.exportKind !== 'type')
        exported.push(s.exported.type === 'Identifier' ? s.exported.name : s.exported.value)
  }
  const illegal = exported.find((name) => !LEGAL.has(name))
  if (illegal) return `exports ${illegal}`
  if (!exported.some((name) => /^[A-Z]+$/.test(name))) return 'exports no method'
  return null
}

/** A name that new code uses and nothing declares; null when there is none. */
export function findLostName(tree: ScopeTree, original: ScopeTree): string | null {
  for (const [name, references] of tree.globals) {
    // Names of types only are the type checker's business.
    if (references.every((r) => r.kind === 'type')) continue
    if (!original.globals.has(name) && !NEW_GLOBALS.has(name)) return name
  }
  return null
}

/** The same look at the module that a route's other exports moved to. */
export function verifySibling(
  path: string,
  text: string,
  original: ScopeTree,
  exported: ReadonlySet<string>,
): string | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return `${path} does not parse: ${file.message} (${file.line}:${file.column})`
  const tree = analyseScopes(file.ast)
  for (const name of tree.globals.keys())
    if (!original.globals.has(name)) return `${path} uses ${name}, which is declared nowhere`
  const values = findExtraExports(file).map(({ name }) => name)
  const names = new Set([...values, ...findTypeExports(file).keys()])
  const missing = [...exported].find((name) => !names.has(name))
  return missing === undefined ? null : `${path} does not export ${missing}`
}
