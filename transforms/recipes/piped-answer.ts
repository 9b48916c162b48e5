import type * as t from '@babel/types'
import { freeName } from '../concerns/lowering.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt, leadStart } from '../syntax/lines.ts'
import { isCall, isMember, memberName } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, isListHolder, listOf, type Node, parentOf, some, startOf, walk } from '../syntax/tree.ts'
import { sliceOf } from './call.ts'
import { reindentRange } from './layout.ts'
import { type Reaction, readReaction } from './piped-reaction.ts'
import { isFreshFile, isOwnStream, isReadOnlyHere } from './piped-source.ts'
import { awaitable, canName, type WaitName, waitImports } from './piped-wait.ts'
import type { Shorthand } from './recipe.ts'

/**
 * `stream.pipe(res)` with listeners of the stream that answer when it fails, or end the answer. In Pages the head is sent with the first bytes, so
 * that a stream that cannot be opened is still answered by its `error` listener. Written out in words that say so: what the listener does
 * beside answering stays, the answer becomes that of a `catch` around the wait for the first bytes (`once(stream, 'readable')`, which
 * rejects by `error`: node@20 lib/events.js; `piped-source.ts` says of which streams), and then the stream is piped, which ends the answer by itself. A
 * stream that may have begun or ended is piped into one that has not, and that is waited for: `pipeline` hands its error on (node@20
 * lib/internal/streams/pipeline.js, `finishImpl` destroys all with it). After the first bytes an error cuts the connection (PA228), where Pages
 * left the client waiting.
 */
export const pipedAnswer: Shorthand = {
  id: 'piped-answer',
  codes: [],
  packages: [],
  concerns: ({ file }) => /\.pipe\(/.test(file.text) && /\.(?:on|once)\(/.test(file.text),
  expand: (module) => {
    const edits: Edit[] = []
    const names = new Set<WaitName>()
    walk(module.file.ast.program, (node) => {
      const found = node.type === 'ExpressionStatement' ? readPipe(node, module) : null
      if (!found) return undefined
      const written = writeOut(found, module)
      edits.push(...written)
      if (found.reactions.some(({ answer }) => answer.length > 0)) names.add('once')
      if (found.output) for (const name of ['PassThrough', 'pipeline'] as const) names.add(name)
      return undefined
    })
    return { edits: [...edits, ...waitImports(names, module)], notes: [], blockers: [] }
  },
}

interface Piped {
  statement: t.ExpressionStatement
  stream: t.Identifier
  /** Listeners before and after it, in their order. */
  reactions: readonly Reaction[]
  /** The name of the stream that it is piped into, where its first bytes cannot be waited for. */
  output: string | null
}

/** The statement that pipes a named stream into the second parameter of its function, with listeners that touch the response around it. */
function readPipe(statement: t.ExpressionStatement, module: SourceModule): Piped | null {
  const { expression } = statement
  const holder = parentOf(statement)
  if (!isCall(expression) || !isMember(expression.callee) || memberName(expression.callee) !== 'pipe') return null
  const [target, more] = expression.arguments
  const stream = expression.callee.object
  if (!holder || !isListHolder(holder) || more || stream.type !== 'Identifier' || target?.type !== 'Identifier')
    return null
  const binding = bindingAt(module.tree, target)
  const fn = binding?.kind === 'param' ? awaitable(statement, binding, module) : null
  if (!binding || !fn) return null
  const list = listOf(holder)
  const index = list.indexOf(statement)
  const read = (one: Node): Reaction | null => readReaction(one, stream, binding, fn, module)
  const reactions: Reaction[] = []
  let first = index
  for (let reaction = readAt(list, first - 1, read); reaction; reaction = readAt(list, first - 1, read)) {
    reactions.unshift(reaction)
    first--
  }
  let last = index
  for (let reaction = readAt(list, last + 1, read); reaction; reaction = readAt(list, last + 1, read)) {
    reactions.push(reaction)
    last++
  }
  const isWhole = reactions.filter(({ event }) => event === 'error').length <= 1
  const isConcerned = last > index || reactions.some(({ touches }) => touches)
  const listeners = reactions.map((one) => one.statement)
  if (!isWhole || !isConcerned || !isReadOnlyHere(stream, listeners, module)) return null
  const answers = reactions.some(({ answer }) => answer.some(isSending))
  // Also a stream that fails is closed: without an answer to that, `res.end()` was it.
  if (!answers && reactions.some(({ event, touches }) => event === 'close' && touches)) return null
  const waits = reactions.some(({ answer }) => answer.length > 0)
  if (!waits || isFreshFile(stream, statement, module)) return { statement, stream, reactions, output: null }
  if (!isOwnStream(stream, statement, module) || !canName(['PassThrough', 'pipeline'], module)) return null
  return { statement, stream, reactions, output: freeName(module.tree, fn, 'output', 'content', 'passed') }
}

const isSending = (node: Node): boolean =>
  some(node, (one) => isMember(one) && /^(?:end|send|json|redirect)$/.test(memberName(one) ?? ''))

function readAt(list: readonly Node[], index: number, read: (node: Node) => Reaction | null): Reaction | null {
  const node = index < 0 ? undefined : list[index]
  return node ? read(node) : null
}

/** The listeners first, then the wait that is answered where it fails, then the pipe. */
function writeOut({ statement, stream, reactions, output }: Piped, module: SourceModule): Edit[] {
  const { file } = module
  const { text } = file
  const { indent, semicolon, quote } = detectStyle(file)
  const base = indentAt(text, startOf(statement))
  const line = `\n${base}`
  const all = [statement, ...reactions.map((one) => one.statement)]
  const start = Math.min(...all.map((one) => leadStart(file, one)))
  const end = Math.max(...all.map(endOf))
  const edits: Edit[] = []
  const parts: Piece[][] = []
  for (const reaction of reactions) {
    if (reaction.isEmpty) continue
    edits.push(...reaction.removals)
    parts.push([{ from: leadStart(file, reaction.statement), to: endOf(reaction.statement) }])
  }
  const answering = reactions.find(({ answer }) => answer.length > 0)
  if (answering) {
    const { answer, parameter, declared, casts } = answering
    const head = parameter ? `catch (${parameter})` : 'catch'
    const body: Piece[] = answer.flatMap((one): Piece[] => {
      const from = leadStart(file, one)
      edits.push(...reindentRange(file, { start: from, end: endOf(one) }, base + indent, indentAt(text, startOf(one))))
      return [`${line}${indent}`, { from, to: endOf(one) }, one.type === 'ExpressionStatement' ? '' : semicolon]
    })
    edits.push(...casts)
    if (output)
      parts.push([`const ${output} = pipeline(`, sliceOf(stream), `, new PassThrough(), () => {})${semicolon}`])
    parts.push([
      `try {${line}${indent}await once(`,
      output ?? sliceOf(stream),
      `, ${quote}readable${quote})${semicolon}${line}} ${head} {`,
      declared ? `${line}${indent}${declared}${semicolon}` : '',
      ...body,
      `${line}${indent}return${semicolon}${line}}`,
    ])
  }
  const { expression } = statement
  const called = isCall(expression) ? endOf(expression.callee) : endOf(statement)
  const lead: Piece = { from: leadStart(file, statement), to: startOf(statement) }
  const piped: Piece[] = output
    ? [lead, `${output}.pipe`, { from: called, to: endOf(statement) }]
    : [{ from: lead.from, to: endOf(statement) }]
  parts.push(piped)
  const pieces = parts.flatMap((part, i): Piece[] => (i === 0 ? part : [line, ...part]))
  return [{ start, end, pieces }, ...edits]
}
