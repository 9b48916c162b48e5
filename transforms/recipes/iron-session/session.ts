import { block, canAwaitAt, type Lowering, need, note } from '../../concerns/lowering.ts'
import type { Piece } from '../../syntax/edits.ts'
import { withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, functionAround, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { argumentsEdit, sliceOf, takesBoth } from '../call.ts'
import { cookiesName } from '../next-cookies.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { type SessionForm, sessionFormOf } from './version.ts'

/**
 * `getIronSession(req, res, options)` and `nodeCookies(req, res)`, iron-session@6.2.0 to 9.0.1. Pages: the session is read from the cookie
 * header of req; `save()` and `destroy()` append a cookie to the Set-Cookie header of res, whenever they are called. App, from 8.0.0 on: the
 * store of next/headers is read and set, and Next puts what was set on the answer. App, before that: given a Request and Headers it does
 * as before, and the answers are made with these Headers. So it is in a module of its own too: pages may import that, and Next refuses
 * next/headers there. PA575: older versions; PA576: how the cookie is written.
 */
export const session: Recipe = {
  id: 'iron-session/session',
  codes: ['PA575', 'PA576'],
  packages: ['iron-session', 'iron-session/edge'],
  sets: (found, context) => formIn(context) === 'headers' && isSessionCall(found),
  lower: (found, at, context) => {
    const { call, imported } = found
    const [, , options] = call.arguments
    if (isJarCall(found)) return lowerJar(found, at, context)
    if (!isSessionCall(found) || !options || !imported) return false
    const form = formIn(context)
    if (form === null) {
      block(at, 'PA575', call, { version: context.app.packages['iron-session'] ?? '' })
      return true
    }
    noteCookie(found, at, form)
    if (form === 'cookies') return lowerStore(found, at, context, [', ', sliceOf(options)])
    const { headers, request } = at.names
    const target = headers === 'headers' ? '{ headers }' : `{ headers: ${headers} }`
    const pieces = [`${request}, ${target}${at.typed ? ' as Response' : ''}, `, sliceOf(options)]
    need(at, 'request', call)
    at.edits.push(argumentsEdit(at.file, call, pieces))
    return true
  },
}

/** The store of next/headers is for route files only. */
function formIn({ app, route }: RecipeContext): SessionForm {
  const form = sessionFormOf(app)
  return form === 'cookies' && route.id === '' ? 'headers' : form
}

function isSessionCall({ call, passes, imported }: PackageCall): boolean {
  return imported?.name === 'getIronSession' && takesBoth(passes) && call.arguments.length === 3
}

/** Version 9: `getIronSession(nodeCookies(req, res), options)` */
function isJarCall({ call, passes, imported }: PackageCall): boolean {
  return imported?.name === 'nodeCookies' && takesBoth(passes) && call.arguments.length === 2
}

function lowerStore({ call }: PackageCall, at: Lowering, context: RecipeContext, rest: readonly Piece[]): boolean {
  if (!mayAwait(at, call)) return false
  at.edits.push(argumentsEdit(at.file, call, [`await ${cookiesName(at, context)}()`, ...rest]))
  return true
}

function lowerJar(found: PackageCall, at: Lowering, context: RecipeContext): boolean {
  const { call } = found
  // A jar of Headers would have to be made outside of the call.
  if (formIn(context) === 'headers') return false
  if (!mayAwait(at, call)) return false
  at.edits.push({ start: startOf(call), end: endOf(call), pieces: [`await ${cookiesName(at, context)}()`] })
  noteCookie(found, at, 'cookies')
  return true
}

/** A function that gives the Promise of the session back may as well be async. */
function mayAwait(at: Lowering, call: Node): boolean {
  if (canAwaitAt(at, call)) return true
  let value = withCasts(call)
  const above = parentOf(value)
  if (above?.type === 'CallExpression' && above.callee !== value) value = withCasts(above)
  const parent = parentOf(value)
  return functionAround(call) === at.fn && (parent?.type === 'ReturnStatement' || parent === at.fn)
}

/** Once for each file: the finding hangs on the import. */
function noteCookie({ call }: PackageCall, at: Lowering, form: 'cookies' | 'headers'): void {
  note(at, 'PA576', 'note', bindingAt(at.tree, call.callee)?.declaration ?? call, { form })
}
