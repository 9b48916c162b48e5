import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { functionAround, isPlainFunction, type Node, parentOf, some } from '../../syntax/tree.ts'

export const PACKAGE = 'next-api-middleware'

/** A function of req, res and next that can be written as a wrapper of handlers. */
export interface Middleware {
  fn: FunctionNode
  /** Every call of its `next`. */
  calls: readonly t.CallExpression[]
  /** It does something after what comes behind it. */
  endsLater: boolean
  /** It does something with the response, and so may answer without calling `next`. */
  mayAnswer: boolean
}

/** A top-level name that stands for a middleware, or for a function that gives one. */
export interface Declared extends Middleware {
  name: string
  /** The type that the module writes for it: of the name, or of what the function gives. */
  type: Node | null
  /** Set for a function that gives the middleware: `onlyFor(method)`. */
  maker: FunctionNode | null
}

/** Those that a module declares: by the type of the package, or by being in a list in the same module. */
export function declaredIn(module: SourceModule, listed: ReadonlySet<string>): Declared[] {
  return module.file.ast.program.body.flatMap((statement) => {
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    const declaration = isExport ? statement.declaration : statement
    const named = declaration ? namedFunction(declaration) : null
    const found = named && describe(named, module, listed)
    return found ? [{ ...found, name: named.name }] : []
  })
}

interface NamedFunction {
  name: string
  fn: FunctionNode
  annotation: Node | null
}

function namedFunction(declaration: Node): NamedFunction | null {
  if (declaration.type === 'FunctionDeclaration')
    return declaration.id ? { name: declaration.id.name, fn: declaration, annotation: null } : null
  const [declarator, ...others] = declaration.type === 'VariableDeclaration' ? declaration.declarations : []
  if (others.length > 0 || declarator?.id.type !== 'Identifier' || !declarator.init) return null
  const fn = uncast(declarator.init)
  return isPlainFunction(fn) && fn === declarator.init
    ? { name: declarator.id.name, fn, annotation: declarator.id.typeAnnotation ?? null }
    : null
}

function describe(
  { name, fn, annotation }: NamedFunction,
  module: SourceModule,
  listed: ReadonlySet<string>,
): Omit<Declared, 'name'> | null {
  const isOf = (type: Node | null | undefined): boolean => isMiddlewareType(type, module)
  if (isOf(annotation) || (!annotation && listed.has(name) && fn.params.length === 3)) {
    const read = readMiddleware(fn, module.tree)
    return read && { ...read, type: annotation, maker: null }
  }
  const inner = isOf(fn.returnType) && !fn.async && !fn.generator ? returnedBy(fn) : null
  const read = inner && readMiddleware(inner, module.tree)
  return read && { ...read, type: fn.returnType ?? null, maker: fn }
}

function returnedBy({ body }: FunctionNode): FunctionNode | null {
  const last = body.type === 'BlockStatement' ? body.body.at(-1) : null
  const value = body.type === 'BlockStatement' ? (last?.type === 'ReturnStatement' ? last.argument : null) : body
  return value && isPlainFunction(value) ? value : null
}

/** `: Middleware` as the package exports it (`NextMiddleware` in its first versions). */
function isMiddlewareType(type: Node | null | undefined, { file }: SourceModule): boolean {
  const inner = type?.type === 'TSTypeAnnotation' ? type.typeAnnotation : null
  if (inner?.type !== 'TSTypeReference' || inner.typeName.type !== 'Identifier') return false
  const { name } = inner.typeName
  return file.ast.program.body.some(
    (statement) =>
      statement.type === 'ImportDeclaration' &&
      statement.source.value === PACKAGE &&
      statement.specifiers.some(
        (s) =>
          s.type === 'ImportSpecifier' &&
          s.local.name === name &&
          s.imported.type === 'Identifier' &&
          /^(?:Next)?Middleware$/.test(s.imported.name),
      ),
  )
}

/** Null where it does more with `next` than to call it, and to wait for it or end with it. */
export function readMiddleware(fn: FunctionNode, tree: ScopeTree): Middleware | null {
  const [req, res, next, ...others] = fn.params
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier' || next?.type !== 'Identifier') return null
  if (others.length > 0 || fn.generator || some(fn.body, usesOwnArguments)) return null
  const calls: t.CallExpression[] = []
  for (const { node, kind } of bindingAt(tree, next)?.references ?? []) {
    const call = parentOf(node)
    if (kind !== 'read' || call?.type !== 'CallExpression' || call.callee !== node) return null
    if (call.arguments.length > 0 || functionAround(call) !== fn || !isWaitedFor(call, fn)) return null
    calls.push(call)
  }
  if (calls.length === 0) return null
  const mayAnswer = (bindingAt(tree, res)?.references ?? []).some(({ kind }) => kind !== 'type')
  return { fn, calls, endsLater: !calls.every((call) => isTail(call, fn)), mayAnswer }
}

const usesOwnArguments = (node: Node): boolean => node.type === 'Identifier' && node.name === 'arguments'

/** `await next()` or `return next()`, or the last thing that a function does which gives no promise of its own. */
function isWaitedFor(call: Node, fn: FunctionNode): boolean {
  const parent = parentOf(call)
  if (parent?.type === 'ReturnStatement' || parent === fn) return !isInTry(call, fn)
  if (parent?.type === 'ExpressionStatement') return !fn.async && isTail(call, fn) && !isInTry(call, fn)
  if (parent?.type !== 'AwaitExpression') return false
  const outer = parentOf(parent)
  return outer?.type === 'ExpressionStatement' || outer?.type === 'ReturnStatement' || outer === fn
}

/**
 * The package starts what comes behind in a microtask (dist/index.js 3.0.0, `queueMicrotask`), when the `try` has been left; a wrapper is called in it,
 * and its catch gets what a handler throws before its first `await`, its `finally` comes after that.
 */
function isInTry(call: Node, fn: FunctionNode): boolean {
  let below = call
  for (let up = parentOf(call); up && below !== fn; below = up, up = parentOf(up))
    if (up.type === 'TryStatement' && (up.finalizer ? below !== up.finalizer : below === up.block)) return true
  return false
}

/** Nothing comes after it, but what a catch does with its error. */
function isTail(call: Node, fn: FunctionNode): boolean {
  let below = call
  let isLeft = false
  for (let up = parentOf(call); up && below !== fn; below = up, up = parentOf(up)) {
    if (up.type === 'TryStatement' && up.finalizer) return false
    if (up.type === 'BlockStatement') isLeft ||= below.type === 'ReturnStatement' || isReturnedAfter(up, below)
    if (isLeft) continue
    if (up.type === 'BlockStatement' && up.body.at(-1) !== below) return false
    if (/^(?:For|While|DoWhile|Switch|Labeled)/.test(up.type)) return false
  }
  return true
}

/** `await next(); return` */
function isReturnedAfter({ body }: t.BlockStatement, below: Node): boolean {
  const after = body.slice(body.findIndex((statement) => statement.start === below.start)).at(1)
  return after?.type === 'ReturnStatement' && !after.argument
}
