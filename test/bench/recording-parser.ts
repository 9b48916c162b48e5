import { createRequire } from 'node:module'
import type * as babel from '@babel/parser'

/** The parser that the bench is built with: it can say what was parsed. */
const real = createRequire(import.meta.url)('@babel/parser') as typeof babel
let texts: Set<string> | null = null

export const parse: typeof babel.parse = (text, options) => {
  texts?.add(text)
  return real.parse(text, options)
}

/** Every text that is parsed from now on. */
export function recordParsed(): ReadonlySet<string> {
  texts = new Set()
  return texts
}
