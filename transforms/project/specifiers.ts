import { parse } from '@babel/parser'
import type * as t from '@babel/types'
import type { ImportEdge } from '../model/project.ts'
import { parserOptions } from '../syntax/parse.ts'
import { walk } from '../syntax/tree.ts'

export type FoundSpecifier = Pick<ImportEdge, 'specifier' | 'start' | 'end' | 'kind' | 'names'>
type Names = ImportEdge['names']

const WHOLE: Names = [{ imported: '*', local: '*', isType: false }]
const PATTERN =
  /(\bfrom|\bimport|\bimport\s*\(|\brequire(?:\.\w+)?\s*\(|\b(?:jest|vi|vitest|mock)\.\w+[^()'"`;]*\()\s*(?:\/\*[^*]*\*\/\s*)*(['"`])([^'"`\n]+)\2/g

/** Text search only: true when some specifier of the text satisfies the test. May also see one in a comment. */
export function hasSpecifier(text: string, test: (specifier: string) => boolean): boolean {
  for (const match of text.matchAll(PATTERN)) if (test(match[3] ?? '')) return true
  // `jest.requireActual<typeof import('./x')>('./x')` hides its own argument, but not the one in the type.
  return false
}

/** The same search: everything in the text that may be a specifier. */
export function listSpecifiers(text: string): string[] {
  return Array.from(text.matchAll(PATTERN), (match) => match[3] ?? '')
}

/** All specifiers of a source with exact offsets into its text; by text search alone when it does not parse. */
export function findSpecifiers(path: string, text: string): FoundSpecifier[] {
  let program: t.Program
  try {
    program = parse(text, parserOptions(path)).program
  } catch {
    return searchSpecifiers(text)
  }
  const out: FoundSpecifier[] = []
  // Names that surround a call (`const { a } = require()`), noted on the way down.
  const around = new Map<t.Node, Names>()
  walk(program, (node) => {
    noteNames(node, around)
    const found = readSpecifier(node, around)
    if (found) out.push(found)
    return true
  })
  return out.sort((a, b) => a.start - b.start)
}

function searchSpecifiers(text: string): FoundSpecifier[] {
  return [...text.matchAll(PATTERN)].map((match) => {
    const specifier = match[3] ?? ''
    const end = match.index + match[0].length - 1
    return { specifier, start: end - specifier.length, end, kind: kindOfKeyword(match[1] ?? ''), names: WHOLE }
  })
}

function kindOfKeyword(keyword: string): ImportEdge['kind'] {
  if (keyword.startsWith('require')) return 'require'
  if (/^import\s*\(/.test(keyword)) return 'dynamic'
  return keyword === 'from' || keyword === 'import' ? 'import' : 'mock'
}

function readSpecifier(node: t.Node, around: ReadonlyMap<t.Node, Names>): FoundSpecifier | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return found(node.source, node.importKind === 'type' ? 'type-import' : 'import', importNames(node))
    case 'ExportAllDeclaration':
      return found(node.source, 'export-from', [{ imported: '*', local: '*', isType: node.exportKind === 'type' }])
    case 'ExportNamedDeclaration':
      return node.source ? found(node.source, 'export-from', exportNames(node)) : null
    case 'TSImportEqualsDeclaration': {
      if (node.moduleReference.type !== 'TSExternalModuleReference') return null
      const names = [{ imported: '*', local: node.id.name, isType: node.importKind === 'type' }]
      return found(node.moduleReference.expression, 'require', names)
    }
    case 'TSImportType': {
      const name = node.qualifier ? leftmost(node.qualifier) : '*'
      return found(node.argument, 'type-import', [{ imported: name, local: name, isType: true }])
    }
    case 'ImportExpression':
      return found(node.source, 'dynamic', around.get(node) ?? WHOLE)
    case 'CallExpression':
    case 'OptionalCallExpression': {
      const kind = kindOfCall(node)
      const names = kind === 'mock' ? (around.get(node) ?? []) : (around.get(node) ?? WHOLE)
      return kind ? found(node.arguments[0], kind, names) : null
    }
    default:
      return null
  }
}

function found(node: t.Node | undefined, kind: ImportEdge['kind'], names: Names): FoundSpecifier | null {
  const literal = node?.type === 'TSLiteralType' ? node.literal : node
  let specifier: string | null = null
  if (literal?.type === 'StringLiteral') specifier = literal.value
  if (literal?.type === 'TemplateLiteral' && literal.expressions.length === 0)
    specifier = literal.quasis[0]?.value.cooked ?? null
  if (!literal || specifier === null) return null
  return { specifier, start: (literal.start ?? 0) + 1, end: (literal.end ?? 0) - 1, kind, names }
}

function kindOfCall(node: t.CallExpression | t.OptionalCallExpression): ImportEdge['kind'] | null {
  const { callee } = node
  if (callee.type === 'Import') return 'dynamic'
  if (callee.type === 'Identifier') return callee.name === 'require' ? 'require' : null
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return null
  if (callee.object.name === 'require') return 'require'
  const isMockTool = ['jest', 'vi', 'vitest', 'mock'].includes(callee.object.name)
  const method = callee.property.type === 'Identifier' ? callee.property.name : ''
  return isMockTool && /mock|actual|module/i.test(method) ? 'mock' : null
}

function importNames(node: t.ImportDeclaration): Names {
  return node.specifiers.map((item) => {
    const isType = node.importKind === 'type' || (item.type === 'ImportSpecifier' && item.importKind === 'type')
    const local = item.local.name
    if (item.type === 'ImportDefaultSpecifier') return { imported: 'default', local, isType }
    if (item.type === 'ImportNamespaceSpecifier') return { imported: '*', local, isType }
    return { imported: nameOfKey(item.imported), local, isType }
  })
}

function exportNames(node: t.ExportNamedDeclaration): Names {
  return node.specifiers.map((item) => {
    const local = nameOfKey(item.exported)
    const isType = node.exportKind === 'type' || (item.type === 'ExportSpecifier' && item.exportKind === 'type')
    if (item.type === 'ExportSpecifier') return { imported: item.local.name, local, isType }
    return { imported: item.type === 'ExportNamespaceSpecifier' ? '*' : 'default', local, isType }
  })
}

/** `const { a: b } = await import(x)`, `const m = require(x)`, `require(x).a`: which names the call inside is asked for. */
function noteNames(node: t.Node, around: Map<t.Node, Names>): void {
  if (node.type === 'VariableDeclarator' && node.init) {
    const names = patternNames(node.id)
    const call = bare(node.init)
    if (names && call.type !== 'MemberExpression') around.set(call, names)
    const local = node.id.type === 'Identifier' ? node.id.name : null
    if (call.type === 'MemberExpression') noteMember(call, local, around)
  } else if (node.type === 'MemberExpression' && !around.has(bare(node.object))) noteMember(node, null, around)
}

function noteMember(node: t.MemberExpression, local: string | null, around: Map<t.Node, Names>): void {
  // `import(x).then` is a member of the promise, not of the module.
  if (isDynamicImport(node.object)) return
  const key = node.property
  const imported =
    !node.computed && key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : '*'
  around.set(bare(node.object), [{ imported, local: local ?? imported, isType: false }])
}

function isDynamicImport(node: t.Node): boolean {
  return node.type === 'ImportExpression' || (node.type === 'CallExpression' && node.callee.type === 'Import')
}

function patternNames(pattern: t.Node): Names | null {
  if (pattern.type === 'Identifier') return [{ imported: '*', local: pattern.name, isType: false }]
  if (pattern.type !== 'ObjectPattern') return null
  return pattern.properties.map((item) => {
    if (item.type === 'RestElement' || item.computed) return { imported: '*', local: '*', isType: false }
    const value = item.value.type === 'AssignmentPattern' ? item.value.left : item.value
    const imported = nameOfKey(item.key)
    return { imported, local: value.type === 'Identifier' ? value.name : imported, isType: false }
  })
}

function bare(node: t.Node): t.Node {
  switch (node.type) {
    case 'AwaitExpression':
      return bare(node.argument)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return bare(node.expression)
    default:
      return node
  }
}

function nameOfKey(node: t.Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : '*'
}

function leftmost(node: t.Node): string {
  return node.type === 'TSQualifiedName' ? leftmost(node.left) : nameOfKey(node)
}
