import type * as t from '@babel/types'
import type { Pass } from '../model/route.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

type Call = t.CallExpression | t.OptionalCallExpression

/** The call with new arguments; edits inside pieces of the source stay in effect. */
export function argumentsEdit(file: SourceFile, call: Call, pieces: readonly Piece[]): Edit {
  const from = call.typeArguments ? endOf(call.typeArguments) : endOf(call.callee)
  return { start: file.text.indexOf('(', from), end: endOf(call), pieces: ['(', ...pieces, ')'] }
}

export function sliceOf(node: Node): Piece {
  return { from: startOf(node), to: endOf(node) }
}

/** The call is handed exactly req and res, as its first two arguments. */
export function takesBoth(passes: readonly Pass[]): boolean {
  return passes.length === 2 && isArgument(passes, 0, 'req') && isArgument(passes, 1, 'res')
}

/** The call is handed req alone, as its first argument. */
export function takesRequest(passes: readonly Pass[]): boolean {
  return passes.length === 1 && isArgument(passes, 0, 'req')
}

function isArgument(passes: readonly Pass[], index: number, root: Pass['root']): boolean {
  return passes.some((pass) => pass.index === index && pass.root === root && pass.key === null)
}
