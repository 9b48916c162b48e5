import { block, note } from '../../concerns/lowering.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import type { Node } from '../../syntax/tree.ts'
import { argumentsEdit, sliceOf, takesBoth, takesRequest } from '../call.ts'
import type { PackageCall, Recipe } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { type SessionMethod, sessionMethod } from './client.ts'

/**
 * The session of @auth0/nextjs-auth0. Pages: `getSession(req)` reads the cookies of req; `updateSession(req, res, session)`, and
 * `getAccessToken(req, res)` where it renews the token, write to the Set-Cookie header of res. App: the same functions without both read
 * and write `cookies()` of next/headers. @auth0/nextjs-auth0@4.27.0 src/server/client.ts (the overloads of each method), @3.8.0
 * src/session/cache.ts (`get`, `set`: also version 3 rolls the session without a request). Version 3 came with 3.0.0 for the App Router and
 * calls `cookies()` without waiting (src/http/auth0-next-request-cookies.ts), which Next 15 does not take (PA571).
 */
export const auth0Session: Recipe = {
  id: 'auth0/session',
  codes: ['PA570', 'PA571'],
  packages: ['@auth0/nextjs-auth0'],
  owns: (found, context) => sessionMethod(found, context) !== null,
  lower: (found, at, context) => {
    const method = sessionMethod(found, context)
    const rest = method && argumentsLeft(method, found)
    if (!method || !rest) return false
    const { app } = context
    const raw = app.packages['@auth0/nextjs-auth0'] ?? ''
    if (method.major === 3 && (app.next.major >= 15 || parseRange(raw)?.lets([3, 0, 0]) === false)) {
      block(at, 'PA571', found.call, { version: raw, needed: app.next.major >= 15 ? '4' : '3' })
      return true
    }
    at.edits.push(argumentsEdit(at.file, found.call, rest.map(sliceOf)))
    const mayWrite = method.major === 3 || method.name !== 'getSession'
    if (mayWrite) note(at, 'PA570', 'note', found.call, { name: method.name })
    return true
  },
}

/** What the call still takes in a route handler; null for a call that is not known. */
function argumentsLeft({ name, major }: SessionMethod, { call, passes }: PackageCall): readonly Node[] | null {
  const given = call.arguments
  const [, , third] = given
  switch (name) {
    case 'getSession':
      return given.length === passes.length && (takesBoth(passes) || (major === 4 && takesRequest(passes))) ? [] : null
    case 'updateSession':
      return third && given.length === 3 && takesBoth(passes) && third.type !== 'SpreadElement' ? [third] : null
    case 'getAccessToken':
      if (!takesBoth(passes) || given.length > 3) return null
      if (!third) return []
      return major === 4 || takesNoRequest(third) ? [third] : null
    default:
      return null
  }
}

/** `afterRefresh` of version 3 is handed req and res. */
function takesNoRequest(options: Node): boolean {
  const object = uncast(options)
  return (
    object.type === 'ObjectExpression' &&
    object.properties.every((p) => p.type === 'ObjectProperty' && !/^(?:afterRefresh)?$/.test(keyName(p) ?? ''))
  )
}
