import { uncast } from '../../syntax/match.ts'
import { endOf, type Node } from '../../syntax/tree.ts'
import type { Expectation } from './expectation.ts'

/** What a test looks at of an answer; `list` is the JSON in a list of one. `node` is the expression that gives it in the old form. */
export interface AnswerRead {
  kind: 'status' | 'json' | 'list' | 'text' | 'header' | 'location' | 'ended'
  node: Node
  /** Of a header, its name as written. */
  name: Node | null
  /** The expectation where it says that a function was called: what is said there instead, from the end of `expect(value)`. */
  said: { from: number; to: number; text: readonly (string | Node)[] } | null
  /** The status that is expected, where only that is. */
  expects: number | null
  /** The text that a header is expected to have. */
  value: string | null
}

export const readOf = (kind: AnswerRead['kind'], node: Node, rest: Partial<AnswerRead> = {}): AnswerRead => ({
  kind,
  node,
  name: null,
  said: null,
  expects: null,
  value: null,
  ...rest,
})

/** What is expected instead of a call of a mock function. */
export function saidInstead({ head, whole }: Expectation, text: readonly (string | Node)[]): AnswerRead['said'] {
  return { from: endOf(head), to: endOf(whole), text }
}

export function isEqualTo({ matcher, args }: Expectation, test: (node: Node) => boolean): boolean {
  const [first, second] = args
  return /^(?:toBe|toEqual|toStrictEqual)$/.test(matcher) && first !== undefined && !second && test(uncast(first))
}

/** Headers of which a test of a handler says nothing: Next or the stand-in adds them. */
export const NOT_OF_HANDLERS = /^(?:content-length|etag|date|connection|set-cookie|vary|transfer-encoding)$/i

/** Stands for an empty text in the quotes of the file. */
export const QUOTES = '\0'
