import type * as t from '@babel/types'
import { showsTextBody } from '../concerns/request/form-body.ts'
import { openLine } from './opened-line.ts'
import { bodyExpression, bodySource, wholeBodyExpression } from '../concerns/request/body.ts'
import { LISTS, paramName, severalExpression, severalName } from '../concerns/request/query.ts'
import { block, canAwaitAt, freeName, type Lowering, type Need, note } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { leaves } from '../syntax/completion.ts'
import { leadStart } from '../syntax/lines.ts'
import { isCast, isMember, withCasts } from '../syntax/match.ts'
import { isInDefault } from '../syntax/parameter-default.ts'
import { bindingAt } from '../syntax/scope.ts'
import { objectKey, quoted } from '../syntax/style.ts'
import {
  contains,
  endOf,
  isFunction,
  isListHolder,
  isLoop,
  listOf,
  type Node,
  parentOf,
  startOf,
} from '../syntax/tree.ts'
import { typeLines } from './request-types.ts'
import type { ResponsePlan } from './response.ts'
import { isBehindStartedWork, startOfWork } from './started-work.ts'
import { readerLines, usesReader } from './strict-body.ts'

/** What a function's new parameters must provide. */
export interface Takes {
  request: 'Request' | 'NextRequest' | null
  params: boolean
  /** What Next gives a route handler beside the request, as it is. */
  context?: boolean
  headers: boolean
  /** The parsed body, handed over by the caller. */
  body: boolean
  /** The query with the params in it, handed over by the caller. */
  query: boolean
  /** Where the status of the answer will be, for work that comes after it. */
  answer: boolean
  /** Properties that the project hangs on the request. */
  custom: readonly string[]
}

interface Place {
  holder: Node
  statement: Node
}

/**
 * Declares what the rewritten code refers to, each once, in the innermost block that holds all its uses, right before
 * the first of them. The body is never declared inside a loop, inside a try whose catch goes on, or while work that was started before
 * waits to be awaited.
 */
export function placeNeeds(
  at: Lowering,
  responses: ResponsePlan,
  indentAt: (position: number) => string,
  declares: { headers: boolean; answer: boolean },
  bodyArgument: boolean,
): Takes {
  const of = (kind: Need['kind']): Need[] => at.needs.filter((n) => n.kind === kind)
  const lines: { place: number; text: string }[] = []
  const declare = (nodes: readonly Node[], text: string, steady = false, leavesLoops = true): void => {
    for (const node of nodes) if (isInDefault(node, at.fn)) block(at, 'PA500', node, { why: 'default' })
    const place = insertionPoint(at, nodes, steady, leavesLoops)
    lines.push({ place, text })
  }
  const wholes = at.queryArgument ? [] : of('query')
  const search = [...of('search'), ...of('several'), ...of('values'), ...wholes]
  if (search.length > 0)
    declare(
      nodesOf(search),
      `const { searchParams${at.names.searchParams === 'searchParams' ? '' : `: ${at.names.searchParams}`} } = new URL(${at.names.request}.url)`,
    )
  if (wholes.length > 0 && !isWrittenInPlace(wholes, at))
    declare(nodesOf(wholes), `const ${at.names.query} = ${wholeQuery(at)}${assertion(at)}`)
  const params = of('param')
  if (params.length > 0) {
    const keys = [...new Set(params.map((p) => p.key))]
    const parts = keys.map((key) =>
      paramName(at, key) === key ? key : `${objectKey(at.style, key)}: ${paramName(at, key)}`,
    )
    declare(nodesOf(params), `const { ${parts.join(', ')} } = await ${at.names.params}`)
  }
  for (const key of new Set([...of('several'), ...of('values')].map((n) => n.key))) {
    const nodes = nodesOf(of('several').filter((n) => n.key === key))
    const name = severalName(at, key)
    declare(
      [...nodes, ...nodesOf(of('values').filter((n) => n.key === key))],
      `const ${name}s = ${at.names.searchParams}.getAll(${quoted(at.style, key)})`,
    )
    if (nodes.length > 0) declare(nodes, `const ${name} = ${severalExpression(at, key)}`)
  }
  for (const name of new Set(of('named').map((n) => n.key))) {
    const all = of('named').filter((n) => n.key === name)
    declare(nodesOf(all), `const ${name} = ${all[0]?.text ?? ''}`)
  }
  if (of('form').length > 0)
    declare(nodesOf(of('form')), `const ${at.names.form} = new URLSearchParams(await ${at.names.request}.text())`, true)
  if (!bodyArgument && usesReader(at)) lines.unshift(...readerLines(at, [...of('body'), ...of('whole-body')]))
  else if (!bodyArgument) placeBody(at, [...of('body'), ...of('whole-body')], of('text'), { declare, indentAt })
  if (responses.usesHeaders && declares.headers)
    declare(responses.headerSites, `const ${at.names.headers} = new Headers()`)
  if (responses.usesStatus) declare(responses.statusSites, `let ${at.names.status} = 200`)
  const declaresAnswer = declares.answer && of('answer').length > 0
  if (declaresAnswer) declare(nodesOf(of('answer')), `const ${at.names.answer} = { status: 500 }`)
  insert(at, lines, indentAt)
  const usesParams = params.length > 0 || of('params').length > 0 || (wholes.length > 0 && at.route.params.length > 0)
  if ((usesParams || (readsBody(at, awaited) && !bodyArgument)) && !at.mayAwait) block(at, 'PA520', at.fn)
  const usesRequest = at.needs.some(
    ({ kind }) =>
      !/^(params?|context|answer|sender)$/.test(kind) &&
      !(bodyArgument && /body/.test(kind)) &&
      !(at.queryArgument && kind === 'query'),
  )
  return {
    request: of('next-request').length > 0 ? 'NextRequest' : usesRequest ? 'Request' : null,
    params: usesParams,
    ...(of('context').length > 0 ? { context: true } : {}),
    headers: responses.usesHeaders && !declares.headers,
    body: bodyArgument && readsBody(at),
    query: at.queryArgument === true && of('query').length > 0,
    answer: of('answer').length > 0 && !declares.answer,
    custom: [...new Set(of('custom').map((n) => n.key))],
  }
}

function nodesOf(needs: readonly Need[]): Node[] {
  return needs.map((n) => n.node)
}

function wholeQuery(at: Lowering): string {
  const { searchParams } = at.names
  const all = `${searchParams}.getAll(key)`
  const fromUrl =
    at.strict || at.needs.some(({ kind, key }) => kind === 'query' && key === LISTS)
      ? `Object.fromEntries(Array.from(${searchParams}.keys(), (key) => [key, ${all}.length > 1 ? ${all} : ${all}[0]]))`
      : `Object.fromEntries(${searchParams})`
  if (at.anyParams) return `{ ...${fromUrl}, ...(await ${at.anyParams}) }`
  return at.route.params.length > 0 ? `{ ...${fromUrl}, ...(await ${at.names.params}) }` : fromUrl
}

/** `const filter = req.query as Filter`: nobody else reads the whole query. */
function isWrittenInPlace([only, ...others]: readonly Need[], at: Lowering): boolean {
  const cast = only ? parentOf(only.node) : null
  if (!only || others.length > 0 || !cast || !isCast(cast) || !isDeclared(only)) return false
  const { text } = at.types?.query ?? { text: null }
  return text === null && isSteadyPlace(at, only.node) && substitute(at, at.names.query, wholeQuery(at), only.node)
}

/** The query is what its type says it is: as Pages had it, nobody has checked. */
function assertion({ types }: Lowering): string {
  const { text, isOfStrings } = types?.query ?? { text: null, isOfStrings: false }
  return text === null ? '' : ` as ${isOfStrings ? '' : 'unknown as '}${text}`
}

/** One read: in its place. Several: a value declared before them. */
function placeBody(
  at: Lowering,
  bodies: readonly Need[],
  texts: readonly Need[],
  {
    declare,
    indentAt,
  }: {
    declare: (nodes: readonly Node[], text: string, steady?: boolean) => void
    indentAt: (position: number) => string
  },
): void {
  const all = [...bodies, ...texts]
  const [only] = all
  if (!only) return
  const stated = (node: Node, text: string): boolean => {
    if (!substitute(at, at.names.body, text, node)) return false
    annotate(at, node, text, indentAt)
    return true
  }
  const type = at.types?.body ? `: ${typeLines(at.types.body, at.style)}` : ''
  if (bodies.length === 0) for (const { node } of texts) note(at, 'PA123', 'review', parentOf(withCasts(node)) ?? node)
  if (all.length === 1 && only.kind === 'text' && inlineJson(at, only)) return
  if (
    all.length === 1 &&
    only.kind === 'body' &&
    isDeclared(only) &&
    isSteadyPlace(at, only.node) &&
    (only.node.type === 'ObjectProperty' || canAwaitAt(at, only.node)) &&
    stated(only.node, bodyExpression(at))
  )
    return
  const isText = bodies.length === 0
  const isTold = bodies.some((n) => isTypeTested(n, at)) || (!isText && showsTextBody(at.fn))
  if ((texts.length > 0 && !isText) || isTold) {
    const text = freeName(at.tree, at.fn, 'text', 'bodyText')
    const q = at.style.quote
    const parsed = `/^application\\/(ld\\+)?json\\s*(;|$)/i.test(${at.names.request}.headers.get(${q}content-type${q}) ?? ${q}${q}) ? JSON.parse(${text} || ${q}{}${q}) : ${text}`
    declare(nodesOf(all), `const ${text} = await ${bodySource(at)}.text()`, true)
    declare(nodesOf(all), `const ${at.names.body}${type} = ${parsed}`, true)
    return
  }
  if (!isText && all.some((n) => n.kind === 'whole-body')) {
    const text = freeName(at.tree, at.fn, 'text', 'bodyText')
    const whole = wholeBodyExpression(at, text)
    const around = parentOf(only.node)
    declare(nodesOf(all), `const ${text} = await ${bodySource(at)}.text()`, true)
    // `const body = req.body` alone: the name is there already.
    if (
      all.length === 1 &&
      isDeclared(only) &&
      (only.node.type === 'ObjectProperty' || canAwaitAt(at, only.node)) &&
      isSteadyPlace(at, only.node) &&
      stated(only.node, around && isCast(around) ? `(${whole})` : whole)
    )
      return
    declare(nodesOf(all), `const ${at.names.body}${type} = ${whole}`, true)
    return
  }
  declare(
    nodesOf(all),
    isText
      ? `const ${at.names.body} = await ${bodySource(at)}.text()`
      : `const ${at.names.body}${type} = ${bodyExpression(at)}`,
    true,
  )
}

/** `typeof req.body === 'string'`: the handler takes JSON and text apart by itself. */
function isTypeTested(found: Need, at: Lowering): boolean {
  const outer = withCasts(found.node)
  const parent = parentOf(outer)
  if (parent?.type === 'UnaryExpression' && parent.operator === 'typeof') return true
  const id =
    parent?.type === 'VariableDeclarator' ? parent.id : found.node.type === 'ObjectProperty' ? found.node.value : null
  const binding = id?.type === 'Identifier' ? bindingAt(at.tree, id) : null
  return (
    binding?.references.some((r) => {
      const up = parentOf(r.node)
      return up?.type === 'UnaryExpression' && up.operator === 'typeof'
    }) ?? false
  )
}

/** Any of the needs, or those that a test lets through. */
export function readsBody(at: Lowering, which: (need: Need) => boolean = () => true): boolean {
  return at.needs.some((n) => /^(?:body|whole-body|text|raw|form)$/.test(n.kind) && which(n))
}

/** A stream is handed on as it is; everything else that is read is waited for. */
function awaited({ kind, key }: Need): boolean {
  return kind !== 'raw' || key !== 'stream'
}

/** `JSON.parse(req.body)`, read once, is `await request.json()`. */
function inlineJson(at: Lowering, only: Need): boolean {
  const outer = withCasts(only.node)
  const call = parentOf(outer)
  if (!call || !isSteadyPlace(at, only.node) || !canAwaitAt(at, only.node)) return false
  at.edits = at.edits.filter((e) => !(e.start >= startOf(call) && e.end <= endOf(call)))
  const above = parentOf(call)
  const text = `await ${bodySource(at)}.json()`
  at.edits.push({
    start: startOf(call),
    end: endOf(call),
    pieces: [isMember(above) || above?.type === 'TSAsExpression' ? `(${text})` : text],
  })
  return true
}

/** The use is all that a declaration receives: `const { a } = req.body`, `const body = req.body`, also in `const { body } = req`. */
function isDeclared(only: Need): boolean {
  const parent = parentOf(withCasts(only.node))
  if (only.kind === 'whole-body') return parent?.type === 'VariableDeclarator' || only.node.type === 'ObjectProperty'
  return (
    parent?.type === 'VariableDeclarator' ||
    only.node.type === 'ObjectProperty' ||
    parent?.type === 'CallExpression' ||
    parent?.type === 'AwaitExpression'
  )
}

/** Swaps a name that an edit put in for an expression. */
function substitute(at: Lowering, name: string, text: string, node: Node): boolean {
  const index = at.edits.findIndex(
    (e) => e.pieces.includes(name) && (e.sticky || (e.start <= startOf(node) && e.end >= endOf(node))),
  )
  const edit = at.edits[index]
  if (edit?.pieces.filter((p) => p === name).length !== 1) return false
  at.edits[index] = { ...edit, pieces: edit.pieces.map((p) => (p === name ? text : p)) }
  return true
}

/** `const { name } = req.body` and `const { body } = req` have the type that `req` has for it. */
function annotate(at: Lowering, node: Node, value: string, indentAt: (position: number) => string): void {
  const type = at.types?.body
  const parent = parentOf(node)
  if (!type || !parent) return
  const stated = `: ${typeLines(type, at.style).replaceAll('\n', `\n${indentAt(startOf(parent))}`)}`
  if (parent.type === 'VariableDeclarator' && parent.init === node) {
    const { id } = parent
    if (!('typeAnnotation' in id && id.typeAnnotation))
      at.edits.push({ start: endOf(id), end: endOf(id), pieces: [stated] })
  } else if (node.type === 'ObjectProperty' && node.value.type === 'Identifier') {
    const isOwn = ({ pieces }: Edit): boolean => pieces[pieces.indexOf(value) - 1] === ' = '
    at.edits = at.edits.map((edit) =>
      isOwn(edit) ? { ...edit, pieces: edit.pieces.toSpliced(edit.pieces.indexOf(value) - 1, 0, stated) } : edit,
    )
  }
}

/** Runs once, what it throws is not swallowed, and no work that was started before is left alone for it. */
function isSteadyPlace(at: Lowering, node: Node): boolean {
  let below: Node = node
  for (let up = parentOf(node); up && up !== at.fn; up = parentOf(up)) {
    if (isFunction(up) || isLoop(up) || goesOn(up, below)) return false
    below = up
  }
  return !isBehindStartedWork(at, node)
}

/** A try block whose catch does not leave the function: an error of ours would be swallowed there. */
function goesOn(node: Node, below: Node): boolean {
  return (
    node.type === 'TryStatement' &&
    node.block === below &&
    node.handler !== null &&
    node.handler !== undefined &&
    !leaves(node.handler.body) &&
    !endsFunction(node)
  )
}

/** Nothing follows the try in the function: a catch that answers without return leaves all the same. */
function endsFunction(node: t.TryStatement): boolean {
  const holder = parentOf(node)
  return (
    holder?.type === 'BlockStatement' &&
    holder.body[holder.body.length - 1] === node &&
    isFunction(parentOf(holder) ?? node)
  )
}

/** Offset before which a declaration stands that all these nodes can see. */
function insertionPoint(at: Lowering, nodes: readonly Node[], steady: boolean, leavesLoops: boolean): number {
  if (at.fn.body.type !== 'BlockStatement') return startOf(at.fn.body)
  const chains = nodes.map((node) => chainOf(at, node, steady, leavesLoops))
  const [first] = chains
  const firstStatement = at.fn.body.body[0]
  if (!first || chains.some((c) => c.length === 0))
    return firstStatement ? leadStart(at.file, firstStatement, startOf(at.fn.body)) : endOf(at.fn.body) - 1
  let best: number | null = null
  for (let depth = 0; depth < first.length; depth++) {
    const holder = first[depth]?.holder
    if (!chains.every((c) => c[depth]?.holder === holder)) break
    if (holder?.type === 'SwitchCase') break
    const earliest = chains
      .map((c) => firstCaller(at, c[depth] as Place))
      .reduce((a, b) => (startOf(a) <= startOf(b) ? a : b))
    const started = steady && holder && isListHolder(holder) ? startOfWork(at, listOf(holder), earliest) : null
    best = leadStart(at.file, started ?? earliest, previousEnd(started ?? earliest, holder))
    if (started) break
  }
  return best ?? startOf(at.fn.body)
}

/** A function may be called above its declaration: the first statement of the list that does, or that calls one that does. */
function firstCaller(at: Lowering, { holder, statement }: Place): Node {
  const list = isListHolder(holder) ? listOf(holder) : []
  const met = new Set<Node>([statement])
  for (const one of met) {
    const binding = one.type === 'FunctionDeclaration' && one.id ? bindingAt(at.tree, one.id) : null
    for (const { node } of binding?.references ?? []) {
      const caller = at.isLive(node) ? list.find((other) => contains(other, node)) : undefined
      if (caller) met.add(caller)
    }
  }
  return [...met].reduce((a, b) => (startOf(a) <= startOf(b) ? a : b))
}

/** Comments above a statement belong to it down to the end of the statement before. */
function previousEnd(statement: Node, holder: Node | undefined): number {
  if (!holder || !isListHolder(holder)) return 0
  const list = listOf(holder)
  const before = list[list.indexOf(statement as t.Statement) - 1]
  return before ? endOf(before) : startOf(holder)
}

/** The lists of statements around a node, outermost first, down to the innermost where a declaration may stand. */
function chainOf(at: Lowering, node: Node, steady: boolean, leavesLoops: boolean): Place[] {
  let chain: Place[] = []
  let below: Node = node
  for (let up = parentOf(node); up; below = up, up = parentOf(up)) {
    if (isListHolder(up) && listOf(up).includes(below as t.Statement)) chain.unshift({ holder: up, statement: below })
    if (up === at.fn) break
    const isBarrier = isFunction(up) || (leavesLoops && isLoop(up)) || (steady && goesOn(up, below))
    if (isBarrier) chain = []
  }
  const at0 = chain.findIndex((p) => p.holder.type === 'SwitchCase')
  return at0 >= 0 ? chain.slice(0, at0) : chain
}

/** In a style without semicolons, what stands before a statement that the one inserted before it would run into. */
export function leadingSemicolon(at: Lowering, place: number): Edit[] {
  const { text } = at.file
  const { body } = at.fn
  // The expression of an arrow gets a `return` in front.
  if (body.type !== 'BlockStatement' && place === startOf(body)) return []
  const skipped = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(text.slice(place))?.[0].length ?? 0
  const start = place + skipped
  return at.style.semicolon === '' && /[[(`+\-/]/.test(text.charAt(start)) ? [{ start, end: start, pieces: [';'] }] : []
}

/** Declarations go in front of everything else at their place, in the order given. */
function insert(
  at: Lowering,
  lines: readonly { place: number; text: string }[],
  indentAt: (position: number) => string,
): void {
  const indentOf = (place: number): string => (at.fn.body.type === 'BlockStatement' ? indentAt(place) : at.style.indent)
  const places = [...new Set(lines.map(({ place }) => place))]
  const opened = new Map<number, Edit[]>()
  for (const place of places) {
    const edits = openLine(place, at, indentOf(place))
    if (edits) opened.set(place, edits)
  }
  const edits = lines.map(({ place, text }, i) => {
    const indent = `${indentOf(place)}${opened.has(place) ? at.style.indent : ''}`
    const isFirst = opened.has(place) && lines.findIndex((one) => one.place === place) === i
    const written = `${text.replaceAll('\n', `\n${indent}`)}${at.style.semicolon}\n${indent}`
    return { start: place, end: place, sticky: true, pieces: [`${isFirst ? `\n${indent}` : ''}${written}`] }
  })
  const guards = places.flatMap((place) => leadingSemicolon(at, place))
  at.edits.unshift(...edits, ...guards, ...[...opened.values()].flat())
}
