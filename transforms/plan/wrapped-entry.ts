import type * as t from '@babel/types'
import { functionOfBinding } from '../analyse/callees.ts'
import type { Entry } from '../analyse/entry.ts'
import { optionAt } from '../analyse/option-handler.ts'
import { readWrapCall, type WrapCall } from '../analyse/wrappers.ts'
import type { MethodObject } from '../analyse/method-object.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import type { FunctionNode } from '../model/route.ts'
import { leadStart } from '../syntax/lines.ts'
import { isQuiet, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'
import type { RouteContext } from './route-context.ts'
import { findUnfit } from './handler-list.ts'
import { areMadeBefore } from './made-before.ts'
import { type Arm, readHandlers } from './method-arms.ts'
import type { Layer } from './shared-model.ts'
import { treatByWrappers } from './wrapper-methods.ts'

/** The wrappers around a route's handler, outermost first. */
export interface Wrapping {
  layers: readonly Layer[]
  /** The whole expression that is exported. */
  expression: t.CallExpression
  /** The part of it that is the handler, or its name. */
  argument: Node
  /** Set for one of several handlers that a wrapper is given in an object. */
  arm: Arm | null
}

/** With those that the wrappers put around what they give back. */
export function allLayers(layers: readonly Layer[]): Layer[] {
  return layers.flatMap((layer) => {
    const { around, isOwn, isMade } = layer.wrapper.callee.wrapper
    const { calls } = layer.call
    const { keys } = layer
    const outer = isMade
      ? around.map((one) => ({ ...one, call: { ...one.call, calls: [...one.call.calls, ...calls] } }))
      : around
    return [...allLayers(outer).map((one) => (keys ? { ...one, keys } : one)), ...(isOwn ? [layer] : [])]
  })
}

export type FunctionEntry = Extract<Entry, { kind: 'function' }>
type CallEntry = Extract<Entry, { kind: 'call' }>

/** A handler of the route, and what is around it. */
export interface WrappedHandler {
  entry: FunctionEntry
  wrapping: Wrapping
}

/**
 * The handlers inside `export default withA(options)(withB(handler))`, where every wrapper is one of the project that can be rewritten: one,
 * or those of an object. A diagnostic where one of them cannot; null where the form is another.
 */
export function readWrapping(entry: CallEntry, context: RouteContext): readonly WrappedHandler[] | Diagnostic | null {
  const other = entry.binding && findOtherUse(entry.binding, entry.exporter ? [entry.exporter] : [])
  const read = readCall(entry.call, { entry, context, layers: [], arm: null })
  // Who uses the route as a value is of interest only where it could move.
  return entry.binding && other && read ? usedAsValue(context, other, entry.binding.name) : read
}

interface Reading {
  entry: CallEntry
  context: RouteContext
  layers: readonly Layer[]
  arm: Arm | null
}

function readCall(node: t.CallExpression, reading: Reading): readonly WrappedHandler[] | Diagnostic | null {
  const { context } = reading
  const call = throughName(readWrapCall(node), context.tree)
  const from = { path: context.route.source, file: context.file, tree: context.tree }
  const wrapper = context.shared.followWrapper(call.callee, from)
  if (!wrapper) return null
  const { blocked } = wrapper.callee.summary
  if (blocked) return { ...blocked, span: spanOf(context.file, node) }
  const { shape } = wrapper.callee.wrapper
  const argument = call.calls[shape.level]?.arguments[shape.index]
  if (call.calls.length !== shape.levels.length || !argument || argument.type === 'SpreadElement') return null
  const unfit = findUnfit(shape, call.calls, context.file)
  if (unfit) return unfit
  const layer: Layer = { call, wrapper }
  if (shape.object) return readObject(node, argument, shape.object, { ...reading, layer })
  const inside = { ...reading, layers: [...reading.layers, layer] }
  return shape.key === null
    ? readHandler(argument, [argument], inside)
    : readOptions(argument, { name: wrapper.callee.source.name, key: shape.key }, inside)
}

/** `createRoute({ name, fn: async (context) => ... })`: the handler is one of the options, which must be written there. */
function readOptions(
  argument: Node,
  data: { name: string; key: string },
  reading: Reading,
): readonly WrappedHandler[] | Diagnostic {
  const { file } = reading.context
  const object = uncast(argument)
  const option = object.type === 'ObjectExpression' ? optionAt(object, data.key) : null
  const found = option && readHandler(option.value, [option.value], reading)
  if (found) return found
  const at = option?.property ?? argument
  return {
    code: 'PA589',
    level: 'blocker',
    span: spanOf(file, at),
    data: { ...data, text: snippet(file, at) },
  }
}

/** Handlers by method: each will be exported by itself, so the wrapper must leave the other methods to nobody. */
function readObject(
  node: t.CallExpression,
  argument: Node,
  object: MethodObject,
  { layer: own, ...reading }: Reading & { layer: Layer },
): readonly WrappedHandler[] | Diagnostic | null {
  const { context, layers } = reading
  const { source, wrapper } = own.wrapper.callee
  const blocker = (code: Code, at: Node, data: Data = {}): Diagnostic => ({
    code,
    level: 'blocker',
    span: spanOf(context.file, at),
    data,
  })
  const handlers = readHandlers(argument, object, context.tree)
  if (reading.arm) return blocker('PA558', argument, { text: snippet(context.file, argument) })
  if ('type' in handlers) return blocker('PA558', handlers, { text: snippet(context.file, handlers) })
  if (context.options.strict) return blocker('PA556', node, { name: source.name })
  const layer: Layer = { ...own, keys: new Set(handlers.flatMap(({ methods }) => methods)) }
  const treatments = [...treatByWrappers(allLayers([layer])).values()]
  if (treatments.includes('unclear')) return blocker('PA532', node)
  if (treatments.includes('serves without')) return blocker('PA555', node)
  const isLeftOut = wrapper.isPlain && !givesMore(layer)
  const outer = isLeftOut ? layers : [...layers, layer]
  const all: WrappedHandler[] = []
  for (const handler of handlers) {
    const arm: Arm = { ...handler, hole: isLeftOut ? node : argument, outer, leftOut: isLeftOut ? source.name : null }
    const found = readHandler(arm.value, arm.uses, { ...reading, layers: outer, arm })
    if (!found) return blocker('PA558', arm.property, { text: snippet(context.file, arm.property) })
    if ('code' in found) return found
    all.push(...found)
  }
  return all
}

/** The route gives the wrapper something that is worked out when it is called. */
function givesMore({ call, wrapper }: Layer): boolean {
  const { level, index } = wrapper.callee.wrapper.shape
  return call.calls.some(({ arguments: given }, i) =>
    given.some((one, n) => (i !== level || n !== index) && !isQuiet(one.type === 'SpreadElement' ? one.argument : one)),
  )
}

/** `uses` are the places where the object names the handler. */
function readHandler(
  argument: Node,
  uses: readonly Node[],
  reading: Reading,
): readonly WrappedHandler[] | Diagnostic | null {
  const { entry, context, layers, arm } = reading
  const value = uncast(argument)
  if (value.type === 'CallExpression') return readCall(value, reading)
  const wrapping: Wrapping = { layers, expression: entry.call, argument, arm }
  const named = value.type === 'Identifier' ? bindingAt(context.tree, value) : null
  const used = named && functionOfBinding(named) ? findOtherUse(named, uses) : null
  if (named && used) return usedAsValue(context, used, named.name)
  const isMethod = value.type === 'ObjectMethod' && value.kind === 'method'
  const found =
    isPlainFunction(value) || (isMethod && value.type === 'ObjectMethod')
      ? inlineEntry(entry, value, arm)
      : value.type === 'Identifier'
        ? namedEntry(entry, value, wrapping, context)
        : null
  const given = layers[layers.length - 1]?.wrapper.callee.wrapper.roles ?? ['req', 'res']
  return found && found.fn.params.length <= given.length ? [{ entry: found, wrapping }] : null
}

/** `const withAdmin = withRole('admin')` in the same file: the call that made it comes first. */
function throughName(read: WrapCall, tree: ScopeTree): WrapCall {
  const binding = read.callee.type === 'Identifier' ? bindingAt(tree, read.callee) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const made = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  if (made?.type !== 'CallExpression' || binding?.scope !== tree.program) return read
  const before = readWrapCall(made)
  return { callee: before.callee, calls: [...before.calls, ...read.calls] }
}

/** A use of a name other than those in these parts of the file. */
function findOtherUse(binding: Binding, known: readonly Node[]): Node | null {
  const other = binding.references.find(
    ({ node, kind }) => kind !== 'type' && !known.some((part) => contains(part, node)),
  )
  return other?.node ?? null
}

function usedAsValue(context: RouteContext, node: Node, name: string): Diagnostic {
  return { code: 'PA524', level: 'blocker', span: spanOf(context.file, node), data: { name } }
}

function inlineEntry({ place, exporter, binding }: CallEntry, fn: FunctionNode, arm: Arm | null): FunctionEntry {
  if (arm?.statement)
    return { kind: 'function', fn, name: null, place: arm.statement, exporter: place, specifier: null, binding: null }
  return { kind: 'function', fn, name: binding?.name ?? null, place, exporter, specifier: null, binding }
}

/** The handler has a statement of its own. It is exported there, unless the wrapper's arguments are made later. */
function namedEntry(
  entry: CallEntry,
  id: t.Identifier,
  wrapping: Wrapping,
  context: RouteContext,
): FunctionEntry | null {
  const binding = bindingAt(context.tree, id)
  const fn = functionOfBinding(binding)
  const own = fn ? context.file.ast.program.body.find((s) => contains(s, fn)) : undefined
  // What is exported beside is written with the handler: who imports it is asked elsewhere.
  const declared = own?.type === 'ExportNamedDeclaration' ? own.declaration : own
  if (!fn || !binding || !own || !declared || declared.type.startsWith('Export')) return null
  if (!wrapping.arm && (entry.exporter || binding.references.length !== 1)) return null
  if (declared.type === 'VariableDeclaration' && declared.declarations.length !== 1) return null
  const base = { kind: 'function', fn, name: binding.name, specifier: null, binding } as const
  if (areMadeBefore(own, wrapping, context)) return { ...base, place: own, exporter: entry.place }
  return leadStart(context.file, own) === startOf(own) ? { ...base, place: entry.place, exporter: own } : null
}
