import type * as t from '@babel/types'
import { isAnswerOfRequest } from '../concerns/response/slips.ts'
import type { Destructure, Escape, FunctionModel, FunctionNode, Leaf, Pass, Role, Root, Step } from '../model/route.ts'
import { isCall, isCast, isInstanceTest, isMember, keyName, memberName, withCasts } from '../syntax/match.ts'
import { importedAs } from '../syntax/imported.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf, walk } from '../syntax/tree.ts'
import { wholeContext } from './whole-context.ts'
import { readNext } from './middleware.ts'

/** Parts of req that a name may stand for: `const { query } = req; query.id`. A body is a value and is not among them. */
const ALIASED = new Set(['query', 'headers', 'cookies', 'method', 'socket', 'connection'])

/**
 * The ledger of one function: every reference to its req and res parameters, followed through aliases and
 * destructuring, as uses, destructures, passes or escapes. Nothing that touches req or res is left out. `fields`: members of `this` that hold them.
 */
export function openLedger(
  fn: FunctionNode,
  name: string | null,
  roles: readonly Role[],
  isEntry: boolean,
  tree: ScopeTree,
  fields: ReadonlyMap<string, Root> = new Map(),
): FunctionModel {
  const model: FunctionModel = {
    fn,
    name,
    roles,
    isEntry,
    uses: [],
    destructures: [],
    passes: [],
    escapes: [],
    presences: [],
    typeReads: [],
  }
  const ledger: Ledger = { model, tree, seen: new Set(), fields }
  fn.params.forEach((param, index) => {
    const role = roles[index] ?? 'other'
    if (role === 'other') return
    if (role === 'next') {
      followNext(model, param, tree)
      return
    }
    const pattern = param.type === 'AssignmentPattern' ? param.left : param
    if (role === 'context') followContext(ledger, pattern)
    else if (pattern.type === 'Identifier') followBinding(ledger, bindingAt(tree, pattern), role, [])
    else if (pattern.type === 'ObjectPattern') takeApart(ledger, role, [], pattern, null)
    else recordEscape(ledger, role, pattern, 'parameter')
  })
  if (fields.size > 0) followFields(ledger)
  if (usesArguments(fn, tree)) recordEscape(ledger, 'req', fn, 'arguments')
  return model
}

/** `this.req.headers`: what a constructor has kept. */
function followFields(ledger: Ledger): void {
  walk(ledger.model.fn.body, (node) => {
    const root = fieldOf(node, ledger.fields)
    const parent = root ? parentOf(node) : null
    if (root && !(parent?.type === 'AssignmentExpression' && parent.left === node))
      followReference(ledger, node, root, [])
    return undefined
  })
}

function fieldOf(node: Node, fields: ReadonlyMap<string, Root>): Root | null {
  if (!isMember(node) || node.object.type !== 'ThisExpression') return null
  return fields.get(memberName(node) ?? '') ?? null
}

function followNext(model: FunctionModel, param: Node, tree: ScopeTree): void {
  const { calls, escapes } = readNext(model.fn, param, tree)
  model.next = calls
  model.escapes.push(...escapes)
}

interface Ledger {
  model: FunctionModel
  tree: ScopeTree
  seen: Set<Binding>
  fields: ReadonlyMap<string, Root>
}

/** A parameter that is an object with req and res inside: `({ req, res })`, `(ctx) => ctx.req`, or one that is not used. */
function followContext(ledger: Ledger, pattern: Node): void {
  const whole = wholeContext(pattern, ledger.tree)
  if (whole) followWholeContext(ledger, whole)
  else if (pattern.type === 'Identifier') return followNamedContext(ledger, pattern)
  if (pattern.type === 'Identifier') return
  if (pattern.type !== 'ObjectPattern') return recordEscape(ledger, 'req', pattern, 'context')
  for (const property of pattern.properties) {
    if (property.type === 'RestElement' && whole) continue
    if (property.type !== 'ObjectProperty') return recordEscape(ledger, 'req', property, 'context')
    const name = keyName(property)
    if (name !== 'req' && name !== 'res') continue
    if (property.value.type === 'Identifier') followBinding(ledger, bindingAt(ledger.tree, property.value), name, [])
    else if (property.value.type === 'ObjectPattern') takeApart(ledger, name, [], property.value, null)
    else recordEscape(ledger, name, property, 'context')
  }
}

/** `ctx.req.headers`, `const { req, res } = ctx`: the object itself goes, so nothing else may be done with it. */
function followNamedContext(ledger: Ledger, name: t.Identifier): void {
  for (const { node, kind } of bindingAt(ledger.tree, name)?.references ?? []) {
    if (kind === 'type') continue
    const parent = kind === 'write' ? null : parentOf(node)
    const member = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
    if (parent && (member === 'req' || member === 'res')) followReference(ledger, parent, member, [])
    else if (!(parent?.type === 'VariableDeclarator' && takeContextApart(ledger, parent)))
      recordEscape(ledger, 'req', node, 'context')
  }
}

interface ContextName {
  root: Root
  target: t.Identifier
  binding: Binding
  property: Node
}

/** `const { req, res } = ctx`: two names, and nothing else. */
function takeContextApart(ledger: Ledger, declarator: t.VariableDeclarator): boolean {
  if (declarator.id.type !== 'ObjectPattern') return false
  const roots = declarator.id.properties.map((property): ContextName | null => {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    const target = property.type === 'ObjectProperty' ? property.value : null
    const binding = target?.type === 'Identifier' ? bindingAt(ledger.tree, target) : null
    if ((key !== 'req' && key !== 'res') || target?.type !== 'Identifier' || !binding || !isSteady(binding)) return null
    return { root: key, target, binding, property }
  })
  if (roots.some((root) => root === null)) return false
  const leaves = roots.flatMap((root) => (root ? [aliasLeaf([], root.target, root.property)] : []))
  ledger.model.destructures.push({ root: 'req', base: [], pattern: declarator.id, declarator, leaves })
  for (const root of roots) if (root) followBinding(ledger, root.binding, root.root, [])
  return true
}

/** The object keeps its name: its members are read, or it goes on as it is. */
function followWholeContext({ model, ...ledger }: Ledger, binding: Binding): void {
  for (const { node: ref, kind } of binding.references) {
    if (kind === 'type') continue
    const node = withCasts(ref)
    const parent = parentOf(node)
    const name = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
    const call = kind === 'read' ? callWith(node) : null
    if (parent && (name === 'req' || name === 'res')) followReference({ model, ...ledger }, parent, name, [])
    else if (call)
      for (const root of ['req', 'res'] as const) model.passes.push({ root, ...call, key: root, ref, isWhole: true })
    else if (name === null || kind === 'write') recordEscape({ model, ...ledger }, 'req', ref, 'context')
  }
}

/** The call that is given the value: as an argument, or spread into the object that is one. */
function callWith(node: Node): Pick<Pass, 'call' | 'index'> | null {
  const parent = parentOf(node)
  const object = parent?.type === 'SpreadElement' ? parentOf(parent) : null
  const argument = object?.type === 'ObjectExpression' ? withCasts(object) : node
  const call = parentOf(argument)
  if (!call || !(isCall(call) || call.type === 'NewExpression')) return null
  const index = call.arguments.indexOf(argument as t.Expression)
  return index < 0 ? null : { call, index }
}

function followBinding(ledger: Ledger, binding: Binding | null, root: Root, base: readonly string[]): void {
  if (!binding || ledger.seen.has(binding)) return
  ledger.seen.add(binding)
  for (const reference of binding.references) {
    if (reference.kind === 'type') continue
    if (reference.kind === 'write') recordEscape(ledger, root, reference.node, 'reassigned')
    else followReference(ledger, reference.node, root, base)
  }
}

function followReference(ledger: Ledger, ref: Node, root: Root, base: readonly string[]): void {
  const type = parentOf(ref)
  if (type?.type === 'TSQualifiedName') return followType(ledger, type, root, base)
  const steps: Step[] = base.map((name) => ({ kind: 'prop', name, node: ref }))
  let node = withCasts(ref)
  for (let up = parentOf(node); up; up = parentOf(node)) {
    if (isMember(up) && up.object === node) {
      const name = memberName(up)
      steps.push(name === null ? { kind: 'computed', key: up.property, node: up } : { kind: 'prop', name, node: up })
    } else if (isCall(up) && up.callee === node) steps.push({ kind: 'call', args: up.arguments, node: up })
    else break
    node = withCasts(up)
  }
  const parent = parentOf(node)
  const path = staticPath(steps)
  if (parent?.type === 'VariableDeclarator' && parent.init === node && path) {
    if (
      parent.id.type === 'ObjectPattern' &&
      (path.length === 0 || (root === 'req' && path.length === 1 && ALIASED.has(path[0] ?? '')))
    ) {
      return takeApart(ledger, root, path, parent.id, parent)
    }
    const binding = parent.id.type === 'Identifier' ? bindingAt(ledger.tree, parent.id) : null
    // A query that is said to be of a type is that object, not what can be read of the URL.
    const isTyped = path[0] === 'query' && isCast(node)
    if (binding && isSteady(binding) && !isTyped && (path.length === 0 || isAliasPath(root, path))) {
      ledger.model.destructures.push({
        root,
        base: path,
        pattern: parent.id as unknown as t.ObjectPattern,
        declarator: parent,
        leaves: [aliasLeaf(path, parent.id as t.Identifier, parent)],
      })
      return followBinding(ledger, binding, root, path)
    }
  }
  if (steps.length === 0) return followWhole(ledger, ref, node, root)
  if (
    root === 'res' &&
    steps.length > 0 &&
    steps.every((s) => s.kind === 'prop' && s.name !== 'statusCode') &&
    isPassed(node)
  )
    return recordEscape(ledger, root, node, 'method passed')
  if (root === 'req' && isAnswerOfRequest(steps))
    ledger.model.uses.push({ root: 'res', steps, ref, node, isOnRequest: true })
  else ledger.model.uses.push({ root, steps, ref, node })
}

/** `typeof req.query`. What lies deeper, or is of res, has no type of its own to write instead. */
function followType(ledger: Ledger, name: t.TSQualifiedName, root: Root, base: readonly string[]): void {
  const query = parentOf(name)
  if (root === 'req' && base.length === 0 && query?.type === 'TSTypeQuery')
    ledger.model.typeReads.push({ part: name.right.name, node: query })
  else recordEscape(ledger, root, name, 'value')
}

/** req or res itself, not a part of it. */
function followWhole(ledger: Ledger, ref: Node, node: Node, root: Root): void {
  const parent = parentOf(node)
  if (parent && (isCall(parent) || parent.type === 'NewExpression')) {
    const index = parent.arguments.indexOf(node as t.Expression)
    if (index >= 0) {
      ledger.model.passes.push({ root, call: parent, index, key: null, ref })
      return
    }
  }
  if (parent?.type === 'ObjectProperty' && parent.value === node) {
    const object = parentOf(parent)
    const call = object ? parentOf(withCasts(object)) : null
    const key = keyName(parent)
    if (object && key !== null && call && (isCall(call) || call.type === 'NewExpression')) {
      const index = call.arguments.indexOf(withCasts(object) as t.Expression)
      if (index >= 0) {
        ledger.model.passes.push({ root, call, index, key, ref })
        return
      }
    }
  }
  if (root === 'req' && parent?.type === 'ForOfStatement' && parent.await && parent.right === node) {
    ledger.model.uses.push({ root, steps: [], ref, node })
    return
  }
  if (root === 'req' && isWebTest(node, parent, ledger.tree)) {
    ledger.model.uses.push({ root, steps: [], ref, node })
    return
  }
  // `this.req = req`
  if (parent?.type === 'AssignmentExpression' && parent.right === node && fieldOf(parent.left, ledger.fields) === root)
    return
  if (isAskedFor(node, parent)) {
    ledger.model.presences.push(node)
    return
  }
  recordEscape(ledger, root, node, 'value')
}

/** `req instanceof Request`, of the platform, or `NextRequest`: what Pages hands over is neither. */
function isWebTest(node: Node, parent: Node | null, tree: ScopeTree): boolean {
  if (!isInstanceTest(node) || parent?.type !== 'BinaryExpression' || parent.right.type !== 'Identifier') return false
  const binding = bindingAt(tree, parent.right)
  if (!binding) return parent.right.name === 'Request'
  const imported = importedAs(binding.id, tree)
  return imported?.source === 'next/server' && imported.name === 'NextRequest'
}

/** `!req`, `if (res)`, `res && ...`: only whether it is there is asked. */
export function isAskedFor(node: Node, parent: Node | null): boolean {
  if (parent?.type === 'UnaryExpression') return parent.operator === '!'
  if (parent?.type === 'LogicalExpression' && parent.operator !== '??')
    // `req && res && load(req)`: what both come to is asked for.
    return parent.left === node || isAskedFor(parent, parentOf(parent))
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === node
}

function takeApart(
  ledger: Ledger,
  root: Root,
  base: readonly string[],
  pattern: t.ObjectPattern,
  declarator: t.VariableDeclarator | null,
): void {
  const leaves: Leaf[] = []
  collectLeaves(ledger, root, base, pattern, leaves, declarator !== null)
  const site: Destructure = { root, base, pattern, declarator, leaves }
  ledger.model.destructures.push(site)
}

function collectLeaves(
  ledger: Ledger,
  root: Root,
  base: readonly string[],
  pattern: t.ObjectPattern,
  leaves: Leaf[],
  isDeclared: boolean,
): void {
  const taken: string[] = []
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') {
      const target = property.argument
      if (target.type !== 'Identifier' || base.length === 0) recordEscape(ledger, root, property, 'rest')
      else leaves.push({ path: base, target, fallback: null, property, rest: true, except: [...taken], isAlias: false })
      continue
    }
    const name = keyName(property)
    if (name === null) {
      recordEscape(ledger, root, property, 'computed key')
      continue
    }
    taken.push(name)
    const path = [...base, name]
    const value = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
    const fallback = property.value.type === 'AssignmentPattern' ? property.value.right : null
    if (
      value.type === 'ObjectPattern' &&
      !fallback &&
      root === 'req' &&
      path.length === 1 &&
      ['query', 'headers', 'cookies'].includes(name) &&
      !hasRest(value)
    ) {
      collectLeaves(ledger, root, path, value, leaves, isDeclared)
    } else if (value.type === 'Identifier') {
      const binding = bindingAt(ledger.tree, value)
      const isAlias = !fallback && binding !== null && isSteady(binding) && isAliasPath(root, path)
      leaves.push({ path, target: value, fallback, property, rest: false, except: [], isAlias })
      if (isAlias) followBinding(ledger, binding, root, path)
    } else if (value.type === 'ObjectPattern' || value.type === 'ArrayPattern') {
      leaves.push({ path, target: value, fallback, property, rest: false, except: [], isAlias: false })
    } else recordEscape(ledger, root, property, 'pattern')
  }
}

function aliasLeaf(path: readonly string[], target: t.Identifier, property: Node): Leaf {
  return { path, target, fallback: null, property, rest: false, except: [], isAlias: true }
}

function hasRest(pattern: t.ObjectPattern): boolean {
  return pattern.properties.some((p) => p.type === 'RestElement' || keyName(p) === null)
}

function isAliasPath(root: Root, path: readonly string[]): boolean {
  return root === 'req' && path.length === 1 && ALIASED.has(path[0] ?? '')
}

function isSteady(binding: Binding): boolean {
  return binding.references.every((r) => r.kind !== 'write')
}

function isPassed(node: Node): boolean {
  const parent = parentOf(node)
  return parent !== null && (isCall(parent) || parent.type === 'NewExpression') && parent.callee !== node
}

/** The names of a path without calls and computed keys, else null. */
export function staticPath(steps: readonly Step[]): string[] | null {
  const names: string[] = []
  for (const step of steps) {
    if (step.kind !== 'prop') return null
    names.push(step.name)
  }
  return names
}

/** `arguments` inside the function itself (arrows inside share it). */
function usesArguments(fn: FunctionNode, tree: ScopeTree): boolean {
  return (tree.globals.get('arguments') ?? []).some(
    (r) => (r.node.start ?? 0) >= (fn.start ?? 0) && (r.node.end ?? 0) <= (fn.end ?? 0),
  )
}

function recordEscape(ledger: Ledger, root: Root, node: Node, why: string): void {
  const found: Escape = { root, node, why }
  ledger.model.escapes.push(found)
}
