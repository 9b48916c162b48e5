import type * as t from '@babel/types'
import type { Lowering, Need } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import { indentAt, leadStart, removalRange } from '../syntax/lines.ts'
import { isCall } from '../syntax/match.ts'
import { isNameTaken, type ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** How the functions of a file read a body with `--strict`: the local name of the function in `lib/`, and the limit if it is not the default. */
export interface BodyReader {
  name: string
  limit: string | null
}

/** The name that collides with nothing in the file, and the limit of `config`. */
export function chooseReader(tree: ScopeTree, config: ConfigPlan): BodyReader {
  const names = ['readBody', 'readRequestBody', 'readPagesBody']
  const isFree = (name: string): boolean => !isNameTaken(tree, name, tree.program.node)
  return { name: names.find(isFree) ?? '_readBody', limit: config.sizeLimit }
}

export function usesReader(at: Lowering): boolean {
  return at.reader !== null && at.needs.some((n) => n.kind === 'body' || n.kind === 'whole-body')
}

/** The lines that read the body, first in the function: Pages refused a malformed one before the handler ran. */
export function readerLines(at: Lowering, bodies: readonly Need[]): { place: number; text: string }[] {
  const call = `await ${at.reader?.name}(${at.names.request}${at.reader?.limit ? `, ${at.reader.limit}` : ''})`
  const own = bodies.length === 1 ? ownDeclaration(at, bodies[0]) : null
  if (own && isFirst(at, own.statement)) {
    replaceStatement(at, own.statement, `${own.keyword} ${own.name} = ${call}`)
    insertAfter(at, own.statement, refusal(own.name))
    return []
  }
  if (own) dropStatement(at, own.statement)
  const name = own?.name ?? at.names.body
  const place = topOf(at)
  return [
    { place, text: `${own?.keyword ?? 'const'} ${name} = ${call}` },
    { place, text: refusal(name) },
  ]
}

function refusal(name: string): string {
  return `if (${name} instanceof Response) return ${name}`
}

interface OwnDeclaration {
  name: string
  keyword: string
  statement: t.VariableDeclaration
}

/** `const body = req.body` or `const { body } = req` on its own, in the outermost block: the name for what is read. */
function ownDeclaration(at: Lowering, body: Need | undefined): OwnDeclaration | null {
  // A helper that is handed the body, `const name = readName(req)`: what it returns is not the body.
  if (body && isCall(body.node)) return null
  const property = body?.node.type === 'ObjectProperty' ? body.node : null
  const pattern = property ? parentOf(property) : null
  const declarator = body && parentOf(pattern ?? body.node)
  const statement = declarator && parentOf(declarator)
  if (declarator?.type !== 'VariableDeclarator' || statement?.type !== 'VariableDeclaration') return null
  if (statement.kind === 'var' || statement.declarations.length > 1 || parentOf(statement) !== at.fn.body) return null
  if (pattern && (pattern.type !== 'ObjectPattern' || pattern.properties.length > 1 || pattern.typeAnnotation))
    return null
  const id = property ? property.value : declarator.id
  if (id.type !== 'Identifier' || id.typeAnnotation || (!property && declarator.init !== body?.node)) return null
  return { name: id.name, keyword: statement.kind, statement }
}

function isFirst(at: Lowering, statement: t.Statement): boolean {
  const list = at.fn.body.type === 'BlockStatement' ? at.fn.body.body : []
  return list.slice(0, list.indexOf(statement)).every((s) => !at.isLive(s))
}

function replaceStatement(at: Lowering, statement: t.Statement, text: string): void {
  dropEdits(at, statement)
  at.edits.push({ start: startOf(statement), end: endOf(statement), pieces: [text + at.style.semicolon] })
}

/** On a line of its own; a comment at the end of the statement's line stays there. */
function insertAfter(at: Lowering, statement: t.Statement, text: string): void {
  const source = at.file.text
  const place = endOf(statement) + (/^[ \t]*\/\/[^\n]*/.exec(source.slice(endOf(statement)))?.[0].length ?? 0)
  const indent = indentAt(source, startOf(statement))
  at.edits.push({ start: place, end: place, pieces: [`\n${indent}${text}${at.style.semicolon}`] })
}

/** A comment above it stays: it rarely speaks of the name alone. */
function dropStatement(at: Lowering, statement: t.Statement): void {
  const { start, end } = removalRange(at.file, statement)
  dropEdits(at, statement)
  at.edits.push({
    start: leadStart(at.file, statement) < startOf(statement) ? startOf(statement) : start,
    end,
    pieces: [],
  })
}

function dropEdits(at: Lowering, node: Node): void {
  at.edits = at.edits.filter((e) => e.start < startOf(node) || e.end > endOf(node))
}

function topOf(at: Lowering): number {
  const { body } = at.fn
  if (body.type !== 'BlockStatement') return startOf(body)
  const [first] = body.body
  return first ? leadStart(at.file, first, startOf(body) + 1) : endOf(body) - 1
}
