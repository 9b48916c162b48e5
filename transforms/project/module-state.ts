import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import type { Binding } from '../syntax/scope.ts'
import { functionAround, type Node, parentOf } from '../syntax/tree.ts'

/** By its text: a module that need not be parsed keeps nothing from one request for the next. */
export function mayKeepState(text: string): boolean {
  return MAY_KEEP.test(text)
}

// The type of a constant may have arrows, and lines of its own.
const MAY_KEEP = /^\uFEFF?(?:export\s+)?(?:(?:let|var)\s|const\s+[\w$]+\s*(?::(?:[^=;]|=>)*)?=\s*(?:new\s|\[|\{))/m

/** Methods that change what they are called on: of Map, Set, WeakMap, arrays, and of the caches that are made like them. */
const CHANGES = /^(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|del|reset|incr)$/

/** A name in which a module keeps something from one request for the next. */
export interface KeptState {
  binding: Binding
  /** It is made when it is first asked for, and stays what it is: a client, a connection, a copy of settings, the mark of a warning. */
  isMadeOnce: boolean
}

/**
 * Variables that a function of the module assigns to, and objects that a function of it changes. What sits on `globalThis` is none of them, and
 * what hangs on an object (WeakMap) goes with it.
 */
export function findState({ tree }: SourceModule): KeptState[] {
  return [...tree.program.bindings.values()].flatMap((binding) => {
    const kept = stateOf(binding)
    return kept ? [{ binding, isMadeOnce: kept === 'made once' }] : []
  })
}

function stateOf({ declaration, references }: Binding): 'made once' | 'changes' | null {
  if (declaration.type !== 'VariableDeclarator') return null
  const used = references.filter(({ node, kind: use }) => use !== 'type' && functionAround(node) !== null)
  const writes = used.filter(({ kind: use }) => use === 'write')
  if (writes.length > 0) return writes.every(({ node }) => isMaking(parentOf(node), node)) ? 'made once' : 'changes'
  const init = declaration.init ? uncast(declaration.init) : null
  if (!init || !/^(?:New|Array|Object)Expression$/.test(init.type) || isWeak(init)) return null
  return used.some(({ node }) => isChanged(node)) ? 'changes' : null
}

/** `client = new Client()`, `client ??= await connect()`, `hasWarned = true`. */
function isMaking(assignment: Node | null, name: Node): boolean {
  if (assignment?.type !== 'AssignmentExpression' || assignment.left !== name) return false
  const value = uncast(assignment.right)
  return /^(?:Call|New|Await)Expression$/.test(value.type) || (value.type === 'BooleanLiteral' && value.value)
}

function isWeak(init: Node): boolean {
  return init.type === 'NewExpression' && init.callee.type === 'Identifier' && /^Weak/.test(init.callee.name)
}

/** `seen.add(id)`, `counts[key] = 1`, `store.counts[key]++`, `delete counts[key]`, `Object.assign(counts, more)`. */
function isChanged(node: Node): boolean {
  const name = withCasts(node)
  const call = parentOf(name)
  if (isCall(call) && call.arguments[0] === name) return isAssign(call.callee)
  let member = name
  for (let up = parentOf(member); isMember(up) && up.object === member; up = parentOf(member)) member = withCasts(up)
  const above = parentOf(member)
  const last = uncast(member)
  if (!above || !isMember(last)) return false
  if (isCall(above)) return above.callee === member && CHANGES.test(memberName(last) ?? '')
  if (above.type === 'AssignmentExpression') return above.left === member
  return above.type === 'UpdateExpression' || (above.type === 'UnaryExpression' && above.operator === 'delete')
}

function isAssign(callee: Node): boolean {
  return (
    isMember(callee) &&
    memberName(callee) === 'assign' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Object'
  )
}
