import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import { isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import { endOfChain, readChain } from './chains.ts'
import { findOwnRunner } from './own-runner.ts'
import { type AnsweringCallback, readAnsweringCallback } from './answering-callback.ts'
import { type CalledBeside, readCalledBeside } from './called-beside.ts'
import { findKnownRunner, type Runner, type RunnerSources } from './runners.ts'

/** `storage.run(store, async () => { ... })`: a call whose value is what its callback returns. */
export interface Passage {
  call: t.CallExpression
  /** Of these one gives the value. */
  callbacks: readonly FunctionNode[]
  /** Those of them that are run with an error of what stands before them. */
  catches: readonly FunctionNode[]
  /** A call whose own value may be the value; the call itself where what is called answers too. */
  base: t.CallExpression | null
  runner: Pick<Runner, 'endsLater' | 'typing' | 'isAsync'>
  /** A chain of promises. */
  isChain: boolean
  /** The value does not come back through the call: its callback resolves a Promise with it. */
  isCalledBack?: true
  /** A function of the project answers, or runs the callback, which does. */
  answering?: AnsweringCallback
}

/** The passages of one module. */
export interface Passages {
  /** Null for a call that is none. */
  at(call: Node): Passage | null
  /** The passage that a function is a callback of. */
  around(callback: Node): Passage | null
  /** A call that gives back nothing of what its callback returns, and goes on beside it. */
  beside(call: Node): CalledBeside | null
}

/** No call is one. */
export const noPassages: Passages = { at: () => null, around: () => null, beside: () => null }

/** The callbacks of a call whose bodies are followed. */
export function callbacksIn(call: Node, passages: Passages): readonly FunctionNode[] {
  const beside = passages.beside(call)
  return passages.at(call)?.callbacks ?? (beside ? [beside.callback] : [])
}

/** The call that a function is handed to, where its body is followed. */
export function callAround(callback: Node, passages: Passages): t.CallExpression | null {
  const up = parentOf(withCasts(callback))
  const object = up?.type === 'ObjectProperty' ? parentOf(up) : null
  const call = object ? parentOf(object) : up
  const beside = call ? passages.beside(call) : null
  return passages.around(callback)?.call ?? (beside?.callback === callback ? beside.call : null)
}

export function passagesOf(from: SourceModule, sources: RunnerSources): Passages {
  const known = new Map<Node, Passage | null>()
  const besides = new Map<Node, CalledBeside | null>()
  const at = (call: Node): Passage | null => {
    if (call.type !== 'CallExpression' || call.arguments.length === 0) return null
    const before = known.get(call)
    if (before !== undefined) return before
    const found = readPassage(call, from, sources)
    known.set(call, found)
    return found
  }
  return {
    at,
    around: (callback) => {
      const outer = parentOf(withCasts(callback))
      const passage = outer ? at(endOfChain(outer)) : null
      return passage?.callbacks.some((fn) => fn === callback) ? passage : null
    },
    beside: (call) => {
      if (call.type !== 'CallExpression' || call.arguments.length === 0) return null
      if (!besides.has(call)) besides.set(call, at(call) ? null : readCalledBeside(call, from, sources.graph))
      return besides.get(call) ?? null
    },
  }
}

function readPassage(call: t.CallExpression, from: SourceModule, sources: RunnerSources): Passage | null {
  if (call.arguments.some(({ type }) => type === 'SpreadElement')) return null
  const several = readSeveral(call, sources)
  if (several) return several
  const runner = call.arguments.some((argument) => isPlainFunction(argument)) ? findRunner(call, from, sources) : null
  const callback = runner ? call.arguments[runner.index] : undefined
  if (!runner) return readAnswering(call, from, sources)
  if (!isPlainFunction(callback) || callback.generator) return null
  return {
    call,
    callbacks: [callback],
    catches: [],
    base: null,
    runner: call.typeArguments ? { ...runner, typing: 'refused' } : runner,
    isChain: false,
  }
}

function readAnswering(call: t.CallExpression, from: SourceModule, { graph }: RunnerSources): Passage | null {
  const answering = readAnsweringCallback(call, from, graph)
  if (!answering) return null
  const runner = { endsLater: false, typing: 'same' as const, isAsync: true }
  return { call, callbacks: [answering.callback], catches: [], base: call, runner, isChain: false, answering }
}

function findRunner(call: t.CallExpression, from: SourceModule, sources: RunnerSources): Runner | null {
  return findKnownRunner(call, from, sources) ?? findOwnRunner(call, from, sources)
}

/**
 * Chains of promises, and `result.match(ok, err)` of neverthrow@8.1.1 (Ok and Err: `return ok(this.value)`, `return err(this.error)`;
 * ResultAsync: the same through `then`).
 */
function readSeveral(call: t.CallExpression, { packages }: RunnerSources): Passage | null {
  const chain = readChain(call)
  if (chain) {
    const runner = { endsLater: chain.hasFinally, typing: 'same' as const, isAsync: true }
    return { call, ...chain, runner, isChain: true }
  }
  const callee = uncast(call.callee)
  if (!isMember(callee) || memberName(callee) !== 'match' || packages.neverthrow === undefined) return null
  const callbacks = call.arguments.flatMap((one) => (isPlainFunction(one) && !one.generator ? [one] : []))
  if (callbacks.length !== 2 || call.arguments.length !== 2) return null
  const runner = { endsLater: false, typing: 'same' as const, isAsync: false }
  return { call, callbacks, catches: [], base: null, runner, isChain: false }
}
