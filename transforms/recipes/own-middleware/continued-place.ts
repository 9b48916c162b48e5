import type * as t from '@babel/types'
import type { SourceModule } from '../../syntax/imported.ts'
import { isCall } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import {
  contains,
  functionAround,
  isPlainFunction,
  type Node,
  type PlainFunction,
  parentOf,
} from '../../syntax/tree.ts'

/**
 * The function around a statement, where nobody goes on after it has ended but who calls `next`: the handler of a route, the function of a wrapper,
 * or a middleware.
 */
export function mayContinue(statement: Node, module: SourceModule): PlainFunction | null {
  const fn = functionAround(statement)
  if (!isPlainFunction(fn) || fn.generator || fn.body.type !== 'BlockStatement') return null
  if (fn.params.length === 3) return isNext(fn.params[2], module) ? fn : null
  if (fn.params.length !== 2) return null
  return isOfWrapper(fn, module) || (isRouteFile(module) && isHandler(fn, module)) ? fn : null
}

/** `(handler) => (req, res) => { ... handler(req, res) ... }` */
function isOfWrapper(fn: PlainFunction, { tree }: SourceModule): boolean {
  const parent = parentOf(fn)
  const outer = functionAround(fn)
  const isGivenBack =
    parent?.type === 'ReturnStatement' || (parent?.type === 'ArrowFunctionExpression' && parent.body === fn)
  return (
    isGivenBack &&
    isPlainFunction(outer) &&
    outer.params.some((param) => {
      const references = param.type === 'Identifier' ? (bindingAt(tree, param)?.references ?? []) : []
      return references.some(({ node }) => {
        const call = parentOf(node)
        return isCall(call) && call.callee === node && contains(fn, call)
      })
    })
  )
}

/** It is called, or handed on as the third argument. Whoever calls any other function with three parameters may see what it throws at once. */
function isNext(param: Node | undefined, { tree }: SourceModule): boolean {
  const references = param?.type === 'Identifier' ? (bindingAt(tree, param)?.references ?? []) : []
  return references.some(({ node }) => {
    const call = parentOf(node)
    return isCall(call) && (call.callee === node || call.arguments[2] === node)
  })
}

function isRouteFile({ path }: SourceModule): boolean {
  return /(?:^|\/)pages\/api\//.test(path)
}

/** It is the default export, or handed to what makes that, and the file does nothing else with it: no table of handlers either, which calls them. */
function isHandler(fn: PlainFunction, { tree }: SourceModule): boolean {
  const parent = parentOf(fn)
  if (parent?.type === 'ExportDefaultDeclaration')
    return fn.type !== 'FunctionDeclaration' || !fn.id || isOnlyExported(fn.id, tree)
  if (isCall(parent)) return parent.callee !== fn && parentOf(parent)?.type === 'ExportDefaultDeclaration'
  const id = fn.type === 'FunctionDeclaration' ? fn.id : parent?.type === 'VariableDeclarator' ? parent.id : null
  const statement = fn.type === 'FunctionDeclaration' ? fn : parent && parentOf(parent)
  return id?.type === 'Identifier' && parentOf(statement ?? fn)?.type === 'Program' && isOnlyExported(id, tree)
}

function isOnlyExported(id: t.Identifier, tree: SourceModule['tree']): boolean {
  return (bindingAt(tree, id)?.references ?? []).every(({ node, kind }) => {
    const parent = parentOf(node)
    return (
      kind === 'type' ||
      parent?.type === 'ExportDefaultDeclaration' ||
      parent?.type === 'ExportSpecifier' ||
      (parent?.type === 'AssignmentExpression' && parent.right === node) ||
      (isCall(parent) && parent.callee !== node)
    )
  })
}

/** Nothing of the function comes after it. */
export function isLastOf(statement: Node, fn: PlainFunction): boolean {
  const parent = parentOf(statement)
  if (parent?.type !== 'BlockStatement' || parent.body[parent.body.length - 1] !== statement) return false
  if (parent === fn.body) return true
  const above = parentOf(parent)
  if (above?.type === 'IfStatement') return isLastOf(chainOf(above), fn)
  return above?.type === 'TryStatement' && above.block === parent && !above.finalizer && isLastOf(above, fn)
}

/** The first `if` of `else if`s. */
function chainOf(node: Node): Node {
  const parent = parentOf(node)
  return parent?.type === 'IfStatement' && parent.alternate === node ? chainOf(parent) : node
}
