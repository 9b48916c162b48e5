import type { HttpMethod } from '../../model/route.ts'
import { httpMethods } from '../../model/route.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { type Node, startOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import {
  type Found,
  findFunction,
  findMade,
  findPackageMiddleware,
  type Item,
  itemsOf,
  nextCalls,
} from './functions.ts'
import { type Router, type Routing, readInner, type Step, type Unclear } from './router.ts'

/** One function of a chain. */
export interface Link extends Found {
  /** As it is written in the chain, and where. */
  node: Node
  written: SourceModule
  /** It is what a call gives back, which is made once. */
  isMade: boolean
  step: Step
  /** Calls of `next()`; null for one that answers. */
  next: readonly Node[] | null
}

/** What runs for some methods; `null` for all that have no other chain. */
export interface Chain {
  methods: readonly HttpMethod[] | null
  links: readonly Link[]
}

/**
 * The functions that run for each method, in order, down to the one that answers: next-connect@1.0.0 esm/router.js, `find`, and trouter@3.2.1.
 * A HEAD runs what there is for GET too. With nothing but `use` for a method nothing runs, and the request is not found; before 0.13 the
 * functions of `use` ran all the same.
 */
export function planChains(
  router: Router,
  module: SourceModule,
  context: ShorthandContext,
  runsUnmatched: boolean,
): Chain[] | Unclear {
  const flat = flatten(router, { context, route: module }, 0)
  if ('why' in flat) return flat
  const { steps } = flat
  const links: Link[] = []
  for (const step of steps) {
    for (const item of step.functions) {
      const link = linkOf(item, step, context)
      if (!link) return { why: 'function', ...item }
      links.push(link)
    }
  }
  // Version 0: a router inside of another one counts as a match (dist/index.js, `mount` has no method).
  const runsAll = runsUnmatched || (flat.hasInner && router.major === 0)
  const named = httpMethods.filter((method) => steps.some((step) => step.method === method))
  const all = named.includes('GET') && !named.includes('HEAD') ? [...named, 'HEAD' as const] : named
  const chains: Chain[] = []
  for (const method of all) {
    const chain = cut(links.filter(({ step }) => runsFor(step, method)))
    const last = chain[chain.length - 1]
    if (!last || last.next) return unanswered(last, module)
    const same = chains.find(({ links }) => links.length === chain.length && links.every((l, i) => l === chain[i]))
    if (same?.methods) same.methods = [...same.methods, method]
    else chains.push({ methods: [method], links: chain })
  }
  const rest = cut(links.filter(({ step }) => step.method === 'use' || step.method === ''))
  const isMatched = links.some(({ step }) => step.method === '')
  const last = rest[rest.length - 1]
  if (isMatched && (!last || last.next)) return unanswered(last, module)
  return [...inOrder(chains, steps), { methods: null, links: isMatched || runsAll ? rest : [] }]
}

function unanswered(last: Link | undefined, module: SourceModule): Unclear {
  return last
    ? { why: 'unanswered', node: last.node, module: last.written }
    : { why: 'unanswered', node: module.file.ast.program, module }
}

const MOST_ROUTERS = 4

function isBehind(one: Item, other: Item): boolean {
  return startOf(one.node) > startOf(other.node)
}

/** The steps of a router with those of the routers that it uses in their place, and its lists written out. */
function flatten(
  { steps, major }: Routing,
  place: { context: ShorthandContext; route: SourceModule },
  depth: number,
): { steps: Step[]; hasInner: boolean } | Unclear {
  const { context, route } = place
  const found: Step[] = []
  let hasInner = false
  for (const step of steps) {
    for (const item of step.functions.flatMap((one) => itemsOf(one, context))) {
      const inner = findFunction(item.node, item.module, context) ? null : readInner(item, context, route)
      if (!inner) {
        found.push({ ...step, functions: [item] })
        continue
      }
      if ('why' in inner) return inner
      // Version 1 copies the inner router where it is used (esm/router.js, `clone`).
      const isLate = inner.steps.some(
        ({ functions: [first] }) => first?.module === item.module && isBehind(first, item),
      )
      const isPlain = step.method === 'use' && inner.major === major && !isLate && depth < MOST_ROUTERS
      const flat = isPlain ? flatten(inner, place, depth + 1) : null
      if (!flat) return { why: 'function', ...item }
      if ('why' in flat) return flat
      hasInner = true
      found.push(...flat.steps.map((one) => ({ ...one, statement: null })))
    }
  }
  return { steps: found, hasInner }
}

function linkOf(item: Item, step: Step, context: ShorthandContext): Link | null {
  const { node, module: written } = item
  const plain = findFunction(node, written, context) ?? findPackageMiddleware(node, written)
  const made = plain ? null : findMade(item, context)
  const found = plain ?? made
  return found && { ...found, node, written, isMade: made !== null, step, next: nextCalls(found) }
}

function runsFor({ method }: Step, wanted: HttpMethod): boolean {
  return method === 'use' || method === '' || method === wanted || (wanted === 'HEAD' && method === 'GET')
}

/** What comes after the function that answers is never called. */
function cut(links: readonly Link[]): Link[] {
  const end = links.findIndex(({ next }) => next === null)
  return end < 0 ? [...links] : links.slice(0, end + 1)
}

/** As the file has them. */
function inOrder(chains: readonly Chain[], steps: readonly Step[]): Chain[] {
  const place = ({ methods }: Chain): number => steps.findIndex(({ method }) => method === methods?.[0])
  return [...chains].sort((a, b) => place(a) - place(b))
}
