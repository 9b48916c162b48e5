import type * as t from '@babel/types'
import { isMember, memberName, numberValue, stringValue, withCasts } from '../../syntax/match.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { kindOf } from '../../syntax/value-kind.ts'
import { type AnswerRead, isEqualTo, NOT_OF_HANDLERS, readOf, saidInstead } from './answer-read.ts'
import { expectationOf } from './expectation.ts'

/** node-mocks-http@1.18.1 lib/mockResponse.js. */
export function readMockAnswer(
  member: t.MemberExpression | t.OptionalMemberExpression,
  tree: ScopeTree,
): AnswerRead | null {
  const name = memberName(member)
  if (name === 'statusCode')
    return isWritten(member) ? null : readOf('status', member, { expects: expected(member, tree) })
  const call = parentOf(member)
  if (call?.type !== 'CallExpression' || call.callee !== member) return null
  const [argument, other] = call.arguments
  if (name === 'getHeader' || name === 'get')
    return argument && !other && stringValue(argument) !== null ? headerRead(call, argument, tree) : null
  if (argument) return null
  switch (name) {
    case '_getStatusCode':
      return readOf('status', call, { expects: expected(call, tree) })
    case '_getJSONData':
      return readOf('json', call)
    case '_getData':
      return dataRead(call, tree)
    case '_getHeaders': {
      const of = parentOf(call)
      const key = isMember(of) && of.object === call ? memberName(of) : null
      return isMember(of) && key !== null && key === key.toLowerCase() ? headerRead(of, key, tree) : null
    }
    case '_getRedirectUrl': {
      const found = expectationOf(call, tree)
      return found && isEqualTo(found, isPath) ? readOf('location', call) : null
    }
    case '_isEndCalled': {
      const found = expectationOf(call, tree)
      const isTrue = found?.matcher === 'toBeTruthy' || (found && isEqualTo(found, isTrueLiteral))
      if (!found || found.isNot || !isTrue) return null
      return readOf('ended', call, { said: saidInstead(found, ['.toBeInstanceOf(Response)']) })
    }
    default:
      return null
  }
}

/** What was sent may be an object in the mock: as JSON, or compared with a text, it was none. */
function dataRead(call: t.CallExpression, tree: ScopeTree): AnswerRead | null {
  const outer = parentOf(withCasts(call))
  if (outer?.type === 'CallExpression' && outer.arguments.length === 1 && isJsonParse(outer.callee))
    return readOf('json', outer)
  const found = expectationOf(call, tree)
  if (!found) return null
  const isText =
    isEqualTo(found, (node) => kindOf(node, tree) === 'string') ||
    (/^to(?:Contain|Match)$/.test(found.matcher) &&
      found.args.length === 1 &&
      (found.args[0]?.type === 'RegExpLiteral' || kindOf(found.args[0], tree) === 'string'))
  return isText && !found.isNot ? readOf('text', call) : null
}

function headerRead(node: Node, name: Node | string, tree: ScopeTree): AnswerRead | null {
  const text = typeof name === 'string' ? name : (stringValue(name) ?? '')
  const found = expectationOf(node, tree)
  const [argument] = found?.args ?? []
  const value =
    found && !found.isNot && isEqualTo(found, (one) => stringValue(one) !== null) ? stringValue(argument) : null
  // Numbers and lists are texts on the way; one that is not there is null, and was undefined.
  if (value === null || NOT_OF_HANDLERS.test(text)) return null
  return readOf('header', node, { name: typeof name === 'string' ? null : name, value })
}

const isTrueLiteral = (node: Node): boolean => node.type === 'BooleanLiteral' && node.value

/** Without a redirect it is an empty text in the mock, and null in a Response. */
const isPath = (node: Node): boolean =>
  node.type === 'TemplateLiteral' ? (node.quasis[0]?.value.raw ?? '') !== '' : (stringValue(node) ?? '') !== ''

const expected = (node: Node, tree: ScopeTree): number | null => {
  const found = expectationOf(node, tree)
  return found && !found.isNot && isEqualTo(found, (one) => numberValue(one) !== null)
    ? numberValue(found.args[0])
    : null
}

function isJsonParse(node: Node): boolean {
  return (
    isMember(node) && memberName(node) === 'parse' && node.object.type === 'Identifier' && node.object.name === 'JSON'
  )
}

function isWritten(member: Node): boolean {
  const parent = parentOf(member)
  return (
    (parent?.type === 'AssignmentExpression' && parent.left === member) ||
    parent?.type === 'UpdateExpression' ||
    (parent?.type === 'UnaryExpression' && parent.operator === 'delete')
  )
}
