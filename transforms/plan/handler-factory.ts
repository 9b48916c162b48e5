import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { findContextReaders } from '../recipes/trpc/context-readers.ts'
import { isFactory } from '../recipes/trpc/options.ts'
import { importedAs } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { isFunction, isPlainFunction, walk } from '../syntax/tree.ts'
import type { FunctionNode } from '../model/route.ts'
import type { RouteContext } from './route-context.ts'

/** So many places are named. */
const NAMED = 6

/** `export default createHandler(router)`, where a function of the project returns what a package makes; null for any other call. */
export function whyMadeElsewhere(call: t.CallExpression, context: RouteContext): Diagnostic | null {
  const { callee } = call
  // That is a wrapper.
  if (call.arguments.some((argument) => isHandler(argument, context))) return null
  const found = callee.type === 'Identifier' ? context.recipeContext.functionAt(callee) : null
  const made = found && onlyReturned(found.fn)
  const imported = made?.type === 'CallExpression' && found ? importedAs(made.callee, found.tree) : null
  if (!found || !made || !imported || context.recipeContext.resolve(imported.source, found.module.path) !== null)
    return null
  const { file, line } = spanOf(found.module.file, made)
  const readers = isFactory(imported) ? findContextReaders(context.recipeContext) : []
  return {
    code: 'PA581',
    level: 'blocker',
    span: spanOf(context.file, callee),
    data: {
      name: callee.type === 'Identifier' ? callee.name : '',
      place: `${file}:${line}`,
      maker: imported.name,
      source: imported.source,
      readers: readers.slice(0, NAMED),
      count: readers.length,
    },
  }
}

function isHandler(argument: t.Node, { recipeContext }: RouteContext): boolean {
  return isPlainFunction(uncast(argument)) || recipeContext.functionAt(argument) !== null
}

/** What a function returns, where it does so in one place. */
function onlyReturned(fn: FunctionNode): t.Node | null {
  if (fn.body.type !== 'BlockStatement') return uncast(fn.body)
  const returned: (t.Node | null)[] = []
  walk(fn.body, (node) => {
    if (isFunction(node)) return false
    if (node.type === 'ReturnStatement') returned.push(node.argument ? uncast(node.argument) : null)
    return undefined
  })
  return returned.length === 1 ? (returned[0] ?? null) : null
}
