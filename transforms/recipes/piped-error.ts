import type * as t from '@babel/types'
import { freeName } from '../concerns/lowering.ts'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, memberName } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** How a `catch` names the error for statements that had it as the parameter of a listener. */
export interface CaughtError {
  /** Null where they do not ask for it. */
  parameter: string | null
  /** What the listener called it, as a constant of its type. */
  declared: string | null
  /** Its type, said where it is used. */
  casts: readonly Edit[]
}

/**
 * The type that the parameter had (that of the listener of a file stream is Error) is said at each use, or in a constant where TypeScript
 * would know less of a cast than of a name: after `e.code &&`, `isFailure(e) ?`. Null where the statements write to it.
 */
export function nameError(
  param: t.Identifier,
  answer: readonly Node[],
  fn: FunctionNode,
  { file, tree }: SourceModule,
): CaughtError | null {
  const references = bindingAt(tree, param)?.references ?? []
  const uses = references.filter(({ node }) => answer.some((part) => contains(part, node)))
  if (uses.some(({ kind }) => kind === 'write')) return null
  if (uses.length === 0) return { parameter: null, declared: null, casts: [] }
  const type = typeOf(param, file.text)
  const nodes = uses.map(({ node }) => node)
  const isText = nodes.every((node) => parentOf(node)?.type === 'TemplateLiteral')
  if (!/\.[mc]?tsx?$/.test(file.path) || type === 'unknown' || isText)
    return { parameter: param.name, declared: null, casts: [] }
  const members = nodes.flatMap((node) => memberOf(node) ?? [])
  const isPlain = new Set(members).size === nodes.length || (nodes.length === 1 && nodes.every(isArgument))
  if (!isPlain) {
    const thrown = freeName(tree, fn, 'cause', 'thrown')
    return { parameter: thrown, declared: `const ${param.name} = ${thrown} as ${type}`, casts: [] }
  }
  const casts = nodes.map((node): Edit => {
    const cast = `${param.name} as ${type}`
    return { start: startOf(node), end: endOf(node), pieces: [isArgument(node) ? cast : `(${cast})`] }
  })
  return { parameter: param.name, declared: null, casts }
}

function typeOf({ typeAnnotation }: t.Identifier, text: string): string {
  if (typeAnnotation?.type !== 'TSTypeAnnotation') return 'Error'
  return text.slice(startOf(typeAnnotation.typeAnnotation), endOf(typeAnnotation.typeAnnotation))
}

/** `code` of `error.code` */
function memberOf(node: Node): string | null {
  const parent = parentOf(node)
  return isMember(parent) && parent.object === node ? memberName(parent) : null
}

function isArgument(node: Node): boolean {
  const parent = parentOf(node)
  return isCall(parent) && parent.arguments.some((one) => one === node)
}
