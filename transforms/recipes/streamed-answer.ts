import { freeName, snippet, spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { isInTry } from '../syntax/completion.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt, leadStart, lineStart, removalRange } from '../syntax/lines.ts'
import { isMember } from '../syntax/match.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, isFunction, isPlainFunction, type Node, parentOf, startOf, statementOf, walk } from '../syntax/tree.ts'
import { reindentRange } from './layout.ts'
import { canName, type WaitName, waitImports } from './piped-wait.ts'
import type { Shorthand } from './recipe.ts'
import { awaits, readRegion, type StreamedRegion } from './streamed-region.ts'

/**
 * An answer that is written while time passes: in timers and listeners, by what is piped into it and goes on (`archive.pipe(res)`), after
 * `res.flushHeaders()`. Written out with a PassThrough in the place of the response, which has the same methods and events, and which is piped
 * into the answer at the end. What waits runs beside it, in a function of its own. In Pages the head leaves with the first bytes, and what fails before is
 * answered: so the first bytes are waited for (`once` rejects by `error`, node@20 lib/events.js), unless the head was sent. When the client
 * leaves, the stream is destroyed (node@20 lib/internal/webstreams/adapters.js `newReadableStreamFromStreamReadable`, `cancel`): writes go nowhere, as
 * those to a response did, and its `close` comes.
 */
export const streamedAnswer: Shorthand = {
  id: 'streamed-answer',
  codes: ['PA234', 'PA235', 'PA236'],
  packages: [],
  concerns: ({ file }) => /\.(?:write|flushHeaders|pipe)(?:\?\.)?\(/.test(file.text),
  expand: (module) => {
    const edits: Edit[] = []
    const notes: Diagnostic[] = []
    const names = new Set<WaitName>()
    walk(module.file.ast.program, (node) => {
      const region = isFunction(node) && isPlainFunction(node) ? readRegion(node, module) : null
      if (!region || !canName(['PassThrough', ...(region.waits ? (['once'] as const) : [])], module)) return undefined
      edits.push(...writeOut(region, module))
      notes.push(...notesOf(region, module))
      names.add('PassThrough')
      if (region.waits) names.add('once')
      return undefined
    })
    return { edits: [...edits, ...waitImports(names, module)], notes, blockers: [] }
  },
}

function notesOf(
  { fn, statements, listeners, flushes, isAsync }: StreamedRegion,
  { file }: SourceModule,
): Diagnostic[] {
  const [first] = statements
  const noteAt = (code: 'PA234' | 'PA235' | 'PA236', node: Node, place = node): Diagnostic => ({
    code,
    level: 'review',
    span: spanOf(file, place),
    data: { text: snippet(file, node) },
  })
  // The name of the request is another's in the new text: the place is what is called.
  const closing = (node: Node): Diagnostic[] => {
    const member = parentOf(node)
    const call = member ? parentOf(member) : null
    return isMember(member) && call ? [noteAt('PA235', call, member.property)] : []
  }
  // Next sends the head with the first part of the body (next@16 server/pipe-readable.js, `createWriterFromResponse`).
  const flushing = flushes.flatMap((node): Diagnostic[] => {
    const statement = statementOf(node)
    return statement ? [{ ...noteAt('PA236', statement), level: 'note' }] : []
  })
  const isCaught = isAsync && first && isInTry(first, fn)
  // What is waited for is what fails late.
  const waiting = statements.find(awaits)
  return [...(isCaught && waiting ? [noteAt('PA234', waiting)] : []), ...flushing, ...listeners.flatMap(closing)]
}

function writeOut(region: StreamedRegion, { file, tree }: SourceModule): Edit[] {
  const { fn, response, uses, flushes, listeners, isWrapped, isAsync, waits } = region
  const { indent, semicolon, quote } = detectStyle(file)
  const statements = region.statements.filter((one) => !flushes.some((node) => statementOf(node) === one))
  const [first] = statements
  const last = statements[statements.length - 1]
  if (!first || !last) return []
  const output = freeName(tree, fn, 'output', 'content', 'passed')
  const write = freeName(tree, fn, 'write', 'writeOutput', 'respond')
  const base = indentAt(file.text, startOf(first))
  const line = `\n${base}`
  const start = leadStart(file, first, startOf(parentOf(first) ?? first))
  const edits: Edit[] = []
  for (const node of [...uses, ...listeners]) edits.push({ start: startOf(node), end: endOf(node), pieces: [output] })
  for (const node of flushes) {
    const statement = statementOf(node)
    if (!statement) continue
    const range = removalRange(file, statement)
    const isLead = /^\s*$/.test(file.text.slice(endOf(statement), start))
    edits.push({ ...range, end: isLead ? lineStart(file.text, start) : range.end, pieces: [] })
  }
  // `return res.end()`: the end of the function is behind it now.
  if (last.type === 'ReturnStatement' && last.argument && !isWrapped)
    edits.push({ start: startOf(last), end: startOf(last.argument), pieces: [] })
  if (isWrapped) edits.push(...reindentRange(file, { start, end: endOf(last) }, base + indent, base))
  const made = `const ${output} = new PassThrough()${semicolon}${line}`
  const opened = `${made}const ${write} = ${isAsync ? 'async ' : ''}() => {${line}${indent}`
  edits.push({ start, end: start, pieces: [isWrapped ? opened : made], sticky: true })
  const run = isAsync ? `${write}().catch((error) => ${output}.destroy(error))` : `${write}()`
  const wait = waits ? `${line}await once(${output}, ${quote}readable${quote})${semicolon}` : ''
  const closed = isWrapped ? `${line}}${semicolon}${line}${run}${semicolon}${wait}` : ''
  const piped = `${closed}${line}${output}.pipe(${response.name})${semicolon}`
  edits.push({ start: endOf(last), end: endOf(last), pieces: [piped], sticky: true })
  return edits
}
