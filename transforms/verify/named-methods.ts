import type { Diagnostic } from '../model/diagnostic.ts'
import type { VerifiedRoute } from '../model/verification.ts'

/** Where the methods are that a code says Next answers by itself now. */
const lists: Readonly<Record<string, string>> = { PA301: 'lost', PA302: 'methods', PA303: 'methods', PA330: 'methods' }

/** By code: the methods of which the diagnostics of a route say that its file does not answer them any more. */
export function namedMethods(diagnostics: readonly Diagnostic[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { code, data } of diagnostics) {
    const methods = data[lists[code] ?? '']
    if (Array.isArray(methods)) found[code] = [...(found[code] ?? []), ...methods]
  }
  return found
}

/**
 * Whether the report says of this very method what the code says. OPTIONS is Next's whenever it is not exported, and methods that no
 * route file can export are never listed.
 */
export function isNamedMethod({ named }: Pick<VerifiedRoute, 'named'>, code: string, method: string): boolean {
  const isListed = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(method)
  return named === undefined || !isListed || (named[code] ?? []).includes(method)
}
