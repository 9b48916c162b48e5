import type { Flow, GuardSite, Returned, Truth } from '../analyse/flow-model.ts'
import { isFalsy, isMetBy } from '../analyse/guard-tests.ts'
import { passesOn } from '../analyse/middleware.ts'
import { block, newName, type Lowering } from '../concerns/lowering.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { withCasts } from '../syntax/match.ts'
import { leaves } from '../syntax/completion.ts'
import { commentEnd, outerRange } from '../syntax/lines.ts'
import { endOf, isListHolder, listOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'

/**
 * `if (!(await requireUser(req, res))) return` and `const user = await requireUser(req, res); if (!user) return`:
 * the helper now returns the Response itself, and the test asks for that. Only where what the helper returned after
 * answering, and what it returned otherwise, are told apart by the old test in every case.
 */
export function emitGuards(
  flow: Flow,
  input: FunctionInput,
  at: Lowering,
  indentAt: (position: number) => string,
): void {
  const names = ['denied', 'response', 'answer', 'deniedToo', 'responseToo', 'answerToo']
  for (const guard of flow.guards) {
    const { test } = guard
    const summary = input.summaries.get(guard.call.callee)
    if (test.type !== 'IfStatement') {
      const name = newName(at, ...names)
      const wait = guard.call.callee.fn.async || summary?.becameAsync ? 'await ' : ''
      const isPlain = passesOn(guard.call.node) || summary?.returns.unanswered.every(isFalsy)
      const asked = isPlain ? name : `${name} instanceof Response`
      emitAnswered(guard, { start: `const ${name} = ${wait}`, name, asked }, at, indentAt)
      continue
    }
    // A Promise is always truthy: without await the old test looked at something else.
    const isUnawaited = guard.call.callee.fn.async === true && !isAwaited(guard.call.node)
    if (!summary || isUnawaited || !(guard.isOpen || isTellingTest(guard, summary.returns))) {
      block(at, 'PA522', guard.test)
      continue
    }
    const { semicolon } = at.style
    const isAsync = guard.call.callee.fn.async === true || summary.becameAsync
    const head = isAsync ? 'await ' : ''
    if (guard.declaration) {
      const [declarator] = guard.declaration.declarations
      const name = declarator?.id.type === 'Identifier' ? declarator.id.name : ''
      if (declarator?.id.type === 'Identifier' && declarator.id.typeAnnotation)
        at.edits.push({
          start: startOf(declarator.id.typeAnnotation),
          end: endOf(declarator.id.typeAnnotation),
          pieces: [],
        })
      if (isAsync) ensureAwait(guard, at)
      if (guard.isOpen) {
        returnEarly(guard, name, at, indentAt)
        continue
      }
      at.edits.push({
        start: startOf(test.test),
        end: endOf(test.test),
        pieces: [`${name} instanceof Response`],
      })
      replaceReturn(test.consequent, `return ${name}`, at)
      continue
    }
    if (!hasRoomBefore(test, at)) {
      block(at, 'PA321', guard.call.node)
      continue
    }
    const before = parentOf(test)
    if (before?.type === 'IfStatement' && at.isLive(before.test))
      at.edits.push({
        start: endOf(before.consequent),
        end: startOf(test),
        pieces: [`\n${indentAt(startOf(before))}`],
      })
    const name = newName(at, ...names)
    const call = guard.call.node
    at.edits.push({
      start: startOf(guard.test),
      end: startOf(guard.test),
      pieces: [
        `const ${name} = ${head}`,
        { from: startOf(call), to: endOf(call) },
        `${semicolon}\n${indentAt(startOf(guard.test))}`,
      ],
    })
    const inner = at.edits.filter((e) => isInside(e, call))
    at.edits = at.edits.filter((e) => !inner.includes(e))
    if (guard.isOpen) replaceValue(call, name, at)
    else
      at.edits.push({
        start: startOf(test.test),
        end: endOf(test.test),
        pieces: [`${name} instanceof Response`],
      })
    // The call moves in front of the test: its own edits move with it, as text.
    const index = at.edits.findIndex(
      (e) => e.start === startOf(guard.test) && e.end === e.start && e.pieces[0] === `const ${name} = ${head}`,
    )
    const edit = at.edits[index]
    if (edit)
      at.edits[index] = {
        ...edit,
        pieces: [edit.pieces[0] ?? '', render(at.file.text, inner, startOf(call), endOf(call)), edit.pieces[2] ?? ''],
      }
    if (guard.isOpen) returnEarly(guard, name, at, indentAt)
    else replaceReturn(test.consequent, `return ${name}`, at)
  }
}

/** The test stays for those who were not answered. An answer is returned in front of it: right away, where nothing is done between. */
function returnEarly(
  { declaration, test }: GuardSite,
  name: string,
  at: Lowering,
  indentAt: (position: number) => string,
): void {
  const line = `if (${name} instanceof Response) return ${name}${at.style.semicolon}`
  const holder = parentOf(test)
  const list = holder && isListHolder(holder) ? listOf(holder) : []
  const isNext = declaration !== null && list.indexOf(test) === list.indexOf(declaration) + 1
  const place = isNext ? commentEnd(at.file.text, endOf(declaration)) : startOf(test)
  const indent = `\n${indentAt(startOf(test))}`
  at.edits.push({ start: place, end: place, pieces: isNext ? [indent, line] : [line, indent] })
}

/** The call with its `await` becomes the name; what was put around it has moved along. */
function replaceValue(call: Node, name: string, at: Lowering): void {
  const outer = withCasts(call)
  const parent = parentOf(outer)
  const range = outerRange(at.file.text, parent?.type === 'AwaitExpression' ? withCasts(parent) : outer)
  const isAround = ({ start, end, sticky }: Edit): boolean =>
    start === end && !sticky && (start === range.start || end === range.end)
  at.edits = at.edits.filter((edit) => !isAround(edit))
  at.edits.push({ ...range, pieces: [name] })
}

/**
 * A declaration can stand there: in a list of statements, where the method has opened what is around it, and after `else` where
 * all branches before it have left, so that it needs no `else`.
 */
function hasRoomBefore(test: Node, at: Lowering): boolean {
  const parent = parentOf(test)
  if (parent === null || isListHolder(parent)) return true
  if (parent.type !== 'IfStatement') return false
  // What is opened takes the place of its statement, where that may be: behind an `else` there is none.
  if (!at.isLive(parent.test)) return isOpenedInList(parent, at)
  if (!hasRoomBefore(parent, at)) return false
  const between = at.file.text.slice(endOf(parent.consequent), startOf(test))
  return parent.alternate === test && leaves(parent.consequent) && /^\s*else\s*$/.test(between)
}

function isOpenedInList(test: Node, at: Lowering): boolean {
  const parent = parentOf(test)
  if (parent === null || isListHolder(parent)) return true
  return parent.type === 'IfStatement' && !at.isLive(parent.test) && isOpenedInList(parent, at)
}

/** Of the call itself: what is put in front of it stays with the test. */
function isInside({ start, end }: Edit, call: Node): boolean {
  return start >= startOf(call) && end <= endOf(call) && (start < end || (start > startOf(call) && end < endOf(call)))
}

function isAwaited(call: Node): boolean {
  return parentOf(withCasts(call))?.type === 'AwaitExpression'
}

/** `await requireUser(req, res, next)`, or `if (res.headersSent) return` after the call: what it answers is the answer. */
function emitAnswered(
  { call, test }: GuardSite,
  { start, name, asked }: Record<'start' | 'name' | 'asked', string>,
  at: Lowering,
  indentAt: (position: number) => string,
): void {
  const { semicolon } = at.style
  const text = `${semicolon}\n${indentAt(startOf(test))}if (${asked}) return ${name}${semicolon}`
  at.edits.push({ start: startOf(test), end: startOf(call.node), pieces: [start] })
  at.edits.push({ start: endOf(call.node), end: endOf(test), pieces: [text] })
}

function ensureAwait(guard: GuardSite, at: Lowering): void {
  const [declarator] = guard.declaration?.declarations ?? []
  if (declarator?.init && declarator.init.type !== 'AwaitExpression')
    at.edits.push({ start: startOf(declarator.init), end: startOf(declarator.init), pieces: ['await '] })
}

function isTellingTest(
  { asked }: GuardSite,
  returns: { answered: readonly Truth[]; unanswered: readonly Returned[] },
): boolean {
  return (
    returns.answered.every((truth) => isMetBy(truth, asked) === true) &&
    returns.unanswered.every((truth) => isMetBy(truth, asked) === false)
  )
}

function replaceReturn(node: Node, text: string, at: Lowering): void {
  const statement = node.type === 'BlockStatement' ? node.body[0] : node
  if (statement?.type !== 'ReturnStatement') return
  const semicolon = at.file.text[endOf(statement) - 1] === ';' ? ';' : ''
  at.edits.push({ start: startOf(statement), end: endOf(statement), pieces: [text + semicolon] })
}
