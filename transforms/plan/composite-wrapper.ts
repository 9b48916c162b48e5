import type * as t from '@babel/types'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { type CompositeShape, findHandler, readWrapCall } from '../analyse/wrappers.ts'
import { optionAt } from '../analyse/option-handler.ts'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import type { NewImport } from '../syntax/print.ts'
import { bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { contains, endOf, isPlainFunction, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { findUnfit } from './handler-list.ts'
import { derivedHandler, optionTypeEdits } from './option-type.ts'
import { notesOn, whyBlocked } from './shared-function.ts'
import type {
  Layer,
  SharedEnvironment,
  SharedFunction,
  SharedFunctions,
  Wrapper,
  WrapperCallee,
} from './shared-model.ts'
import { planWrapper } from './shared-wrapper.ts'
import { droppedArgumentEdits } from './wrapper-generics.ts'
import { resultTypeEdits } from './wrapper-result-types.ts'

type WrapperFunction = SharedFunction & { wrapper: Wrapper }

/**
 * A wrapper that gives back what another wrapper of the project makes: of a function of its own, of the handler as it is, or of what a
 * further wrapper makes of one of these (`withErrors(withUser(handler))`).
 */
export function planComposite(
  found: ModuleFunction,
  { levels, call }: CompositeShape,
  env: SharedEnvironment,
  shared: SharedFunctions,
): WrapperFunction | null {
  const read = readWrapCall(call)
  const base = shared.followWrapper(read.callee, found.module)
  if (!base) return null
  const { shape, roles } = base.callee.wrapper
  const [first] = read.calls
  const argument = read.calls[shape.level]?.arguments[shape.index]
  if (read.calls.length !== shape.levels.length || !first || !argument) return null
  const handed = handedOn(uncast(argument), shape.key)
  if (!handed) return null
  const value = throughConstant(handed.value, levels, found.module)
  const inside = isPlainFunction(value) ? findHandler(levels, value, found.module.tree) : null
  const unfit = findUnfit(shape, read.calls, found.module.file)
  const own =
    inside && isPlainFunction(value)
      ? planWrapper(found, { levels, inner: value, ...inside }, env, shared, roles)
      : value.type === 'CallExpression' && handed.key === null
        ? planComposite(found, { levels, call: value }, env, shared)
        : passOn(found, levels, handed, base)
  const made = own && addAround(own, { call: read, wrapper: base }, first, env, shared)
  if (!made || !unfit) return made
  return { ...made, summary: { ...made.summary, blocked: whyBlocked(unfit, found) } }
}

/** `const guarded = withUser(handler)` inside of the wrapper, for the only use of the name. */
function throughConstant(value: Node, levels: readonly FunctionNode[], { tree }: SourceModule): Node {
  const binding = value.type === 'Identifier' ? bindingAt(tree, value) : null
  const declaration = binding?.kind === 'const' && binding.references.length === 1 ? binding.declaration : null
  if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || !declaration.init)
    return value
  const made = uncast(declaration.init)
  const isInside = levels.some((fn) => fn.body.type === 'BlockStatement' && contains(fn.body, made))
  return made.type === 'CallExpression' && isInside ? made : value
}

/** What a wrapper gives another one: the handler, or options with the handler among them. */
interface HandedOn {
  value: Node
  /** Set where the value is an object that has the handler under this name. */
  key: string | null
  /** The handler is one option of an object that is written here. */
  isOption: boolean
}

/** `{ fn: handler }`, `{ ...config, isPublic: true }`, or the value as it is. */
function handedOn(value: Node, key: string | null): HandedOn | null {
  if (key === null || value.type !== 'ObjectExpression') return { value, key, isOption: false }
  const option = optionAt(value, key)
  if (option) return { value: uncast(option.value), key: null, isOption: true }
  const index = value.properties.findLastIndex(({ type }) => type === 'SpreadElement')
  const spread = value.properties[index]
  const isWhole = value.properties.slice(index + 1).every((p) => {
    const name = p.type === 'SpreadElement' ? null : keyName(p)
    return name !== null && name !== key
  })
  return spread?.type === 'SpreadElement' && isWhole ? { value: uncast(spread.argument), key, isOption: false } : null
}

/** The handler goes to the other wrapper as it is. */
function passOn(
  found: ModuleFunction,
  levels: readonly FunctionNode[],
  { value, key, isOption }: HandedOn,
  { callee, written }: WrapperCallee,
): WrapperFunction | null {
  const { module, name } = found
  const handler = value.type === 'Identifier' ? bindingAt(module.tree, value) : null
  const isOther = (node: Node): boolean => {
    const member = key === null ? null : parentOf(node)
    return !isMember(member) || member.object !== node || [null, key].includes(memberName(member))
  }
  if (!handler || handler.references.some(({ node, kind }) => kind !== 'type' && node !== value && isOther(node)))
    return null
  const level = levels.findIndex((fn) => fn.params.includes(handler.id))
  const index = levels[level]?.params.indexOf(handler.id) ?? -1
  if (index < 0) return null
  const base = callee.wrapper
  const edits = resultTypeEdits(levels)
  const imports: NewImport[] = []
  const annotation = handler.id.typeAnnotation
  if (annotation && module.file.language === 'ts') {
    const made = 'ReturnType<'.repeat(base.shape.level)
    const type = `${made}typeof ${module.file.text.slice(startOf(written), endOf(written))}${'>'.repeat(base.shape.level)}`
    const parameter = `Parameters<${type}>[${base.shape.index}]`
    const { quote } = detectStyle(module.file)
    const own = key === null || annotation.type !== 'TSTypeAnnotation' ? null : annotation.typeAnnotation
    if (own && key !== null && base.roles[0] === 'context') {
      const where = { ...module, style: detectStyle(module.file) }
      edits.push(...optionTypeEdits(own, key, derivedHandler(own, key, 'NextRequest', where), where))
      if (!module.tree.program.bindings.has('NextRequest'))
        imports.push({ source: 'next/server', name: 'NextRequest', local: 'NextRequest', isType: true })
    } else
      edits.push({
        start: startOf(annotation),
        end: endOf(annotation),
        pieces: [`: ${parameter}${isOption ? `[${quote}${base.shape.key ?? ''}${quote}]` : ''}`],
      })
  }
  return {
    ...callee,
    id: `${module.path}#${name}`,
    source: found,
    calls: new Map(),
    at: { ...callee.at, notes: [] },
    edits,
    imports,
    notes: notesOn(found),
    wrapper: {
      ...base,
      around: [],
      shape: { ...base.shape, levels, level, index, handler, key, list: null, middleware: [], calls: [] },
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
      readsBody: own.summary.readsBody ?? callee.summary.readsBody,
      ...(blocked ? { blocked } : {}),
    },
    edits: [
      ...own.edits.map(rename),
      ...droppedArgumentEdits(layer.call, callee.wrapper.shape, callee.wrapper.dropped),
      ...(name === null ? [] : [{ start: startOf(base.written), end: endOf(base.written), pieces: [name] }]),
    ],
    imports: [...own.imports, ...context.imports],
    notes: [...own.notes, ...callee.notes],
    wrapper: {
      ...own.wrapper,
      around: [layer, ...own.wrapper.around],
      isPlain: own.wrapper.isPlain && callee.wrapper.isPlain,
    },
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
