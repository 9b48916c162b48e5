import { block, canAwaitAt, type Lowering, need, note } from '../../concerns/lowering.ts'
import { isCall, isMember, memberName, withCasts } from '../../syntax/match.ts'
import { endOf, type Node, parentOf, some, startOf } from '../../syntax/tree.ts'
import { cookiesName } from '../next-cookies.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { type CookieCall, cookieCall, isGetter, isSetter } from './call.ts'
import { optionsEdits, withFields } from './options.ts'
import { neededVersion } from './version.ts'

/**
 * `setCookie(name, value, { req, res, ...attributes })` and its kin, cookies-next@6.1.0 lib/server/index.js. Pages: the cookies of req, and a
 * line more in the Set-Cookie header of res, set before the call gives its promise back; req.cookies has the new value. App: `{ cookies }`, the
 * store of next/headers, which is set once it has been awaited, and which Next puts on the answer (PA601). A module of its own may be loaded by
 * pages and components, where Next refuses next/headers: there a getter is given the NextRequest, and a setter what it does with res, on the
 * Headers of the answers. PA602: versions that know no `cookies`.
 */
export const cookiesNext: Recipe = {
  id: 'cookies-next',
  codes: ['PA130', 'PA601', 'PA602'],
  packages: ['cookies-next', 'cookies-next/server'],
  sets: (found, { route }) => route.id === '' && isSetter(found),
  lower: (found, at, context) => {
    const known = cookieCall(found)
    if (!known) return false
    const needed = neededVersion(context.app)
    if (needed !== null) {
      block(at, 'PA602', found.call, { version: context.app.packages['cookies-next'] ?? '', needed })
      return true
    }
    if (!known.isSetter) note(at, 'PA130', 'note', found.call)
    return context.route.id === '' ? lowerInModule(known, found, at) : lowerInRoute(known, found, at, context)
  },
}

function lowerInRoute(known: CookieCall, found: PackageCall, at: Lowering, context: RecipeContext): boolean {
  if (known.isSetter && !waitsFor(found, at)) return false
  const name = cookiesName(at, context)
  at.edits.push(...optionsEdits(known, name === 'cookies' ? name : `cookies: ${name}`, at))
  if (!known.isSetter) return true
  const isReadAgain = readsCookies(at, endOf(found.call))
  note(at, 'PA601', isReadAgain ? 'review' : 'note', found.call, { name: known.name, form: 'cookies' })
  return true
}

function lowerInModule(known: CookieCall, { call }: PackageCall, at: Lowering): boolean {
  const { request, headers } = at.names
  if (!known.isSetter) {
    at.edits.push(...optionsEdits(known, request === 'req' ? 'req' : `req: ${request}`, at))
    need(at, 'next-request', call)
    return true
  }
  at.edits.push(...withFields(known, headerFields(headers, at.typed), at))
  note(at, 'PA601', 'note', call, { name: known.name, form: 'headers' })
  return true
}

/** What cookies-next does with a Node response, done with Headers. */
function headerFields(headers: string, typed: boolean): string[] {
  const [cast, text, list] = typed ? [' as never', ': string', ': string[]'] : ['', '', '']
  const set = `setHeader: (name${text}, [cookie]${list}) => ${headers}.append(name, cookie)`
  return [`req: {}${cast}`, `res: { getHeader: () => [], ${set} }${cast}`]
}

/** Pages sets the cookie at once, the store of next/headers comes with a promise. */
function waitsFor({ call }: PackageCall, at: Lowering): boolean {
  const whole = withCasts(call)
  const parent = parentOf(whole)
  if (parent?.type === 'AwaitExpression') return true
  if (parent?.type !== 'ExpressionStatement' || !canAwaitAt(at, call)) return false
  at.edits.push({ start: startOf(whole), end: startOf(whole), pieces: ['await '] })
  return true
}

/** Whether the function asks for cookies later: what it has set, it saw in `req.cookies`. */
function readsCookies({ fn, tree }: Lowering, from: number): boolean {
  return some(fn, (node: Node) => {
    if (startOf(node) < from) return false
    if (isMember(node) && memberName(node) === 'cookies') return true
    return isCall(node) && isGetter(node.callee, tree)
  })
}
