import type { FunctionNode } from '../../model/route.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { leadStart, removalRange } from '../../syntax/lines.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, isPlainFunction, type Node, some, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { type Options, writeError, writeNoMatch } from './endings.ts'
import { renameParams } from './names.ts'
import { elsewhere, hoist, nameOf, unnamed } from './naming.ts'
import type { Chain, Link } from './plan.ts'
import type { Router, Unclear } from './router.ts'
import { blockLines, NEXT, once, type Writing } from './writing.ts'

/** The router as one function of req and res; the part that cannot be written so, where there is one. */
export function writeRouter(
  router: Router,
  chains: readonly Chain[],
  options: Options,
  { module, outside }: Pick<Writing, 'module' | 'outside'>,
): Edit[] | Unclear {
  const { indent: unit, semicolon } = detectStyle(module.file)
  const names = chooseNames(chains)
  const isGuarded = options.onError !== null || (router.major === 0 && !chains.every(catchesAll))
  const writing: Writing = {
    module,
    router,
    names,
    unit,
    semicolon,
    edits: [],
    hoisted: [],
    told: new Set(),
    written: new Map(),
    isGuarded,
    outside,
  }
  const base = isGuarded ? unit + unit : unit
  const named = chains.filter(({ methods }) => methods !== null)
  const others = chains.filter(({ methods }) => methods === null)
  const lines: Piece[][] = []
  for (const [index, chain] of named.entries()) {
    const written = writeChain(chain, base + unit, writing)
    if ('why' in written) return written
    lines.push([`${base}${index > 0 ? '} else ' : ''}if (${testOf(chain, names)}) {`], ...written)
  }
  const inner = named.length > 0 ? base + unit : base
  const rest: Piece[][] = []
  for (const chain of others) {
    const written = writeChain(chain, inner, writing)
    if ('why' in written) return written
    rest.push(...written)
  }
  if (others.every(({ links }) => links.at(-1)?.next !== null)) {
    const found = writeNoMatch(options.onNoMatch, inner, writing)
    if ('why' in found) return found
    rest.push(found)
  }
  lines.push(...(named.length > 0 ? [[`${base}} else {`], ...rest, [`${base}}`]] : rest))
  const caught = isGuarded ? writeError(options.onError, writing) : []
  if ('why' in caught) return caught
  return [...writing.edits, ...outside.edits(), ...placeFunction(lines, caught, writing)]
}

/** The first names that somebody gives to req and res. */
function chooseNames(chains: readonly Chain[]): [string, string] {
  const all = chains.flatMap(({ links }) => links.map(({ fn }) => fn.params))
  const named = (index: number): string | undefined =>
    all.flatMap((params) => {
      const param = params[index]
      return param?.type === 'Identifier' && !param.name.startsWith('_') ? param.name : []
    })[0]
  return [named(0) ?? 'req', named(1) ?? 'res']
}

/** A body that is one `try` with a catch: what next-connect would have answered is thrown in the catch only (PA583). */
export function catchesAll({ links }: Chain): boolean {
  return links.every(({ fn, next }) => {
    const [only, ...others] = fn.body.type === 'BlockStatement' ? fn.body.body : []
    const handler = only?.type === 'TryStatement' ? only.handler : null
    const isRethrown = handler && some(handler, ({ type }) => type === 'ThrowStatement')
    return next === null && others.length === 0 && Boolean(handler) && !isRethrown
  })
}

function testOf({ methods }: Chain, [req]: Writing['names']): string {
  return (methods ?? []).map((method) => `${req}.method === '${method}'`).join(' || ')
}

function writeChain({ links }: Chain, indent: string, writing: Writing): Piece[][] | Unclear {
  const lines: Piece[][] = []
  for (const link of links) {
    lines.push(...commentsOf(link, indent, writing))
    const written = link.next ? writeMiddleware(link, indent, writing) : writeEnd(link, indent, writing)
    if ('why' in written) return written
    lines.push(...written)
  }
  return lines
}

/** What is said above the statement of a step. */
function commentsOf({ step }: Link, base: string, { module, told }: Writing): Piece[][] {
  if (!step.statement) return []
  const { file } = module
  const start = leadStart(file, step.statement)
  if (start === startOf(step.statement) || told.has(start)) return []
  told.add(start)
  const text = file.text.slice(start, startOf(step.statement)).trimEnd()
  return [text.split('\n').map((line, i) => `${i > 0 ? '\n' : ''}${base}${line.trim()}`)]
}

/** `await requireUser(req, res, next)`; one that only does something first is that. */
function writeMiddleware(link: Link, indent: string, writing: Writing): Piece[][] | Unclear {
  const { module, names, semicolon } = writing
  const call = (name: Piece): Piece[] => [`${indent}await `, name, `(${names.join(', ')}, ${NEXT})${semicolon}`]
  const isOwn = isPlainFunction(uncast(link.node)) && link.written === module
  const inline = isOwn ? inlineMiddleware(link, indent, writing) : null
  if (inline) return inline
  const name = isOwn ? hoist(link, writing) : nameOf(link, writing)
  return name === null ? unnamed(link, writing) : [call(name)]
}

/** Statements and then `next()`, which is all that is done with it. */
function inlineMiddleware({ fn, next, module: own }: Link, indent: string, writing: Writing): Piece[][] | null {
  const { body } = fn
  const statements = body.type === 'BlockStatement' ? body.body : []
  const last = statements[statements.length - 1]
  const [only] = next ?? []
  const isEnd =
    next?.length === 1 &&
    last !== undefined &&
    only !== undefined &&
    isCall(only) &&
    only.arguments.length === 0 &&
    startOf(last) <= startOf(only) &&
    /^(?:ExpressionStatement|ReturnStatement)$/.test(last.type)
  const before = statements.slice(0, -1)
  const renamed = isEnd && before.every(({ type }) => type === 'ExpressionStatement') ? rename(fn, own, writing) : null
  if (!renamed) return null
  once(fn, writing, () => renamed)
  return before.map((statement) => [indent, sliceOf(statement)])
}

function rename(fn: FunctionNode, own: SourceModule, { names, module }: Writing): Edit[] | null {
  const [, , next] = fn.params
  const all = next?.type === 'Identifier' ? [...names, next.name] : names
  return own === module ? renameParams(fn, all, module) : null
}

/** The function that answers: its body where it is written in the chain, else its call. */
function writeEnd(link: Link, indent: string, writing: Writing): Piece[][] | Unclear {
  const { module, names, semicolon } = writing
  const { fn, node } = link
  const wait = writing.isGuarded ? 'await ' : ''
  if (!isPlainFunction(uncast(node))) {
    const name = nameOf(link, writing)
    return name === null
      ? unnamed(link, writing)
      : [[`${indent}return ${wait}`, name, `(${names.join(', ')})${semicolon}`]]
  }
  if (link.written !== module) return elsewhere(link)
  const renamed = rename(fn, module, writing)
  if (!renamed) return { why: 'function', node, module }
  once(fn, writing, () => renamed)
  if (fn.body.type !== 'BlockStatement') return [[`${indent}return `, sliceOf(fn.body), semicolon]]
  return [blockLines(fn.body, indent, writing)]
}

/** The function takes the place of the export; what only made the router goes. */
function placeFunction(lines: readonly Piece[][], caught: readonly Piece[], writing: Writing): Edit[] {
  const { module, router, names, unit, hoisted } = writing
  const { file } = module
  const { exported, statements, types } = router
  const [req, res] = types
  const typed = (name: string, type: Node | undefined): Piece[] => (type ? [`${name}: `, sliceOf(type)] : [name])
  const body = lines.flatMap((line): Piece[] => (line.length > 0 ? [...line, '\n'] : []))
  const inner = caught.length > 0 ? [`${unit}try {\n`, ...body, ...caught, '\n'] : body
  const pieces: Piece[] = [
    ...hoisted.flat(),
    `export default async function ${functionName(writing)}(`,
    ...typed(names[0], req),
    ', ',
    ...typed(names[1], res),
    ') {\n',
    ...inner,
    '}',
  ]
  const gone = groupAdjacent(statements, file).map(
    (range): Edit => ({ ...removalRange(file, range as Node), pieces: [] }),
  )
  return [{ start: startOf(exported), end: endOf(exported), pieces }, ...gone]
}

/** `import handler from '../lib/handler'` is what made the router. */
function functionName({ module, router }: Writing): string {
  const binding = module.tree.program.bindings.get('handler')
  const isGone = router.statements.some(
    (one) => binding && startOf(binding.id) >= startOf(one) && startOf(binding.id) < endOf(one),
  )
  return !binding || isGone ? 'handler' : 'handle'
}

/** Statements with nothing between them go as one, so that no blank lines pile up. */
function groupAdjacent(statements: readonly Node[], { text }: SourceFile): { start: number; end: number }[] {
  const groups: { start: number; end: number }[] = []
  for (const node of [...statements].sort((a, b) => startOf(a) - startOf(b))) {
    const last = groups[groups.length - 1]
    if (last && text.slice(last.end, startOf(node)).trim() === '') last.end = endOf(node)
    else groups.push({ start: startOf(node), end: endOf(node) })
  }
  return groups
}
