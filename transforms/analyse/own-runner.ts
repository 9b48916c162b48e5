import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { type FunctionNode, isPlainFunction, type Node, parentOf, some } from '../syntax/tree.ts'
import { findMember, memberKey } from './class-members.ts'
import { mayThrow } from './flow-facts.ts'
import { findModuleFunction } from './module-functions.ts'
import { findKnownRunner, type Runner, type RunnerSources } from './runners.ts'
import { typingOf } from './runner-types.ts'

type Callable = FunctionNode | t.ObjectMethod | t.ClassMethod | t.ClassPrivateMethod

/** A function or method of the project that gives back, on every path, what the function that it is given returns. */
export function findOwnRunner(
  call: t.CallExpression,
  from: SourceModule,
  sources: RunnerSources,
  open: readonly Node[] = [],
): Runner | null {
  const found = findCallable(call, from, sources)
  if (!found || open.includes(found.fn)) return null
  for (const [index, argument] of call.arguments.entries()) {
    const param = found.fn.params[index]
    // The callback, or the name of one that is handed on.
    if (!isPlainFunction(argument) && argument.type !== 'Identifier') continue
    const binding = param?.type === 'Identifier' ? bindingAt(found.module.tree, param) : null
    const read = binding ? readRun(found, binding, sources, [...open, found.fn]) : null
    if (read && param?.type === 'Identifier')
      return {
        index,
        endsLater: read.endsLater,
        typing: read.isHidden ? 'unknown' : typingOf(found.fn, param, found.module),
        isAsync: Boolean(found.fn.async) || read.isAsync,
      }
  }
  return null
}

interface Found {
  fn: Callable
  module: SourceModule
}

function findCallable(call: t.CallExpression, from: SourceModule, { graph }: RunnerSources): Found | null {
  const callee = uncast(call.callee)
  const direct = findModuleFunction(callee, from, graph)
  if (direct) return direct.fn.generator ? null : direct
  const name = isMember(callee) ? memberKey(callee) : null
  const found = isMember(callee) && name !== null ? findMember(callee.object, name, from, graph) : null
  if (!found) return null
  const { member, module } = found
  if (member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod')
    return member.kind === 'method' && !member.generator ? { fn: member, module } : null
  const value = member.value ? uncast(member.value) : null
  return isPlainFunction(value) && !value.generator ? { fn: value, module } : null
}

interface Run {
  endsLater: boolean
  isAsync: boolean
  /** A function on the way has types that do not let the value's type through. */
  isHidden: boolean
}

/** Null unless the parameter is called once on every path that returns, and its value returned. */
function readRun({ fn, module }: Found, param: Binding, sources: RunnerSources, open: readonly Node[]): Run | null {
  const run: Run = { endsLater: false, isAsync: false, isHidden: false }
  const used = new Set<Node>()
  const results = new Set<Binding>()
  const isWhole = fn.body.type === 'BlockStatement' ? list(fn.body.body) === 'ends' : isGiven(fn.body)
  const references = param.references.filter(({ kind }) => kind !== 'type')
  const isAll = references.length > 0 && references.every(({ node, kind }) => kind === 'read' && used.has(node))
  return isWhole && isAll && (results.size === 0 || used.size === 1) ? run : null

  function list(statements: readonly t.Statement[]): 'ends' | 'open' | null {
    for (const [i, statement] of statements.entries()) {
      const found = one(statement)
      if (found !== 'open') return found
      const next = statements[i + 1]
      if (results.size > 0 && next && next.type !== 'ReturnStatement') run.endsLater = true
    }
    return 'open'
  }

  function one(statement: t.Statement): 'ends' | 'open' | null {
    switch (statement.type) {
      case 'ReturnStatement':
        return statement.argument && isGiven(statement.argument) ? 'ends' : null
      case 'ThrowStatement':
        return 'ends'
      case 'BlockStatement':
        return list(statement.body)
      case 'IfStatement': {
        const then = one(statement.consequent)
        const otherwise = statement.alternate ? one(statement.alternate) : 'open'
        return then === null || otherwise === null ? null : then === 'ends' && otherwise === 'ends' ? 'ends' : 'open'
      }
      case 'TryStatement':
        return tried(statement)
      case 'VariableDeclaration': {
        const [only, other] = statement.declarations
        if (!other && only?.id.type === 'Identifier' && only.init && isCallOfParam(only.init) && isGiven(only.init)) {
          const binding = bindingAt(module.tree, only.id)
          if (statement.kind === 'const' && binding) results.add(binding)
        }
        return 'open'
      }
      default:
        return some(
          statement,
          (n) => n.type === 'ReturnStatement',
          (n) => !isPlainFunction(n),
        )
          ? null
          : 'open'
    }
  }

  /** An error goes on; what the callback has given is given back. */
  function tried({ block, handler, finalizer }: t.TryStatement): 'ends' | 'open' | null {
    const isUsedIn = (part: Node): boolean => param.references.some(({ node }) => isInside(node, part))
    if (handler && (isUsedIn(handler) || list(handler.body.body) !== 'ends')) return null
    if (finalizer && (isUsedIn(finalizer) || some(finalizer, leaves, (n) => !isPlainFunction(n)))) return null
    if (finalizer && mayThrow(finalizer)) run.endsLater = true
    return list(block.body)
  }

  function isCallOfParam(value: Node): boolean {
    return some(value, (n) => n.type === 'Identifier' && bindingAt(module.tree, n) === param)
  }

  /** The value of the callback, whatever was awaited on the way. */
  function isGiven(value: Node): boolean {
    const at = unwrap(value)
    if (at.type === 'Identifier') return results.has(bindingAt(module.tree, at) as Binding)
    if (at.type === 'ConditionalExpression') return isGiven(at.consequent) && isGiven(at.alternate)
    if (at.type !== 'CallExpression') return false
    if (at.callee.type === 'Identifier' && bindingAt(module.tree, at.callee) === param) {
      used.add(at.callee)
      return true
    }
    return isHandedOn(at)
  }

  function isHandedOn(call: t.CallExpression): boolean {
    const runner = findKnownRunner(call, module, sources) ?? findOwnRunner(call, module, sources, open)
    const argument = runner ? call.arguments[runner.index] : undefined
    if (!runner || !argument || runner.typing === 'refused') return false
    if (runner.endsLater) run.endsLater = true
    if (runner.isAsync) run.isAsync = true
    if (runner.typing === 'unknown') run.isHidden = true
    if (argument.type === 'Identifier' && bindingAt(module.tree, argument) === param) {
      used.add(argument)
      return true
    }
    if (!isPlainFunction(argument) || argument.generator) return false
    return argument.body.type === 'BlockStatement' ? list(argument.body.body) === 'ends' : isGiven(argument.body)
  }
}

const leaves = ({ type }: Node): boolean => type === 'ReturnStatement' || type === 'ThrowStatement'

function unwrap(node: Node): Node {
  const at = uncast(node)
  return at.type === 'AwaitExpression' ? unwrap(at.argument) : at
}

function isInside(node: Node, part: Node): boolean {
  for (let up: Node | null = node; up; up = parentOf(up)) if (up === part) return true
  return false
}
