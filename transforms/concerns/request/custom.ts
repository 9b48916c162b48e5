import type { FunctionModel, Step } from '../../model/route.ts'
import { withCasts } from '../../syntax/match.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { type Lowering, need, type RequestConcern } from '../lowering.ts'
import { replaceName } from './query.ts'

/**
 * `req.user`: a property that code of the project hangs on the request. Pages: one object passes through wrappers and helpers to the
 * handler. App: so does the Request, which takes properties of its own too; it is the same read and write. Whoever could set it is
 * code that was handed the request, all of which is followed; only a custom server could set it unseen. Names that a Request has itself are
 * refused.
 */
export const custom: RequestConcern = {
  id: 'request/custom',
  codes: ['PA510'],
  members: [],
  read: (use, at) => {
    const first = use.steps[0] as Step & { kind: 'prop' }
    needCustom(at, first)
    replaceName(at, first.node, `${at.names.request}.${first.name}`)
  },
  bind: (leaf, _site, at) => {
    const [name = '', ...rest] = leaf.path
    if (rest.length > 0 || leaf.rest) return null
    need(at, 'custom', leaf.property, name)
    need(at, 'request', leaf.property)
    return [`${at.names.request}.${name}`]
  },
}

function needCustom(at: Lowering, { name, node }: Step & { kind: 'prop' }): void {
  need(at, 'custom', node, name)
  need(at, 'request', node)
}

/**
 * Whether a property of req is one that the project sets, and moves to the Request under its name. One that nobody is seen to set is
 * taken for absent only where the code expects that, and no server of the project's own could set it. A function of another module does not
 * see who set it: the read means the same on both sides, whether somebody did or not.
 */
export function isCustom(name: string, at: Lowering, node: Node | null): boolean {
  // Routers of packages set `params`, and have them written out of the program.
  const isOuter = at.hasCallers && name !== 'params'
  const isKnown = at.custom.has(name) || (at.hasAllCustom && (isOuter || (node !== null && mayBeAbsent(node))))
  return isKnown && /^[A-Za-z_$][\w$]*$/.test(name) && !ofNode.has(name) && !ofRequest.has(name)
}

/** `req.user?.id`, `req.user && ...`, `if (req.user)`, `req.headers.host || req.host` */
function mayBeAbsent(node: Node): boolean {
  const outer = withCasts(node)
  const parent = parentOf(outer)
  if (parent?.type === 'OptionalMemberExpression') return parent.optional && parent.object === outer
  if (parent?.type === 'UnaryExpression') return parent.operator === '!'
  // A fallback of something else adds nothing to it.
  if (parent?.type === 'LogicalExpression') return parent.left === outer || parent.operator !== '&&'
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === outer
}

/** http.IncomingMessage with its prototypes (Node 20), and what Next adds (next@16.4.3 types, NextApiRequest). */
const ofNode = new Set(
  `aborted complete connection headers headersDistinct httpVersion httpVersionMajor httpVersionMinor method rawHeaders
  rawTrailers setTimeout socket statusCode statusMessage trailers trailersDistinct url client joinDuplicateHeaders upgrade
  read pause resume isPaused pipe unpipe unshift wrap push destroy destroyed closed errored readable readableAborted
  readableDidRead readableEncoding readableEnded readableFlowing readableHighWaterMark readableLength readableObjectMode
  setEncoding compose iterator map filter forEach toArray some find every flatMap drop take asIndexedPairs reduce
  on once off addListener removeListener removeAllListeners emit listeners listenerCount eventNames prependListener
  prependOnceListener rawListeners setMaxListeners getMaxListeners
  query cookies body preview previewData draftMode env
  constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable`.split(/\s+/),
)

/** Request (undici of Node 20, lib.dom) and NextRequest of Next 13 to 16. */
const ofRequest = new Set(
  `arrayBuffer attribute blob body bodyUsed bytes cache clone cookies credentials destination duplex formData geo headers
  integrity ip isHistoryNavigation isReloadNavigation json keepalive method mode nextUrl page redirect referrer
  referrerPolicy signal text ua url priority targetAddressSpace`.split(/\s+/),
)

/** The properties that a function sets itself. */
export function customWrites(model: FunctionModel): string[] {
  return model.uses.flatMap((use) => {
    const [first, second] = use.steps
    if (use.root !== 'req' || first?.kind !== 'prop' || second) return []
    const parent = parentOf(withCasts(first.node))
    return parent?.type === 'AssignmentExpression' && parent.left === withCasts(first.node) ? [first.name] : []
  })
}
