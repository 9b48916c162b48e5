import type * as t from '@babel/types'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { removalRange } from '../syntax/lines.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type Scope } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, some, startOf, walk } from '../syntax/tree.ts'
import type { FindFunction } from './context-objects.ts'

/**
 * `const fail = sendError.bind(undefined, res)`, with every `fail(404)` written as what it calls: `sendError(res, 404)`. The helper is
 * followed then as any other; in its new form it has no such parameter, and the short name had no other use. What is bound must be the same
 * at each call: parameters and constants, and nothing that says what `this` is.
 */
export function boundEdits(module: SourceModule, find: FindFunction): Edit[] {
  const edits: Edit[] = []
  if (!module.file.text.includes('.bind(')) return edits
  walk(module.file.ast.program, (node) => {
    const bound = node.type === 'VariableDeclaration' ? readBound(node, module, find) : null
    if (bound) edits.push(...editsOf(bound, module))
    return undefined
  })
  return edits
}

interface Bound {
  statement: t.VariableDeclaration
  helper: Binding
  values: readonly t.Identifier[]
  calls: readonly t.CallExpression[]
}

function readBound(statement: t.VariableDeclaration, module: SourceModule, find: FindFunction): Bound | null {
  const { tree, file } = module
  const [declarator, other] = statement.declarations
  const init = declarator?.init ? uncast(declarator.init) : null
  if (statement.kind !== 'const' || other || declarator?.id.type !== 'Identifier' || declarator.id.typeAnnotation)
    return null
  if (init?.type !== 'CallExpression' || !isMember(init.callee) || memberName(init.callee) !== 'bind') return null
  const { object } = init.callee
  const helper = object.type === 'Identifier' ? bindingAt(tree, object) : null
  const [self, ...rest] = init.arguments
  const values = rest.filter((one): one is t.Identifier => one.type === 'Identifier')
  if (!helper || !isSteady(helper) || !self || !isNobody(self) || values.length !== rest.length) return null
  const bindings = values.flatMap((value) => bindingAt(tree, value) ?? [])
  if (bindings.length !== values.length || !bindings.every(isSteady) || !bindings.some(isOfHandler)) return null
  const target = find(object, module)
  if (!target || target.fn.generator || usesThis(target.fn)) return null
  const references = (bindingAt(tree, declarator.id)?.references ?? []).filter(({ kind }) => kind !== 'type')
  const calls = references.flatMap(({ node, scope }): t.CallExpression[] => {
    const call = parentOf(node)
    const isCalled = call?.type === 'CallExpression' && call.callee === node && !call.typeArguments
    return isCalled && [helper, ...bindings].every((one) => isVisible(one, scope)) ? [call] : []
  })
  const isWhole = calls.every((call) => file.text.slice(endOf(call.callee)).startsWith('('))
  return isWhole && calls.length === references.length ? { statement, helper, values, calls } : null
}

/** It is what it was when the function was bound. */
function isSteady({ kind, references }: Binding): boolean {
  return (
    (kind === 'import' || kind === 'function' || kind === 'const' || kind === 'param') &&
    references.every((one) => one.kind !== 'write')
  )
}

/** A parameter that is the request or the response: nothing else has to be seen at the calls. */
function isOfHandler({ kind, name, id }: Binding): boolean {
  const { typeAnnotation } = id
  const isTyped = typeAnnotation ? some(typeAnnotation, isPagesType) : false
  return kind === 'param' && (isTyped || /^_?(?:req|res|request|response)$/i.test(name))
}

function isPagesType(node: Node): boolean {
  return node.type === 'Identifier' && /^NextApiRe(?:quest|sponse)$/.test(node.name)
}

/** `undefined`, `null` */
function isNobody(node: Node): boolean {
  return node.type === 'NullLiteral' || (node.type === 'Identifier' && node.name === 'undefined')
}

function usesThis(fn: Node): boolean {
  return some(fn, ({ type }) => type === 'ThisExpression')
}

/** The name means the same there. */
function isVisible(binding: Binding, from: Scope): boolean {
  for (let scope: Scope | null = from; scope; scope = scope.parent) {
    const found = scope.bindings.get(binding.name)
    if (found) return found === binding
  }
  return false
}

function editsOf({ statement, helper, values, calls }: Bound, { file }: SourceModule): Edit[] {
  const names = values.map(({ name }) => name).join(', ')
  return [
    { ...removalRange(file, statement), pieces: [] },
    ...calls.flatMap((call): Edit[] => {
      const open = endOf(call.callee) + 1
      return [
        { start: startOf(call.callee), end: endOf(call.callee), pieces: [helper.name] },
        { start: open, end: open, pieces: [call.arguments.length > 0 ? `${names}, ` : names] },
      ]
    }),
  ]
}
