import type { ExitSite } from '../analyse/flow-model.ts'
import type { StreamRegion } from '../analyse/streams.ts'
import { block, freeName, type Lowering, note } from '../concerns/lowering.ts'
import type { Piece } from '../syntax/edits.ts'
import { kindOf } from '../syntax/value-kind.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { type Init, printResponse } from './print-response.ts'

/**
 * Writes over time become a ReadableStream whose start() is the code that wrote: the client gets each part when it is made, as
 * before. PA228: an error in the middle cuts the connection, where Pages ended the answer with its error text.
 */
export function emitStream(exit: ExitSite, region: StreamRegion, init: Init, at: Lowering, indent: string): void {
  const { style } = at
  const unit = style.indent
  const inner = indent + unit + unit
  const encoder = freeName(at.tree, at.fn, 'encoder', 'textEncoder')
  const stream = freeName(at.tree, at.fn, 'stream', 'responseStream')
  const controller = freeName(at.tree, at.fn, 'controller', 'streamController')
  note(at, 'PA228', 'note', exit.node)
  let usesEncoder = false
  const enqueue = (value: Node): Piece[] | null => {
    const kind = kindOf(value, at.tree)
    const slice: Piece = { from: startOf(value), to: endOf(value) }
    if (kind === 'buffer' || kind === 'bytes') return [`${controller}.enqueue(`, slice, ')']
    usesEncoder = true
    if (kind === 'string') return [`${controller}.enqueue(${encoder}.encode(`, slice, '))']
    if (value.type !== 'Identifier') return null
    return [
      `${controller}.enqueue(typeof `,
      slice,
      ` === ${style.quote}string${style.quote} ? ${encoder}.encode(`,
      slice,
      ') : ',
      slice,
      ')',
    ]
  }
  for (const write of region.writes) {
    const [effect] = write.effects
    const pieces = effect?.kind === 'write' ? enqueue(effect.value) : null
    if (!pieces) return block(at, 'PA230', write.node)
    at.edits.push({ start: startOf(write.node), end: endOf(write.node), pieces })
  }
  const value = region.end.exit?.kind === 'end' ? region.end.exit.value : null
  const last = value ? enqueue(value) : []
  if (!last) return block(at, 'PA230', region.end.node)
  const close = `${controller}.close()${style.semicolon}`
  const response = printResponse({ kind: 'plain', value: [stream] }, init, at, indent)
  at.edits.push({
    start: startOf(region.last),
    end: endOf(region.last),
    pieces: [
      ...(value ? [...last, `${style.semicolon}\n${inner}`] : []),
      `${close}\n${indent}${unit}}${style.trailingComma ? ',' : ''}\n${indent}})${style.semicolon}\n${indent}return `,
      ...response,
      style.semicolon,
    ],
  })
  const head = usesEncoder ? `const ${encoder} = new TextEncoder()${style.semicolon}\n${indent}` : ''
  at.edits.push({
    start: startOf(region.first),
    end: startOf(region.first),
    pieces: [`${head}const ${stream} = new ReadableStream({\n${indent}${unit}async start(${controller}) {\n${inner}`],
  })
  indentRegion(region, unit + unit, at)
}

function indentRegion(region: StreamRegion, by: string, at: Lowering): void {
  const { text } = at.file
  for (
    let line = text.indexOf('\n', startOf(region.first));
    line >= 0 && line < startOf(region.last);
    line = text.indexOf('\n', line + 1)
  ) {
    const start = line + 1
    const isFrozen = at.frozen.some((f) => start > f.start && start <= f.end)
    if (text[start] !== '\n' && !isFrozen) at.edits.push({ start, end: start, pieces: [by] })
  }
}
