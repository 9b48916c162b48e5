import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, keyName, memberName, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type Reference, type Scope, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, functionAround, isPlainFunction, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { functionOfBinding } from './callees.ts'
import { statementOfFunction } from './uncalled.ts'

/**
 * `const fail = (message) => res.status(400).json({ message })` inside a handler, with `res` handed over: `fail(res, message)`. What such a
 * function does with the response is followed then as that of any helper; in its new form it has no such parameter again.
 */
export function closureEdits({ file, tree }: SourceModule): Edit[] {
  const edits: Edit[] = []
  walk(file.ast.program, (node) => {
    const response = isPlainFunction(node) ? responseOf(node, tree) : null
    if (response && isPlainFunction(node)) edits.push(...editsIn(node, response, tree, file.text))
    // The functions inside are looked at with the outermost that has a response.
    return response === null
  })
  return edits
}

/** `res` of `(req, res)` or `({ req, res })`. */
function responseOf({ params }: FunctionNode, tree: ScopeTree): Binding | null {
  const [first, second] = params
  const named = first?.type === 'Identifier' && /^_?req/i.test(first.name) ? second : null
  const target = named?.type === 'Identifier' ? named : first?.type === 'ObjectPattern' ? partOf(first) : null
  const binding = target ? bindingAt(tree, target) : null
  return binding?.references.every(({ kind }) => kind !== 'write') ? binding : null
}

function partOf({ properties }: t.ObjectPattern): t.Identifier | null {
  const values = properties.flatMap((one) =>
    one.type === 'ObjectProperty' && keyName(one) === 'res' && one.value.type === 'Identifier' ? [one.value] : [],
  )
  const hasRequest = properties.some((one) => one.type === 'ObjectProperty' && keyName(one) === 'req')
  return hasRequest ? (values[0] ?? null) : null
}

interface Closure {
  fn: FunctionNode
  binding: Binding
  calls: readonly t.CallExpression[]
}

function editsIn(handler: FunctionNode, response: Binding, tree: ScopeTree, text: string): Edit[] {
  const inner = response.references.filter(({ node, kind }) => kind !== 'type' && functionAround(node) !== handler)
  if (inner.length === 0) return []
  const closures = closuresIn(handler, response, tree)
  const found = new Set<Closure>()
  // One that only calls another one needs the response for it.
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const closure of closures)
      if (uses(closure, inner) || [...found].some(({ calls }) => calls.some((call) => contains(closure.fn, call))))
        found.add(closure)
  }
  if ([...found].some(({ fn }) => inner.some((one) => contains(fn, one.node) && isWriter(one)))) return []
  return [...found].flatMap(({ fn, calls }) => [
    handedOver(fn, response.name, text),
    ...calls.map((call) => inserted(argumentsStart(call, text), call.arguments.length > 0, response.name)),
  ])
}

const uses = ({ fn }: Closure, references: readonly Reference[]): boolean =>
  references.some(({ node }) => contains(fn, node))

/** Functions with a name that are called, wherever the response means the same, and nothing else is done with them. */
function closuresIn(handler: FunctionNode, response: Binding, tree: ScopeTree): Closure[] {
  const closures: Closure[] = []
  walk(handler.body, (node) => {
    const closure = isPlainFunction(node) ? readClosure(node, response, tree) : null
    if (closure) closures.push(closure)
    return true
  })
  return closures
}

function readClosure(fn: FunctionNode, response: Binding, tree: ScopeTree): Closure | null {
  const id = nameOf(fn)
  const binding = id ? bindingAt(tree, id) : null
  if (!id || !binding || id.typeAnnotation || functionOfBinding(binding) !== fn || fn.generator) return null
  // A method that does not call it must be able to do without it: nobody would take the parameter away again.
  if (!statementOfFunction(fn)) return null
  const references = binding.references.filter(({ kind }) => kind !== 'type')
  const calls = references.flatMap(({ node, scope }): t.CallExpression[] => {
    const call = parentOf(node)
    const isCalled = call?.type === 'CallExpression' && call.callee === node && !call.typeArguments
    const isPlain = isCalled && call.arguments.every(({ type }) => type !== 'SpreadElement')
    return isPlain && means(response, scope) ? [call] : []
  })
  const isHidden = fn.params.some((param) => names(param, response.name))
  const isOwn = (tree.globals.get('arguments') ?? []).some(({ node }) => contains(fn, node))
  return calls.length === references.length && calls.length > 0 && !isHidden && !isOwn ? { fn, binding, calls } : null
}

function nameOf(fn: FunctionNode): t.Identifier | null {
  if (fn.type === 'FunctionDeclaration') return fn.id ?? null
  const parent = parentOf(withCasts(fn))
  return parent?.type === 'VariableDeclarator' && parent.init === fn && parent.id.type === 'Identifier'
    ? parent.id
    : null
}

function names(param: Node, name: string): boolean {
  let isNamed = false
  walk(param, (node) => {
    isNamed ||= node.type === 'Identifier' && node.name === name
    return !isNamed
  })
  return isNamed
}

/** The name means the response there. */
function means(response: Binding, from: Scope): boolean {
  for (let scope: Scope | null = from; scope; scope = scope.parent) {
    const found = scope.bindings.get(response.name)
    if (found) return found === response
  }
  return false
}

/** An answer that is written in parts belongs to the whole handler. */
function isWriter({ node }: Reference): boolean {
  const parent = parentOf(node)
  const name = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
  return name !== null && /^(?:write|flush|flushHeaders|on|once|pipe|removeListener|off)$/.test(name)
}

function handedOver(fn: FunctionNode, name: string, text: string): Edit {
  const [first] = fn.params
  const bare = fn.type === 'ArrowFunctionExpression' && first && !text.slice(startOf(fn), startOf(first)).includes('(')
  if (bare)
    return {
      start: startOf(first),
      end: endOf(first),
      pieces: [`(${name}, `, { from: startOf(first), to: endOf(first) }, ')'],
    }
  const from = fn.typeParameters ? endOf(fn.typeParameters) : 'id' in fn && fn.id ? endOf(fn.id) : startOf(fn)
  return inserted(text.indexOf('(', from), fn.params.length > 0, name)
}

function inserted(open: number, hasOthers: boolean, name: string): Edit {
  return { start: open + 1, end: open + 1, pieces: [hasOthers ? `${name}, ` : name] }
}

function argumentsStart(call: t.CallExpression, text: string): number {
  return text.indexOf('(', endOf(call.callee))
}
