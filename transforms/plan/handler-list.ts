import type * as t from '@babel/types'
import { isPlainValue } from '../analyse/flow-facts.ts'
import type { Value } from '../analyse/method-value.ts'
import { leavesRound, type MiddlewareList } from '../analyse/handler-list.ts'
import type { Passages } from '../analyse/passages.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import type { WrapperShape } from '../analyse/wrappers.ts'
import { type Lowering, snippet, spanOf } from '../concerns/lowering.ts'
import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { FunctionModel } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { keyName, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { withoutAsked } from './asked-type.ts'
import { wholeBody } from './shared-function.ts'

/**
 * The body of a wrapper, with what is known in it of its handler's answer. One that takes any number of handlers is for the one that it is given: the loop around
 * its call is gone. Null where the loop would be left in another way than by asking for an answer.
 */
export function listVariant(
  { list }: WrapperShape,
  model: FunctionModel,
  module: SourceModule,
  passages: Passages,
  { asked, statuses, headers }: Record<'asked' | 'statuses' | 'headers', ReadonlyMap<Node, Value>>,
): Variant | null {
  const gone = new Map([...asked, ...headers])
  const known = new Map([...gone, ...statuses])
  const variant = wholeBody(model, module, passages, known, list ? new Set([list.loop]) : undefined)
  if (list && (leavesRound(list.loop, (node) => !isDead(variant, node)) || isShadowed(list.handler))) return null
  return withoutAsked(variant, gone, module)
}

/** Something between the parameter and the loop has the name of each handler. */
function isShadowed({ name, scope }: WrapperShape['handler']): boolean {
  for (let up = scope.parent; up?.parent; up = up.parent) if (up.bindings.has(name)) return true
  return false
}

/** `...handlers: Handler[]` is `handler: (request: NextRequest, context: any) => ...`. */
export function listEdits({ list, handler }: WrapperShape, type: string, lowering: Lowering): Edit[] {
  const { typed } = lowering
  if (!list) return []
  const { rest, loop } = list
  const pieces = [typed ? `${handler.name}: ${type}` : handler.name]
  return [{ start: startOf(rest), end: endOf(rest), pieces }, ...joinedEdits(loop, lowering)]
}

/** `let result = null` before the loop, and `result = await handler(req, res)` in it: one declaration now. */
function joinedEdits(loop: t.ForOfStatement, { tree, file }: Lowering): Edit[] {
  const siblings = parentOf(loop)
  const list = siblings?.type === 'BlockStatement' ? siblings.body : []
  const before = list[list.indexOf(loop) - 1]
  const [first] = loop.body.type === 'BlockStatement' ? loop.body.body : [loop.body]
  const set = first?.type === 'ExpressionStatement' ? first.expression : null
  if (!first || set?.type !== 'AssignmentExpression' || set.operator !== '=') return []
  const [declarator, other] = before?.type === 'VariableDeclaration' ? before.declarations : []
  if (!before || declarator?.id.type !== 'Identifier' || other) return []
  if (declarator.init && !isPlainValue(declarator.init)) return []
  const binding = bindingAt(tree, declarator.id)
  const writes = binding?.references.filter(({ kind }) => kind === 'write') ?? []
  const isOnly = writes.length === 1 && writes[0]?.node === set.left
  if (!isOnly || file.text.slice(endOf(before), startOf(loop)).trim() !== '') return []
  return [
    { start: startOf(before), end: startOf(loop), pieces: [] },
    { start: startOf(first), end: startOf(first), pieces: ['const '] },
  ]
}

/** `before?: ((req: NextApiRequest, res: NextApiResponse) => Promise<any>)[]` in its new form. */
export function middlewareTypeEdits({ middleware }: WrapperShape, { names, typed }: Lowering): Edit[] {
  return middleware.flatMap(({ type }): Edit[] => {
    if (!typed || !type) return []
    const parameters = `(${names.request}: NextRequest, ${names.headers}: Headers)`
    const result = type.type === 'TSFunctionType' ? type.typeAnnotation?.typeAnnotation : null
    if (result) return [{ start: startOf(type), end: startOf(result), pieces: [parameters, ' => '] }]
    const isWrapped = parentOf(type)?.type === 'TSArrayType'
    const whole = `${parameters} => unknown`
    return [{ start: startOf(type), end: endOf(type), pieces: [isWrapped ? `(${whole})` : whole] }]
  })
}

/**
 * What a call gives a wrapper that its new form does not take: several handlers for one, or functions in a list that it runs with the
 * request.
 */
export function findUnfit(
  { list, level, index, middleware }: WrapperShape,
  calls: readonly t.CallExpression[],
  file: Lowering['file'],
): Diagnostic | null {
  const blocker = (code: Code, node: Node): Diagnostic => ({
    code,
    level: 'blocker',
    span: spanOf(file, node),
    data: {},
  })
  const more = list ? calls[level]?.arguments[index + 1] : undefined
  if (more) return blocker('PA585', more)
  for (const one of middleware) {
    const call = calls[one.level]
    const given = call?.arguments[one.index]
    if (given && !isEmpty(given, one)) return blocker('PA586', given)
  }
  return null
}

export function listNotes({ middleware }: WrapperShape, file: Lowering['file']): Diagnostic[] {
  return middleware.flatMap(({ calls: [call] }): Diagnostic[] =>
    call ? [{ code: 'PA587', level: 'note', span: spanOf(file, call), data: { text: snippet(file, call) } }] : [],
  )
}

/** The lists that are left when the first calls are made. */
export function laterLists({ middleware }: WrapperShape, given: number): MiddlewareList[] {
  return middleware.flatMap((one) => (one.level < given ? [] : [{ ...one, level: one.level - given }]))
}

/** `[]`, or no list at all. */
function isEmpty(given: Node, { key }: Pick<MiddlewareList, 'key'>): boolean {
  const node = uncast(given)
  if (node.type === 'Identifier' && node.name === 'undefined') return true
  if (key === null) return node.type === 'ArrayExpression' && node.elements.length === 0
  if (node.type !== 'ObjectExpression') return false
  return node.properties.every((property) => {
    const name = property.type === 'SpreadElement' ? null : keyName(property)
    if (name === null || property.type !== 'ObjectProperty') return false
    return name !== key || isEmpty(property.value, { key: null })
  })
}
