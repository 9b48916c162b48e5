import type * as t from '@babel/types'
import type { FunctionNode, HttpMethod } from '../../model/route.ts'
import { httpMethods } from '../../model/route.ts'
import { leaves } from '../../syntax/completion.ts'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, isFunction, type Node, some, startOf } from '../../syntax/tree.ts'
import { fillingStatement } from './filling.ts'
import { findFunction, type Modules } from './functions.ts'

/** What is registered on a router of the edge runtime. */
export interface EdgeRouter {
  methods: readonly HttpMethod[]
  /** What runs first for every other method: `all`; null where nothing is registered for them. */
  others: FunctionNode | null
  edits: readonly Edit[]
}

type Registered = { name: string; functions: readonly Node[] }

/**
 * `createEdgeRouter().get(a).handler(options)` of next-connect 1: a function of a web Request that gives back a Response, which its
 * documentation exports from route handlers (next-connect@1.0.0 dist/esm/edge.js, `handler`; README, "Next.js App Router"). It moves as it is
 * where no function on it reads what Pages hands over beside the request, and each gives an answer back: null for any other.
 */
export function readEdgeRouter(call: t.CallExpression, module: SourceModule, context: Modules): EdgeRouter | null {
  if (!isMember(call.callee) || memberName(call.callee) !== 'handler' || call.arguments.length > 1) return null
  const registered: Registered[] = []
  const made = readMade(call.callee.object, module, registered)
  if (!made || !readOptions(call.arguments[0], module, context)) return null
  for (const { functions } of registered)
    for (const node of functions) {
      const found = findFunction(node, module, context)
      if (!found || !answers(found.fn, 1, found.module)) return null
    }
  const all = registered.find(({ name }) => name === 'all')?.functions[0]
  return {
    methods: httpMethods.filter((method) => registered.some(({ name }) => name === method.toLowerCase())),
    others: (all && findFunction(all, module, context)?.fn) ?? null,
    edits: eventEdits(made),
  }
}

/** The call that makes the router, and what is registered on it, in a chain or in statements of the file. */
function readMade(node: Node, module: SourceModule, registered: Registered[]): t.CallExpression | null {
  const value = uncast(node)
  if (value.type === 'Identifier') {
    const binding = bindingAt(module.tree, value)
    const { declaration } = binding ?? {}
    if (binding?.kind !== 'const' || declaration?.type !== 'VariableDeclarator' || !declaration.init) return null
    const made = readMade(declaration.init, module, registered)
    for (const { node: use, kind } of made ? binding.references : []) {
      if (kind === 'type' || use === value) continue
      const statement = fillingStatement(use)
      const isOwn = statement && module.file.ast.program.body.includes(statement)
      if (!isOwn || !readChain(uncast(statement.expression), registered)) return null
    }
    return made
  }
  if (value.type !== 'CallExpression') return null
  const imported = importedAs(value.callee, module.tree)
  if (imported?.source === 'next-connect') return imported.name === 'createEdgeRouter' ? value : null
  return isMember(value.callee) && register(value, registered)
    ? readMade(value.callee.object, module, registered)
    : null
}

function readChain(node: Node, registered: Registered[]): boolean {
  const call = uncast(node)
  if (call.type === 'Identifier') return true
  return call.type === 'CallExpression' && isMember(call.callee) && register(call, registered)
    ? readChain(call.callee.object, registered)
    : false
}

function register(call: t.CallExpression, registered: Registered[]): boolean {
  const name = isMember(call.callee) ? memberName(call.callee) : null
  const isKnown = name !== null && /^(?:use|all|get|head|post|put|patch|delete)$/.test(name)
  if (isKnown) registered.push({ name, functions: call.arguments.filter((one) => one.type !== 'StringLiteral') })
  return isKnown
}

function readOptions(options: Node | undefined, module: SourceModule, context: Modules): boolean {
  if (!options) return true
  const object = uncast(options)
  return (
    object.type === 'ObjectExpression' &&
    object.properties.every((property) => {
      if (property.type === 'SpreadElement') return false
      const index = { onError: 2, onNoMatch: 1 }[keyName(property) ?? '']
      const value = property.type === 'ObjectProperty' ? property.value : property
      const found = isFunction(value) ? { fn: value as FunctionNode, module } : findFunction(value, module, context)
      return index !== undefined && found !== null && answers(found.fn, index, found.module)
    })
  )
}

/** It comes to an answer, and does not read its parameter of that index: the event of Pages, the params of a route handler. */
function answers(fn: FunctionNode, index: number, { tree }: SourceModule): boolean {
  const given = fn.params[index]
  const isRead = given && (given.type !== 'Identifier' || (bindingAt(tree, given)?.references.length ?? 1) > 0)
  if (isRead || fn.params.some(({ type }) => type === 'RestElement')) return false
  if (fn.body.type !== 'BlockStatement') return true
  const isEmpty = (node: Node): boolean => node.type === 'ReturnStatement' && !node.argument
  return leaves(fn.body) && !some(fn.body, isEmpty, (node) => !isFunction(node))
}

/** `createEdgeRouter<NextRequest, NextFetchEvent>()`: a route handler is given no such event. */
function eventEdits({ typeParameters }: t.CallExpression): Edit[] {
  const event = typeParameters?.type === 'TSTypeParameterInstantiation' ? typeParameters.params[1] : undefined
  const isEvent =
    event?.type === 'TSTypeReference' &&
    event.typeName.type === 'Identifier' &&
    event.typeName.name === 'NextFetchEvent'
  return event && isEvent ? [{ start: startOf(event), end: endOf(event), pieces: ['unknown'] }] : []
}
