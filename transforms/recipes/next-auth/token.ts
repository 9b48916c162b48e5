import { need } from '../../concerns/lowering.ts'
import { keyName } from '../../syntax/match.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import type { Recipe } from '../recipe.ts'
import { checkVersion, majorOf } from './version.ts'

/**
 * `getToken({ req, secret })`, next-auth@4.24.15 jwt/index.js and next-auth@5.0.0-beta.30 jwt.js. Version 4 looks for the
 * session cookie with `req.cookies` (an object, or a store with getAll) and for a Bearer token in the headers: a NextRequest
 * has both. Version 5 reads the cookie header itself, so that a Request is enough.
 */
export const token: Recipe = {
  id: 'next-auth/token',
  codes: ['PA542'],
  packages: ['next-auth/jwt'],
  takesLoaded: true,
  lower: ({ call, passes, imported }, at, context) => {
    const [pass] = passes
    const options = call.arguments[0]
    if (
      imported?.name !== 'getToken' ||
      passes.length !== 1 ||
      pass?.key !== 'req' ||
      options?.type !== 'ObjectExpression'
    )
      return false
    const property = options.properties.find((p) => p.type === 'ObjectProperty' && keyName(p) === 'req')
    if (property?.type !== 'ObjectProperty') return false
    const isOld = majorOf(context.app) < 5
    if (isOld && !checkVersion('token', context.app, at, call)) return true
    at.edits.push({
      start: startOf(property),
      end: endOf(property),
      pieces: [at.names.request === 'req' ? 'req' : `req: ${at.names.request}`],
    })
    need(at, isOld ? 'next-request' : 'request', call)
    return true
  },
}
