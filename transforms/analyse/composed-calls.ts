import type * as t from '@babel/types'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { removalRange } from '../syntax/lines.ts'
import { uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { contains, endOf, functionAround, isPlainFunction, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { type Composer, readComposer } from './composers.ts'
import type { FindFunction } from './context-objects.ts'
import { readWrapCall, type WrapCall } from './wrappers.ts'

/**
 * `compose(withErrors, withUser)(handler)`, where `compose` is a function of the project, written as what it comes to:
 * `withErrors(withUser(handler))`.
 */
export function composedEdits(module: SourceModule, find: FindFunction, isRoute: boolean): Edit[] {
  const known = new Map<Binding, Composer | null>()
  const composerAt = (callee: Node): Composer | null => {
    const binding = callee.type === 'Identifier' ? bindingAt(module.tree, callee) : null
    const before = binding ? known.get(binding) : null
    if (!binding || before !== undefined) return before ?? null
    const found = find(callee, module)
    const composer = found && readComposer(found.fn, found.tree)
    known.set(binding, composer)
    return composer
  }
  const edits: Edit[] = []
  walk(module.file.ast.program, (node) => {
    if (node.type !== 'CallExpression' || !mayCompose(node)) return undefined
    const { callee, calls } = throughConstant(readWrapCall(node), node, module)
    const composer = composerAt(callee)
    const edit = composer && ofCall(node, composer, calls, module)
    const left = edit && isRoute ? leftWithoutUse(node, module) : null
    const made = composer && !edit ? ofConstant(node, composer, calls, module) : null
    edits.push(...[edit, left, made].flatMap((one) => one ?? []))
    return edit || made ? false : undefined
  })
  const isLeft = ({ start, end }: Edit): boolean =>
    edits.some((one) => one.pieces.length === 0 && one.start <= start && end < one.end)
  return edits.filter((edit) => !isLeft(edit))
}

/** `const withApi = compose(withErrors, withUser)` in the same file, for a call of the name among its statements. */
function throughConstant(read: WrapCall, node: Node, { tree }: SourceModule): WrapCall {
  const binding = read.callee.type === 'Identifier' ? bindingAt(tree, read.callee) : null
  const declaration = binding?.kind === 'const' && binding.scope === tree.program ? binding.declaration : null
  const made = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  const isNamed = declaration?.type === 'VariableDeclarator' && declaration.id === binding?.id
  if (made?.type !== 'CallExpression' || !isNamed || functionAround(node)) return read
  // It is made once; names are the same at each use.
  if (!made.arguments.every((one) => one.type === 'ArrayExpression' || one.type === 'Identifier')) return read
  const before = readWrapCall(made)
  return { callee: before.callee, calls: [...before.calls, ...read.calls] }
}

/** The statement of such a constant whose only use is the export of the handler, which is written anew. */
function leftWithoutUse(call: t.CallExpression, { tree, file }: SourceModule): Edit | null {
  const binding = call.callee.type === 'Identifier' ? bindingAt(tree, call.callee) : null
  const statement = binding?.declaration.type === 'VariableDeclarator' ? parentOf(binding.declaration) : null
  if (binding?.references.length !== 1 || statement?.type !== 'VariableDeclaration') return null
  if (parentOf(call)?.type !== 'ExportDefaultDeclaration' || parentOf(statement) !== tree.program.node) return null
  const range = removalRange(file, statement)
  // A comment on it says more than the code.
  const isTold = file.comments.some(({ start, end }) => (start ?? 0) >= range.start && (end ?? 0) <= range.end)
  return isTold || statement.declarations.length > 1 ? null : { ...range, pieces: [], sticky: true }
}

function ofCall(
  node: t.CallExpression,
  composer: Composer,
  calls: readonly t.CallExpression[],
  module: SourceModule,
): Edit | null {
  const parts = partsOf(composer, calls)
  const isElsewhere = parts?.wrappers.some((one) => !contains(node, one)) === true
  if (!parts || (isElsewhere && !parts.wrappers.every(({ type }) => type === 'Identifier'))) return null
  return written(node, parts, module)
}

/** `export const withApi = compose(withErrors, withUser)` is `(handler) => withErrors(withUser(handler))`. */
function ofConstant(
  node: t.CallExpression,
  composer: Composer,
  calls: readonly t.CallExpression[],
  module: SourceModule,
): Edit | null {
  const declarator = parentOf(node)
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return null
  if (functionAround(node) || declarator.id.typeAnnotation || composer.handler?.level !== calls.length) return null
  // Who calls it from elsewhere may give more than the handler.
  if (composer.isMoreGiven) return null
  const wrappers = wrappersOf(composer, calls)
  if (!wrappers?.every((one) => one.type === 'Identifier' && one.name !== 'handler')) return null
  const param = module.file.language === 'ts' ? '(handler: any) => ' : '(handler) => '
  const edit = written(node, { wrappers, handler: null }, module)
  return edit && { ...edit, pieces: [param, ...edit.pieces] }
}

/**
 * Whether it has the looks of it, before the function is looked for: that opens other files. A wrapped handler is a function, which nothing
 * waits for; and in a function, where no constant stands for the first calls, more than a handler is given.
 */
function mayCompose(node: t.CallExpression): boolean {
  if (/^(?:Await|Unary|Binary)Expression$|^ExpressionStatement$/.test(parentOf(node)?.type ?? '')) return false
  if (!node.arguments.some(isHandedOn)) return false
  const isMore = node.arguments.length > 1 || node.arguments.some(({ type }) => type === 'ArrayExpression')
  return isMore || node.callee.type === 'CallExpression' || !functionAround(node)
}

function isHandedOn(argument: Node): boolean {
  return /^(?:Identifier|CallExpression|ArrayExpression)$/.test(argument.type) || isPlainFunction(uncast(argument))
}

interface Parts {
  /** Outermost first. */
  wrappers: readonly Node[]
  handler: Node
}

/** Null where the list is not written out, or more is given. */
function partsOf(composer: Composer, calls: readonly t.CallExpression[]): Parts | null {
  const inOrder = calls.length === composer.levels ? wrappersOf(composer, calls) : null
  const { handler } = composer
  const inner = handler ? calls[handler.level]?.arguments[handler.index] : inOrder?.at(-1)
  const wrappers = handler ? inOrder : inOrder?.slice(0, -1)
  if (!wrappers || wrappers.length === 0 || !inner || inner.type === 'SpreadElement') return null
  const order = [...wrappers, inner].filter((one) => !isStill(one)).map((one) => startOf(one))
  // What does something is done in the same order.
  const isSameOrder = order.every((start, i) => i === 0 || start > (order[i - 1] ?? 0))
  return isSameOrder && wrappers.every(isWrapper) ? { wrappers, handler: inner } : null
}

/** What the list holds, outermost first. */
function wrappersOf(
  { list, handler, isOuterFirst }: Composer,
  calls: readonly t.CallExpression[],
): readonly Node[] | null {
  const given = calls[list.level]?.arguments ?? []
  const [first] = given.slice(list.index)
  const literal = first?.type === 'ArrayExpression' ? first.elements : null
  const listed = list.isRest ? given.slice(list.index) : literal
  const all = listed?.flatMap((one) => (one && one.type !== 'SpreadElement' ? [one] : []))
  const count = calls.reduce((sum, call) => sum + call.arguments.length, 0)
  const isHandled = handler !== null && handler.level < calls.length
  const isAll = count === (list.isRest ? (listed?.length ?? 0) : 1) + Number(isHandled)
  if (!all || all.length !== listed?.length || all.length === 0 || !isAll) return null
  return isOuterFirst ? all : [...all].reverse()
}

function isStill(node: Node): boolean {
  const at = uncast(node)
  return at.type === 'Identifier' || isPlainFunction(at)
}

/** A name, or what a call makes. */
function isWrapper(node: Node): boolean {
  return node.type === 'Identifier' || node.type === 'CallExpression'
}

/** `handler` null: the name of a parameter. */
function written(
  node: t.CallExpression,
  { wrappers, handler }: { wrappers: readonly Node[]; handler: Node | null },
  { file }: SourceModule,
): Edit | null {
  const kept = handler ? [...wrappers, handler] : wrappers
  const isLost = ({ start, end }: t.Comment): boolean => {
    const range = { start, end } as Node
    return contains(node, range) && !kept.some((part) => contains(part, range))
  }
  // A comment between the parts would have no place.
  if (file.comments.some(isLost)) return null
  const slice = (part: Node): Piece => ({ from: startOf(part), to: endOf(part) })
  const pieces = wrappers.flatMap((wrapper): Piece[] => [slice(wrapper), '('])
  const inner = handler ? slice(handler) : 'handler'
  return { start: startOf(node), end: endOf(node), pieces: [...pieces, inner, ')'.repeat(wrappers.length)] }
}
