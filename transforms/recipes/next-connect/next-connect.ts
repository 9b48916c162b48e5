import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { isInTry } from '../../syntax/completion.ts'
import { type Node, parentOf, some, startOf } from '../../syntax/tree.ts'
import type { Expansion, Shorthand } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { readOptions } from './endings.ts'
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
  expand: (module, context) => {
    const router = readRouter(module)
    if (!router) return { edits: [], notes: [], blockers: [] }
    if ('why' in router) return refuse(router, module)
    const chains = planChains(router, module, context, runsUnmatched(router, context.app.packages['next-connect']))
    if ('why' in chains) return refuse(chains, module)
    const unclear = findParams(chains, module) ?? findCaught(router, chains)
    if (unclear) return refuse(unclear, module)
    const options = readOptions(router, module, context)
    if ('why' in options) return refuse(options, module)
    const edits = writeRouter(router, chains, options, module)
    if ('why' in edits) return refuse(edits, module)
    const caught = options.onError ? [] : thrownInCatch(router, chains, module)
    return { edits, notes: [...unawaited(router, chains, module), ...caught], blockers: [] }
  },
}

/** Before 0.13 the functions of `use` ran for a method that had no other. */
function runsUnmatched({ major }: Router, version: string | undefined): boolean {
  const range = major === 0 && version !== undefined ? parseRange(version) : null
  return range !== null && !range.lets([0, 13, 0])
}

function refuse({ why, node }: Unclear, module: SourceModule): Expansion {
  const data = { why, text: snippet(module.file, node) }
  return {
    edits: [],
    notes: [],
    blockers: [{ code: 'PA579', level: 'blocker', span: spanOf(module.file, node), data }],
  }
}

/** `req.params` is what next-connect has found in the path. */
function findParams(chains: readonly Chain[], module: SourceModule): Unclear | null {
  for (const { node, fn } of chains.flatMap(({ links }) => links)) {
    const [req] = fn.params
    const name = req?.type === 'Identifier' ? req.name : null
    const isRead = some(
      fn,
      (one) =>
        isMember(one) && one.object.type === 'Identifier' && one.object.name === name && memberName(one) === 'params',
    )
    if (isRead) return { why: 'params', node: node.start === undefined ? module.file.ast.program : node }
  }
  return null
}

/** In version 1 what comes after `next()` in a try fails in that try: when it is awaited, or throws at once. */
function findCaught({ major }: Router, chains: readonly Chain[]): Unclear | null {
  for (const { links } of major === 1 ? chains : []) {
    for (const [index, link] of links.entries()) {
      const after = links[index + 1]
      const caught = link.next?.find((call) => isInTry(call, link.fn) && (isAwaited(call) || after?.fn.async !== true))
      if (caught) return { why: 'caught', node: link.node }
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
  const loose = [...links].filter(isLoose).sort((a, b) => startOf(a.node) - startOf(b.node))
  const [first] = loose
  return first
    ? [{ code: 'PA582', level: 'note', span: spanOf(file, first.node), data: { text: snippet(file, first.node) } }]
    : []
}

/** A handler that is one `try` keeps no second one around it. */
function thrownInCatch({ major }: Router, chains: readonly Chain[], { file }: SourceModule): Diagnostic[] {
  const [first] = chains.flatMap(({ links }) => links)
  if (major === 1 || !first || !chains.every(catchesAll)) return []
  return [{ code: 'PA583', level: 'note', span: spanOf(file, first.node), data: {} }]
}

function isLoose({ next }: Link): boolean {
  return (next ?? []).some((call: Node) => parentOf(call)?.type === 'ExpressionStatement')
}
