import type * as t from '@babel/types'
import type { WrapCall, WrapperShape } from '../analyse/wrappers.ts'
import type { FunctionNode } from '../model/route.ts'
import { type Edit, render } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, some, startOf } from '../syntax/tree.ts'
import { oldTypes } from './formless.ts'

/** Type parameters that a wrapper no longer has, by the function that had them: their places in its list. */
export type Dropped = ReadonlyMap<FunctionNode, readonly number[]>

/**
 * `<Req extends NextApiRequest>(handler: (req: Req, res: NextApiResponse) => ...)`: type parameters that stand for the old request or
 * response. The new form says its types by itself, so that nothing names them any more; one that something names stays, and is refused.
 */
export function findDropped({ levels }: WrapperShape, edits: readonly Edit[], file: SourceFile): Dropped {
  const names = new Set(oldTypes(file))
  const isOld = (node: Node | null | undefined): boolean =>
    Boolean(node && some(node, (n) => n.type === 'TSTypeReference' && isNamed(n.typeName, names)))
  const found = new Map<FunctionNode, number[]>()
  for (const fn of levels) {
    const list = parametersOf(fn)
    if (!list) continue
    const bare: Edit = { start: startOf(list), end: endOf(list), pieces: [] }
    const text = render(file.text, [...edits, bare], startOf(fn), endOf(fn))
    const old = list.params.flatMap((param, i) => (isOld(param.constraint) || isOld(param.default) ? [i] : []))
    const others = list.params.filter((_param, i) => !old.includes(i))
    const isUsed = (name: string): boolean =>
      new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text) ||
      others.some((other) => some(other, (n) => n.type === 'TSTypeReference' && isNamed(n.typeName, new Set([name]))))
    if (old.length > 0 && !old.some((i) => isUsed(list.params[i]?.name ?? ''))) found.set(fn, old)
  }
  return found
}

/** The lists of type parameters without them. */
export function droppedParameterEdits(dropped: Dropped): Edit[] {
  return [...dropped].flatMap(([fn, places]) => {
    const list = parametersOf(fn)
    return list ? [without(list, list.params, places)] : []
  })
}

/** `withUser<UserRequest>(handler)`: what a call says for them. */
export function droppedArgumentEdits({ calls }: WrapCall, { levels }: WrapperShape, dropped: Dropped): Edit[] {
  return calls.flatMap((call, i) => {
    const fn = levels[i]
    const places = fn && dropped.get(fn)
    const given = call.typeArguments ?? call.typeParameters
    return places && given ? [without(given, given.params, places)] : []
  })
}

function without(list: Node, items: readonly Node[], places: readonly number[]): Edit {
  const kept = items.filter((_item, i) => !places.includes(i))
  const pieces = kept.flatMap((item, i) => [i === 0 ? '<' : ', ', { from: startOf(item), to: endOf(item) }])
  return { start: startOf(list), end: endOf(list), pieces: kept.length === 0 ? [] : [...pieces, '>'] }
}

function parametersOf({ typeParameters }: FunctionNode): t.TSTypeParameterDeclaration | null {
  return typeParameters?.type === 'TSTypeParameterDeclaration' ? typeParameters : null
}

function isNamed(node: Node, names: ReadonlySet<string>): boolean {
  return node.type === 'Identifier' && names.has(node.name)
}
