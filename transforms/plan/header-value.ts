import type * as t from '@babel/types'
import { freeName, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { Effect } from '../model/response.ts'
import type { Piece } from '../syntax/edits.ts'
import { isKnownPresent } from '../syntax/absence.ts'
import { isConstant, isMember, memberName, numberValue, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { quoted } from '../syntax/style.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { isEnvironment, kindOf } from '../syntax/value-kind.ts'

/** The name of a header where the code states it. */
export function headerName(name: Node | string): string | null {
  return typeof name === 'string' ? name : stringValue(name)
}

export function isSetCookie(effect: Effect): boolean {
  return effect.kind === 'header' && headerName(effect.name)?.toLowerCase() === 'set-cookie'
}

/**
 * The string expressions that a header's value comes to: one, or several lines of Set-Cookie. Null when it may be a
 * string or a list (only asked for Set-Cookie, where the lines must stay apart).
 */
export function headerValues(effect: Effect, at: Lowering): Piece[][] | null {
  if (effect.kind !== 'header' || effect.value === null) return []
  const value = uncast(effect.value)
  const list = listOf(value, at)
  if (isSetCookie(effect)) {
    if (list)
      return list.elements.every((e) => e && e.type !== 'SpreadElement')
        ? list.elements.map((e) => text(e as Node, at))
        : null
    return kindOf(value, at.tree) === 'string' || isSerializeCall(value) ? [text(value, at)] : null
  }
  if (list && value === list && isConstant(list))
    return [[quoted(at.style, list.elements.map((e) => stringValue(e) ?? String(numberValue(e) ?? '')).join(', '))]]
  if (list) return [[slice(value), `.join(${quoted(at.style, ', ')})`]]
  return [text(value, at)]
}

/** `serialize(...)` and `cookie.serialize(...)` give one cookie. */
function isSerializeCall(node: Node): boolean {
  if (node.type !== 'CallExpression') return false
  const callee = uncast(node.callee)
  return callee.type === 'Identifier'
    ? /^(serialize|serializeCookie|stringifyCookie|createCookie)/.test(callee.name)
    : callee.type === 'MemberExpression' &&
        callee.property.type === 'Identifier' &&
        (/^(serialize|stringify)/.test(callee.property.name) || isHeaderOfCookie(callee))
}

/** `new Cookies.Cookie(name, value).toHeader()` of the package cookies. */
function isHeaderOfCookie({ object, property }: t.MemberExpression): boolean {
  const made = property.type === 'Identifier' && property.name === 'toHeader' ? uncast(object) : null
  return made?.type === 'NewExpression' && isMember(made.callee) && memberName(made.callee) === 'Cookie'
}

function listOf(node: Node, at: Lowering): t.ArrayExpression | null {
  if (node.type === 'ArrayExpression') return node
  if (node.type !== 'Identifier') return null
  const binding = bindingAt(at.tree, node)
  if (binding?.kind !== 'const' || binding.declaration.type !== 'VariableDeclarator' || !binding.declaration.init)
    return null
  const init = uncast(binding.declaration.init)
  return init.type === 'ArrayExpression' && isConstant(init) ? init : null
}

/** The value as a string expression. */
function text(node: Node, at: Lowering): Piece[] {
  const literal = numberValue(node)
  if (literal !== null) return [quoted(at.style, String(literal))]
  if (kindOf(node, at.tree) === 'string' || isSerializeCall(uncast(node))) return [slice(node)]
  const named = headerVariable(node, at)
  if (named === 'present') return [slice(node)]
  const said = (): void => note(at, 'PA213', 'note', node, { text: snippet(at.file, node) })
  if (named === 'maybe' || isEnvironment(node) || isHeaderRead(node)) {
    said()
    return [slice(node), ` ?? ${at.style.quote}${at.style.quote}`]
  }
  const core = uncast(node)
  if (core.type === 'LogicalExpression' && core.operator !== '&&' && kindOf(core.right, at.tree) === 'string')
    return [slice(node)]
  if (
    core.type === 'ConditionalExpression' &&
    [core.consequent, core.alternate].every((e) => kindOf(e, at.tree) === 'string')
  )
    return [slice(node)]
  said()
  return ['String(', slice(node), ')']
}

/** `const origin = req.headers.origin`: a string where a test around says so. */
function headerVariable(node: Node, at: Lowering): 'present' | 'maybe' | null {
  const name = uncast(node)
  const binding = name.type === 'Identifier' ? bindingAt(at.tree, name) : null
  if (binding?.declaration.type !== 'VariableDeclarator' || binding.kind !== 'const') return null
  const { id, init } = binding.declaration
  const isRead =
    Boolean(init) &&
    (id.type === 'Identifier' ? isHeaderRead(init as Node) : id.type === 'ObjectPattern' && isHeaders(init as Node))
  return isRead ? (isKnownPresent(name, binding.name, binding.id) ? 'present' : 'maybe') : null
}

function isHeaders(node: Node): boolean {
  const at = uncast(node)
  return at.type === 'MemberExpression' && at.property.type === 'Identifier' && at.property.name === 'headers'
}

/** `req.headers.origin`: null in App where it is missing. */
function isHeaderRead(node: Node): boolean {
  const at = uncast(node)
  return (
    at.type === 'MemberExpression' &&
    at.object.type === 'MemberExpression' &&
    at.object.property.type === 'Identifier' &&
    at.object.property.name === 'headers'
  )
}

/** One or several cookies, not known which: appended one by one. */
export function cookieLoop(effect: Effect, at: Lowering, clearFirst: boolean): Piece[][] {
  if (effect.kind !== 'header' || effect.value === null) return []
  const name = quoted(at.style, 'Set-Cookie')
  const each = freeName(at.tree, at.fn, 'cookie', 'setCookie', 'value')
  const loop: Piece[] = [
    `for (const ${each} of [`,
    slice(effect.value),
    `].flat()) ${at.names.headers}.append(${name}, ${each})`,
  ]
  return clearFirst && effect.mode === 'set' ? [[`${at.names.headers}.delete(${name})`], loop] : [loop]
}

function slice(node: Node): Piece {
  return { from: startOf(node), to: endOf(node) }
}
