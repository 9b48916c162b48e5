import type { NextApp } from '../../model/project.ts'
import { parseRange } from '../version-range.ts'

/**
 * The first cookies-next that takes `cookies` on the Next of the project, where its own is older; null where it does. It came with 4.0.0
 * (lib/index.js: `cookiesFn().set(payload)`); 5.0.0 waits for the promise that it is on Next 15 (peer `next >=15.0.0`), before which the
 * cookie is lost without a word.
 */
export function neededVersion(app: NextApp): string | null {
  const raw = app.packages['cookies-next']
  const first = app.next.major >= 15 ? ([5, 0, 0] as const) : ([4, 0, 0] as const)
  const range = raw === undefined ? null : parseRange(raw)
  return !range || range.lets(first) ? null : first.join('.')
}
