import { isMember, memberName, uncast } from '../../syntax/match.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isPlainFunction, type Node, walk } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { findCallee } from './callee.ts'
import type { Maker } from './context-flow.ts'

const RESOLVER = /^(?:use|middleware|unstable_pipe|query|mutation|subscription)$/
const CALLED = /\.(?:use|middleware|unstable_pipe|query|mutation|subscription)\b/

/** Procedures and middleware of a module: what tRPC calls with an object that holds the context. */
export function findResolvers(module: SourceModule, context: RecipeContext): Maker[] {
  const found: Maker[] = []
  if (!CALLED.test(module.file.text)) return found
  walk(module.file.ast.program, (node) => {
    if (node.type !== 'CallExpression') return undefined
    const callee: Node = uncast(node.callee)
    if (!isMember(callee) || !RESOLVER.test(memberName(callee) ?? '')) return undefined
    for (const given of node.arguments) {
      const fn = uncast(given)
      const named = isPlainFunction(fn)
        ? { fn, module }
        : fn.type === 'Identifier'
          ? findCallee(fn, module, context)
          : null
      if (named) found.push({ fn: named.fn, module: named.module })
    }
    return undefined
  })
  return found
}
