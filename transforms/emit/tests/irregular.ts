import { type Node, startOf } from '../../syntax/tree.ts'

/** Why a test stays as it is; the words are in `report/codes/tests.ts`. */
export type IrregularKind =
  | 'import'
  | 'handler'
  | 'call'
  | 'await'
  | 'pair'
  | 'request'
  | 'option'
  | 'value'
  | 'method'
  | 'body'
  | 'param'
  | 'url'
  | 'answer'
  | 'place'
  | 'refused'
  | 'mock'
  | 'handed'
  | 'scope'
  | 'content-type'
  | 'redirect'
  | 'name'
  | 'tool'
  | 'comment'
  | 'unread'

/** The first thing in a test that has no counterpart. */
export interface Irregular {
  why: IrregularKind
  /** Offset in the analysed text. */
  at: number
}

/** Notes the first reason and gives null, so that a reader can `return refuse(...)`. */
export interface Refusals {
  refuse: (why: IrregularKind, node: Node) => null
  first: () => Irregular | null
}

export function createRefusals(): Refusals {
  let found: Irregular | null = null
  return {
    refuse: (why, node) => {
      found ??= { why, at: startOf(node) }
      return null
    },
    first: () => found,
  }
}
