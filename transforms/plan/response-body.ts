import type { EffectSite, ExitSite } from '../analyse/flow-model.ts'
import { block, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { Body } from '../model/response.ts'
import type { Piece } from '../syntax/edits.ts'
import { numberValue, uncast } from '../syntax/match.ts'
import { isCalm } from '../syntax/calm.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, some, startOf } from '../syntax/tree.ts'
import { isDefined, isEnvironment, kindOf } from '../syntax/value-kind.ts'
import { isMarkup } from './markup.ts'
import { hasNoBody } from './empty-status.ts'
import { headerName } from './header-value.ts'
import type { HeaderPiece, Init } from './print-response.ts'
import { type ResponseContext, slice } from './response.ts'
import { sendUnknown } from './sent-value.ts'

export type ResponseValue =
  | { kind: 'json'; value: Piece[]; isLong: boolean }
  | { kind: 'plain'; value: Piece[] }
  /** By a function of the file that looks at the value. */
  | { kind: 'sent'; by: string; value: Piece[] }

/**
 * The argument of the Response; adds the headers that its kind of body needs. Null when it is refused. `variable`: what is set on a Headers
 * value, for other answers too.
 */
export function bodyOf(
  exit: ExitSite,
  body: Body,
  init: Init,
  variable: ReadonlySet<EffectSite>,
  context: ResponseContext,
): ResponseValue | null {
  const { at } = context
  const none: ResponseValue = { kind: 'plain', value: ['null'] }
  if (body.kind === 'redirect') {
    const target = uncast(body.url)
    const kind = kindOf(target, at.tree)
    if (kind !== 'string' && kind !== 'unknown') {
      // Pages refused it with 500 whenever it came here.
      block(at, 'PA225', exit.node, { text: snippet(at.file, exit.node) })
      return null
    }
    if (kind === 'unknown' && !isEnvironment(target))
      note(at, 'PA229', 'note', target, { text: snippet(at.file, target) })
    init.status = body.status ? (numberValue(body.status) ?? [slice(body.status)]) : 307
    init.headers = [
      ...init.headers.filter((h) => h.name?.toLowerCase() !== 'location'),
      { name: 'Location', computed: null, value: [slice(body.url)] },
    ]
    return none
  }
  if (body.kind === 'pipe') {
    note(at, 'PA228', 'note', exit.node)
    return {
      kind: 'plain',
      value: ['Readable.toWeb(', slice(body.value), `)${at.typed ? ' as ReadableStream<Uint8Array>' : ''}`],
    }
  }
  const { value } = body
  if (value && some(value, (n) => n.type === 'YieldExpression')) {
    block(at, 'PA220', value)
    return null
  }
  if (typeof init.status === 'number' && hasNoBody(init.status)) {
    if (value && !isCalm(value, at.tree)) {
      block(at, 'PA226', value)
      return null
    }
    if (value) dropOnlyUse(value, at)
    // Pages took the type off an answer whose body it dropped.
    if (value && body.kind !== 'end') {
      if (exit.pending.some((site) => variable.has(site) && context.maySetType(site))) {
        block(at, 'PA226', value)
        return null
      }
      if (init.headers.some(({ name }) => name === null)) {
        block(at, 'PA226', value)
        return null
      }
      init.headers = init.headers.filter((h) => h.name?.toLowerCase() !== 'content-type')
    }
    return none
  }
  if (!value) {
    if (body.kind === 'json') init.headers.push(typeHeader('application/json', at))
    return none
  }
  if (body.kind === 'json') return jsonBody(value, init, context)
  const kind = kindOf(value, at.tree)
  if (kind === 'undefined' || kind === 'null') {
    return none
  }
  if (body.kind === 'end' && !/^(?:string|buffer|bytes|unknown)$/.test(kind)) {
    block(at, 'PA220', value)
    return null
  }
  if (body.kind === 'send') {
    if (/^(?:object|bytes|list|number|boolean)$/.test(kind)) {
      init.headers = init.headers.filter((h) => h.name?.toLowerCase() !== 'content-type')
      return jsonBody(value, init, context)
    }
    const isText = kind === 'unknown' && isMarkup(value, { tree: at.tree, functionAt: context.functionAt })
    if ((kind === 'unknown' && !isText) || kind === 'instance') return sendUnknown(value, init, context)
  }
  if (kind === 'buffer' || kind === 'bytes') {
    if (body.kind === 'send') stateType('application/octet-stream', init, exit, context)
    return { kind: 'plain', value: ['new Uint8Array(', slice(value), ')'] }
  }
  stateMarkup(value, init, exit, context)
  return { kind: 'plain', value: [slice(value)] }
}

/** Markup that begins so, for which Pages stated no type. */
export function stateMarkup(value: Node, init: Init, exit: ExitSite, context: ResponseContext): void {
  const { at } = context
  const { functionAt } = context
  if (isMarkup(value, { tree: at.tree, functionAt }) && stateType('text/html; charset=utf-8', init, exit, context))
    note(at, 'PA224', 'note', value)
}

/** `const gone = await remove(); res.status(204).json(gone)`: nobody reads the name any more, the work stays. */
function dropOnlyUse(value: Node, at: Lowering): void {
  const name = uncast(value)
  const binding = name.type === 'Identifier' ? bindingAt(at.tree, name) : null
  const declaration = binding?.declaration
  if (
    binding?.references.length !== 1 ||
    declaration?.type !== 'VariableDeclarator' ||
    declaration.id.type !== 'Identifier' ||
    declaration.init?.type !== 'AwaitExpression'
  )
    return
  const statement = (declaration as Node & { parent?: Node }).parent
  if (statement?.type === 'VariableDeclaration' && statement.declarations.length === 1)
    at.edits.push({ start: startOf(statement), end: startOf(declaration.init), pieces: [] })
}

export function jsonBody(value: Node, init: Init, context: ResponseContext): ResponseValue {
  const { at } = context
  if (kindOf(value, at.tree) === 'undefined') {
    init.headers.push(typeHeader('application/json', at))
    return { kind: 'plain', value: ['null'] }
  }
  const core = uncast(value)
  const isLiteral = core.type === 'ObjectExpression' || core.type === 'ArrayExpression'
  const pieces: Piece[] = [slice(value)]
  if (!isLiteral && !isDefined(value, at.tree)) {
    note(at, 'PA222', 'note', value)
    const mixes = core.type === 'ConditionalExpression' || (core.type === 'LogicalExpression' && core.operator !== '??')
    pieces.splice(0, 1, ...(mixes ? ['(', slice(value), ') ?? null'] : [slice(value), ' ?? null']))
  }
  if (context.bodyType && at.typed && !/^(any|unknown)$/.test(context.bodyType.trim())) {
    const knowsSatisfies = at.typescript[0] > 4 || at.typescript[1] >= 9
    if (isLiteral && knowsSatisfies) pieces.push(` satisfies ${context.bodyType.trim()}`)
  }
  return { kind: 'json', value: pieces, isLong: at.file.text.slice(startOf(value), endOf(value)).includes('\n') }
}

/** A header is taken away there, or may be. */
const mayDelete = ({ what }: EffectSite): boolean =>
  what.kind === 'call' || (what.kind === 'header' && what.mode === 'delete')

export function typeHeader(type: string, at: Lowering): HeaderPiece {
  return { name: 'Content-Type', computed: null, value: [`${at.style.quote}${type}${at.style.quote}`] }
}

/** States the type of an answer that has none of its own yet; false where it certainly has. */
function stateType(type: string, init: Init, exit: ExitSite, { at, maySetType }: ResponseContext): boolean {
  const isType = (name: string | null): boolean => name?.toLowerCase() === 'content-type'
  const setters = exit.pending.filter(maySetType)
  const isCertain = setters.some(
    (s) =>
      s.what.kind === 'header' &&
      s.what.mode !== 'delete' &&
      isType(headerName(s.what.name)) &&
      s.exits.get(exit) &&
      !exit.pending.some((later) => later.order > s.order && mayDelete(later)),
  )
  if (isCertain || init.headers.some((h) => isType(h.name))) return false
  init.headers.push(setters.length > 0 ? { ...typeHeader(type, at), isFallback: true } : typeHeader(type, at))
  return true
}
