import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { contains, isFunction, isPlainFunction, type Node, type PlainFunction, walk } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { isFactory } from './options.ts'

/** `export function createHandler(router) { return createNextApiHandler({ router }) }` of a module. */
export interface Factory {
  module: SourceModule
  fn: PlainFunction
  /** The exported statement that declares it and nothing else, and the name that it has there. */
  statement: t.ExportNamedDeclaration | t.ExportDefaultDeclaration
  id: t.Identifier
  /** The call that makes the handler. */
  call: t.CallExpression
}

/** Null for a callee that is no such function, or one whose form is not known. */
export function findFactory(callee: Node, context: RecipeContext): Factory | null {
  const found = callee.type === 'Identifier' ? context.functionAt(callee) : null
  if (!found || !isPlainFunction(found.fn)) return null
  const { fn, module } = found
  const call = onlyReturned(fn)
  if (call?.type !== 'CallExpression' || !isFactory(importedAs(call.callee, module.tree))) return null
  const statement = module.file.ast.program.body.find((one) => contains(one, fn))
  if (statement?.type !== 'ExportNamedDeclaration' && statement?.type !== 'ExportDefaultDeclaration') return null
  const id = idOf(statement, fn)
  return id ? { module, fn, statement, id, call } : null
}

function idOf({ declaration }: Factory['statement'], fn: PlainFunction): t.Identifier | null {
  if (declaration === fn) return fn.type === 'FunctionDeclaration' ? (fn.id ?? null) : null
  if (declaration?.type !== 'VariableDeclaration' || declaration.declarations.length !== 1) return null
  const [declarator] = declaration.declarations
  return declarator?.id.type === 'Identifier' && !declarator.id.typeAnnotation && declarator.init === fn
    ? declarator.id
    : null
}

/** What a function returns, where it does so in one place. */
export function onlyReturned(fn: FunctionNode): Node | null {
  if (fn.body.type !== 'BlockStatement') return uncast(fn.body)
  const returned: (Node | null)[] = []
  walk(fn.body, (node) => {
    if (isFunction(node)) return false
    if (node.type === 'ReturnStatement') returned.push(node.argument ? uncast(node.argument) : null)
    return undefined
  })
  return returned.length === 1 ? (returned[0] ?? null) : null
}
