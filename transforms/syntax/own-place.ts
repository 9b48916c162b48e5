import type * as t from '@babel/types'
import { isMember, memberName } from './match.ts'
import { type Node, parentOf } from './tree.ts'

/** `new URL('./font.ttf', import.meta.url)`: the bundler takes the file for one that is imported. */
export function isAsset(node: Node): node is t.NewExpression {
  if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return false
  const [path, base] = node.arguments
  const isRelative = path?.type === 'StringLiteral' && /^\.\.?\//.test(path.value)
  return isRelative && base?.type === 'MemberExpression' && base.object.type === 'MetaProperty'
}

/** What `import.meta` is asked for, where that depends on the place of the file; null for a file that is named as imports are (`isAsset`). */
export function placeAsked(node: Node): 'import.meta' | `import.meta.${string}` | null {
  if (node.type !== 'MetaProperty' || node.meta.name !== 'import') return null
  const member = parentOf(node)
  if (!member || !isMember(member) || member.object !== node) return 'import.meta'
  const owner = parentOf(member)
  if (owner && isAsset(owner)) return null
  const name = memberName(member)
  return name === null ? 'import.meta' : /^(?:url|dirname|filename|resolve)$/.test(name) ? `import.meta.${name}` : null
}
