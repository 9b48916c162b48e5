import type * as t from '@babel/types'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { indentAt } from '../../syntax/lines.ts'
import { withCasts } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, isListHolder, listOf, type Node, parentOf, startOf, statementOf } from '../../syntax/tree.ts'
import { type AnswerRead, QUOTES } from './answer-read.ts'
import type { Context } from './call-edits.ts'
import type { HandlerCall } from './handler-calls.ts'

/** The body of a Response is read once: where it is looked at more often, it has a name. */
export function editReads(
  call: HandlerCall,
  reads: readonly AnswerRead[],
  { context, response, data }: { context: Context; response: string; data: string },
): Edit[] | null {
  const { file, style, refuse } = context
  const bodies = reads.filter(({ kind }) => kind === 'json' || kind === 'list' || kind === 'text')
  const isJson = bodies.every(({ kind }) => kind !== 'text')
  const isNamed = bodies.length > 1
  const edits: Edit[] = []
  const [first] = bodies
  if (isNamed && first) {
    const statement = beside(first.node, parentOf(call.statement))
    if (!statement) return refuse('place', first.node)
    const semicolon = style.semicolon
    const text = `const ${data} = await ${response}.${isJson ? 'json' : 'text'}()${semicolon}`
    const indent = indentAt(file.text, startOf(statement))
    edits.push({ start: startOf(statement), end: startOf(statement), pieces: [`${text}\n${indent}`] })
  }
  for (const read of reads) {
    const { node } = read
    if (read.said) edits.push({ start: read.said.from, end: read.said.to, pieces: read.said.text.map(pieceOf) })
    if (read.kind === 'ended') {
      edits.push({ start: startOf(node), end: endOf(node), pieces: [response] })
      continue
    }
    const outer = read.said ? withCasts(node) : node
    const pieces = textOf(read)
    const opens = typeof pieces[0] === 'string' && /^[([]/.test(pieces[0]) && continuesLast(outer, file)
    edits.push({ start: startOf(outer), end: endOf(outer), pieces: opens ? [';', ...pieces] : pieces })
  }
  return edits

  function pieceOf(part: string | Node): Piece {
    if (typeof part !== 'string') return { from: startOf(part), to: endOf(part) }
    return part === QUOTES ? quoted(style, '') : part
  }

  function textOf(read: AnswerRead): Piece[] {
    const { kind, node, name } = read
    if (kind === 'status') return [`${response}.status`]
    if (kind === 'location') return [`${response}.headers.get(${quoted(style, 'location')})`]
    if (kind === 'header') return [`${response}.headers.get(`, ...headerName(node, name), ')']
    const text = isNamed
      ? kind === 'text' || isJson
        ? data
        : `JSON.parse(${data})`
      : `await ${response}.${kind === 'text' ? 'text' : 'json'}()`
    if (kind === 'list') return [`[${text}]`]
    return [isNamed || isOperand(node) ? text : `(${text})`]
  }

  function headerName(node: Node, name: Node | null): Piece[] {
    if (name) return [{ from: startOf(name), to: endOf(name) }]
    const member = node as t.MemberExpression
    return member.computed
      ? [{ from: startOf(member.property), to: endOf(member.property) }]
      : [quoted(style, (member.property as t.Identifier).name)]
  }
}

/** A statement begins with it, and the one before ends without a semicolon: with a parenthesis it would be a call of that. */
function continuesLast(node: Node, { text }: Context['file']): boolean {
  const statement = statementOf(node)
  const list = statement ? parentOf(statement) : null
  if (!statement || startOf(statement) !== startOf(node) || !list || !isListHolder(list)) return false
  const last = listOf(list)
    .filter((one) => endOf(one) <= startOf(statement))
    .at(-1)
  return last !== undefined && text[endOf(last) - 1] !== ';'
}

/** Where `await` needs no parentheses. */
function isOperand(node: Node): boolean {
  const at = withCasts(node)
  const parent = parentOf(at)
  if (at !== node) return false
  return (
    (parent?.type === 'CallExpression' && parent.callee !== at) ||
    parent?.type === 'VariableDeclarator' ||
    parent?.type === 'AssignmentExpression' ||
    parent?.type === 'ReturnStatement'
  )
}

/** The statement of a list that a node is in, when nothing is between them that may not run. */
function beside(node: Node, list: Node | null): Node | null {
  if (!list || !isListHolder(list)) return null
  const statement = listOf(list).find((one) => startOf(one) <= startOf(node) && endOf(node) <= endOf(one))
  return statement?.type === 'ExpressionStatement' || statement?.type === 'VariableDeclaration' ? statement : null
}
