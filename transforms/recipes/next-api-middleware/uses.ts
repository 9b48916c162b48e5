import type * as t from '@babel/types'
import type { SourceModule } from '../../syntax/imported.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import { chosen, type Maker, type Unclear } from './chain.ts'

/** A place where a chain is put around a handler. */
export interface Use {
  maker: Maker | Unclear
  /** What gives the wrapper: `withMiddleware('user')`, `use(errors)`; a name that is one already. */
  node: Node
  /** Names that were chosen here. */
  chosen: { names: readonly t.Identifier[] } | Unclear
  /** Null where it is given something else than one handler at once. */
  handler: Node | null
}

/** Every use of a maker in the expressions of a module. */
export function findUses(module: SourceModule, makerAt: (node: Node) => Maker | Unclear | null): Use[] {
  const found: Use[] = []
  walk(module.file.ast.program, (node) => {
    if (node.type === 'ImportDeclaration') return false
    if (node.type !== 'CallExpression') return undefined
    const callee = uncast(node.callee)
    const maker = makerAt(callee)
    // `use(a, b)` gives the wrapper itself, and so does a constant of it.
    if (maker && isGivingWrapper(maker, callee))
      found.push({ maker, node: callee, chosen: { names: [] }, handler: only(node) })
    else if (maker) found.push({ maker, node, chosen: choose(node, maker, module), handler: handlerOf(node) })
    return undefined
  })
  return found
}

function isGivingWrapper(maker: Maker | Unclear, callee: Node): boolean {
  return 'node' in maker ? isCall(callee) : maker.choices === null
}

function choose(call: t.CallExpression, maker: Maker | Unclear, module: SourceModule): Use['chosen'] {
  return 'node' in maker ? maker : chosen(call.arguments, maker.choices, module)
}

function handlerOf(call: t.CallExpression): Node | null {
  const outer = parentOf(call)
  return outer?.type === 'CallExpression' && outer.callee === call ? only(outer) : null
}

function only({ arguments: [handler, ...others] }: t.CallExpression): Node | null {
  return handler && others.length === 0 && handler.type !== 'SpreadElement' ? handler : null
}
