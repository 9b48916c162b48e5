import type * as t from '@babel/types'
import { keyName, uncast } from './match.ts'
import { type Binding, bindingAt, type ScopeTree } from './scope.ts'
import type { Node } from './tree.ts'

/** The kinds that a type keyword says; other types say nothing. */
export type StatedKind = 'string' | 'number' | 'boolean'

const KINDS: Readonly<Record<string, StatedKind>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
}

/** What the type of an object says of a name that is taken off it: `const { message = '' } = props`, with `props: { message?: string }`. */
export function statedKindOf({ id, declaration }: Binding, tree: ScopeTree): StatedKind | null {
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'ObjectPattern') return null
  for (const property of declaration.id.properties) {
    if (property.type !== 'ObjectProperty') continue
    const { value } = property
    const [name, fallback] = value.type === 'AssignmentPattern' ? [value.left, value.right] : [value, null]
    const key = name === id ? keyName(property) : null
    if (key === null) continue
    const member = typeOf(declaration, tree)?.members.find((m) => m.type === 'TSPropertySignature' && isNamed(m, key))
    const type = member?.type === 'TSPropertySignature' ? member.typeAnnotation?.typeAnnotation : undefined
    const kind = type ? KINDS[type.type] : undefined
    if (!kind || member?.type !== 'TSPropertySignature') return null
    // What may be missing is what stands in for it, too.
    return (!member.optional && !fallback) || kindOfLiteral(fallback) === kind ? kind : null
  }
  return null
}

/** The literal type of what is taken apart: its own annotation, or that of the name, also in `props || {}`. */
function typeOf({ id, init }: t.VariableDeclarator, tree: ScopeTree): t.TSTypeLiteral | null {
  const own = 'typeAnnotation' in id ? literalType(id.typeAnnotation) : null
  if (own || !init) return own
  const node = uncast(init)
  const source = node.type === 'LogicalExpression' && isEmptyObject(node.right) ? uncast(node.left) : node
  const binding = source.type === 'Identifier' ? bindingAt(tree, source) : null
  return binding ? literalType(binding.id.typeAnnotation) : null
}

function literalType(annotation: Node | null | undefined): t.TSTypeLiteral | null {
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  return type?.type === 'TSTypeLiteral' ? type : null
}

function isEmptyObject(node: Node): boolean {
  return node.type === 'ObjectExpression' && node.properties.length === 0
}

function isNamed({ key }: t.TSPropertySignature, name: string): boolean {
  return key.type === 'Identifier' ? key.name === name : key.type === 'StringLiteral' && key.value === name
}

function kindOfLiteral(node: Node | null): StatedKind | null {
  if (node?.type === 'StringLiteral') return 'string'
  if (node?.type === 'NumericLiteral') return 'number'
  return node?.type === 'BooleanLiteral' ? 'boolean' : null
}
