import type * as t from '@babel/types'
import { functionOfBinding } from '../analyse/callees.ts'
import { findEntry } from '../analyse/entry.ts'
import { readWrapCall, type WrapperShape } from '../analyse/wrappers.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import { reindent } from '../recipes/layout.ts'
import type { Edit } from '../syntax/edits.ts'
import { editExpanded } from '../syntax/expansion.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt } from '../syntax/lines.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { isParseFailure, type SourceFile } from '../syntax/parse.ts'
import { analyseScopes, bindingAt, isNameTaken } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'
import type { SharedFunctions } from './shared-model.ts'

/**
 * `export default chain(limit({ most: 5 }), handler)`, where the wrapper calls one after the other until one has answered, as the same program with one handler, that
 * calls the others first. What calls made at the start of the module gave is still made there, once. Null for any other file.
 */
export function joinHandlers(module: SourceModule, shared: SharedFunctions): SourceModule | null {
  const { file, tree } = module
  const entry = findEntry(file.ast, tree)
  if (entry.kind !== 'call') return null
  const { callee, calls } = readWrapCall(entry.call)
  const { list, level, index, inner } = shared.followWrapper(callee, module)?.callee.wrapper.shape ?? NO_LIST
  const handlers = calls[level]?.arguments.slice(index) ?? []
  const last = handlers.pop()
  if (!list || !last || handlers.length === 0 || !stopsAtAnswer(list.loop, inner)) return null
  // A remark between them has no place in the one handler.
  if ([...handlers, last].some((node) => node.leadingComments ?? node.trailingComments)) return null
  const first = nameFirst(handlers.map(uncast), entry.place, module)
  const called = first && callFirst(first, uncast(last), module)
  if (!called) return null
  const gone: Edit = { start: startOf(handlers[0] ?? last), end: startOf(last), pieces: [] }
  const written = editExpanded(file, [...first.made, gone, ...called])
  return isParseFailure(written) ? null : { ...module, file: written, tree: analyseScopes(written.ast) }
}

const NO_LIST: Partial<WrapperShape> & Pick<WrapperShape, 'level' | 'index'> = { level: 0, index: 0 }

/** The loop does nothing but to call each with `req` and `res`, and to ask `res` after it. */
function stopsAtAnswer({ body }: t.ForOfStatement, inner: WrapperShape['inner'] | undefined): boolean {
  const [call, test, more] = body.type === 'BlockStatement' ? body.body : []
  const [, res] = inner?.params ?? []
  // Without `await`, a handler that waits has not answered yet when `res` is asked.
  const run = call?.type === 'ExpressionStatement' ? uncast(call.expression) : null
  const value = run?.type === 'AssignmentExpression' ? uncast(run.right) : run
  if (value?.type !== 'AwaitExpression') return false
  if (test?.type !== 'IfStatement' || test.alternate || more) return false
  const asked = uncast(test.test)
  const isAsked =
    isMember(asked) &&
    asked.object.type === 'Identifier' &&
    res?.type === 'Identifier' &&
    asked.object.name === res.name
  const { consequent } = test
  const [way, other] = consequent.type === 'BlockStatement' ? consequent.body : [consequent]
  const leaves = way?.type === 'BreakStatement' || (way?.type === 'ReturnStatement' && !way.argument)
  return isAsked && sentFlags.has(memberName(asked) ?? '') && leaves && !other
}

/** The calls of the first handlers, and what stands in front of the export for them. */
interface First {
  /** What calls each of them. */
  names: readonly string[]
  /** Calls that make a handler, and handlers without a name: each a constant. */
  made: readonly Edit[]
}

/** Null where one of them is not a handler for sure. */
function nameFirst(handlers: readonly Node[], place: t.Statement, { file, tree }: SourceModule): First | null {
  const names: string[] = []
  const made: Edit[] = []
  for (const node of handlers) {
    const text = file.text.slice(startOf(node), endOf(node))
    const isNamed = isMember(node) && !node.computed && node.object.type === 'Identifier'
    const maker = node.type === 'CallExpression' && node.callee.type === 'Identifier' ? node.callee.name : null
    if (node.type === 'Identifier' || isNamed) names.push(text)
    else if (maker === null && !isPlainFunction(node)) return null
    else {
      const wanted = madeName(maker ?? '')
      const isFree = (name: string): boolean => !names.includes(name) && !isNameTaken(tree, name, file.ast.program)
      const name = [wanted, `${wanted}First`, `${wanted}Before`, `${wanted}Again`].find(isFree)
      if (!name) return null
      names.push(name)
      const start = startOf(place)
      const end = `${detectStyle(file).semicolon}${text.includes('\n') ? '\n\n' : '\n'}`
      made.push({ start, end: start, pieces: [`const ${name} = `, { from: startOf(node), to: endOf(node) }, end] })
      made.push(...reindent(file, node, ''))
    }
  }
  return { names, made }
}

/** The last handler with the calls at its start; where it has a name, a function that calls them and then it. */
function callFirst({ names }: First, last: Node, { file, tree }: SourceModule): Edit[] | null {
  const { indent, semicolon } = detectStyle(file)
  const outer = indentAt(file.text, startOf(last))
  const write = (req: string, res: string): string =>
    names
      .flatMap((name) => [`await ${name}(${req}, ${res})`, `if (${res}.headersSent) return`])
      .map((line) => `\n${outer}${indent}${line}${semicolon}`)
      .join('')
  const [start, end] = [startOf(last), endOf(last)]
  if (last.type === 'Identifier') {
    // One that does not take `res` does not answer by itself.
    const taken = functionOfBinding(bindingAt(tree, last))?.params.length ?? 2
    const given = ['req', 'res'].slice(0, taken).join(', ')
    const rest = `\n${outer}${indent}return ${last.name}(${given})${semicolon}\n${outer}}`
    return [{ start, end, pieces: [`async (req, res) => {${write('req', 'res')}${rest}`] }]
  }
  if (!isPlainFunction(last) || last.generator || last.body.type !== 'BlockStatement') return null
  const [req, res, more] = last.params
  if (req?.type !== 'Identifier' || (res && res.type !== 'Identifier') || more) return null
  const hasRoom = res || (!isNameTaken(tree, 'res', last) && file.text.slice(start, startOf(req)).endsWith('('))
  if (!hasRoom) return null
  const added: Edit[] = res ? [] : [{ start: endOf(req), end: endOf(req), pieces: [', res'] }]
  const called = calledInside(last.body, write(req.name, res?.name ?? 'res'), `\n${outer}`, { file, indent })
  return [...(last.async ? [] : [{ start, end: start, pieces: ['async '] }]), ...added, ...called]
}

/** A body on one line would stand behind the last `return`, as its value where no semicolon ends it: it gets lines of its own. */
function calledInside(
  body: t.BlockStatement,
  calls: string,
  line: string,
  { file, indent }: { file: SourceFile; indent: string },
): Edit[] {
  const inside = startOf(body) + 1
  const gap = /^[ \t]*/.exec(file.text.slice(inside))?.[0].length ?? 0
  if (/^\r?\n/.test(file.text.slice(inside + gap))) return [{ start: inside, end: inside, pieces: [calls] }]
  const close = endOf(body) - 1
  const before = file.text.slice(inside + gap, close).trimEnd()
  const start = inside + gap + before.length
  const isOneLine = !file.text.slice(start, close).includes('\n')
  if (before === '') return [{ start: inside, end: close, pieces: [calls, line] }]
  return [
    { start: inside, end: inside + gap, pieces: [calls, line, indent] },
    ...(isOneLine ? [{ start, end: close, pieces: [line] }] : []),
  ]
}

/** `useIPLimit` makes an `ipLimit`. */
function madeName(maker: string): string {
  const made = /^(?:use|with|create|make|build|get|new)(?=[A-Z])(.*)$/.exec(maker)?.[1]
  return made?.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase()) ?? 'guard'
}
