import { isCall, isMember, memberName } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/**
 * `ReturnType<typeof f>`, `inferAsyncReturnType<typeof f>` of @trpc/server, `initTRPC.context<typeof f>()`: a type that does not depend on
 * the parameters of a function. `query` is what stands around its name.
 */
export function asksForResult(query: Node | null): boolean {
  if (query?.type !== 'TSTypeQuery') return false
  const list = parentOf(query)
  const user = list ? parentOf(list) : null
  if (user?.type === 'TSTypeReference') {
    const { typeName } = user
    const name = typeName.type === 'TSQualifiedName' ? typeName.right : typeName
    return name.type === 'Identifier' && /^(?:ReturnType|inferAsyncReturnType)$/.test(name.name)
  }
  return user !== null && isCall(user) && isMember(user.callee) && memberName(user.callee) === 'context'
}
