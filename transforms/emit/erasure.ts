import type * as t from '@babel/types'
import type { Edit } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Binding, ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { importEdit } from './cleanup.ts'
import { memberEdits } from './erase-members.ts'
import { removals } from './erase-statements.ts'
import { castEdits, skipBack, trailingSemicolon } from './erase-expressions.ts'

export interface Erasure {
  edits: Edit[]
  /** Statements, members, parameters and specifiers that are taken away whole. */
  gone: Set<Node>
}

/** Every edit that takes type syntax away; or what cannot be taken away. */
export function findErasure(file: SourceFile, tree: ScopeTree): Erasure | { what: string; at: number } {
  const found: Found = { edits: [], gone: new Set(), removed: [] }
  let refused: { what: string; at: number } | null = null
  walk(file.ast.program, (node) => {
    const what = refused ? null : runtimeSyntax(node)
    if (what) refused = { what, at: startOf(node) }
    if (refused) return false
    if (isTypeStatement(node) || isTypeMember(node)) {
      remove(node, found)
      return false
    }
    if (/^TSType(Annotation|Parameter)/.test(node.type)) {
      found.edits.push(annotationEdit(node, file), ...trailingSemicolon(node, file))
      return false
    }
    if (node.type === 'ImportDeclaration') importEdits(node, file, tree, found)
    else if (node.type === 'ExportNamedDeclaration') exportEdits(node, file, tree, found)
    else found.edits.push(...castEdits(node, file), ...memberEdits(node, file, found.gone))
    return !found.gone.has(node)
  })
  return refused ?? { edits: [...found.edits, ...removals(found.removed, file)], gone: found.gone }
}

/** Statements and members that go are collected in source order. */
interface Found extends Erasure {
  removed: Node[]
}

function remove(node: Node, { gone, removed }: Found): void {
  gone.add(node)
  removed.push(node)
}

/** What TypeScript makes code of, or JavaScript files are not compiled with. */
function runtimeSyntax(node: Node): string | null {
  if ('declare' in node && node.declare) return null
  switch (node.type) {
    case 'TSEnumDeclaration':
      return 'enum'
    case 'TSModuleDeclaration':
      return 'namespace'
    case 'TSParameterProperty':
      return 'parameter property'
    case 'TSImportEqualsDeclaration':
      return node.importKind === 'type' ? null : 'import ='
    case 'TSExportAssignment':
      return 'export ='
    case 'Decorator':
      return 'decorator'
    default:
      return null
  }
}

function isTypeStatement(node: Node): boolean {
  if (/^TS(Interface|TypeAlias|DeclareFunction|NamespaceExport)/.test(node.type)) return true
  if (node.type === 'TSImportEqualsDeclaration') return node.importKind === 'type'
  if (/^(Variable|Class|TSEnum|TSModule)Declaration$/.test(node.type)) return 'declare' in node && Boolean(node.declare)
  if (node.type === 'ImportDeclaration') return node.importKind === 'type'
  if (node.type === 'ExportAllDeclaration') return node.exportKind === 'type'
  if (node.type === 'ExportDefaultDeclaration') return isTypeStatement(node.declaration)
  if (node.type !== 'ExportNamedDeclaration') return false
  return node.exportKind === 'type' || (node.declaration ? isTypeStatement(node.declaration) : false)
}

/** Overloads, abstract members, index signatures, `declare x`. */
function isTypeMember(node: Node): boolean {
  if (node.type === 'TSDeclareMethod' || node.type === 'TSIndexSignature') return true
  return node.type === 'ClassProperty' && Boolean(node.declare || node.abstract)
}

/** `: T` with the mark before it; `<T>` up to the parenthesis, since no line break may stand between in `return <T>(x) => x`. */
function annotationEdit(node: Node, { text }: SourceFile): Edit {
  if (node.type !== 'TSTypeAnnotation') {
    const gap = parentOf(node)?.type === 'ArrowFunctionExpression' ? /^\s*(?=\()/.exec(text.slice(endOf(node))) : null
    return { start: startOf(node), end: endOf(node) + (gap?.[0].length ?? 0), pieces: [] }
  }
  const start = skipBack(text, startOf(node))
  const isMark = text[start - 1] === '?' || text[start - 1] === '!'
  return { start: isMark ? skipBack(text, start - 1) : start, end: endOf(node), pieces: [] }
}

/** An import that only types use is dropped by TypeScript too, with its module. */
function importEdits(node: t.ImportDeclaration, file: SourceFile, tree: ScopeTree, found: Found): void {
  const hasJsx = /<[A-Za-z>]/.test(file.text)
  const unused = node.specifiers.filter((specifier) => {
    if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') return true
    return !isValue(tree.program.bindings.get(specifier.local.name)) && !(hasJsx && specifier.local.name === 'React')
  })
  if (unused.length > 0 && unused.length === node.specifiers.length) remove(node, found)
  else if (unused.length > 0) {
    for (const specifier of unused) found.gone.add(specifier)
    found.edits.push(importEdit(node, unused, file))
  }
}

function isValue(binding: Binding | undefined): boolean {
  return binding?.references.some(({ kind, node }) => kind !== 'type' && !isInType(node)) ?? false
}

/** `typeof a` as a type. */
function isInType(node: Node): boolean {
  const parent = parentOf(node)
  return parent?.type === 'TSTypeQuery' || (parent?.type === 'TSQualifiedName' && isInType(parent))
}

/** `export { a, type B }`, and names of types of the file without the keyword. */
function exportEdits(node: t.ExportNamedDeclaration, file: SourceFile, tree: ScopeTree, found: Found): void {
  const types = node.specifiers.filter((specifier) => {
    if (specifier.type !== 'ExportSpecifier') return false
    if (specifier.exportKind === 'type') return true
    const { name } = specifier.local
    return !node.source && tree.program.types.has(name) && !tree.program.bindings.has(name)
  })
  if (types.length === 0) return
  if (types.length === node.specifiers.length) {
    remove(node, found)
    return
  }
  for (const specifier of types) found.gone.add(specifier)
  const kept = node.specifiers.filter((specifier) => !types.includes(specifier))
  const [first, last] = [node.specifiers[0], node.specifiers.at(-1)]
  if (!first || !last) return
  const text = kept.map((specifier) => file.text.slice(startOf(specifier), endOf(specifier))).join(', ')
  found.edits.push({ start: startOf(first), end: endOf(last), pieces: [text] })
}
