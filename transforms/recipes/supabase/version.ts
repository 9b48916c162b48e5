import type { NextApp } from '../../model/project.ts'
import { parseRange } from '../version-range.ts'

/**
 * Whether `createMiddlewareClient` of @supabase/auth-helpers-nextjs does with a Request and Headers what `createPagesServerClient` does with
 * `req` and `res`. Before 0.7.0 neither was there; until 0.8.0 the cookie also went out as a header `Cookie` of the answer
 * (@supabase/auth-helpers-nextjs@0.8.0 dist/index.js, `_setCookie`). A range of 0.x stays in its minor version.
 */
export function hasRequestClient({ packages }: NextApp): boolean {
  const range = parseRange(packages['@supabase/auth-helpers-nextjs'] ?? '')
  return range !== null && range.lowest[0] === 0 && range.lowest[1] >= 8 && range.lets([0, 8, 1])
}
