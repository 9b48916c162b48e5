import type { Lowering } from '../concerns/lowering.ts'
import type { RecipeContext } from './recipe.ts'

/** The local name of `cookies` of next/headers, which is imported where it is not yet. */
export function cookiesName(at: Lowering, context: RecipeContext): string {
  for (const { kind, id, name } of at.tree.program.bindings.values()) {
    const known = kind === 'import' ? context.importOf(id) : null
    if (known?.source === 'next/headers' && known.name === 'cookies') return name
  }
  const isTaken = [...at.tree.scopeOf.values()].some(({ bindings }) => bindings.has('cookies'))
  return context.addImport('next/headers', 'cookies', isTaken ? 'nextCookies' : 'cookies')
}
