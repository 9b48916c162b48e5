import type * as t from '@babel/types'
import { type Lowering, need } from '../concerns/lowering.ts'
import { withCasts } from '../syntax/match.ts'
import { leadStart } from '../syntax/lines.ts'
import { endOf, startOf, statementOf } from '../syntax/tree.ts'
import { type WeakCollection, weakCollectionOf } from '../syntax/weak-collection.ts'
import { takesRequest } from './call.ts'
import type { Recipe } from './recipe.ts'

/**
 * `cache.get(req)`, where `cache` is a WeakMap or a WeakSet of the module itself: what it keeps belongs to one request.
 * Pages: `req` is one object from the first wrapper to the handler. App: so is the Request, which is handed on as it is. A request that stays in
 * pages/ is another one, and may be a key of the same collection. The types of the keys are written by `emit/weak-key-types.ts`.
 */
export const requestMap: Recipe = {
  id: 'request-map',
  codes: [],
  packages: [],
  owns: ({ call }, { tree }) => weakCollectionOf(call, tree) !== null,
  lower: ({ call, passes }, at) => {
    const collection = weakCollectionOf(call, at.tree)
    const [key] = call.arguments
    const [pass] = passes
    if (!collection || !key || !pass || !takesRequest(passes) || withCasts(pass.ref) !== key) return false
    if (!hasPlainTypes(collection, at)) return false
    at.edits.push({ start: startOf(key), end: endOf(key), pieces: [at.names.request] })
    need(at, 'request', call)
    return true
  },
}

/** Types of requests, and of several of them. */
const NAMED = /^TS(?:TypeReference|UnionType|IntersectionType|IndexedAccessType)$/

/** The new type of the keys can be written: it is a type, not a comment of plain JavaScript, and `Request` is that of the web. */
function hasPlainTypes({ binding, keys }: WeakCollection, { file, tree }: Lowering): boolean {
  const statement = statementOf(binding.declaration)
  if (file.language === 'js')
    return !statement || !/\bWeak(?:Map|Set)</.test(file.text.slice(leadStart(file, statement), startOf(statement)))
  if (keys.every((key) => takesAnyObject(key))) return true
  return (
    keys.every((key) => NAMED.test(key.type) || takesAnyObject(key)) &&
    !(tree.program.types.has('Request') || tree.program.bindings.has('Request'))
  )
}

/** Keys of the type may be requests of both kinds as it stands. */
export function takesAnyObject(type: t.TSType): boolean {
  if (type.type !== 'TSTypeReference') return type.type === 'TSObjectKeyword' || type.type === 'TSAnyKeyword'
  return type.typeName.type === 'Identifier' && type.typeName.name === 'WeakKey'
}
