import type { HttpMethod } from '../../model/route.ts'
import { httpMethods } from '../../model/route.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import type { Node } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { type Found, findFunction, findPackageMiddleware, nextCalls } from './functions.ts'
import type { Router, Step, Unclear } from './router.ts'

/** One function of a chain. */
export interface Link extends Found {
  /** As it is written in the chain. */
  node: Node
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
  { steps }: Router,
  module: SourceModule,
  context: ShorthandContext,
  runsUnmatched: boolean,
): Chain[] | Unclear {
  const links: Link[] = []
  for (const step of steps) {
    for (const node of step.functions) {
      const found = findFunction(node, module, context) ?? findPackageMiddleware(node, module)
      if (!found) return { why: 'function', node }
      links.push({ ...found, node, step, next: nextCalls(found) })
    }
  }
  const named = httpMethods.filter((method) => steps.some((step) => step.method === method))
  const all = named.includes('GET') && !named.includes('HEAD') ? [...named, 'HEAD' as const] : named
  const chains: Chain[] = []
  for (const method of all) {
    const chain = cut(links.filter(({ step }) => runsFor(step, method)))
    const last = chain[chain.length - 1]
    if (!last || last.next) return { why: 'unanswered', node: last?.node ?? module.file.ast.program }
    const same = chains.find(({ links }) => links.length === chain.length && links.every((l, i) => l === chain[i]))
    if (same?.methods) same.methods = [...same.methods, method]
    else chains.push({ methods: [method], links: chain })
  }
  const rest = cut(links.filter(({ step }) => step.method === 'use' || step.method === ''))
  const isMatched = links.some(({ step }) => step.method === '')
  const last = rest[rest.length - 1]
  if (isMatched && (!last || last.next)) return { why: 'unanswered', node: last?.node ?? module.file.ast.program }
  return [...inOrder(chains, steps), { methods: null, links: isMatched || runsUnmatched ? rest : [] }]
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
