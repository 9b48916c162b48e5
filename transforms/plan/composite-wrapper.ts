import type * as t from '@babel/types'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { type CompositeShape, findHandler, readWrapCall } from '../analyse/wrappers.ts'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'
import { whyBlocked } from './shared-function.ts'
import type {
  Layer,
  SharedEnvironment,
  SharedFunction,
  SharedFunctions,
  Wrapper,
  WrapperCallee,
} from './shared-model.ts'
import { planWrapper, resultTypeEdits } from './shared-wrapper.ts'

type WrapperFunction = SharedFunction & { wrapper: Wrapper }

/** A wrapper that gives back what another wrapper of the project makes: of a function of its own, or of the handler as it is. */
export function planComposite(
  found: ModuleFunction,
  { levels, call }: CompositeShape,
  env: SharedEnvironment,
  shared: SharedFunctions,
): SharedFunction | null {
  const read = readWrapCall(call)
  const base = shared.followWrapper(read.callee, found.module)
  if (!base) return null
  const { shape, roles } = base.callee.wrapper
  const [first] = read.calls
  const argument = read.calls[shape.level]?.arguments[shape.index]
  if (read.calls.length !== shape.levels.length || !first || !argument) return null
  const value = uncast(argument)
  const inside = isPlainFunction(value) ? findHandler(levels, value, found.module.tree) : null
  const own =
    inside && isPlainFunction(value)
      ? planWrapper(found, { levels, inner: value, ...inside }, env, shared, roles)
      : passOn(found, levels, value, base)
  return own ? addAround(own, { call: read, wrapper: base }, first, env, shared) : null
}

/** The handler goes to the other wrapper as it is. */
function passOn(
  found: ModuleFunction,
  levels: readonly FunctionNode[],
  value: Node,
  { callee, written }: WrapperCallee,
): WrapperFunction | null {
  const { module, name } = found
  const handler = value.type === 'Identifier' ? bindingAt(module.tree, value) : null
  if (!handler || handler.references.some(({ node, kind }) => kind !== 'type' && node !== value)) return null
  const level = levels.findIndex((fn) => fn.params.includes(handler.id))
  const index = levels[level]?.params.indexOf(handler.id) ?? -1
  if (index < 0) return null
  const base = callee.wrapper
  const edits = resultTypeEdits(levels)
  const annotation = handler.id.typeAnnotation
  if (annotation && module.file.language === 'ts') {
    const made = 'ReturnType<'.repeat(base.shape.level)
    const type = `${made}typeof ${module.file.text.slice(startOf(written), endOf(written))}${'>'.repeat(base.shape.level)}`
    edits.push({
      start: startOf(annotation),
      end: endOf(annotation),
      pieces: [`: Parameters<${type}>[${base.shape.index}]`],
    })
  }
  return {
    ...callee,
    id: `${module.path}#${name}`,
    source: found,
    calls: new Map(),
    at: { ...callee.at, notes: [] },
    edits,
    imports: [],
    notes: [],
    wrapper: {
      ...base,
      shape: { ...base.shape, levels, level, index, handler, calls: [] },
      catches: null,
      setsHeaders: false,
      setsCookies: false,
      value: null,
      isOwn: false,
      isMade: false,
    },
  }
}

/** With the wrapper around what it gives back: its new name there, its findings, and what it reads. */
export function addAround(
  own: WrapperFunction,
  layer: Layer,
  node: t.CallExpression,
  env: SharedEnvironment,
  shared: SharedFunctions,
): WrapperFunction {
  const { wrapper: base } = layer
  const { callee } = base
  const { module } = own.source
  const context = env.contextOf(module)
  const name = shared.nameAt(base, module, context.recipes.addImport)
  const rename = (edit: Edit): Edit =>
    name === null ? edit : { ...edit, pieces: edit.pieces.map((piece) => renamed(piece, base, module.file.text, name)) }
  const outer = callee.summary.blocked && whyBlocked(callee.summary.blocked, own.source)
  const blocked = own.wrapper.isOwn ? (own.summary.blocked ?? outer) : outer
  const keys = own.queryKeys && callee.queryKeys ? new Set([...own.queryKeys, ...callee.queryKeys]) : null
  return {
    ...own,
    calls: new Map([...own.calls, [node, { ...base, node }]]),
    custom: new Set([...own.custom, ...callee.custom]),
    queryKeys: keys,
    summary: {
      ...own.summary,
      readsBody: own.summary.readsBody || callee.summary.readsBody,
      ...(blocked ? { blocked } : {}),
    },
    edits: [
      ...own.edits.map(rename),
      ...(name === null ? [] : [{ start: startOf(base.written), end: endOf(base.written), pieces: [name] }]),
    ],
    imports: [...own.imports, ...context.imports],
    notes: [...own.notes, ...callee.notes],
    wrapper: { ...own.wrapper, around: [layer], isPlain: own.wrapper.isPlain && callee.wrapper.isPlain },
  }
}

/** `Parameters<typeof withToken>` of a wrapper that has another name now. */
function renamed(
  piece: Edit['pieces'][number],
  { written }: WrapperCallee,
  text: string,
  name: string,
): Edit['pieces'][number] {
  const old = text.slice(startOf(written), endOf(written))
  return typeof piece === 'string' ? piece.replace(`typeof ${old}>`, `typeof ${name}>`) : piece
}
