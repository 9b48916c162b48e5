import type { Flow, GuardSite } from '../analyse/flow-model.ts'
import { block, newName, type Lowering } from '../concerns/lowering.ts'
import { withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
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
      emitMiddleware(guard, `const ${name} = ${wait}`, name, at, indentAt)
      continue
    }
    // A Promise is always truthy: without await the old test looked at something else.
    const isUnawaited = guard.call.callee.fn.async === true && !isAwaited(guard.call.node)
    if (!summary || isUnawaited || !isTellingTest(guard, summary.returns)) {
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
      at.edits.push({
        start: startOf(test.test),
        end: endOf(test.test),
        pieces: [`${name} instanceof Response`],
      })
      replaceReturn(test.consequent, `return ${name}`, at)
      continue
    }
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
    const inner = at.edits.filter((e) => e.start >= startOf(call) && e.end <= endOf(call) && e.start < e.end)
    at.edits = at.edits.filter((e) => !inner.includes(e))
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
      at.edits[index] = { ...edit, pieces: [edit.pieces[0] ?? '', renderCall(call, inner, at), edit.pieces[2] ?? ''] }
    replaceReturn(test.consequent, `return ${name}`, at)
  }
}

function isAwaited(call: Node): boolean {
  return parentOf(withCasts(call))?.type === 'AwaitExpression'
}

function renderCall(
  call: Node,
  inner: readonly { start: number; end: number; pieces: readonly unknown[] }[],
  at: Lowering,
): string {
  const text = at.file.text
  const flat = (pieces: readonly unknown[]): string =>
    pieces
      .map((p) => (typeof p === 'string' ? p : text.slice((p as { from: number }).from, (p as { to: number }).to)))
      .join('')
  const sorted = [...inner].sort((a, b) => a.start - b.start || b.end - a.end)
  let out = ''
  let from = startOf(call)
  for (const edit of sorted) {
    if (edit.start < from) continue
    out += text.slice(from, edit.start) + flat(edit.pieces)
    from = edit.end
  }
  return out + text.slice(from, endOf(call))
}

/** `await requireUser(req, res, next)`: what it answers is the answer. */
function emitMiddleware(
  { call, test }: GuardSite,
  start: string,
  name: string,
  at: Lowering,
  indentAt: (position: number) => string,
): void {
  const { semicolon } = at.style
  const text = `${semicolon}\n${indentAt(startOf(test))}if (${name}) return ${name}${semicolon}`
  at.edits.push({ start: startOf(test), end: startOf(call.node), pieces: [start] })
  at.edits.push({ start: endOf(call.node), end: endOf(test), pieces: [text] })
}

function ensureAwait(guard: GuardSite, at: Lowering): void {
  const [declarator] = guard.declaration?.declarations ?? []
  if (declarator?.init && declarator.init.type !== 'AwaitExpression')
    at.edits.push({ start: startOf(declarator.init), end: startOf(declarator.init), pieces: ['await '] })
}

function isTellingTest(
  guard: GuardSite,
  returns: { answered: readonly string[]; unanswered: readonly string[] },
): boolean {
  const [answered, unanswered] = guard.negated ? ['falsy', 'truthy'] : ['truthy', 'falsy']
  return returns.answered.every((r) => r === answered) && returns.unanswered.every((r) => r === unanswered)
}

function replaceReturn(node: Node, text: string, at: Lowering): void {
  const statement = node.type === 'BlockStatement' ? node.body[0] : node
  if (statement?.type !== 'ReturnStatement') return
  const semicolon = at.file.text[endOf(statement) - 1] === ';' ? ';' : ''
  at.edits.push({ start: startOf(statement), end: endOf(statement), pieces: [text + semicolon] })
}
