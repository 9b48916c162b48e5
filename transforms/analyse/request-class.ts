import type * as t from '@babel/types'
import type { Pass, Role, Root } from '../model/route.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { isFunction, type Node, parentOf, some, walk } from '../syntax/tree.ts'
import { rolesAt } from './callees.ts'
import { commutes } from './commuting.ts'
import type { ModuleDeclaration } from './module-declarations.ts'
import { type Access, findModuleClass, type ModuleGraph } from './module-functions.ts'
import type { SourceModule } from '../syntax/imported.ts'

/** A class that can be made without a request, and does more with one. */
export interface RequestClass extends ModuleDeclaration, Access {
  node: t.ClassDeclaration
  maker: t.ClassMethod
  roles: readonly Role[]
  /** `if (req && res) { ... }` of its constructor: all that is done with them there. */
  guarded: t.IfStatement
  /** Private members that keep them. */
  fields: ReadonlyMap<string, Root>
  /** Methods that use those. */
  methods: readonly t.ClassMethod[]
}

/**
 * The class of `new Tracker(req, res)`, where a class that extends it can do for a Request what it does for `req` and `res`: its constructor
 * looks at them under one test whether they are there, and keeps them in private members. Null for any other class.
 */
export function findRequestClass(
  made: t.NewExpression,
  passes: readonly Pass[],
  from: SourceModule,
  graph: ModuleGraph,
): RequestClass | null {
  const found = findModuleClass(made.callee, from, graph)
  const maker = found ? makerOf(found.node) : null
  const roles = found && maker && rolesAt(maker, made, passes, { target: found.module.tree, call: from.tree })
  const guarded = maker && roles ? guardOf(maker, roles, found?.module) : null
  if (!found || !maker || !roles || !guarded || !commutes(guarded, maker)) return null
  const fields = keptIn(guarded, maker, roles)
  if (!arePrivate(fields, found.node) || !isPlain(found)) return null
  const methods = methodsOf(found.node, fields, guarded)
  return methods && { ...found, maker, roles, guarded, fields, methods }
}

function makerOf(node: t.ClassDeclaration): t.ClassMethod | null {
  if (node.superClass || node.typeParameters || node.abstract || node.decorators?.length) return null
  const makers = node.body.body.filter((m) => 'kind' in m && m.kind === 'constructor')
  const [maker, other] = makers
  return maker?.type === 'ClassMethod' && !other ? maker : null
}

/** The only statement of the constructor that names them. */
function guardOf(maker: t.ClassMethod, roles: readonly Role[], module: SourceModule | undefined): t.IfStatement | null {
  const roots = new Set<string>()
  for (const [i, param] of maker.params.entries()) {
    const id = param.type === 'AssignmentPattern' ? param.left : param
    if (id.type !== 'Identifier') return null
    if (roles[i] === 'other') continue
    if ((roles[i] !== 'req' && roles[i] !== 'res') || id !== param || !id.optional) return null
    roots.add(id.name)
  }
  const named = maker.body.body.filter((statement) =>
    maker.params.some(
      (param) =>
        param.type === 'Identifier' &&
        roots.has(param.name) &&
        some(statement, (n) => n.type === 'Identifier' && module !== undefined && isNameOf(n, param, module)),
    ),
  )
  const [only, other] = named
  if (only?.type !== 'IfStatement' || other || only.alternate || only.consequent.type !== 'BlockStatement') return null
  return areAsked(only.test, roots) ? only : null
}

function isNameOf(node: t.Identifier, param: t.Identifier, { tree }: SourceModule): boolean {
  const binding = bindingAt(tree, node)
  return binding !== null && binding === bindingAt(tree, param)
}

function areAsked(test: Node, roots: ReadonlySet<string>): boolean {
  if (test.type === 'LogicalExpression' && test.operator === '&&')
    return areAsked(test.left, roots) && areAsked(test.right, roots)
  return test.type === 'Identifier' && roots.has(test.name)
}

/** `this.req = req`, each a statement of its own: where they are there, they are kept. */
function keptIn({ consequent }: t.IfStatement, maker: t.ClassMethod, roles: readonly Role[]): Map<string, Root> {
  const fields = new Map<string, Root>()
  for (const statement of consequent.type === 'BlockStatement' ? consequent.body : []) {
    const stored = statement.type === 'ExpressionStatement' ? statement.expression : null
    if (stored?.type !== 'AssignmentExpression' || stored.operator !== '=' || !isMember(stored.left)) continue
    const { left, right } = stored
    const index = maker.params.findIndex(
      (param) => param.type === 'Identifier' && right.type === 'Identifier' && param.name === right.name,
    )
    const role = roles[index]
    const name = left.object.type === 'ThisExpression' ? memberName(left) : null
    if (name !== null && (role === 'req' || role === 'res')) fields.set(name, role)
  }
  return fields
}

/** Declared `private`, with no value. */
function arePrivate(fields: ReadonlyMap<string, Root>, { body }: t.ClassDeclaration): boolean {
  return [...fields.keys()].every((name) => {
    const found = body.body.filter((m) => 'key' in m && m.key.type === 'Identifier' && m.key.name === name)
    const [field, other] = found
    return (
      field?.type === 'ClassProperty' && !other && field.accessibility === 'private' && !field.value && !field.static
    )
  })
}

/** What extends it is taken for it by all that its code asks. */
function isPlain({ node, module }: { node: t.ClassDeclaration; module: SourceModule }): boolean {
  const { text } = module.file
  if (/\bnew\.target\b|\.constructor\b/.test(text.slice(node.start ?? 0, node.end ?? 0))) return false
  return !node.body.body.some(
    (member) =>
      member.type === 'StaticBlock' ||
      ('kind' in member && member.kind === 'set') ||
      ('decorators' in member && member.decorators?.length) ||
      // A value that the class computes when it is made may call what the other one has in its place.
      (member.type === 'ClassProperty' && member.value && !isFunction(member.value) && some(member.value, isThis)),
  )
}

const isThis = ({ type }: Node): boolean => type === 'ThisExpression'

/** Every place that reads the fields is in one of these; null where one is not, or where they are reached in another way. */
function methodsOf(
  { body }: t.ClassDeclaration,
  fields: ReadonlyMap<string, Root>,
  guarded: t.IfStatement,
): t.ClassMethod[] | null {
  const found = new Set<t.ClassMethod>()
  let isKnown = true
  walk(body, (node) => {
    if (node === guarded) return false
    const parent = parentOf(node)
    // `const self = this`, `const { req } = this`, `{ ...this }`
    const isWhole = node.type === 'ThisExpression' && !(isMember(parent) && parent.object === node)
    if (isWhole && parent?.type !== 'ReturnStatement') isKnown = false
    if (isMember(node) && fields.has(memberName(node) ?? '')) {
      const method = node.object.type === 'ThisExpression' ? methodAround(node) : null
      const isWritten = parent?.type === 'AssignmentExpression' && parent.left === node
      if (method && !isWritten && parent?.type !== 'UpdateExpression' && !isDeleted(parent)) found.add(method)
      else isKnown = false
    }
    return undefined
  })
  const isAlone = ({ key }: t.ClassMethod): boolean =>
    key.type === 'Identifier' &&
    body.body.filter((m) => 'key' in m && m.key.type === 'Identifier' && m.key.name === key.name).length === 1
  return isKnown && [...found].every(isAlone) ? [...found] : null
}

function isDeleted(parent: Node | null): boolean {
  return parent?.type === 'UnaryExpression' && parent.operator === 'delete'
}

/** The method whose `this` it is. */
function methodAround(node: Node): t.ClassMethod | null {
  for (let up = parentOf(node); up; up = parentOf(up)) {
    if (up.type === 'ClassMethod')
      return up.kind === 'method' && !up.static && !up.generator && !up.computed ? up : null
    if (isFunction(up) && up.type !== 'ArrowFunctionExpression') return null
    if (up.type === 'ClassBody') return null
  }
  return null
}
