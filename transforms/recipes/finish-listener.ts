import type * as t from '@babel/types'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt, leadStart, type Range, removalRange } from '../syntax/lines.ts'
import { listenedFor } from '../syntax/listeners.ts'
import { isCall, isMember, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import {
  contains,
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  type PlainFunction,
  some,
  startOf,
} from '../syntax/tree.ts'
import { sliceOf } from './call.ts'
import { reindentRange } from './layout.ts'
import type { Shorthand, ShorthandContext } from './recipe.ts'

/**
 * A handler that begins with a listener for the end of its answer, which asks for the status: `res.once('finish', () => count(res.statusCode))`, or a
 * function of the project that registers one. In App only what calls the handler sees the status of its Response, so the rest of the
 * handler is written out as a function of its own, which the handler calls when it listens (`plan/listeners.ts`).
 */
export const finishListener: Shorthand = {
  id: 'finish-listener',
  codes: [],
  packages: [],
  concerns: (module, context) => findListener(module, context) !== null,
  expand: (module, context) => {
    const found = findListener(module, context)
    return { edits: found ? splitEdits(found, module) : [], notes: [], blockers: [] }
  },
}

interface Found {
  fn: PlainFunction
  name: string | null
  /** The handler where it is exported: its name, or the function itself. */
  value: Node
  statement: t.ExportDefaultDeclaration
  req: t.Identifier
  res: t.Identifier
  /** Constants of the listener, and the statement that registers it. */
  statements: t.Statement[]
}

function findListener(module: SourceModule, context: ShorthandContext): Found | null {
  if (!/(?:^|\/)pages\/api\//.test(module.path)) return null
  const handler = defaultHandler(module)
  const [req, res] = handler?.fn.params ?? []
  if (!handler || handler.fn.params.length !== 2 || handler.fn.generator || req?.type !== 'Identifier') return null
  if (res?.type !== 'Identifier' || handler.fn.body.type !== 'BlockStatement' || handler.fn.body.directives.length > 0)
    return null
  const { body } = handler.fn.body
  const last = body.findIndex((statement) => statement.type !== 'VariableDeclaration' || statement.kind !== 'const')
  const registers = body[last]
  const call = registers?.type === 'ExpressionStatement' && isCall(registers.expression) ? registers.expression : null
  if (!call || !asksForStatus(call, res, module, context)) return null
  const statements = body.slice(0, last + 1)
  return isSelfContained(statements, handler.fn, module.tree) ? { ...handler, req, res, statements } : null
}

/** `export default function handler`, or the name of one: also inside the calls of wrappers. Nothing else refers to it. */
function defaultHandler({ file, tree }: SourceModule): Pick<Found, 'fn' | 'name' | 'value' | 'statement'> | null {
  const statement = file.ast.program.body.find((s) => s.type === 'ExportDefaultDeclaration')
  if (statement?.type !== 'ExportDefaultDeclaration') return null
  let value: Node = uncast(statement.declaration)
  if (isPlainFunction(value)) {
    const id = value.type === 'ArrowFunctionExpression' ? null : value.id
    const isUsed = id && bindingAt(tree, id)?.references.length !== 0
    return isUsed ? null : { fn: value, name: id?.name ?? null, value, statement }
  }
  while (value.type === 'CallExpression' && value.arguments.length === 1 && value.arguments[0])
    value = uncast(value.arguments[0])
  const binding = value.type === 'Identifier' ? bindingAt(tree, value) : null
  if (binding?.references.length !== 1) return null
  const { declaration } = binding
  const init = declaration.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : declaration
  const isSteady = binding.kind === 'const' || binding.kind === 'function'
  return isSteady && isPlainFunction(init) ? { fn: init, name: binding.name, value, statement } : null
}

/** The call registers a listener of `finish` that reads the status, by itself or in a function that is handed res. */
function asksForStatus(
  call: t.CallExpression | t.OptionalCallExpression,
  res: t.Identifier,
  module: SourceModule,
  context: ShorthandContext,
): boolean {
  const isRes = (node: Node, name: Node, tree: ScopeTree): boolean =>
    node.type === 'Identifier' && bindingAt(tree, node) !== null && bindingAt(tree, node) === bindingAt(tree, name)
  if (isMember(call.callee) && isRes(call.callee.object, res, module.tree))
    return readsStatus(listenedFor(call, 'finish'), (node) => isRes(node, res, module.tree))
  const index = call.arguments.findIndex((argument) => isRes(argument, res, module.tree))
  const target = index < 0 || call.callee.type !== 'Identifier' ? null : context.functionAt(call.callee, module)
  const param = target?.fn.params[index]
  if (!target || param?.type !== 'Identifier') return false
  return some(target.fn.body, (node) => {
    if (!isCall(node) || !isMember(node.callee) || !isRes(node.callee.object, param, target.tree)) return false
    return readsStatus(listenedFor(node, 'finish'), (inner) => isRes(inner, param, target.tree))
  })
}

function readsStatus(listener: Node | null, isRes: (node: Node) => boolean): boolean {
  return (
    listener !== null &&
    some(listener, (node) => isMember(node) && memberName(node) === 'statusCode' && isRes(node.object))
  )
}

/** Nothing of the handler is used in these statements but its parameters, and none of their names after them. */
function isSelfContained(statements: readonly t.Statement[], fn: PlainFunction, tree: ScopeTree): boolean {
  const isIn = (node: Node): boolean => statements.some((statement) => contains(statement, node))
  const own = ({ kind, id }: Binding): boolean => contains(fn, id) && kind !== 'param' && functionAround(id) === fn
  return [...tree.scopeOf.values()].every((scope) =>
    [...scope.bindings.values()].every(
      (binding) =>
        !own(binding) || binding.references.every(({ node }) => isIn(node) === isIn(binding.id) || !contains(fn, node)),
    ),
  )
}

function splitEdits(found: Found, module: SourceModule): Edit[] {
  const { fn, value, statement, statements } = found
  const { file, tree } = module
  const name = found.name ?? freeName(tree, 'handler')
  const outer = freeName(tree, name === 'handler' ? 'handle' : 'handler')
  if (!name || !outer) return []
  const { pieces, edits } = outerFunction(outer, name, found, module)
  const moved: Edit[] = [...edits, { ...removalOf(statements, module), pieces: [] }]
  if (fn !== value) {
    const isWhole = uncast(statement.declaration) === value
    const place = isWhole ? startOf(value) : leadStart(file, statement)
    if (isWhole) return [...moved, { start: place, end: endOf(statement), pieces }]
    return [
      ...moved,
      { start: place, end: place, pieces: [...pieces, '\n\n'] },
      { start: startOf(value), end: endOf(value), pieces: [outer] },
    ]
  }
  const isDeclared = fn.type === 'FunctionDeclaration' && fn.id
  const declared: Edit = {
    start: startOf(statement),
    end: startOf(fn),
    pieces: [isDeclared ? '' : `const ${name} = `],
  }
  const end = endOf(statement)
  return [...moved, declared, { start: end, end, pieces: ['\n\nexport default ', ...pieces] }]
}

/** What listens, and calls what answers. */
function outerFunction(
  outer: string,
  inner: string,
  { fn, req, res, statements }: Found,
  { file }: SourceModule,
): { pieces: Piece[]; edits: Edit[] } {
  const { indent, semicolon } = detectStyle(file)
  const [first] = statements
  const last = statements[statements.length - 1]
  if (!first || !last) return { pieces: [], edits: [] }
  const moved = { start: leadStart(file, first, startOf(fn.body)), end: endOf(last) }
  const pieces: Piece[] = [
    `async function ${outer}(`,
    sliceOf(req),
    ', ',
    sliceOf(res),
    `) {\n${indent}`,
    { from: moved.start, to: moved.end },
    `\n${indent}await ${inner}(${req.name}, ${res.name})${semicolon}\n}`,
  ]
  return { pieces, edits: reindentRange(file, moved, indent, indentAt(file.text, startOf(first))) }
}

/** With the blank lines after them, where nothing stands in front. */
function removalOf(statements: readonly t.Statement[], { file }: SourceModule): Range {
  const ranges = statements.map((statement) => removalRange(file, statement))
  const start = Math.min(...ranges.map((range) => range.start))
  const end = Math.max(...ranges.map((range) => range.end))
  const isFirst = file.text.slice(0, start).trimEnd().endsWith('{')
  const blank = isFirst ? /^(?:[ \t]*\n)+/.exec(file.text.slice(end)) : null
  return { start, end: end + (blank?.[0].length ?? 0) }
}

function freeName(tree: ScopeTree, ...preferred: string[]): string | undefined {
  const isTaken = (name: string): boolean =>
    tree.globals.has(name) || [...tree.scopeOf.values()].some(({ bindings }) => bindings.has(name))
  return [...preferred, 'handle', 'handleRequest', 'listen'].find((one) => !isTaken(one))
}
