import type { Use } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, withCasts } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/** `fetch`, `axios.request`, `callBackend`; not `logRequest`, which only tells of it. */
const ASKS = /fetch|request|axios|^ky$|^got$|proxy|backend|upstream/i
const TELLS = /log|track|report/i

/** `fetch(url, { method: req.method })`: the method goes to another server, which answers each in its own way. */
export function handsOnMethod({ root, steps, node }: Use): boolean {
  const [first] = steps
  if (root !== 'req' || steps.length !== 1 || first?.kind !== 'prop' || first.name !== 'method') return false
  const value = withCasts(node as Node)
  const property = parentOf(value)
  if (property?.type !== 'ObjectProperty' || property.value !== value || keyName(property) !== 'method') return false
  const options = parentOf(property)
  const call = options && parentOf(withCasts(options))
  if (!isCall(call) && call?.type !== 'NewExpression') return false
  const { callee } = call
  const name = isMember(callee) ? `${nameOf(callee.object)}.${memberName(callee)}` : nameOf(callee)
  return name.split('.').some((part) => ASKS.test(part)) && !TELLS.test(name)
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : ''
}
