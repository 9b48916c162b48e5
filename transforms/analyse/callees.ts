import type * as t from '@babel/types'
import type { FunctionModel, FunctionNode, Pass, Role } from '../model/route.ts'
import { isMember, keyName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import type { Returned, Truth } from './flow-model.ts'
import { openLedger } from './ledger.ts'
import { isNext } from './middleware.ts'
import { placeOfKey } from './spread-after.ts'

/** What a helper does to the response. `stops`: it answers some requests, and then who awaits it never goes on. */
export type HelperKind = 'reads' | 'effects' | 'always' | 'may' | 'stops'

/** A call that hands req and/or res to a function, or to the constructor of a class. */
export interface HelperCall {
  node: Pass['call']
  callee: FunctionModel
  kind: HelperKind
  /** It may answer, and sets headers where it does not. */
  sets?: boolean
  /** A package answers: headers that were set before are put on its Response. */
  merges?: boolean
  /** Work that its answer came before is now done before it. */
  holds?: boolean
  /** It stops some preflights, and lets others pass. */
  isPartial?: boolean
  /** What it returns on paths with and without an answer. */
  returns?: { answered: readonly Truth[]; unanswered: readonly Returned[] }
  /** It is one of a list of functions that is empty in every call that moves. */
  isListed?: boolean
  passes: readonly Pass[]
}

/** Every function of the file that req or res reaches, and the calls that could not be followed. */
export interface Program {
  entry: FunctionModel
  /** Reached helpers, each before its callers where there is no recursion. */
  helpers: FunctionModel[]
  /** Calls from analysed functions to helpers (of the file, or of other modules), by call node. */
  calls: Map<Node, { callee: FunctionModel; passes: readonly Pass[]; caller: FunctionModel }>
  /** Passes to something that is not followed. */
  outside: { pass: Pass; caller: FunctionModel }[]
  recursive: FunctionModel[]
}

/** Who knows more callees than the file shows. */
export interface CalleeSources {
  /** Functions of the file that a lookup table may give. */
  ofTable?: (callee: Node) => readonly FunctionNode[]
  /** A function of another module, analysed there; null when the call is not followed. */
  elsewhere?: (call: Pass['call'], passes: readonly Pass[]) => FunctionModel | null
  /** What the entry is called with, where that is not req and res. */
  roles?: readonly Role[]
}

/** Starts at the entry function and follows req and res into functions of the same file. */
export function followCalls(
  entry: FunctionNode,
  name: string | null,
  tree: ScopeTree,
  { ofTable = () => [], elsewhere = () => null, roles = rolesOfEntry(entry) }: CalleeSources = {},
): Program {
  const root = openLedger(entry, name, roles, true, tree)
  const program: Program = { entry: root, helpers: [], calls: new Map(), outside: [], recursive: [] }
  const known = new Map<FunctionNode, FunctionModel>([[entry, root]])
  const open = new Set<FunctionNode>()
  visit(root)
  return program

  function visit(model: FunctionModel): void {
    open.add(model.fn)
    for (const [call, passes] of groupByCall(model.passes)) {
      const isCreation = call.type === 'NewExpression'
      const direct = isCreation ? null : functionOf(call.callee, tree)
      const shared = direct ? null : elsewhere(call, passes)
      if (shared) {
        program.calls.set(call, { callee: shared, passes, caller: model })
        continue
      }
      const targets = isCreation ? [] : direct ? [direct] : ofTable(call.callee)
      const followed = isCreation ? [] : targets.map((target) => follow(target, call, passes))
      const [callee] = followed
      if (callee && followed.every((m) => m !== null)) program.calls.set(call, { callee, passes, caller: model })
      else for (const pass of passes) program.outside.push({ pass, caller: model })
    }
    open.delete(model.fn)
  }

  function follow(
    target: FunctionNode,
    call: t.CallExpression | t.OptionalCallExpression,
    passes: readonly Pass[],
  ): FunctionModel | null {
    const roles = rolesAt(target, call, passes, { target: tree, call: tree })
    if (!roles) return null
    const callee = known.get(target)
    if (!callee) {
      const opened = openLedger(target, nameOf(target), roles, false, tree)
      known.set(target, opened)
      visit(opened)
      program.helpers.push(opened)
      return opened
    }
    if (open.has(target)) program.recursive.push(callee)
    else if (callee.roles.join() !== roles.join())
      callee.escapes.push({ root: 'req', node: call, why: 'called in two ways' })
    return callee
  }
}

function rolesOfEntry(fn: FunctionNode): Role[] {
  return fn.params.map((_, i) => (i === 0 ? 'req' : i === 1 ? 'res' : 'other'))
}

function groupByCall(passes: readonly Pass[]): Map<Pass['call'], Pass[]> {
  const groups = new Map<Pass['call'], Pass[]>()
  for (const pass of passes) {
    const group = groups.get(pass.call)
    if (group) group.push(pass)
    else groups.set(pass.call, [pass])
  }
  return groups
}

/** The role of each parameter at a call; null when the parameters do not line up. */
export function rolesAt(
  target: FunctionNode,
  call: Pass['call'],
  passes: readonly Pass[],
  trees: { target: ScopeTree; call: ScopeTree },
): Role[] | null {
  if (call.arguments.some((a) => a.type === 'SpreadElement')) return null
  const roles: Role[] = target.params.map(() => 'other')
  for (const pass of passes) {
    const param = target.params[pass.index]
    if (!param || param.type === 'RestElement') return null
    if (pass.key !== null && pass.key !== pass.root) return null
    if (placeOfKey(pass, passes, { fn: target, tree: trees.target }, trees.call) === 'replaced') return null
    const role: Role = pass.key === null ? pass.root : 'context'
    const known = roles[pass.index]
    if (known !== 'other' && known !== role) return null
    roles[pass.index] = role
  }
  for (const [index, argument] of call.arguments.entries())
    if (isNext(argument) && index < roles.length) roles[index] = 'next'
  return roles
}

/** The function that a callee names, when it is written in this file and never replaced. */
export function functionOf(callee: Node, tree: ScopeTree): FunctionNode | null {
  const node = uncast(callee)
  if (node.type === 'Identifier') return functionOfBinding(bindingAt(tree, node))
  if (isMember(node) && !node.computed && node.object.type === 'Identifier') {
    const binding = bindingAt(tree, node.object)
    const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : null
    if (binding?.kind !== 'const' || init?.type !== 'ObjectExpression') return null
    const name = node.property.type === 'Identifier' ? node.property.name : null
    const property = init.properties.find((p) => p.type === 'ObjectProperty' && keyName(p) === name)
    const value = property?.type === 'ObjectProperty' ? uncast(property.value) : null
    if (value?.type === 'Identifier') return functionOfBinding(bindingAt(tree, value))
    return isPlainFunction(value) ? value : null
  }
  return null
}

/** The function that a name stands for, when it is never assigned another. */
export function functionOfBinding(binding: Binding | null): FunctionNode | null {
  if (!binding || binding.references.some((r) => r.kind === 'write')) return null
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return declaration
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || !declaration.init)
    return null
  const init = uncast(declaration.init)
  return isPlainFunction(init) ? init : null
}

function nameOf(fn: FunctionNode): string | null {
  if ('id' in fn && fn.id) return fn.id.name
  const parent = parentOf(fn)
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : null
}
