import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, rootOf, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { functionAround, isPlainFunction, type Node, parentOf, some } from '../../syntax/tree.ts'
import { type Found, findFunction, findMade, nextCalls } from '../next-connect/functions.ts'
import { givenBack } from '../next-connect/given-back.ts'
import type { ShorthandContext } from '../recipe.ts'
import { placeOf, readPromised, readRunner } from './promise.ts'

/** A middleware of the project that is run through a Promise. */
export interface Run {
  /** As it is written. */
  middleware: Node
  /** What it stands for, where that is not what is written. */
  value?: Node
  found: Found
  req: Node
  res: Node
  /** `const limit = promised(createLimiter())`: the constant is what was given, from now on; what has a name is called by that. */
  constant: Constant | null
}

export interface Constant {
  declarator: t.VariableDeclarator
  isNeeded: boolean
}

/** What is awaited, in a statement of its own. */
export function findRun(node: Node, module: SourceModule, context: ShorthandContext): Run | null {
  const promised = readPromised(node, module.tree)
  const run = promised
    ? promised.goesOn.handler === null && { ...promised, constant: null }
    : node.type === 'CallExpression' && readCall(node, module, context)
  return run ? withFunction(run, module, context) : null
}

/** Null where the function cannot be seen, or has no `next` that it calls. */
export function withFunction<R extends Omit<Run, 'found'>>(
  run: R,
  module: SourceModule,
  context: ShorthandContext,
): (R & Pick<Run, 'found'>) | null {
  const { middleware, req, res, value = middleware } = run
  if (isPlainFunction(uncast(middleware)) || !isParameter(req, module) || !isParameter(res, module)) return null
  const found = findFunction(value, module, context) ?? findMade({ node: value, module }, context)
  const isMiddleware = found?.fn.params.length === 3 && !found.fn.generator && (nextCalls(found) ?? []).length > 0
  return found && isMiddleware ? { ...run, found } : null
}

function isParameter(node: Node, { tree }: SourceModule): boolean {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  return binding?.kind === 'param' && binding.references.every(({ kind }) => kind !== 'write')
}

type Call = Omit<Run, 'found'>

function readCall(call: t.CallExpression, module: SourceModule, context: ShorthandContext): Call | null {
  const args = call.arguments.map((one) => uncast(one))
  if (args.some(({ type }) => type === 'SpreadElement')) return null
  const target = context.functionAt(call.callee, module)
  const runner = target && isPlainFunction(target.fn) ? readRunner(target.fn, target.tree) : null
  if (target && runner) {
    const [req, res] = [args[runner.req], args[runner.res]]
    const middleware = typeof runner.middleware === 'number' ? args[runner.middleware] : null
    if (!req || !res || !middleware || args.length !== target.fn.params.length) return null
    return { middleware, req, res, constant: null }
  }
  return readMadeRunner(call, module, context)
}

/** `promised(limit)(req, res)`, also by a constant of the file. */
function readMadeRunner(call: t.CallExpression, module: SourceModule, context: ShorthandContext): Call | null {
  const callee = uncast(call.callee)
  const binding = callee.type === 'Identifier' ? bindingAt(module.tree, callee) : null
  const declarator = binding ? constantOf(binding) : null
  const made = declarator?.init ? uncast(declarator.init) : callee
  if (made.type !== 'CallExpression') return null
  const given = middlewareOf(made, module, context)
  const [req, res, more] = call.arguments.map((one) => uncast(one))
  if (!given || !req || !res || more) return null
  const [first, second] = given.isTurned ? [res, req] : [req, res]
  const place = { req: first, res: second }
  if (!binding || !declarator) return { ...place, middleware: given.middleware, constant: null }
  if (!binding.references.every(({ node }) => isRunHere(node))) return null
  // What a call makes is made once.
  const isNeeded = given.middleware.type === 'CallExpression' || !meansTheSame(given.middleware, module)
  const middleware = isNeeded ? callee : given.middleware
  return { ...place, middleware, value: given.middleware, constant: { declarator, isNeeded } }
}

/** A name of the file that nothing in a function has, too. */
function meansTheSame(node: Node, { tree }: SourceModule): boolean {
  const root = rootOf(node)
  const scopes = [...tree.scopeOf.values()].filter((scope) => scope !== tree.program)
  return root !== null && !scopes.some(({ bindings }) => bindings.has(root.name))
}

/** `const limit = promised(createLimiter())`, which no other module can see. */
function constantOf({ kind, declaration, scope }: Binding): t.VariableDeclarator | null {
  const isPlain = declaration.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
  const statement = isPlain ? parentOf(declaration) : null
  const isAlone = statement?.type === 'VariableDeclaration' && statement.declarations.length === 1
  const isOwn = isAlone && parentOf(statement)?.type === 'Program'
  return isPlain && kind === 'const' && scope.parent === null && isOwn ? declaration : null
}

/** `await limit(req, res)` in a function. */
function isRunHere(node: Node): boolean {
  const call = parentOf(node)
  const awaited = call?.type === 'CallExpression' && call.callee === node ? parentOf(call) : null
  return (
    awaited?.type === 'AwaitExpression' &&
    parentOf(awaited)?.type === 'ExpressionStatement' &&
    functionAround(awaited) !== null
  )
}

/**
 * What a call that makes a runner is given: `promised(limit)` of the project, and `promisify(limit)` of Node (20, lib/internal/util.js: the
 * callback rejects with what it is called with first, where that is truthy).
 */
function middlewareOf(
  made: t.CallExpression,
  module: SourceModule,
  context: ShorthandContext,
): { middleware: Node; isTurned: boolean } | null {
  const imported = importedAs(made.callee, module.tree)
  const [first, more] = made.arguments
  if (imported && /^(?:node:)?util$/.test(imported.source) && /^(?:default\.)?promisify$/.test(imported.name))
    return first && !more ? { middleware: uncast(first), isTurned: false } : null
  const maker = context.functionAt(made.callee, module)
  if (!maker || !isPlainFunction(maker.fn)) return null
  const inner = givenBack(maker)
  const fn = inner ? uncast(inner) : null
  const runner = isPlainFunction(fn) ? readRunner(fn, maker.tree) : null
  if (!runner || typeof runner.middleware === 'number' || onlyGives(maker.fn) === false) return null
  const place = placeOf(runner.middleware, maker.fn, maker.tree)
  const given = made.arguments[place]
  if (!given || given.type === 'SpreadElement' || made.arguments.length !== maker.fn.params.length) return null
  return { middleware: uncast(given), isTurned: runner.req > runner.res }
}

/** The function does nothing else when it makes a runner. */
function onlyGives({ body }: { body: Node }): boolean {
  return body.type !== 'BlockStatement' || body.body.length === 1
}

/** What it throws after its first `await`, nobody saw. */
export function mayReject({ fn }: Found): boolean {
  const [only, other] = fn.body.type === 'BlockStatement' ? fn.body.body : []
  const caught = only?.type === 'TryStatement' && !other && !only.finalizer ? only.handler : null
  const isCaught = caught && !some(caught, (one) => one.type === 'ThrowStatement' || one.type === 'AwaitExpression')
  return fn.async === true && !isCaught && some(fn.body, (one) => isCall(one) || one.type === 'ThrowStatement')
}
