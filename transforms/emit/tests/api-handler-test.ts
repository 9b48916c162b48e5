import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, numberValue, stringValue, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { endOf, isPlainFunction, type Node, type PlainFunction, parentOf, startOf } from '../../syntax/tree.ts'
import { NOT_OF_HANDLERS } from './answer-read.ts'
import { expectationOf } from './expectation.ts'
import type { HandlerImport } from './handler-imports.ts'
import type { Refusals } from './irregular.ts'

/** A handler that is given to `testApiHandler`, and the property that gives it. */
export interface ServedHandler {
  handler: HandlerImport
  property: t.ObjectProperty
}

interface World {
  tree: ScopeTree
  refuse: Refusals['refuse']
}

/**
 * `testApiHandler({ pagesHandler, test })` serves a handler and hands out a `fetch` that reaches it (next-test-api-route-handler@4.0.0 and
 * later; before, the key was `handler`, and there was none for route files). `appHandler` serves the module of a route file: what the test says of
 * answers is said of real ones before and after. Null where the reference is another one, undefined where it is one that is not understood.
 */
export function readServed(
  node: Node,
  handler: HandlerImport,
  { tree, refuse }: World,
): ServedHandler | null | undefined {
  const property = parentOf(node)
  const object = property ? parentOf(property) : null
  const call = object ? parentOf(object) : null
  if (property?.type !== 'ObjectProperty' || property.value !== node || object?.type !== 'ObjectExpression') return null
  if (call?.type !== 'CallExpression' || call.arguments[0] !== object) return null
  const tool = importedAs(call.callee, tree)
  if (tool?.source !== 'next-test-api-route-handler' || tool.name !== 'testApiHandler') return null
  if (keyName(property) !== 'pagesHandler') return refuse('tool', property) ?? undefined
  const isRead = object.properties.every((one) => one === property || isOption(one, handler, { tree, refuse }))
  return isRead ? { handler, property } : undefined
}

export function editServedHandler({ property }: ServedHandler, module: string): Edit {
  const text = module === 'appHandler' ? 'appHandler' : `appHandler: ${module}`
  return { start: startOf(property), end: endOf(property), pieces: [text] }
}

function isOption(one: Node, { route }: HandlerImport, { tree, refuse }: World): boolean {
  const key = one.type === 'ObjectProperty' || one.type === 'ObjectMethod' ? keyName(one) : null
  if (key === 'rejectOnHandlerError' && one.type === 'ObjectProperty') return true
  // In Pages other keys are those of the query; in App there are only segments.
  if (key === 'params' && one.type === 'ObjectProperty' && one.value.type === 'ObjectExpression') {
    const names = one.value.properties.map((property) =>
      property.type === 'ObjectProperty' ? keyName(property) : null,
    )
    const isWhole = route.params.every(({ name, kind }) => kind === 'optional-catch-all' || names.includes(name))
    if (isWhole && names.every((name) => route.params.some((param) => param.name === name))) return true
    return refuse('param', one) !== null
  }
  if (key === 'url' && one.type === 'ObjectProperty' && stringValue(one.value) !== null) return true
  const test = one.type === 'ObjectProperty' ? uncast(one.value) : one
  if (key !== 'test') return refuse('option', one) !== null
  const fn = isPlainFunction(test) || test.type === 'ObjectMethod' ? test : null
  return fn ? isTest(fn, route.exports, { tree, refuse }) : refuse('call', one) !== null
}

type Exports = HandlerImport['route']['exports']

/** Each `fetch` says what it sends, and each answer is only asked what both sides answer alike. */
function isTest(fn: PlainFunction | t.ObjectMethod, exports: Exports, { tree, refuse }: World): boolean {
  const [parameter, other] = fn.params
  const [property, more] = parameter?.type === 'ObjectPattern' ? parameter.properties : []
  if (other || more || property?.type !== 'ObjectProperty' || keyName(property) !== 'fetch')
    return refuse('call', parameter ?? fn) !== null
  const binding = property.value.type === 'Identifier' ? bindingAt(tree, property.value) : null
  if (!binding) return refuse('call', property) !== null
  return binding.references.every(({ node }) => isFetch(node, exports, { tree, refuse }))
}

function isFetch(node: Node, exports: Exports, { tree, refuse }: World): boolean {
  const call = parentOf(node)
  if (call?.type !== 'CallExpression' || call.callee !== node || call.arguments.length > 1)
    return refuse('call', node) !== null
  const sent = readSent(call.arguments[0])
  if (!sent) return refuse('request', call) !== null
  const waited = parentOf(call)
  const holder = waited?.type === 'AwaitExpression' ? parentOf(waited) : null
  const binding = holder?.type === 'VariableDeclarator' && holder.init === waited ? bindingAt(tree, holder.id) : null
  if (binding?.kind !== 'const') return refuse('call', call) !== null
  const isServed = exports.has(sent.method)
  if (!isServed && (sent.method === 'OPTIONS' || sent.method === 'HEAD')) return refuse('refused', call) !== null
  return binding.references.every((reference) => {
    const isAlike = isServed ? isAsked(reference.node, binding, tree) : isRefusal(reference.node, tree)
    return isAlike || refuse(isServed ? 'answer' : 'refused', reference.node) !== null
  })
}

/** A body is JSON, and says so: what Pages makes of others is told in the report. */
function readSent(init: Node | undefined): { method: string } | null {
  if (!init) return { method: 'GET' }
  if (init.type !== 'ObjectExpression') return null
  const values = new Map<string, Node>()
  for (const one of init.properties) {
    const key = one.type === 'ObjectProperty' ? keyName(one) : null
    if (one.type !== 'ObjectProperty' || key === null || !/^(?:method|headers|body|redirect)$/.test(key)) return null
    values.set(key, one.value)
  }
  const method = values.has('method') ? stringValue(values.get('method')) : 'GET'
  const headers = values.get('headers')
  const isJson =
    headers?.type === 'ObjectExpression' &&
    headers.properties.some(
      (one) =>
        one.type === 'ObjectProperty' &&
        keyName(one)?.toLowerCase() === 'content-type' &&
        /^application\/json\b/.test(stringValue(one.value) ?? ''),
    )
  return method === null || (values.has('body') && !isJson) ? null : { method }
}

/** `res.status`, `res.ok`, `res.json()`, `res.text()`, `res.headers.get('x')` */
function isAsked(node: Node, { name }: Binding, tree: ScopeTree): boolean {
  const member = parentOf(node)
  if (!isMember(member) || member.object !== node || name === '') return false
  const key = memberName(member) ?? ''
  if (key === 'status' || key === 'ok') return true
  const up = parentOf(member)
  if (key === 'json' || key === 'text') return up?.type === 'CallExpression' && up.callee === member
  const call = key === 'headers' && isMember(up) && memberName(up) === 'get' ? parentOf(up) : null
  const header = call?.type === 'CallExpression' ? stringValue(call.arguments[0]) : null
  const isOfNext = header === null || NOT_OF_HANDLERS.test(header) || /^content-type$/i.test(header)
  return call !== null && !isOfNext && expectationOf(call, tree) !== null
}

function isRefusal(node: Node, tree: ScopeTree): boolean {
  const member = parentOf(node)
  const found = isMember(member) && memberName(member) === 'status' ? expectationOf(member, tree) : null
  return (
    found !== null &&
    !found.isNot &&
    /^to(?:Be|Equal|StrictEqual)$/.test(found.matcher) &&
    numberValue(found.args[0]) === 405
  )
}
