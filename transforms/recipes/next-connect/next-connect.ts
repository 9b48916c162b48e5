import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { isInTry } from '../../syntax/completion.ts'
import { type Node, parentOf, some, startOf } from '../../syntax/tree.ts'
import type { Expansion, Shorthand } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { readOptions } from './endings.ts'
import { createOutside } from './outside.ts'
import { type Chain, type Link, planChains } from './plan.ts'
import { readRouter, type Router, type Unclear } from './router.ts'
import { catchesAll, writeRouter } from './write-out.ts'

/**
 * The router of next-connect, 0.10 to 1.0: `nc(options).use(a).get(b)`, `createRouter().get(b).handler(options)`. Written out as one function
 * that asks for the method and calls what was registered for it, in order. PA579: what cannot be read off the file (paths, functions that
 * are made elsewhere, packages); PA582: version 1 does not wait for a `next()` that is not
 * awaited; PA583: version 0 answered what a catch block throws.
 */
export const nextConnect: Shorthand = {
  id: 'next-connect/next-connect',
  codes: ['PA579', 'PA582', 'PA583'],
  packages: ['next-connect'],
  // A router that a function of the project makes.
  concerns: (module, context) => 'next-connect' in context.app.packages && readRouter(module, context) !== null,
  expand: (module, context) => {
    const router = readRouter(module, context)
    if (!router) return { edits: [], notes: [], blockers: [] }
    if ('why' in router) return refuse(router)
    const chains = planChains(router, module, context, runsUnmatched(router, context.app.packages['next-connect']))
    if ('why' in chains) return refuse(chains)
    const unclear = findParams(chains) ?? findCaught(router, chains)
    if (unclear) return refuse(unclear)
    const outside = createOutside(module, context)
    const options = readOptions(router, module, context)
    if ('why' in options) return refuse(options)
    const edits = writeRouter(router, chains, options, { module, outside })
    if ('why' in edits) return refuse(edits)
    const caught = options.onError ? [] : thrownInCatch(router, chains, module)
    return { edits, notes: [...unawaited(router, chains, module), ...caught], blockers: [] }
  },
}

/** Before 0.13 the functions of `use` ran for a method that had no other. */
function runsUnmatched({ major }: Router, version: string | undefined): boolean {
  const range = major === 0 && version !== undefined ? parseRange(version) : null
  return range !== null && !range.lets([0, 13, 0])
}

function refuse({ why, node, module }: Unclear): Expansion {
  const data = { why, text: snippet(module.file, node) }
  return {
    edits: [],
    notes: [],
    blockers: [{ code: 'PA579', level: 'blocker', span: spanOf(module.file, node), data }],
  }
}

/** `req.params` is what next-connect has found in the path. */
function findParams(chains: readonly Chain[]): Unclear | null {
  for (const { node, written, fn } of chains.flatMap(({ links }) => links)) {
    const [req] = fn.params
    const name = req?.type === 'Identifier' ? req.name : null
    const isRead = some(
      fn,
      (one) =>
        isMember(one) && one.object.type === 'Identifier' && one.object.name === name && memberName(one) === 'params',
    )
    if (isRead) return { why: 'params', node, module: written }
  }
  return null
}

/** In version 1 what comes after `next()` in a try fails in that try: when it is awaited, or throws at once. */
function findCaught({ major }: Router, chains: readonly Chain[]): Unclear | null {
  for (const { links } of major === 1 ? chains : []) {
    for (const [index, link] of links.entries()) {
      const after = links[index + 1]
      const caught = link.next?.find((call) => isInTry(call, link.fn) && (isAwaited(call) || after?.fn.async !== true))
      if (caught) return { why: 'caught', node: link.node, module: link.written }
    }
  }
  return null
}

function isAwaited(call: Node): boolean {
  return parentOf(call)?.type === 'AwaitExpression'
}

/** What fails after such a middleware was an unhandled rejection in version 1, and the request was left waiting. */
function unawaited({ major }: Router, chains: readonly Chain[], { file }: SourceModule): Diagnostic[] {
  const links = new Set(major === 1 ? chains.flatMap(({ links }) => links) : [])
  const isOwn = ({ written }: Link): boolean => written.file === file
  const loose = [...links]
    .filter(isLoose)
    .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || startOf(a.node) - startOf(b.node))
  const [first] = loose
  const text = first ? snippet(first.written.file, first.node) : ''
  return first ? [{ code: 'PA582', level: 'note', span: spanOf(first.written.file, first.node), data: { text } }] : []
}

/** A handler that is one `try` keeps no second one around it. */
function thrownInCatch({ major }: Router, chains: readonly Chain[], { file }: SourceModule): Diagnostic[] {
  const [first] = chains.flatMap(({ links }) => links)
  if (major === 1 || !first || !chains.every(catchesAll)) return []
  const where = first.written.file === file ? first.node : file.ast.program
  return [{ code: 'PA583', level: 'note', span: spanOf(file, where), data: {} }]
}

function isLoose({ next }: Link): boolean {
  return (next ?? []).some((call: Node) => parentOf(call)?.type === 'ExpressionStatement')
}
