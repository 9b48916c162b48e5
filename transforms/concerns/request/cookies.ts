import type { Step } from '../../model/route.ts'
import { quoted } from '../../syntax/style.ts'
import { withCasts } from '../../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { block, type Lowering, need, note, replace, type RequestConcern } from '../lowering.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.cookies`. Pages: a plain object of decoded values. App: `request.cookies.get(name)?.value` on NextRequest, undefined
 * where missing as before. Duplicate names (first wins, now last), quotes and bad escapes differ: PA130.
 */
export const cookies: RequestConcern = {
  id: 'request/cookies',
  codes: ['PA118', 'PA130'],
  members: ['cookies'],
  read: (use, at) => {
    if (isWritten(use)) return block(at, 'PA118', use.node)
    const [first, step] = use.steps as [Step, Step | undefined]
    need(at, 'next-request', first.node)
    note(at, 'PA130', 'note', first.node)
    const list = step ? null : keysOf(use.node)
    if (list) return replace(at, list, `${at.names.request}.cookies.getAll().map((cookie) => cookie.name)`)
    if (!step || step.kind === 'call') return replaceName(at, first.node, all(at))
    const name = step.kind === 'prop' ? quoted(at.style, step.name) : { from: startOf(step.key), to: endOf(step.key) }
    replaceName(at, step.node, `${at.names.request}.cookies.get(`, name, ')?.value')
  },
  bind: (leaf, _site, at) => {
    need(at, 'next-request', leaf.property)
    note(at, 'PA130', 'note', leaf.property)
    const key = leaf.path[1]
    if (leaf.rest) return null
    return key === undefined ? [all(at)] : [`${at.names.request}.cookies.get(${quoted(at.style, key)})?.value`]
  },
}

/** `Object.keys(req.cookies)` */
function keysOf(cookies: Node): Node | null {
  const call = parentOf(withCasts(cookies))
  if (call?.type !== 'CallExpression' || call.arguments.length !== 1 || call.callee.type !== 'MemberExpression')
    return null
  const { object, property, computed } = call.callee
  const isKeys = !computed && property.type === 'Identifier' && property.name === 'keys'
  return isKeys && object.type === 'Identifier' && object.name === 'Object' && call.callee !== cookies ? call : null
}

function all(at: Lowering): string {
  return `Object.fromEntries(${at.names.request}.cookies.getAll().map((cookie) => [cookie.name, cookie.value]))`
}
