import type * as t from '@babel/types'
import type { SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'

/** The context itself (or an object that holds it, or what it holds), or what it keeps of the adapter. */
export type Held = 'context' | 'request' | 'response'

/** Keys under which tRPC and project code hand them on; what is read under one of these, anywhere, is taken for it. */
const KEYS: ReadonlyMap<string | null, Held> = new Map([
  ['ctx', 'context'],
  ['req', 'request'],
  ['res', 'response'],
])

export const heldUnder = (key: string | null): Held | undefined => KEYS.get(key)

/** A place where a module takes something by its key: the expression, or the pattern that is given it. */
export interface Seed {
  node: Node
  held: Held
  isTarget: boolean
}

/** Is there anything for a module to say? */
export const namesContext = (text: string): boolean => WORDS.test(text)

const WORDS = /\b(?:ctx|req|res)\b/
/** Routes load much the same. */
const known = new WeakMap<SourceModule, readonly Seed[]>()

/** Every read of `ctx`, `req` or `res` as a member of something, by its name; tRPC calls procedures with `{ ctx }`. */
export function findSeeds(module: SourceModule): readonly Seed[] {
  const found = known.get(module) ?? (namesContext(module.file.text) ? readSeeds(module) : [])
  known.set(module, found)
  return found
}

function readSeeds({ file, tree }: SourceModule): Seed[] {
  const seeds: Seed[] = []
  walk(file.ast.program, (node) => {
    if (isMember(node)) {
      const held = heldUnder(memberName(node))
      if (held && (held === 'context' || !isUnrelated(node.object))) seeds.push({ node, held, isTarget: false })
    }
    if (node.type === 'ObjectPattern') seeds.push(...seedsOf(node))
    return undefined
  })
  return seeds

  function seedsOf(pattern: t.ObjectPattern): Seed[] {
    const parent = parentOf(pattern)
    const init = parent?.type === 'VariableDeclarator' ? parent.init : null
    return pattern.properties.flatMap((property): Seed[] => {
      if (property.type !== 'ObjectProperty') return []
      const held = heldUnder(keyName(property))
      if (!held || (init && held !== 'context' && isUnrelated(init))) return []
      return [{ node: property.value, held, isTarget: true }]
    })
  }

  /** `const found = await client.load(id)`: what a call gives that was handed nothing of a request; a context is no result of one. */
  function isUnrelated(object: Node): boolean {
    const node = uncast(object)
    const declaration = node.type === 'Identifier' ? bindingAt(tree, node) : null
    const init =
      declaration?.kind === 'const' && declaration.declaration.type === 'VariableDeclarator'
        ? declaration.declaration.init
        : null
    const call = init ? withoutAwait(init) : null
    if (!call || !(isCall(call) || call.type === 'NewExpression')) return false
    return !/\b(?:ctx|context|req|res|request|response|opts|options)\b/i.test(
      file.text.slice(startOf(call), endOf(call)),
    )
  }
}

/** What a chain of members and calls begins with. */
export function rootOf(node: Node): Node {
  let at = uncast(node)
  while (isMember(at) || isCall(at)) at = uncast(isMember(at) ? at.object : at.callee)
  return at
}

export function withoutAwait(node: Node): Node {
  const at = uncast(node)
  return at.type === 'AwaitExpression' ? withoutAwait(at.argument) : at
}
