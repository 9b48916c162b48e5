import type { Step } from '../../model/route.ts'
import { isCast } from '../../syntax/match.ts'
import { parentOf } from '../../syntax/tree.ts'
import { block, type Lowering, need, type RequestConcern } from '../lowering.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.url`. Pages: path and query without host, basePath taken off. App: `request.url` is absolute and names the server's own
 * host; nextUrl's pathname and search are the same string as before.
 */
export const url: RequestConcern = {
  id: 'request/url',
  codes: ['PA118'],
  members: ['url'],
  read: (use, at) => {
    if (isWritten(use)) return block(at, 'PA118', use.node)
    const first = use.steps[0] as Step
    need(at, 'next-request', first.node)
    const parent = parentOf(first.node)
    const stands = parent && !isCast(parent) && ['VariableDeclarator', 'CallExpression', 'OptionalCallExpression', 'NewExpression', 'ObjectProperty', 'TemplateLiteral', 'ReturnStatement'].includes(parent.type)
    replaceName(at, first.node, stands ? pathAndSearch(at) : `(${pathAndSearch(at)})`)
  },
  bind: (leaf, _site, at) => {
    need(at, 'next-request', leaf.property)
    return [pathAndSearch(at)]
  },
}

function pathAndSearch(at: Lowering): string {
  return `${at.names.request}.nextUrl.pathname + ${at.names.request}.nextUrl.search`
}
