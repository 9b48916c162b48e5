import type * as t from '@babel/types'
import { freeName, type Lowering } from '../concerns/lowering.ts'
import type { Use } from '../model/route.ts'
import { indentAt } from '../syntax/lines.ts'
import { isCall, isMember, memberName, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { readRaw } from './body-read.ts'
import { storeOf } from './collector.ts'

/**
 * `for await (const chunk of req)` with work of its own in the loop (a limit, a hash), with `bodyParser: false`. App: the same loop over
 * `request.body`, which is null for a request without one. Leaving it early ends the reading on both sides; a client that still sends may lose its
 * connection, as it did in Pages (measured: Next 13.5 to 16, 0.2 to 5 MB, at once and slowly). Pages hands on Buffers, App Uint8Arrays:
 * where the loop asks more of a piece than both have, it is made a Buffer first.
 */
export function lowerBodyLoop(use: Use, at: Lowering): boolean {
  const whole = withCasts(use.ref)
  const loop = parentOf(whole)
  if (!at.mayReadRaw || loop?.type !== 'ForOfStatement' || !loop.await || loop.right !== whole) return false
  const [declarator] = loop.left.type === 'VariableDeclaration' ? loop.left.declarations : []
  const binding = declarator?.id.type === 'Identifier' ? bindingAt(at.tree, declarator.id) : null
  if (!binding || declarator?.id.type !== 'Identifier' || binding.references.some(({ kind }) => kind === 'write'))
    return false
  readRaw(at, loop)
  const { request } = at.names
  const body = at.typed ? `(${request}.body ?? []) as unknown as AsyncIterable<Uint8Array>` : `${request}.body ?? []`
  at.edits.push({ start: startOf(whole), end: endOf(whole), pieces: [body] })
  if (!areBytes(binding, at, true)) makeBuffer(loop, declarator.id, at)
  return true
}

/** The piece gets another name, and its own goes to a Buffer of it. */
function makeBuffer(loop: t.ForOfStatement, piece: t.Identifier, at: Lowering): void {
  const { semicolon, indent } = at.style
  const name = freeName(at.tree, at.fn, 'bytes', 'part', 'piece')
  const statement = `const ${piece.name} = Buffer.from(${name})${semicolon}`
  at.edits.push({ start: startOf(piece), end: endOf(piece), pieces: [name] })
  const { body } = loop
  const base = indentAt(at.file.text, startOf(loop))
  const line = `\n${base}${indent}`
  if (body.type === 'BlockStatement')
    at.edits.push({ start: startOf(body) + 1, end: startOf(body) + 1, pieces: [`${line}${statement}`] })
  else
    at.edits.push({
      start: startOf(body),
      end: endOf(body),
      pieces: [`{${line}${statement}${line}`, { from: startOf(body), to: endOf(body) }, `\n${base}}`],
    })
}

/** Nothing is asked of the value that bytes of any kind would not do alike. `isPiece`: for the compiler it is a Uint8Array. */
function areBytes(binding: Binding, at: Lowering, isPiece: boolean): boolean {
  return binding.references.every(({ node, kind }) => kind === 'type' || isPlainUse(node, at, isPiece))
}

function isPlainUse(node: Node, at: Lowering, isPiece: boolean): boolean {
  const whole = withCasts(node)
  const parent = parentOf(whole)
  // `chunk as Buffer`
  const isOther = at.typed && isPiece && whole === node
  if (!parent) return false
  if (isMember(parent)) return parent.object === whole && /^(?:length|byteLength)$/.test(memberName(parent) ?? '')
  if (parent.type === 'UnaryExpression') return parent.operator === 'typeof'
  if (parent.type === 'ConditionalExpression' && parent.test !== whole) return !isOther && isPlainUse(parent, at, false)
  if (parent.type === 'VariableDeclarator' && parent.init === whole && parent.id.type === 'Identifier') {
    const named = bindingAt(at.tree, parent.id)
    return named?.kind === 'const' && areBytes(named, at, isOther)
  }
  if (!isCall(parent) || !isMember(parent.callee)) return false
  const { object } = parent.callee
  const name = memberName(parent.callee)
  if (object.type !== 'Identifier' || parent.arguments.length !== 1) return false
  if (object.name === 'Buffer') return name === 'from' || name === 'isBuffer'
  return name === 'push' && !isOther && isJoined(object, at)
}

/** A list of pieces that is only joined: `Buffer.concat(chunks)`. */
function isJoined(list: t.Identifier, at: Lowering): boolean {
  const binding = bindingAt(at.tree, list)
  const declaration = binding ? parentOf(binding.declaration) : null
  if (!binding || !declaration || !storeOf(declaration)) return false
  return binding.references.every(({ node, kind }) => {
    const parent = parentOf(withCasts(node))
    if (kind === 'type') return true
    if (isMember(parent)) return /^(?:push|length)$/.test(memberName(parent) ?? '')
    const isConcat = isCall(parent) && isMember(parent.callee) && memberName(parent.callee) === 'concat'
    return isConcat && parent.arguments[0] === withCasts(node)
  })
}
