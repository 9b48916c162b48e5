import type { Diagnostic } from '../model/diagnostic.ts'
import { textOf } from './codes/index.ts'

/** The one comment that a review finding leaves in the code. */
export function todoComment(found: Diagnostic): string {
  return `TODO(routeshift ${found.code}): ${textOf(found.code).what(found.data).replace(/\s+/g, ' ')}`
}
