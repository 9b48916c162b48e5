import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { endOf, type Node, parentOf, some, startOf, walk } from '../syntax/tree.ts'
import { type Holder, holderOf, type MemberFunction, memberOf } from './holders.ts'
import type { FoundFunction, ModuleGraph } from './module-functions.ts'

/**
 * The function behind `auth.requireUser(req, res)`, `Guard.check(req)`, `limiter.check(res)` or `this.deny(res)`: a member of an object or a
 * class that the project writes. A subclass may bring another one along, and a declared type would not fit the new form: null for both, and for
 * `limited?.send(res)`, which may call nothing.
 */
export function findMemberFunction(callee: Node, from: SourceModule, graph: ModuleGraph): FoundFunction | null {
  const node = uncast(callee)
  if (!isMember(node) || node.computed || mayBeSkipped(node) || isBusy(node.object)) return null
  const name = memberName(node)
  const holder = holderOf(node.object, from, graph)
  const found = holder && name !== null ? memberOf(holder, name) : null
  if (!found || name === null || found.holder.kind === 'function' || isOpenEnded(found, node)) return null
  const { module } = found.holder
  const statement = statementOf(found.part, module)
  if (!statement) return null
  const owner = `${ownerOf(found.holder, statement)}.`
  const { fn, part } = found
  return { module, node: fn, fn, name, exports: [], statement, part, owner, specifier: null, isOpen: true }
}

function mayBeSkipped(callee: t.MemberExpression | t.OptionalMemberExpression): boolean {
  const call = parentOf(callee)
  return callee.type === 'OptionalMemberExpression' || call?.type === 'OptionalCallExpression'
}

/** It is evaluated again in the new text, with what it is made of left alone. */
function isBusy(object: Node): boolean {
  return some(object, (n) => n.type === 'CallExpression' && n.arguments.length > 0)
}

/** Another function may be called under the name, or something else says what its parameters are. */
function isOpenEnded({ holder, part, fn }: MemberFunction, callee: Node): boolean {
  if (part.type === 'ClassProperty' && part.typeAnnotation) return true
  if (holder.kind === 'class') {
    const { node, module } = holder
    if ((node.implements ?? []).length > 0 || node.superClass) return true
    const isOverloaded = node.body.body.some(
      (one) => one.type === 'TSDeclareMethod' && one.key.type === 'Identifier' && one.key.name === nameOf(part),
    )
    // `this` may be an instance of a subclass.
    const isThis = isMember(callee) && callee.object.type === 'ThisExpression'
    return isOverloaded || (isThis && hasSubclass(node, module))
  }
  if (holder.kind !== 'object') return true
  return hasType(holder.node) || (fn.type !== 'ArrowFunctionExpression' && usesThisAlone(fn))
}

function hasSubclass(node: t.Class, { file }: SourceModule): boolean {
  const name = node.id?.name
  return some(
    file.ast.program,
    (n) =>
      (n.type === 'ClassDeclaration' || n.type === 'ClassExpression') &&
      n.superClass?.type === 'Identifier' &&
      n.superClass.name === name,
  )
}

/** The object, or the function that gives it back, is declared with a type of its own. */
function hasType(object: Node): boolean {
  const parent = parentOf(object)
  if (!parent) return false
  if (/^TS(?:As|Satisfies|TypeAssertion)/.test(parent.type)) return true
  if (parent.type === 'VariableDeclarator') return parent.id.type === 'Identifier' && Boolean(parent.id.typeAnnotation)
  if (parent.type === 'ArrowFunctionExpression') return Boolean(parent.returnType)
  if (parent.type === 'ObjectProperty' || parent.type === 'CallExpression') return true
  if (parent.type !== 'ReturnStatement') return false
  for (let up: Node | null = parent; up; up = parentOf(up))
    if ('returnType' in up && 'params' in up) return Boolean(up.returnType)
  return false
}

/** `this` in an object is followed where it calls one of its members, nowhere else. */
function usesThisAlone(fn: Node): boolean {
  let found = false
  walk(fn, (n) => {
    const parent = n.type === 'ThisExpression' ? parentOf(n) : null
    if (parent && !(isMember(parent) && parent.object === n)) found = true
    return !found
  })
  return found
}

function nameOf({ key }: MemberFunction['part']): string | null {
  return key.type === 'Identifier' ? key.name : null
}

function statementOf(part: Node, { file }: SourceModule): t.Statement | null {
  return file.ast.program.body.find((s) => startOf(s) <= startOf(part) && endOf(part) <= endOf(s)) ?? null
}

function ownerOf(holder: Holder, statement: t.Statement): string {
  if (holder.kind === 'class') return holder.node.id?.name ?? 'class'
  const declared =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
      ? statement.declaration
      : statement
  if (declared?.type === 'FunctionDeclaration') return declared.id?.name ?? 'default'
  if (declared?.type !== 'VariableDeclaration') return 'default'
  const [first] = declared.declarations
  return first?.id.type === 'Identifier' ? first.id.name : 'default'
}
