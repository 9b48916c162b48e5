import type * as t from '@babel/types'
import type { Effect, Link, ResponseConcern } from '../../model/response.ts'
import type { AstNode } from '../../model/route.ts'
import { keyName } from '../../syntax/match.ts'

/**
 * `setHeader`, `appendHeader`, `removeHeader`, `writeHead`; `writeHeader` is the old name of the last (node@20 lib/_http_server.js).
 * Pages: collected on res until it is sent; arrays give several lines, numbers are allowed. App: the `headers` of the
 * Response: an object where each is set once, a Headers value where the code sets them on some paths only.
 * A header that is itself not statically a string is turned into one; several Set-Cookie values are appended one by one.
 */
export const headers: ResponseConcern = {
  id: 'response/headers',
  codes: ['PA210', 'PA211'],
  methods: {
    setHeader: (args, call) => headerLink('set', args, call),
    appendHeader: (args, call) => headerLink('append', args, call),
    removeHeader: (args, call) => {
      const name = args[0]
      if (!name || name.type === 'SpreadElement')
        return { kind: 'refusal', node: call, code: 'PA210', what: 'removeHeader' }
      return { effects: [{ kind: 'header', mode: 'delete', name, value: null, node: call }] }
    },
    writeHead,
    writeHeader: writeHead,
    // Node's implicit headers are sent by the Response itself.
    flushHeaders: (_args, call) => ({ kind: 'refusal', node: call, code: 'PA230', what: 'flushHeaders' }),
  },
}

function headerLink(mode: 'set' | 'append', args: readonly AstNode[], call: t.Expression): Link {
  const [name, value] = args
  if (!name || !value || name.type === 'SpreadElement' || value.type === 'SpreadElement')
    return { kind: 'refusal', node: call, code: 'PA210', what: `${mode}Header` }
  return { effects: [{ kind: 'header', mode, name, value, node: call }] }
}

function writeHead(args: readonly AstNode[], call: t.Expression): Link {
  const [statusValue, second, third] = args
  if (!statusValue || statusValue.type === 'SpreadElement')
    return { kind: 'refusal', node: call, code: 'PA211', what: 'writeHead' }
  const effects: Effect[] = [{ kind: 'status', value: statusValue, node: call }]
  const object = third ?? second
  if (third || (second && second.type === 'StringLiteral'))
    return { kind: 'refusal', node: call, code: 'PA211', what: 'writeHead with a status text' }
  if (!object) return { effects }
  if (object.type !== 'ObjectExpression')
    return { kind: 'refusal', node: call, code: 'PA211', what: 'writeHead with computed headers' }
  for (const property of object.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || name === null)
      return { kind: 'refusal', node: call, code: 'PA211', what: 'writeHead with computed headers' }
    effects.push({ kind: 'header', mode: 'set', name, value: property.value, node: call })
  }
  return { effects }
}
