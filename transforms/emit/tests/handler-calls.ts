import type * as t from '@babel/types'
import { importedAs } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, type Reference, type ScopeTree } from '../../syntax/scope.ts'
import { functionAround, isListHolder, listOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { isFakeAnswer } from './fake-answer.ts'
import type { HandlerImport } from './handler-imports.ts'
import type { Refusals } from './irregular.ts'
import { readMade } from './maker.ts'
import { type MockRequest, readMockRequest } from './mock-request.ts'
import { isAsyncAround } from './route-facts.ts'

/** One call of a handler in a test, with what is handed to it. */
export interface HandlerCall {
  handler: HandlerImport
  callee: t.Identifier
  /** `await handler(req, res);` */
  statement: t.ExpressionStatement
  request: MockRequest
  /** The name that the test has for it; null for one that is written in the call. */
  requestBinding: Binding | null
  responseBinding: Binding
  /** What says what is handed over: taken away with the call, or replaced. */
  declarations: readonly t.VariableDeclaration[]
  isFake: boolean
}

interface World {
  tree: ScopeTree
  refuse: Refusals['refuse']
}

/** Reads `await handler(req, res)`: each of the two is made for this call, beside it and by what is known. */
export function readCall(reference: Reference, handler: HandlerImport, { tree, refuse }: World): HandlerCall | null {
  const { node } = reference
  const call = parentOf(node)
  if (reference.kind !== 'read' || call?.type !== 'CallExpression' || call.callee !== node)
    return refuse('handler', node)
  const outer = parentOf(call)
  const statement = outer?.type === 'AwaitExpression' ? parentOf(outer) : outer
  if (statement?.type !== 'ExpressionStatement') return refuse('call', call)
  // What is written after it may be what lets it go on: a clock that is moved.
  if (outer === statement && isAsyncAround(call)) return refuse('call', call)
  const list = parentOf(statement)
  if (!list || !isListHolder(list)) return refuse('call', call)
  if (!isAsyncAround(call)) return refuse('await', call)
  const [first, second, third] = call.arguments
  if (!first || !second || third) return refuse('call', call)
  const response = made(uncast(second), list, { tree, refuse })
  if (!response) return refuse('pair', second)
  const given = uncast(first)
  const request = given.type === 'Identifier' ? made(given, list, { tree, refuse }) : null
  if (given.type === 'Identifier' && !request) return refuse('pair', first)
  const both = readBoth(request, given, response, { tree, refuse })
  if (!both) return null
  if (request && startOf(request.declaration) > startOf(statement)) return refuse('pair', first)
  const declarations = [...new Set([...(request ? [request.declaration] : []), response.declaration])]
  return {
    handler,
    callee: node as t.Identifier,
    statement,
    ...both,
    requestBinding: request?.binding ?? null,
    responseBinding: response.binding,
    declarations,
  }
}

/** A name that is declared for good in the same list of statements. */
interface Made {
  binding: Binding
  declaration: t.VariableDeclaration
  declarator: t.VariableDeclarator
}

function made(node: Node, list: Node, { tree }: World): Made | null {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const declarator = binding?.declaration
  if (binding?.kind !== 'const' || declarator?.type !== 'VariableDeclarator') return null
  const declaration = parentOf(declarator)
  if (declaration?.type !== 'VariableDeclaration' || declaration.declarations.length > 1) return null
  const isBeside = isListHolder(list) && listOf(list).includes(declaration)
  return isBeside && functionAround(declaration) === functionAround(node) ? { binding, declaration, declarator } : null
}

function readBoth(
  request: Made | null,
  given: Node,
  response: Made,
  world: World,
): Pick<HandlerCall, 'request' | 'isFake'> | null {
  const { tree, refuse } = world
  if (request?.declarator === response.declarator) {
    const init = uncast(response.declarator.init as Node)
    const { id } = response.declarator
    if (!isPatternOf(id, request.binding, response.binding) || toolOf(init, tree) !== 'createMocks')
      return refuse('pair', response.declaration)
    const literal = optionsOf(init as t.CallExpression, world)
    if (literal === undefined) return null
    const read = readMockRequest(literal, { tree, refuse, isFilled: true })
    return read && { request: read, isFake: false }
  }
  const answer = response.declarator.init ? uncast(response.declarator.init) : null
  const isMock =
    answer !== null && toolOf(answer, tree) === 'createResponse' && (answer as t.CallExpression).arguments.length === 0
  const isFake = answer !== null && isFakeAnswer(answer, response.binding, tree)
  if (response.declarator.id.type !== 'Identifier' || (!isMock && !isFake)) return refuse('pair', response.declaration)
  if (request && request.declarator.id.type !== 'Identifier') return refuse('pair', request.declaration)
  const source = request ? uncast(request.declarator.init as Node) : given
  const isMade = toolOf(source, tree) === 'createRequest'
  const own = source.type === 'CallExpression' && !isMade ? readMade(source, tree) : null
  if (!isMade && !own && source.type !== 'ObjectExpression') return refuse('pair', source)
  const literal =
    own?.literal ?? (isMade ? optionsOf(source as t.CallExpression, world) : (source as t.ObjectExpression))
  if (literal === undefined) return null
  const read = readMockRequest(literal, { tree, refuse, isFilled: isMade, given: own?.given })
  return read && { request: read, isFake }
}

/** `{ req, res }`, each name once. */
function isPatternOf(id: Node, request: Binding, response: Binding): boolean {
  if (id.type !== 'ObjectPattern' || id.properties.length !== 2) return false
  return id.properties.every((one) => {
    if (one.type !== 'ObjectProperty' || one.value.type !== 'Identifier') return false
    const key = keyName(one)
    return (key === 'req' && one.value === request.id) || (key === 'res' && one.value === response.id)
  })
}

/** The function of node-mocks-http that is called. */
function toolOf(node: Node, tree: ScopeTree): string | null {
  if (node.type !== 'CallExpression') return null
  const found = importedAs(node.callee, tree)
  if (found?.source === 'node-mocks-http') return found.name.replace(/^default\./, '')
  return null
}

/** Undefined where they are no literal. */
function optionsOf({ arguments: args }: t.CallExpression, { refuse }: World): t.ObjectExpression | null | undefined {
  const [options, other] = args
  if (!options) return null
  const at = uncast(options)
  if (at.type === 'ObjectExpression' && !other) return at
  refuse('option', other ?? at)
  return undefined
}

/** Uses of the request beside the call: those of `req.body` are understood, where the body is written in the test. */
export function readBodyUses(call: HandlerCall, refuse: Refusals['refuse']): Node[] | null {
  const uses: Node[] = []
  for (const { node } of call.requestBinding?.references ?? []) {
    const parent = parentOf(withCasts(node))
    if (parent?.type === 'CallExpression' && parent.callee === call.callee) continue
    const isBody = isMember(parent) && memberName(parent) === 'body' && call.request.body !== null
    // What is parsed is equal to the body, and never the same object.
    const user = isBody ? parentOf(withCasts(parent)) : null
    const isSame = user?.type === 'CallExpression' && isMember(user.callee) && memberName(user.callee) === 'toBe'
    if (!isBody || isSame || !isHandedOn(parent)) return refuse('request', node)
    uses.push(parent)
  }
  return uses
}

/** As an argument of an expectation it is only compared. */
function isHandedOn(node: Node): boolean {
  const parent = parentOf(node)
  if (isMember(parent) && parent.object === node) return isHandedOn(parent)
  const isPart = parent?.type === 'ObjectProperty' ? parent.value === node : parent?.type === 'SpreadElement'
  if (parent && (isPart || parent.type === 'ObjectExpression' || parent.type === 'ArrayExpression'))
    return isHandedOn(parent)
  return (
    parent?.type === 'CallExpression' &&
    parent.callee !== node &&
    isMember(parent.callee) &&
    /^to[A-Z]/.test(memberName(parent.callee) ?? '')
  )
}
