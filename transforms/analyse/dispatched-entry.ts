import type * as t from '@babel/types'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { frozenRanges, indentAt, lineEnd } from '../syntax/lines.ts'
import { keyName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { contains, endOf, isPlainFunction, type Node, type PlainFunction, some, startOf } from '../syntax/tree.ts'
import type { FindFunction } from './context-objects.ts'
import { readDispatcher } from './dispatchers.ts'
import { findEntry } from './entry.ts'
import { readWrapper } from './wrappers.ts'

/**
 * `export default async function handler(req, res) { await dispatch(req, res, { GET, POST }) }`, written as `export default dispatch({ GET, POST })`:
 * the function that a route exports does nothing but call a dispatcher, with arguments that are the same for each request.
 */
export function dispatchedEntryEdits(module: SourceModule, find: FindFunction): Edit[] {
  const { file, tree } = module
  const entry = findEntry(file.ast, tree)
  if (entry.kind !== 'function' || !isPlainFunction(entry.fn) || entry.fn.generator || entry.fn.typeParameters)
    return []
  const { fn, binding } = entry
  // Somebody else may call it with other arguments.
  const others = binding?.references.filter(({ node }) => !(entry.exporter && contains(entry.exporter, node))) ?? []
  const call = others.length === 0 ? onlyCall(fn) : null
  const found = call ? find(call.callee, module) : null
  const dispatcher = found && found.tree !== tree ? readDispatcher(found.fn, found.tree) : null
  if (!call || !dispatcher || !handsOn(call, fn, module)) return []
  const given = call.arguments.slice(2)
  // Handlers of methods are written into their exports, wherever they stand.
  const isKnown = given.every((argument, i) =>
    isSame(
      argument,
      (one) => isAbove(one, entry.place) || (i + 2 === dispatcher.index && isOfFunction(one)),
      module,
      find,
    ),
  )
  if (!isKnown || given.length + 2 > dispatcher.fn.params.length || given.length < dispatcher.index - 1) return []
  return written(fn, call, entry.place, module)
}

/** The call that is all of a function's body. */
function onlyCall({ body }: PlainFunction): t.CallExpression | null {
  const [only, ...others] = body.type === 'BlockStatement' ? body.body : [body]
  if (!only || others.length > 0) return null
  const value =
    only.type === 'ReturnStatement' ? only.argument : only.type === 'ExpressionStatement' ? only.expression : only
  const called = value?.type === 'AwaitExpression' ? value.argument : value
  return called?.type === 'CallExpression' && !called.typeArguments ? called : null
}

/** `req` and `res` are its first arguments, and nothing else in it knows them. */
function handsOn({ arguments: given }: t.CallExpression, { params }: PlainFunction, { tree }: SourceModule): boolean {
  return (
    params.length === 2 &&
    params.every((param, i) => {
      const binding = param.type === 'Identifier' ? bindingAt(tree, param) : null
      const uses = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
      return uses.length === 1 && uses[0]?.node === given[i]
    })
  )
}

/** It is no matter whether it is worked out for each request, or once. */
export function isSame(
  argument: Node,
  isThere: (binding: Binding) => boolean,
  module: SourceModule,
  find: FindFunction,
): boolean {
  const node = uncast(argument)
  const isSameToo = (one: Node): boolean => isSame(one, isThere, module, find)
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return !some(node, ({ type }) => type === 'ThisExpression')
    case 'Identifier': {
      const binding = bindingAt(module.tree, node)
      if (!binding || binding.kind === 'param' || binding.references.some(({ kind }) => kind === 'write')) return false
      // What is declared further down has no value yet where the module is loaded.
      return isThere(binding)
    }
    case 'ArrayExpression':
      return node.elements.every((one) => one !== null && isSameToo(one))
    case 'ObjectExpression':
      return node.properties.every((property) => {
        if (property.type === 'SpreadElement' || property.computed || keyName(property) === null) return false
        return property.type === 'ObjectProperty' ? isSameToo(property.value) : property.kind === 'method'
      })
    case 'CallExpression': {
      const wrapper = find(node.callee, module)
      const shape = wrapper && readWrapper(wrapper.fn, wrapper.tree)
      const isBare = shape?.levels.length === 1 && shape.levels.every(makesOnly)
      return isBare && node.arguments.every(isSameToo)
    }
    default:
      return false
  }
}

/** Where the module comes to its export: what stands above it, and what is hoisted. */
function isAbove({ declaration, kind }: Binding, place: Node): boolean {
  const isHoisted = kind === 'import' || declaration.type === 'FunctionDeclaration'
  return isHoisted || endOf(declaration) <= startOf(place)
}

function isOfFunction({ declaration }: Binding): boolean {
  return declaration.type === 'VariableDeclarator' && isPlainFunction(declaration.init)
}

/** A wrapper that does nothing when it wraps. */
export function makesOnly({ body }: { body: Node }): boolean {
  return body.type !== 'BlockStatement' || body.body.every(({ type }) => type === 'ReturnStatement')
}

function written(fn: PlainFunction, call: t.CallExpression, place: t.Statement, { file }: SourceModule): Edit[] {
  const [, res, ...given] = call.arguments
  const [first] = given
  if (!res || !first) return []
  const isComment = ({ start, end }: t.Comment, from: number, to: number): boolean =>
    (start ?? 0) >= from && (end ?? 0) <= to
  // A comment between the arguments that go would have no place.
  if (file.comments.some((one) => isComment(one, startOf(call), startOf(first)))) return []
  const comments = file.comments.filter(
    (one) => isComment(one, startOf(fn), startOf(call)) || isComment(one, endOf(call), endOf(fn)),
  )
  const { text } = file
  const { semicolon } = detectStyle(file)
  const deeper = indentAt(text, startOf(call)).length - indentAt(text, startOf(place)).length
  const isBelow = text.slice(endOf(call.callee), startOf(first)).includes('\n')
  const line = isBelow ? `\n${indentAt(text, startOf(first)).slice(Math.max(0, deeper))}` : ''
  const isDeclared = fn.type === 'FunctionDeclaration'
  const name = isDeclared && place.type === 'FunctionDeclaration' ? `const ${fn.id?.name} = ` : ''
  const callee = { from: startOf(call.callee), to: endOf(call.callee) }
  const pieces = [name, callee, `(${line}`, { from: startOf(first), to: endOf(call) }, isDeclared ? semicolon : '']
  const lines = comments.map(({ start, end }) => `${text.slice(start ?? 0, end ?? 0)}\n`)
  return [
    ...(lines.length > 0 ? [{ start: startOf(place), end: startOf(place), pieces: lines }] : []),
    { start: startOf(fn), end: endOf(fn), pieces },
    ...outdented(first, call, deeper, text),
  ]
}

/** The lines of the arguments stand less far in: the function around them is gone. */
function outdented(first: Node, call: Node, deeper: number, text: string): Edit[] {
  const frozen = frozenRanges(call)
  const edits: Edit[] = []
  for (
    let start = lineEnd(text, startOf(first)) + 1;
    start > 0 && start < endOf(call);
    start = lineEnd(text, start) + 1
  ) {
    const end = start + Math.min(Math.max(0, deeper), indentAt(text, start).length)
    if (end > start && !frozen.some((range) => start > range.start && start <= range.end))
      edits.push({ start, end, pieces: [] })
  }
  return edits
}
