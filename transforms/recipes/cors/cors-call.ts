import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'
import { findDeclared } from '../declared.ts'
import type { PackageCall, RecipeContext } from '../recipe.ts'
import { isNext } from '../next-connect/writing.ts'
import { readRunner, type Runner } from './runner.ts'

/** Where the options of a call stand. */
export interface CorsPlace {
  /** Null where there are none. */
  options: Node | null
  tree: ScopeTree
  text: string
  /** What becomes of an error that the package hands to `next`. */
  onError: Runner['onError']
}

/**
 * The options with which a call runs cors: `NextCors(req, res, options)`, `runMiddleware(req, res, cors)`, and `cors(req, res)` that is made of
 * `initMiddleware(Cors(options))` or calls it itself. Null for any other call.
 */
export function findCors(found: PackageCall, context: RecipeContext): CorsPlace | null {
  const { call, passes, imported } = found
  if (passes.length !== 2 || !isGiven(found, 'req', 0) || !isGiven(found, 'res', 1)) return null
  const own: SourceModule = { path: context.file.path, file: context.file, tree: context.tree }
  if (imported?.source === 'nextjs-cors') {
    const options = call.arguments[2]
    return imported.name === 'default' && call.arguments.length <= 3 ? placeOf(options ?? null, own, 'thrown') : null
  }
  // In the chain of a router: `await cors(options)(req, res, next)`.
  if (isNext(call.arguments[2]))
    return middlewareOf(call.callee, own, context, isRouter1(context.tree) ? 'ignored' : 'thrown')
  const callee = findDeclared(call.callee, own, context)
  if (!callee) return null
  if (isPlainFunction(callee.node)) return throughFunction(callee.node, callee.module, found, own, context)
  if (callee.node.type !== 'CallExpression') return null
  // `const cors = initMiddleware(Cors(options))`
  const maker = findDeclared(callee.node.callee, callee.module, context)
  const made = maker && isPlainFunction(maker.node) ? resultOf(maker.node) : null
  const runner = made ? readRunner(made) : null
  const [param] = maker && isPlainFunction(maker.node) ? maker.node.params : []
  const [argument] = callee.node.arguments
  const isParam = runner && param && maker && isOf(runner.middleware, param, maker.module.tree)
  return isParam && argument && call.arguments.length === 2
    ? middlewareOf(argument, callee.module, context, runner.onError)
    : null
}

function isGiven({ passes }: PackageCall, root: 'req' | 'res', index: number): boolean {
  return passes.some((pass) => pass.root === root && pass.index === index && pass.key === null)
}

/** `runMiddleware(req, res, cors)`, or a function that runs one that it knows. */
function throughFunction(
  fn: FunctionNode,
  module: SourceModule,
  { call }: PackageCall,
  own: SourceModule,
  context: RecipeContext,
): CorsPlace | null {
  const runner = readRunner(fn)
  if (!runner) return null
  const [, , param] = fn.params
  if (!param)
    return call.arguments.length === 2 ? middlewareOf(runner.middleware, module, context, runner.onError) : null
  const argument = call.arguments[2]
  if (!argument || !isOf(runner.middleware, param, module.tree)) return null
  return middlewareOf(argument, own, context, runner.onError)
}

/** `Cors(options)`, also under a name. */
function middlewareOf(
  node: Node,
  module: SourceModule,
  context: RecipeContext,
  onError: Runner['onError'],
): CorsPlace | null {
  const direct = uncast(node)
  const found = isCall(direct) ? { node: direct as Node, module } : findDeclared(direct, module, context)
  if (found?.node.type !== 'CallExpression') return null
  const imported = importedAs(found.node.callee, found.module.tree)
  if (imported?.source !== 'cors' || imported.name !== 'default' || found.node.arguments.length > 1) return null
  return placeOf(found.node.arguments[0] ?? null, found.module, onError)
}

function placeOf(options: Node | null, { tree, file }: SourceModule, onError: Runner['onError']): CorsPlace {
  return { options, tree, text: file.text, onError }
}

function isOf(node: Node, param: t.Node, tree: ScopeTree): boolean {
  const id = param.type === 'AssignmentPattern' ? param.left : param
  return node.type === 'Identifier' && id.type === 'Identifier' && bindingAt(tree, node) === bindingAt(tree, id)
}

/** The function that a function gives back. */
function resultOf({ body }: FunctionNode): FunctionNode | null {
  const last = body.type === 'BlockStatement' ? body.body[0] : null
  const value = body.type === 'BlockStatement' ? (last?.type === 'ReturnStatement' ? last.argument : null) : body
  const node = value ? uncast(value) : null
  return isPlainFunction(node) ? node : null
}

/** next-connect@1.0.0 esm/router.js `exec`: `next` takes no error, the chain goes on. */
function isRouter1(tree: ScopeTree): boolean {
  return [...tree.program.bindings.values()].some(({ declaration }) => {
    const from = parentOf(declaration)
    const isOfRouter = from?.type === 'ImportDeclaration' && from.source.value === 'next-connect'
    return isOfRouter && declaration.type === 'ImportSpecifier'
  })
}
