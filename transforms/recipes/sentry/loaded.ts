import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { removalRange } from '../../syntax/lines.ts'
import { isQuiet, keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, isFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'

/**
 * A wrapper that the function loads where it is used: `const { wrapApiHandlerWithSentry } = await import('@sentry/nextjs')`. What the handler
 * returns comes through it (8.0.0 and 9.15.0, common/pages-router-instrumentation/wrapApiHandlerWithSentry).
 */
export interface LoadedWrapper {
  name: string
  /** The statement that loads it, and nothing else. */
  statement: t.VariableDeclaration
}

/** Null for a callee that is loaded in another way, or used for more than this call. */
export function loadedWrapper(callee: Node, { tree }: SourceModule): LoadedWrapper | null {
  const at = uncast(callee)
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  const declarator = binding?.kind === 'const' ? binding.declaration : null
  const statement = declarator ? parentOf(declarator) : null
  if (declarator?.type !== 'VariableDeclarator' || statement?.type !== 'VariableDeclaration') return null
  const loaded = declarator.init?.type === 'AwaitExpression' ? declarator.init.argument : null
  const [source] = loaded?.type === 'CallExpression' && loaded.callee.type === 'Import' ? loaded.arguments : []
  const [property, ...others] = declarator.id.type === 'ObjectPattern' ? declarator.id.properties : []
  const isAlone = statement.declarations.length === 1 && others.length === 0 && binding?.references.length === 1
  if (source?.type !== 'StringLiteral' || source.value !== '@sentry/nextjs' || !isAlone) return null
  const name = property?.type === 'ObjectProperty' ? keyName(property) : null
  return name === null ? null : { name, statement }
}

/**
 * The statement that loads the wrapper goes with it. Where the wrapper stood in one of two branches that do the same without it
 * (`if (!route) result = await handler(req, res); else { ...; result = await wrapApiHandlerWithSentry(handler, route)(req, res) }`), so
 * does the question.
 */
export function withoutLoading(
  call: t.CallExpression,
  handler: Node,
  { statement }: LoadedWrapper,
  module: SourceModule,
): Edit[] {
  const unwrapped: Edit = { start: startOf(call), end: endOf(call), pieces: [sliceOf(handler)] }
  const branch = parentOf(statement)
  const choice = branch ? parentOf(branch) : null
  const plain = choice?.type === 'IfStatement' ? otherBranch(choice, branch) : null
  const [own, ...more] = branch?.type === 'BlockStatement' ? branch.body.filter((s) => s !== statement) : []
  const { text } = module.file
  if (choice?.type === 'IfStatement' && plain && own && more.length === 0 && isCalm(choice.test)) {
    const before = text.slice(startOf(own), startOf(call)) + text.slice(startOf(handler), endOf(handler))
    const isSame = before + text.slice(endOf(call), endOf(own)) === text.slice(startOf(plain), endOf(plain))
    const hasComment = (module.file.ast.comments ?? []).some(
      ({ start }) => startOf(choice) <= (start ?? 0) && (start ?? 0) < endOf(choice),
    )
    if (isSame && !hasComment) return [{ start: startOf(choice), end: endOf(choice), pieces: [sliceOf(plain)] }]
  }
  return [unwrapped, { ...removalRange(module.file, statement), pieces: [] }]
}

/** Whether a `catch` of the function is around the call: the SDK then saw an error before the catch did. */
export function isCaught(call: Node): boolean {
  for (let [at, up] = [call, parentOf(call)]; up && !isFunction(up); [at, up] = [up, parentOf(up)])
    if (up.type === 'TryStatement' && up.block === at && up.handler) return true
  return false
}

/** The one statement of the branch that is not this one. */
function otherBranch({ consequent, alternate }: t.IfStatement, branch: Node | null): Node | null {
  const other = branch === consequent ? alternate : consequent
  if (other?.type !== 'BlockStatement') return other ?? null
  const [only, ...others] = other.body
  return only && others.length === 0 ? only : null
}

/** `process.env.NODE_ENV === 'development' || !route`: nothing is missed when nobody asks. */
function isCalm(node: Node): boolean {
  const at = uncast(node)
  if (at.type === 'LogicalExpression' || (at.type === 'BinaryExpression' && /^[!=]==?$/.test(at.operator)))
    return isCalm(at.left) && isCalm(at.right)
  return at.type === 'UnaryExpression' ? isCalm(at.argument) : isQuiet(at)
}
