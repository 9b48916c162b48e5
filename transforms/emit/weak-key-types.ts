import type * as t from '@babel/types'
import { takesAnyObject } from '../recipes/request-map.ts'
import type { Edit } from '../syntax/edits.ts'
import { isCall } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { weakCollections } from '../syntax/weak-collection.ts'

/** Edits of functions of a file, and whether the old text of the functions stays beside the new one. */
export interface RewrittenText {
  edits: readonly Edit[]
  stays: boolean
}

/** `WeakMap<NextApiRequest, User>` whose keys are requests of the new kind now, or of both kinds. */
export function weakKeyEdits(
  { file, tree }: { file: SourceFile; tree: ScopeTree },
  texts: readonly RewrittenText[],
): Edit[] {
  if (file.language === 'js') return []
  return weakCollections(tree).flatMap(({ binding, keys }): Edit[] => {
    const uses = binding.references.flatMap(({ node, kind }) => (kind === 'type' ? [] : [keyOf(node)]))
    const rewritten = uses.map((key) => texts.filter(({ edits }) => key !== null && edits.some((e) => covers(e, key))))
    if (!rewritten.some((found) => found.length > 0)) return []
    const isOld = rewritten.some((found) => found.length === 0 || found.some(({ stays }) => stays))
    return keys.filter((type) => !takesAnyObject(type)).flatMap((type) => keyTypeEdit(type, isOld))
  })
}

function keyTypeEdit(type: t.TSType, isOld: boolean): Edit[] {
  const [start, end] = [startOf(type), endOf(type)]
  if (!isOld) return [{ start, end, pieces: ['Request'] }]
  return isRequestToo(type) ? [] : [{ start: end, end, pieces: [' | Request'] }]
}

/** `NextApiRequest | Request` */
function isRequestToo(type: t.TSType): boolean {
  if (type.type === 'TSUnionType') return type.types.some(isRequestToo)
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'Request'
}

function keyOf(name: Node): Node | null {
  const member = parentOf(name)
  const call = member ? parentOf(member) : null
  return isCall(call) ? (call.arguments[0] ?? null) : null
}

const covers = ({ start, end }: Edit, node: Node): boolean => start === startOf(node) && end === endOf(node)
