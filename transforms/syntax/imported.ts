import type * as t from '@babel/types'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Edit } from './edits.ts'
import { isMember, keyName, uncast } from './match.ts'
import type { SourceFile } from './parse.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { functionAround, type Node, parentOf } from './tree.ts'

/** A file of the project, parsed and bound. */
export interface SourceModule {
  /** Relative to the project root, with `/`. */
  path: string
  file: SourceFile
  tree: ScopeTree
  /** What is to be said of shorthands of packages that were written out in it. */
  notes?: readonly Diagnostic[]
  /** Set for what a user has declared: the export that it stands for, and what its counterpart is. It is on no disk. */
  standsFor?: StandsFor
}

export interface StandsFor {
  name: string
  from: string
  becomes: { name: string; from: string }
  /** Set for a wrapper of a package, whose counterpart is had by an edit of a module. */
  package?: {
    notes: readonly Diagnostic[]
    /** Why the counterpart cannot be had. */
    blocked: Diagnostic | null
    module: SourceModule
    edit: Edit | null
    readsRaw: boolean
    /** Set where it has another name, and is called with an object of handlers, each of which is given the context of the route too. */
    keyed: (Imported & { takesThird: boolean }) | null
  }
}

/** A name as the file imported it. */
export interface Imported {
  /** The specifier: `next-auth/next`. */
  source: string
  /** The exported name, `default`, or `*` for a namespace. */
  name: string
}

/** What an identifier, or a member of a namespace import, is imported as; null for anything else. */
export function importedAs(node: Node, tree: ScopeTree): Imported | null {
  const at = uncast(node)
  if (isMember(at) && (at.object.type === 'Identifier' || isOfNamespace(at.object, tree))) {
    const base = importedAs(at.object, tree)
    return base && at.property.type === 'Identifier'
      ? { source: base.source, name: base.name === '*' ? at.property.name : `${base.name}.${at.property.name}` }
      : null
  }
  if (at.type !== 'Identifier') return null
  const declaration = bindingAt(tree, at)?.declaration
  const parent = declaration ? parentOf(declaration) : null
  if (parent?.type === 'ImportDeclaration') {
    const source = parent.source.value
    if (declaration?.type === 'ImportDefaultSpecifier') return { source, name: 'default' }
    if (declaration?.type === 'ImportNamespaceSpecifier') return { source, name: '*' }
    if (declaration?.type === 'ImportSpecifier')
      return {
        source,
        name: declaration.imported.type === 'Identifier' ? declaration.imported.name : declaration.imported.value,
      }
  }
  if (
    declaration?.type === 'VariableDeclarator' &&
    declaration.init?.type === 'CallExpression' &&
    declaration.init.callee.type === 'Identifier' &&
    declaration.init.callee.name === 'require'
  ) {
    const argument = declaration.init.arguments[0]
    if (argument?.type === 'StringLiteral')
      return {
        source: argument.value,
        name: declaration.id.type === 'Identifier' ? 'default' : keyOf(declaration.id, at.name),
      }
  }
  return null
}

/** `const { a: b } = require('x')` has `a` by the name of `b`. */
function keyOf(pattern: Node, local: string): string {
  for (const one of pattern.type === 'ObjectPattern' ? pattern.properties : [])
    if (one.type === 'ObjectProperty' && one.value.type === 'Identifier' && one.value.name === local)
      return (one.computed ? null : keyName(one)) ?? local
  return local
}

/** What a name stands for that is loaded where it is needed: `const { a: b } = await import('x')`. */
export function loadedAs(node: Node, tree: ScopeTree): Imported | null {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  if (!binding || declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'ObjectPattern') return null
  const loaded = declaration.init?.type === 'AwaitExpression' ? declaration.init.argument : null
  const [source, other] = loaded?.type === 'CallExpression' && loaded.callee.type === 'Import' ? loaded.arguments : []
  if (source?.type !== 'StringLiteral' || other || !isPlain(declaration.id)) return null
  return { source: source.value, name: keyOf(declaration.id, binding.name) }
}

/**
 * `{ a }` or `{ a: b }` of such a name, where it is loaded in the function that calls it and used for that call alone. Null for any other, and
 * for what is loaded with the module.
 */
export function loadedForOneCall(callee: Node, tree: ScopeTree): t.ObjectProperty | null {
  const binding = callee.type === 'Identifier' && loadedAs(callee, tree) ? bindingAt(tree, callee) : null
  const declarator = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration : null
  const around = functionAround(callee)
  if (!binding || declarator?.id.type !== 'ObjectPattern' || around === null || functionAround(declarator) !== around)
    return null
  if (binding.references.length !== 1) return null
  const isOfName = (one: Node): one is t.ObjectProperty => one.type === 'ObjectProperty' && one.value === binding.id
  return declarator.id.properties.find(isOfName) ?? null
}

type RequiredNames = t.VariableDeclarator & {
  id: t.ObjectPattern
  init: t.CallExpression & { arguments: [t.StringLiteral] }
}

/** `{ a, b: c } = require('x')`. */
export function requiresNames(node: t.VariableDeclarator): node is RequiredNames {
  return node.id.type === 'ObjectPattern' && isRequire(node.init) && isPlain(node.id)
}

function isRequire(init: Node | null | undefined): boolean {
  return (
    init?.type === 'CallExpression' &&
    init.callee.type === 'Identifier' &&
    init.callee.name === 'require' &&
    init.arguments.length === 1 &&
    init.arguments[0]?.type === 'StringLiteral'
  )
}

function isPlain({ properties }: t.ObjectPattern): boolean {
  return properties.every((one) => one.type === 'ObjectProperty' && !one.computed && one.value.type === 'Identifier')
}

/**
 * The declaration of a name that the module has by `require`, for good: `const { a } = require('./x')` or `const x = require('./x')`
 * among its own statements. Null for any other.
 */
export function requiredBy(id: Node, { tree }: Pick<SourceModule, 'tree'>): t.VariableDeclarator | null {
  const binding = id.type === 'Identifier' ? bindingAt(tree, id) : null
  const { declaration } = binding ?? {}
  if (binding?.kind !== 'const' || binding.scope !== tree.program || declaration?.type !== 'VariableDeclarator')
    return null
  const isNamed = declaration.id.type === 'Identifier' || requiresNames(declaration)
  return isNamed && isRequire(declaration.init) ? declaration : null
}

/** Whether a file imports the name as a value, from there and under the same name. */
export function hasImport(
  { ast }: SourceFile,
  { source, name, local }: { source: string; name: string; local: string },
): boolean {
  return ast.program.body.some(
    (statement) =>
      statement.type === 'ImportDeclaration' &&
      statement.importKind !== 'type' &&
      statement.source.value === source &&
      statement.specifiers.some(
        (one) =>
          one.type === 'ImportSpecifier' &&
          one.importKind !== 'type' &&
          one.local.name === local &&
          one.imported.type === 'Identifier' &&
          one.imported.name === name,
      ),
  )
}

/** `ns.context` of `import * as ns`: as if `context` was imported. */
function isOfNamespace(node: Node, tree: ScopeTree): boolean {
  return isMember(node) && node.object.type === 'Identifier' && importedAs(node.object, tree)?.name === '*'
}
