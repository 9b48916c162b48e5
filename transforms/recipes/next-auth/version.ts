import type { Lowering } from '../../concerns/lowering.ts'
import { block } from '../../concerns/lowering.ts'
import type { NextApp } from '../../model/project.ts'
import type { Node } from '../../syntax/tree.ts'
import { parseRange, type Version } from '../version-range.ts'

/**
 * From which next-auth 4 a form works in a route handler (next/index.js and jwt/index.js of the packed versions):
 * `getServerSession(options)` is exported and reads next/headers from 4.19.0 on, `getToken` reads the cookies of a
 * NextRequest from 4.16.0 on, `NextAuth` answers a Request from 4.22.0 on. Next 15 made headers(), cookies() and params
 * Promises; next-auth awaits them from 4.24.9 on, the first version whose peer range has Next 15.
 */
const FIRST: Readonly<Record<NextAuthForm, Version>> = {
  session: [4, 19, 0],
  token: [4, 16, 0],
  route: [4, 22, 0],
  promise: [4, 24, 9],
}
const FIRST_ON_15: Readonly<Record<NextAuthForm, Version>> = {
  session: [4, 24, 9],
  token: [4, 16, 0],
  route: [4, 24, 9],
  promise: [4, 24, 9],
}

export type NextAuthForm = 'session' | 'token' | 'route' | 'promise'

export type Support = { kind: 'yes' } | { kind: 'no'; version: string; needed: string }

/**
 * Whether the project's next-auth 4 has the App form. A range is left only where nothing is installed or locked, and then
 * an install takes the newest version that it lets in.
 */
export function supportOf(form: NextAuthForm, app: NextApp): Support {
  const raw = app.packages['next-auth']
  const first = app.next.major >= 15 ? FIRST_ON_15[form] : FIRST[form]
  const found = raw === undefined ? null : parseRange(raw)
  if (!found || found.lets(first)) return { kind: 'yes' }
  return { kind: 'no', version: raw ?? '', needed: first.join('.') }
}

/** Blocks the route where the version is too old; false when it is blocked. */
export function checkVersion(form: NextAuthForm, app: NextApp, at: Lowering, node: Node): boolean {
  const support = supportOf(form, app)
  if (support.kind === 'yes') return true
  block(at, 'PA542', node, { version: support.version, needed: support.needed })
  return false
}

/** 4 unless the project says 5: the dist-tag `beta` is 5. */
export function majorOf(app: NextApp): number {
  const raw = app.packages['next-auth'] ?? ''
  if (/^(beta|experimental)$/.test(raw)) return 5
  return parseRange(raw)?.lowest[0] ?? 4
}
