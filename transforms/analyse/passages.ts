import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { withCasts } from '../syntax/match.ts'
import { isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import { findOwnRunner } from './own-runner.ts'
import { findKnownRunner, type Runner, type RunnerSources } from './runners.ts'

/** `storage.run(store, async () => { ... })`: a call whose value is what its callback returns. */
export interface Passage {
  call: t.CallExpression
  /** Of these one is run, once. */
  callbacks: readonly FunctionNode[]
  runner: Runner
}

/** The passages of one module. */
export interface Passages {
  /** Null for a call that is none. */
  at(call: Node): Passage | null
  /** The passage that a function is a callback of. */
  around(callback: Node): Passage | null
}

/** No call is one. */
export const noPassages: Passages = { at: () => null, around: () => null }

export function passagesOf(from: SourceModule, sources: RunnerSources): Passages {
  const known = new Map<Node, Passage | null>()
  const at = (call: Node): Passage | null => {
    if (call.type !== 'CallExpression' || !call.arguments.some((argument) => isPlainFunction(argument))) return null
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
      const passage = outer ? at(outer) : null
      return passage?.callbacks.some((fn) => fn === callback) ? passage : null
    },
  }
}

function readPassage(call: t.CallExpression, from: SourceModule, sources: RunnerSources): Passage | null {
  if (call.arguments.some(({ type }) => type === 'SpreadElement')) return null
  const runner = findKnownRunner(call, from, sources) ?? findOwnRunner(call, from, sources)
  const callback = runner ? call.arguments[runner.index] : undefined
  if (!runner || !isPlainFunction(callback) || callback.generator) return null
  return { call, callbacks: [callback], runner: call.typeArguments ? { ...runner, typing: 'refused' } : runner }
}
