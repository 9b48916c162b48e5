import { need, note } from '../concerns/lowering.ts'
import { argumentsEdit, takesRequest } from './call.ts'
import type { Recipe } from './recipe.ts'
import { parseRange } from './version-range.ts'

/**
 * `getClientIp(req)`, request-ip@3.3.0 lib/index.js: the first header of a list that holds an address (x-client-ip, x-forwarded-for, ...),
 * then the address of the socket, then null. Pages and App: Next 13.5 and later write the socket's address into x-forwarded-for where the
 * client sends none (next@15.5.6 server/base-server.js, `handleRequestImpl`), so that the headers alone give the same address, but for a
 * client whose own x-forwarded-for holds none (PA569). From 2.1.3 on an object of headers alone is taken; before it could throw.
 */
export const requestIp: Recipe = {
  id: 'request-ip',
  codes: ['PA569'],
  packages: ['request-ip'],
  lower: ({ call, passes, imported }, at, { app }) => {
    const isKnown = imported?.name === 'getClientIp' || imported?.name === 'default.getClientIp'
    const isNew = parseRange(app.packages['request-ip'] ?? '')?.lets([2, 1, 3]) !== false
    if (!isKnown || !isNew || !takesRequest(passes) || call.arguments.length !== 1) return false
    at.edits.push(argumentsEdit(at.file, call, [`{ headers: Object.fromEntries(${at.names.request}.headers) }`]))
    need(at, 'request', call)
    const { major, minor } = app.next
    const isWritten = major > 13 || (major === 13 && minor >= 5)
    note(at, 'PA569', isWritten ? 'note' : 'review', call)
    return true
  },
}
