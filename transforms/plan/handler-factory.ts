import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { findContextReaders } from '../recipes/trpc/context-readers.ts'
import { onlyReturned } from '../recipes/trpc/made-handler.ts'
import { isFactory } from '../recipes/trpc/options.ts'
import { importedAs } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { isPlainFunction } from '../syntax/tree.ts'
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
