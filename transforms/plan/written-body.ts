import type { EffectSite, ExitSite } from '../analyse/flow-model.ts'
import { areAdjacent } from '../analyse/flow-facts.ts'
import { block, note, snippet } from '../concerns/lowering.ts'
import type { Body, Effect } from '../model/response.ts'
import type { Piece } from '../syntax/edits.ts'
import { uncast } from '../syntax/match.ts'
import type { Node } from '../syntax/tree.ts'
import { kindOf } from '../syntax/value-kind.ts'
import { hasNoBody } from './empty-status.ts'
import type { Init } from './print-response.ts'
import { bodyOf, type ResponseValue, stateMarkup } from './response-body.ts'
import { type ResponseContext, slice } from './response.ts'

/** What was written before the answer ended, as far as one value stands for it: all of it, or its beginning. */
export function writtenFirst(body: Body, parts: readonly Effect[]): Body {
  const [first] = parts
  return first && body.kind === 'end' ? { kind: 'end', value: first.value } : body
}

/** The first write sends the head: a status or header that is set after it came too late in Pages, and would count in App. */
export function isSetTooLate({ pending }: ExitSite, own: readonly Effect[]): boolean {
  const first = pending.filter(isWrite).toSorted((a, b) => a.order - b.order)[0]
  const isLate = (site: EffectSite): boolean => first !== undefined && site.order > first.order && !isWrite(site)
  return first !== undefined && (own.some(({ kind }) => kind !== 'write') || pending.some(isLate))
}

function isWrite({ what }: EffectSite): boolean {
  return what.kind === 'write'
}

/** `write(a); end()` sends what `end(a)` sends; `write(a); write(b); end(c)` is one body: a + b + c. */
export function writtenBody(
  parts: readonly Effect[],
  body: Body,
  init: Init,
  exit: ExitSite,
  { variable, context }: { variable: ReadonlySet<EffectSite>; context: ResponseContext },
): ResponseValue | null {
  const { at } = context
  const values = parts.flatMap((p) => (p.kind === 'write' ? [p.value] : []))
  if (body.kind === 'end' && body.value) values.push(body.value)
  const [first] = values
  if (body.kind === 'end' && first && values.length === 1) {
    const kind = kindOf(first, at.tree)
    const site = exit.pending.find(({ what }) => what === parts[0])
    if (kind === 'unknown') note(at, 'PA258', 'note', first, { text: snippet(at.file, first) })
    if (!site || !areAdjacent(site, exit, context.flow)) note(at, 'PA227', 'note', exit.node)
    if (/^(?:string|buffer|bytes|unknown)$/.test(kind))
      return bodyOf(exit, { kind: 'end', value: first }, init, variable, context)
  }
  if (body.kind !== 'end' || !first || values.some((v) => kindOf(v, at.tree) !== 'string')) {
    block(at, 'PA230', parts[0]?.node ?? exit.node)
    return null
  }
  if (typeof init.status === 'number' && hasNoBody(init.status)) {
    block(at, 'PA226', exit.node)
    return null
  }
  note(at, 'PA227', 'note', exit.node)
  stateMarkup(first, init, exit, context)
  return { kind: 'plain', value: values.flatMap((v, i): Piece[] => [...(i > 0 ? [' + '] : []), ...operand(v)]) }
}

function operand(value: Node): Piece[] {
  return /^(Conditional|Logical|Binary|Arrow|Assignment|Yield|Await)/.test(uncast(value).type)
    ? ['(', slice(value), ')']
    : [slice(value)]
}
