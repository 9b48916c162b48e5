import { need } from '../concerns/lowering.ts'
import { argumentsEdit, sliceOf, takesRequest } from './call.ts'
import type { Recipe } from './recipe.ts'

/**
 * `getAuth(req)`, @clerk/nextjs@6.31.0 dist/cjs/server/createGetAuth.js and headers-utils.js (and 4.31.8, 5.7.5): who signed in, as the
 * middleware of Clerk has written it into headers of the request. Pages and App: the headers are read off a Node request or a NextRequest, as
 * the type `RequestLike` says; the answer is the same.
 */
export const clerk: Recipe = {
  id: 'clerk',
  codes: [],
  packages: ['@clerk/nextjs/server', '@clerk/nextjs'],
  lower: ({ call, passes, imported }, at) => {
    if (imported?.name !== 'getAuth' || !takesRequest(passes) || call.arguments.length > 2) return false
    const [, options] = call.arguments
    at.edits.push(argumentsEdit(at.file, call, [at.names.request, ...(options ? [', ', sliceOf(options)] : [])]))
    need(at, 'next-request', call)
    return true
  },
}
