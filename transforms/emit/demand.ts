import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge } from '../model/project.ts'
import { keyName } from '../syntax/match.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { isPlainFunction, type Node, walk } from '../syntax/tree.ts'
import type { ExportTable } from './move-exports.ts'

/** Exports that a module under pages/api has by being a route. */
const OF_THE_ROUTE = new Set(['default', '*', 'config'])

export interface DemandInput {
  exports: ExportTable
  /** The name of the handler in the file, when it has one. */
  handler: string | null
  read: (path: string) => string
  /** A mock may replace the handler too, beside other exports. */
  isMockOpen?: boolean
}

/** Why an import cannot be pointed at anything new; null when each name in it is a value or a type of the file. */
export function refuseEdge(edge: ImportEdge, input: DemandInput): Diagnostic | null {
  const names =
    edge.kind === 'mock' && edge.names.length === 0
      ? mockedNames(edge, input.read(edge.from))
      : edge.names.map((n) => n.imported)
  if (names === null || edge.from === edge.to) return blocked(edge, usesCode(edge), {})
  const strange = names.filter((name) => !isOurs(name, input))
  const [first] = strange
  if (first === '*' && usesCode(edge) === 'PA421') return blocked(edge, 'PA448', {})
  if (first === undefined) return names.length > 0 || edge.kind === 'mock' ? null : blocked(edge, 'PA423', { name: '' })
  if (input.isMockOpen && strange.length < names.length && strange.every((name) => isHandler(name, input))) return null
  return edge.kind === 'mock' || isHandler(first, input)
    ? blocked(edge, usesCode(edge), {})
    : blocked(edge, 'PA423', { name: first })
}

/** A value or a type of the file that is not its handler. */
export function isOurs(name: string, { exports, handler }: DemandInput): boolean {
  return (exports.values.has(name) && exports.values.get(name)?.local !== handler) || exports.types.has(name)
}

function isHandler(name: string, { exports, handler }: DemandInput): boolean {
  return OF_THE_ROUTE.has(name) || (handler !== null && exports.values.get(name)?.local === handler)
}

function usesCode({ isTest, kind }: ImportEdge): Code {
  return isTest || kind === 'mock' ? 'PA422' : 'PA421'
}

function blocked(edge: ImportEdge, code: Code, data: Record<string, string>): Diagnostic {
  return {
    code,
    level: 'blocker',
    span: { file: edge.to, start: 0, end: 0, line: 1, column: 1 },
    data: { ...data, other: edge.from },
  }
}

/** What `jest.mock(path, () => ({ ... }))` replaces; null when that cannot be read. Without a factory it asks for nothing by name. */
function mockedNames({ specifier }: ImportEdge, text: string): string[] | null {
  const file = parseSource('mock.tsx', text)
  const parsed = isParseFailure(file) ? parseSource('mock.ts', text) : file
  if (isParseFailure(parsed)) return null
  let found: string[] | null = []
  walk(parsed.ast.program, (node) => {
    if (node.type !== 'CallExpression' || found === null) return undefined
    const [path, factory] = node.arguments
    if (path?.type === 'StringLiteral' && path.value === specifier && factory && factory.type !== 'ObjectExpression') {
      const keys = factoryKeys(factory)
      found = keys === null ? null : [...found, ...keys]
    }
    return undefined
  })
  return found
}

function factoryKeys(factory: Node): string[] | null {
  if (!isPlainFunction(factory)) return null
  const returned = factory.body.type === 'BlockStatement' ? returnedBy(factory.body.body) : factory.body
  if (returned?.type !== 'ObjectExpression') return null
  const keys: string[] = []
  for (const property of returned.properties) {
    // `...jest.requireActual(path)` is an import of its own.
    if (property.type === 'SpreadElement') continue
    const key = keyName(property)
    if (key === null) return null
    if (key !== '__esModule') keys.push(key)
  }
  return keys
}

function returnedBy(body: readonly Node[]): Node | null {
  const last = body.at(-1)
  return last?.type === 'ReturnStatement' ? (last.argument ?? null) : null
}
