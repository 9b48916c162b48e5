import type * as t from '@babel/types'
import { keyName } from '../../syntax/match.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import type { Refusals } from './irregular.ts'
import type { TestedRoute } from './route-facts.ts'

/** How a test comes by the handler of a route. */
export interface HandlerImport {
  route: TestedRoute
  binding: Binding
  literal: t.StringLiteral
  specifier: string
  /** `import handler from`, `const { default: handler } = await import()`, or a whole module of which `.default` is taken. */
  form: 'import' | 'pattern' | 'member'
  /** What is replaced: the clause of an import, the pattern, or the declared name. */
  place: Node
  /** In the last form, all up to `.default`. */
  value: Node | null
}

/** Where a specifier of the old text leads, and what it is in the new one. */
export interface HandlerSpecifier {
  route: TestedRoute
  specifier: string
}

export function findHandlers(
  file: SourceFile,
  tree: ScopeTree,
  { specifiers, refuse }: { specifiers: ReadonlyMap<string, HandlerSpecifier>; refuse: Refusals['refuse'] },
): HandlerImport[] | null {
  const found: HandlerImport[] = []
  let isWhole = true
  walk(file.ast.program, (node) => {
    const known = node.type === 'StringLiteral' ? specifiers.get(node.value) : undefined
    if (node.type !== 'StringLiteral' || !known) return undefined
    const up = parentOf(node)
    // Types of a route file are had from the new one; a name that only looks like a path is none.
    if (up?.type === 'ImportDeclaration' && isTypeOnly(up)) return undefined
    const handler = readHandler(node, tree)
    if (handler) found.push({ ...handler, ...known, literal: node })
    else {
      refuse('import', node)
      isWhole = false
    }
    return undefined
  })
  return isWhole ? found : null
}

const isTypeOnly = ({ importKind, specifiers }: t.ImportDeclaration): boolean =>
  importKind === 'type' ||
  (specifiers.length > 0 && specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type'))

type Found = Pick<HandlerImport, 'binding' | 'form' | 'place' | 'value'>

function readHandler(literal: t.StringLiteral, tree: ScopeTree): Found | null {
  const up = parentOf(literal)
  if (up?.type === 'ImportDeclaration') return readImport(up, tree)
  const isLoad =
    up?.type === 'CallExpression' &&
    up.arguments.length === 1 &&
    (up.callee.type === 'Import' ||
      (up.callee.type === 'Identifier' && up.callee.name === 'require' && !bindingAt(tree, up.callee)))
  if (!isLoad) return null
  const outer = parentOf(up)
  const loaded = up.callee.type === 'Import' ? outer : up
  if (!loaded || (up.callee.type === 'Import' && loaded.type !== 'AwaitExpression')) return null
  return readLoaded(loaded, tree)
}

function readImport({ specifiers }: t.ImportDeclaration, tree: ScopeTree): Found | null {
  const [one, other] = specifiers
  if (!one || other) return null
  const isDefault =
    one.type === 'ImportDefaultSpecifier' ||
    (one.type === 'ImportSpecifier' && one.imported.type === 'Identifier' && one.imported.name === 'default')
  // The whole module is what `testApiHandler` takes: whoever calls it looks at it first.
  const isWhole = one.type === 'ImportNamespaceSpecifier'
  const binding = isDefault || isWhole ? bindingAt(tree, one.local) : null
  return binding && { binding, form: 'import', place: one, value: null }
}

/** `{ default: handler } = <module>`, `handler = (<module>).default` */
function readLoaded(loaded: Node, tree: ScopeTree): Found | null {
  const up = parentOf(loaded)
  if (up?.type === 'VariableDeclarator' && up.id.type === 'ObjectPattern') {
    const [one, other] = up.id.properties
    if (!one || other || one.type !== 'ObjectProperty' || one.value.type !== 'Identifier') return null
    const binding = keyName(one) === 'default' ? bindingAt(tree, one.value) : null
    return binding?.kind === 'const' ? { binding, form: 'pattern', place: up.id, value: null } : null
  }
  const isDefault =
    up?.type === 'MemberExpression' &&
    up.object === loaded &&
    !up.computed &&
    up.property.type === 'Identifier' &&
    up.property.name === 'default'
  const holder = isDefault ? parentOf(up) : null
  if (!isDefault || !holder) return null
  if (holder.type === 'VariableDeclarator' && holder.id.type === 'Identifier' && !holder.id.typeAnnotation) {
    const binding = bindingAt(tree, holder.id)
    return binding?.kind === 'const' ? { binding, form: 'member', place: holder.id, value: up } : null
  }
  if (holder.type !== 'AssignmentExpression' || holder.operator !== '=' || holder.left.type !== 'Identifier')
    return null
  const binding = bindingAt(tree, holder.left)
  const isPlain =
    binding?.kind === 'let' &&
    binding.declaration.type === 'VariableDeclarator' &&
    binding.declaration.id.type === 'Identifier' &&
    !binding.declaration.init &&
    (!binding.id.typeAnnotation || isAny(binding.id.typeAnnotation))
  const isOnce = binding?.references.filter(({ kind }) => kind === 'write').length === 1
  return binding && isPlain && isOnce ? { binding, form: 'member', place: binding.id, value: up } : null
}

const isAny = (node: Node): boolean => node.type === 'TSTypeAnnotation' && node.typeAnnotation.type === 'TSAnyKeyword'
