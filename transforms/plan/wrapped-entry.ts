import type * as t from '@babel/types'
import { functionOfBinding } from '../analyse/callees.ts'
import type { Entry } from '../analyse/entry.ts'
import { readWrapCall, type WrapCall } from '../analyse/wrappers.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionNode } from '../model/route.ts'
import { leadStart } from '../syntax/lines.ts'
import { uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, isPlainFunction, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import type { RouteContext } from './route-context.ts'
import type { Layer } from './shared-model.ts'

/** The wrappers around a route's handler, outermost first. */
export interface Wrapping {
  layers: readonly Layer[]
  /** The whole expression that is exported. */
  expression: t.CallExpression
  /** The part of it that is the handler, or its name. */
  argument: Node
}

/** With those that the wrappers put around what they give back. */
export function allLayers(layers: readonly Layer[]): Layer[] {
  return layers.flatMap((layer) => {
    const { around, isOwn, isMade } = layer.wrapper.callee.wrapper
    const { calls } = layer.call
    const outer = isMade
      ? around.map((one) => ({ ...one, call: { ...one.call, calls: [...one.call.calls, ...calls] } }))
      : around
    return [...allLayers(outer), ...(isOwn ? [layer] : [])]
  })
}

export type FunctionEntry = Extract<Entry, { kind: 'function' }>

/**
 * The handler inside `export default withA(options)(withB(handler))`, where every wrapper is one of the project that can be rewritten.
 * A diagnostic where one of them cannot; null where the form is another.
 */
export function readWrapping(
  entry: Extract<Entry, { kind: 'call' }>,
  context: RouteContext,
): { entry: FunctionEntry; wrapping: Wrapping } | Diagnostic | null {
  const from = { path: context.route.source, file: context.file, tree: context.tree }
  const layers: Layer[] = []
  let call = entry.call
  for (;;) {
    const read = throughName(readWrapCall(call), context.tree)
    const wrapper = context.shared.followWrapper(read.callee, from)
    if (!wrapper) return null
    const other = entry.binding && findOtherUse(entry.binding, entry.exporter)
    if (entry.binding && other) return usedAsValue(context, other, entry.binding.name)
    const { blocked } = wrapper.callee.summary
    if (blocked) return { ...blocked, span: spanOf(context.file, call) }
    const { shape } = wrapper.callee.wrapper
    const argument = read.calls[shape.level]?.arguments[shape.index]
    if (read.calls.length !== shape.levels.length || !argument || argument.type === 'SpreadElement') return null
    layers.push({ call: read, wrapper })
    const value = uncast(argument)
    if (value.type === 'CallExpression') {
      call = value
      continue
    }
    const wrapping: Wrapping = { layers, expression: entry.call, argument }
    const named = value.type === 'Identifier' ? bindingAt(context.tree, value) : null
    const used = named && functionOfBinding(named) ? findOtherUse(named, argument) : null
    if (named && used) return usedAsValue(context, used, named.name)
    const found = isPlainFunction(value)
      ? inlineEntry(entry, value)
      : value.type === 'Identifier'
        ? namedEntry(entry, value, wrapping, context)
        : null
    const [...rolesGiven] = wrapper.callee.wrapper.roles
    return found && found.fn.params.length <= rolesGiven.length ? { entry: found, wrapping } : null
  }
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

/** A use of a name other than the one in this part of the file. */
function findOtherUse(binding: Binding, known: Node | null): Node | null {
  const other = binding.references.find(({ node, kind }) => kind !== 'type' && !(known && contains(known, node)))
  return other?.node ?? null
}

function usedAsValue(context: RouteContext, node: Node, name: string): Diagnostic {
  return { code: 'PA524', level: 'blocker', span: spanOf(context.file, node), data: { name } }
}

function inlineEntry(entry: Extract<Entry, { kind: 'call' }>, fn: FunctionNode): FunctionEntry {
  const { place, exporter, binding } = entry
  return { kind: 'function', fn, name: binding?.name ?? null, place, exporter, specifier: null, binding }
}

/** The handler has a statement of its own. It is exported there, unless the wrapper's arguments are made later. */
function namedEntry(
  entry: Extract<Entry, { kind: 'call' }>,
  id: t.Identifier,
  wrapping: Wrapping,
  context: RouteContext,
): FunctionEntry | null {
  const binding = bindingAt(context.tree, id)
  const fn = functionOfBinding(binding)
  const own = fn ? context.file.ast.program.body.find((s) => contains(s, fn)) : undefined
  // Another use of the name would find nothing.
  if (!fn || !binding || !own || entry.exporter || own.type.startsWith('Export') || binding.references.length !== 1)
    return null
  if (own.type === 'VariableDeclaration' && own.declarations.length !== 1) return null
  const base = { kind: 'function', fn, name: binding.name, specifier: null, binding } as const
  if (areMadeBefore(own, wrapping, context)) return { ...base, place: own, exporter: entry.place }
  return leadStart(context.file, own) === startOf(own) ? { ...base, place: entry.place, exporter: own } : null
}

/** Everything that the wrapping names, apart from the handler, is what it will be where the handler is written: no code stands between. */
function areMadeBefore(own: t.Statement, { expression, argument }: Wrapping, { file, tree }: RouteContext): boolean {
  const between = file.ast.program.body.filter(
    (s) => startOf(s) >= endOf(own) && startOf(s) < startOf(expression) && !contains(s, expression),
  )
  if (between.some(({ type }) => type.endsWith('Statement'))) return false
  return !some(expression, (node) => {
    if (node.type !== 'Identifier' || contains(argument, node)) return false
    const binding = bindingAt(tree, node)
    if (
      !binding ||
      binding.kind === 'import' ||
      binding.kind === 'function' ||
      contains(expression, binding.declaration)
    )
      return false
    return endOf(parentOf(binding.declaration) ?? binding.declaration) > startOf(own)
  })
}
