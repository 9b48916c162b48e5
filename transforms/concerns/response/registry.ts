import type * as t from '@babel/types'
import type { Code } from '../../model/diagnostic.ts'
import type { Claim, Effect, ResponseConcern, ResponseFact } from '../../model/response.ts'
import type { AstNode, Use } from '../../model/route.ts'
import { parentOf } from '../../syntax/tree.ts'
import { body } from './body.ts'
import { claimListener } from './events.ts'
import { headers } from './headers.ts'
import { redirect } from './redirect.ts'
import { status } from './status.ts'

/** Every concern of the response side. Order does not matter: no two own a method. */
export const responseConcerns: readonly ResponseConcern[] = [status, headers, body, redirect]

const methods = new Map(responseConcerns.flatMap((concern) => Object.entries(concern.methods)))

/** Members of res that exist in Pages and have no counterpart yet: the reason is the code. */
const refused: ReadonlyMap<string, Code> = new Map(
  Object.entries<Code>({
    flush: 'PA230',
    pipe: 'PA230',
    on: 'PA231',
    once: 'PA231',
    off: 'PA231',
    emit: 'PA231',
    removeListener: 'PA231',
    socket: 'PA232',
    connection: 'PA232',
    revalidate: 'PA240',
    unstable_revalidate: 'PA240',
    setPreviewData: 'PA241',
    clearPreviewData: 'PA241',
    setDraftMode: 'PA241',
    statusMessage: 'PA203',
    locals: 'PA510',
  }),
)

/** Whether the response was already sent: false wherever a migrated handler still runs. */
export const sentFlags: ReadonlySet<string> = new Set(['headersSent', 'writableEnded', 'writableFinished', 'finished'])

export function isResponseMethod(name: string): boolean {
  return methods.has(name)
}

/** Claims a use of res, or null when no concern knows it. */
export function claimResponse(use: Use): Claim | null {
  const [first] = use.steps
  if (!first) return null
  if (first.kind !== 'prop') return { kind: 'refusal', node: use.node, code: 'PA299', what: 'computed member' }
  if (first.name === 'statusCode' && use.steps.length === 1) return claimStatusCode(use)
  if (first.name === 'getHeader' || first.name === 'hasHeader') return claimStateRead(use, first.name)
  const listener = claimListener(use)
  if (listener) return listener
  const refusedCode = refused.get(first.name)
  if (refusedCode) return { kind: 'refusal', node: use.node, code: refusedCode, what: first.name }
  return claimChain(use)
}

function claimChain(use: Use): Claim | null {
  const fact: ResponseFact = { kind: 'response', node: use.node, effects: [], exit: null }
  for (let i = 0; i < use.steps.length; i += 2) {
    const name = use.steps[i]
    const call = use.steps[i + 1]
    if (name?.kind !== 'prop' || call?.kind !== 'call') return null
    const method = methods.get(name.name)
    if (fact.exit || !method)
      return {
        kind: 'refusal',
        node: use.node,
        code: refused.get(name.name) ?? (fact.exit ? 'PA223' : 'PA510'),
        what: name.name,
      }
    const link = method(call.args, call.node as t.Expression)
    if ('kind' in link) return link
    fact.effects.push(...link.effects)
    if (link.exit) fact.exit = link.exit
  }
  return fact
}

function claimStatusCode(use: Use): Claim {
  const parent = parentOf(use.node)
  if (parent?.type === 'AssignmentExpression' && parent.left === use.node && parent.operator === '=') {
    const effect: Effect = { kind: 'status', value: parent.right as AstNode, node: parent }
    return { kind: 'response', node: parent, effects: [effect], exit: null }
  }
  return { kind: 'refusal', node: use.node, code: 'PA203', what: 'statusCode' }
}

function claimStateRead(use: Use, name: string): Claim {
  const call = use.steps[1]
  const argument = call?.kind === 'call' ? call.args[0] : undefined
  if (!argument || call?.kind !== 'call') return { kind: 'refusal', node: use.node, code: 'PA210', what: name }
  return { kind: 'read', node: call.node, what: name === 'getHeader' ? 'get' : 'has', name: argument }
}
