import { findExtraExports, findTypeExports } from '../concerns/module/exports.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes, type ScopeTree } from '../syntax/scope.ts'

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

/**
 * The last look at a route file before it may be written: it parses, exports a method and nothing that a route file may
 * not export, names nothing that the original did not (a lost declaration would be a new global), and nothing of the old kind
 * is left. Returns what is wrong, or null.
 */
export function verifyOutput(path: string, text: string, original: ScopeTree): string | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return `does not parse: ${file.message} (${file.line}:${file.column})`
  const tree = analyseScopes(file.ast)
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
  const lost = findLostName(tree, original)
  if (lost !== null) return `uses ${lost}, which is declared nowhere`
  for (const name of ['NextApiRequest', 'NextApiResponse', 'NextApiHandler']) {
    const refs = tree.program.bindings.get(name)?.references.length ?? 0
    if (refs > 0) return `still uses ${name}`
  }
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

/** Web standards that our own code uses. */
const NEW_GLOBALS = new Set([
  'process',
  'Array',
  'Response',
  'Request',
  'Headers',
  'URL',
  'JSON',
  'Object',
  'Promise',
  'String',
  'Uint8Array',
  'Buffer',
  'ReadableStream',
  'undefined',
  'Readable',
  'Stream',
  'FormData',
  'File',
  'URLSearchParams',
  'TextEncoder',
])
