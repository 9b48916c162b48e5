import type { Lowering } from '../concerns/lowering.ts'
import { importName } from './import-name.ts'
import type { RecipeContext } from './recipe.ts'

/** The local name of `cookies` of next/headers, which is imported where it is not yet. */
export function cookiesName(at: Lowering, context: RecipeContext): string {
  return importName({ source: 'next/headers', name: 'cookies', other: 'nextCookies' }, at, context)
}
