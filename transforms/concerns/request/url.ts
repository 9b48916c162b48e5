import type { Step } from '../../model/route.ts'
import { withCasts } from '../../syntax/match.ts'
import { parentOf } from '../../syntax/tree.ts'
import { block, type Lowering, need, note, type RequestConcern, replace } from '../lowering.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.url`. Pages: path and query without host, basePath taken off. App: `request.url` is absolute and names the server's own
 * host; nextUrl's pathname and search are the same string as before, but for query keys that are named like a route param.
 */
export const url: RequestConcern = {
  id: 'request/url',
  codes: ['PA118', 'PA115'],
  members: ['url'],
  read: (use, at) => {
    if (isWritten(use)) return block(at, 'PA118', use.node)
    const first = use.steps[0] as Step
    need(at, 'next-request', first.node)
    noteParams(at, first.node)
    const bare = withCasts(first.node)
    const parent = parentOf(bare)
    // A string is never nullish: `req.url ?? ''` is just the string, and TypeScript says so.
    if (parent?.type === 'LogicalExpression' && parent.left === bare && parent.operator !== '&&') {
      const above = parentOf(parent)
      const isAlone = above !== null && STANDS.includes(above.type)
      return replace(at, parent, isAlone ? pathAndSearch(at) : `(${pathAndSearch(at)})`)
    }
    const stands = parent !== null && STANDS.includes(parent.type)
    replaceName(at, bare, stands ? pathAndSearch(at) : `(${pathAndSearch(at)})`)
  },
  bind: (leaf, _site, at) => {
    need(at, 'next-request', leaf.property)
    noteParams(at, leaf.property)
    return [pathAndSearch(at)]
  },
}

/** Next 15 and 16 take query keys out of `req.url` that are named like a route param; `request.url` keeps them. */
function noteParams(at: Lowering, node: Step['node']): void {
  const [param] = at.route.params
  if (param && at.next >= 15) note(at, 'PA115', 'note', node, { key: param.name })
}

const STANDS: readonly string[] = [
  'VariableDeclarator',
  'CallExpression',
  'OptionalCallExpression',
  'NewExpression',
  'ObjectProperty',
  'TemplateLiteral',
  'ReturnStatement',
]

function pathAndSearch(at: Lowering): string {
  return `${at.names.request}.nextUrl.pathname + ${at.names.request}.nextUrl.search`
}
