import { lineStart, positionOf } from '../../syntax/lines.ts'
import type { RecipeContext } from '../recipe.ts'

/** `ctx.req`, `{ res } = ctx`, `{ ctx: { req } }`: procedures and middleware call the context so. By text, for people to read. */
const READS =
  /\bctx\s*(?:\?\.|!?\.)\s*re[qs]\b|\{[^{}]*\bre[qs]\b[^{}]*\}\s*=\s*(?:\w+\s*\.\s*)?ctx\b|\bctx\s*:\s*\{[^{}:]*\bre[qs]\b/g

/** Where the modules of a route may read `req` or `res` of the context of tRPC: `file:line`. */
export function findContextReaders({ loadedTexts }: RecipeContext): string[] {
  return loadedTexts().flatMap(({ path, text }) => {
    if (!text.includes('ctx')) return []
    const found = [...text.matchAll(READS)].filter(({ index }) => !isComment(text.slice(lineStart(text, index), index)))
    return found.map(({ index }) => `${path}:${positionOf(text, index).line}`)
  })
}

const isComment = (before: string): boolean => /^\s*(?:\/\/|\/?\*)/.test(before)
