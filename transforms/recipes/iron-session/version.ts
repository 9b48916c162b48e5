import type { NextApp } from '../../model/project.ts'
import { parseRange } from '../version-range.ts'

/**
 * What `getIronSession` takes in a route handler. `cookies`: the store of next/headers (iron-session@8.0.0, its only form in 9.0.1);
 * `headers`: a Request and something with Headers, to which it appends the cookie (iron-session@6.2.0 dist/index.mjs, `addToCookies`);
 * null: req and res of Node only.
 */
export type SessionForm = 'cookies' | 'headers' | null

export function sessionFormOf({ packages }: NextApp): SessionForm {
  const range = parseRange(packages['iron-session'] ?? '')
  if (!range || range.lowest[0] >= 8) return 'cookies'
  return range.lets([6, 2, 0]) ? 'headers' : null
}
