import type * as t from '@babel/types'
import { freeName } from '../concerns/lowering.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt } from '../syntax/lines.ts'
import { isCall, isMember, memberName, numberValue, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import {
  endOf,
  functionAround,
  isFunction,
  isListHolder,
  isPlainFunction,
  listOf,
  type Node,
  parentOf,
  startOf,
  walk,
} from '../syntax/tree.ts'
import { sliceOf } from './call.ts'
import type { Shorthand } from './recipe.ts'

/**
 * `await workbook.xlsx.write(res)` of exceljs. It makes the whole file in memory before the first byte leaves, and ends the stream (exceljs@4.4.0
 * lib/xlsx/xlsx.js `write`, `_finalize`; lib/utils/zip-stream.js `finalize`: `generateAsync`, then `stream.end(content)`): what fails before that was
 * answered by the handler. So it is written out as what `writeBuffer` gives, which is the same with a stream in memory. What is set or ended after it
 * was nothing any more.
 */
export const exceljs: Shorthand = {
  id: 'exceljs',
  codes: [],
  packages: [],
  concerns: ({ file }) => /\.xlsx\s*\.write\(/.test(file.text),
  expand: (module) => {
    const edits: Edit[] = []
    walk(module.file.ast.program, (node) => {
      const found =
        node.type === 'ExpressionStatement' || node.type === 'ReturnStatement' ? findWrite(node, module) : null
      if (found) edits.push(...(found.chained ? writeOutChain(found, found.chained) : writeOut(found, module)))
      return undefined
    })
    return { edits, notes: [], blockers: [] }
  },
}

interface Written {
  statement: t.ExpressionStatement | t.ReturnStatement
  call: t.CallExpression
  /** `workbook.xlsx.write` */
  callee: t.MemberExpression
  response: Binding
  fn: Node
  /** What follows it in its list: nothing that is sent. */
  rest: readonly Node[]
  /** The callback of `.then(() => res.end())`. */
  chained: t.ArrowFunctionExpression | t.FunctionExpression | null
}

function findWrite(statement: Written['statement'], module: SourceModule): Written | null {
  const value = statement.type === 'ReturnStatement' ? statement.argument : statement.expression
  const core = value ? uncast(value) : null
  const isAwaited = core?.type === 'AwaitExpression'
  const outer = isAwaited ? uncast(core.argument) : core
  const then = thenOf(outer)
  const call = then ? then.call : outer
  const fn = functionAround(statement)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || !isWriter(call.callee)) return null
  const [target, ...more] = call.arguments
  if (
    !fn ||
    !isFunction(fn) ||
    !isPlainFunction(fn) ||
    fn.generator ||
    target?.type !== 'Identifier' ||
    more.length > 1
  )
    return null
  const response = bindingAt(module.tree, target)
  // Where nobody waits for it, what it throws is nobody's.
  if (!response || fn.params[1] !== response.id || !(isAwaited || statement.type === 'ReturnStatement')) return null
  const holder = parentOf(statement)
  if (!holder || !isListHolder(holder)) return null
  const rest = listOf(holder).slice(listOf(holder).indexOf(statement) + 1)
  const isLast = statement.type === 'ReturnStatement' ? rest.length === 0 : isOver(rest, response, module)
  const isWhole = !then || then.callback.params.length === 0
  const inner = then?.callback.body
  const said = inner?.type === 'BlockStatement' ? inner.body : inner ? [inner] : []
  if (!isLast || !isWhole || !isOver(said, response, module)) return null
  // The value of the chain is that of its callback.
  if (!then && !isAwaited) return null
  return { statement, call, callee: call.callee, response, fn, rest, chained: then?.callback ?? null }
}

const isWriter = ({ object, ...callee }: t.MemberExpression): boolean =>
  memberName({ ...callee, object }) === 'write' && isMember(object) && memberName(object) === 'xlsx'

function thenOf(node: Node | null): { call: Node; callback: t.ArrowFunctionExpression | t.FunctionExpression } | null {
  if (node?.type !== 'CallExpression' || !isMember(node.callee) || memberName(node.callee) !== 'then') return null
  const [callback, other] = node.arguments
  const isOne = callback?.type === 'ArrowFunctionExpression' || callback?.type === 'FunctionExpression'
  return isOne && !other && !callback.async && !callback.generator
    ? { call: uncast(node.callee.object), callback }
    : null
}

/** Nothing more is sent: `res.end()`, `return res.status(200)`, `res.status(200).end()`. */
function isOver(rest: readonly Node[], response: Binding, module: SourceModule): boolean {
  return rest.every((statement) => {
    if (statement.type === 'EmptyStatement') return true
    const value =
      statement.type === 'ReturnStatement'
        ? statement.argument
        : statement.type === 'ExpressionStatement'
          ? statement.expression
          : statement
    if (!value) return true
    let at = uncast(value)
    while (isCall(at) && isMember(at.callee)) {
      const name = memberName(at.callee)
      const isNothing =
        name === 'end' ? at.arguments.length === 0 : name === 'status' && numberValue(at.arguments[0]) !== null
      if (!isNothing) return false
      at = uncast(at.callee.object)
    }
    return at.type === 'Identifier' && bindingAt(module.tree, at) === response
  })
}

/** `const buffer = await workbook.xlsx.writeBuffer()`, `res.end(buffer)` */
function writeOut(found: Written, module: SourceModule): Edit[] {
  const { statement, response, rest } = found
  const { file, tree } = module
  const { semicolon } = detectStyle(file)
  const fn = functionAround(statement)
  if (!fn || !isFunction(fn) || !isPlainFunction(fn)) return []
  const buffer = freeName(tree, fn, 'buffer', 'workbookBuffer', 'bytes')
  const last = rest[rest.length - 1] ?? statement
  const line = `\n${indentAt(file.text, startOf(statement))}`
  const isLeft = last.type === 'ReturnStatement'
  return [
    {
      start: startOf(statement),
      end: endOf(last),
      pieces: [
        `const ${buffer} = await `,
        ...bufferCall(found),
        `${semicolon}${line}${isLeft ? 'return ' : ''}${response.name}.end(${buffer})${semicolon}`,
      ],
    },
  ]
}

function writeOutChain(found: Written, callback: t.ArrowFunctionExpression | t.FunctionExpression): Edit[] {
  const { call, response } = found
  return [
    { start: startOf(call), end: endOf(call), pieces: bufferCall(found) },
    { start: startOf(callback), end: endOf(callback), pieces: [`(buffer) => ${response.name}.end(buffer)`] },
  ]
}

function bufferCall({ callee, call }: Written): Piece[] {
  const [, options] = call.arguments
  return [sliceOf(callee.object), '.writeBuffer(', ...(options ? [sliceOf(options)] : []), ')']
}
