import type * as t from '@babel/types'
import { commonExports } from '../syntax/common-exports.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'

/** What a module declares in a statement of its own, or as a member of an object or a class. */
export interface ModuleDeclaration {
  module: SourceModule
  /** What it is declared as: a function, or the call that makes one. */
  node: Node
  /** The name that it has in its module. */
  name: string
  /** The names under which its module exports it. */
  exports: readonly string[]
  statement: t.Statement
  /** The member that it is; null for a statement of its own. */
  part?: t.ObjectProperty | t.ObjectMethod | t.ClassMethod | t.ClassProperty
  /** `Guard.` for a member of Guard. */
  owner?: string
  /** Its module is not there yet: it stands for a function of a package. */
  isWritten?: boolean
}

/** Null for a value inside another one, and for one that shares its statement with others. */
export function describe<N extends Node>(node: N, module: SourceModule): (ModuleDeclaration & { node: N }) | null {
  const { body } = module.file.ast.program
  const statement = body.find((s) => startOf(s) <= startOf(node) && endOf(node) <= endOf(s))
  const declaration =
    statement?.type === 'ExportNamedDeclaration' || statement?.type === 'ExportDefaultDeclaration'
      ? statement.declaration
      : statement
  if (!statement || !declaration) return null
  if (declaration === node) {
    const isNamed = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration'
    const isMade = declaration.type === 'CallExpression'
    const own = isNamed ? declaration.id?.name : undefined
    const name =
      own ?? (isPlainFunction(declaration) ? nameOfFile(module) : isMade ? nameOfFile(module, 'Handler') : undefined)
    return name === undefined ? null : { module, node, name, exports: exportsOf(name, statement, module), statement }
  }
  if (declaration.type !== 'VariableDeclaration' || declaration.declarations.length !== 1) return null
  const [declarator] = declaration.declarations
  if (declarator?.id.type !== 'Identifier' || !declarator.init || uncast(declarator.init) !== node) return null
  const { name } = declarator.id
  return { module, node, name, exports: exportsOf(name, statement, module), statement }
}

/** `lib/on-error.js` is what `export default (err, req, res) => ...` is called by: `onError`; with this behind it where the file has such a name. */
function nameOfFile({ path, tree }: SourceModule, otherwise?: string): string | undefined {
  const stem = path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '').replace(/^.*\//, '')
  const words = stem.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const name = words.map((word, i) => (i > 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word)).join('')
  const names = otherwise === undefined ? [name] : [name, `${name}${otherwise}`]
  return names.find((one) => /^[A-Za-z]/.test(one) && !tree.program.bindings.has(one) && !tree.globals.has(one))
}

function exportsOf(name: string, statement: t.Statement, module: SourceModule): string[] {
  const names: string[] = []
  for (const [exported, local] of commonExports(module)?.names ?? []) if (local.name === name) names.push(exported)
  if (statement.type === 'ExportDefaultDeclaration') names.push('default')
  if (statement.type === 'ExportNamedDeclaration') names.push(name)
  for (const other of module.file.ast.program.body) {
    const { declaration } = other.type === 'ExportDefaultDeclaration' ? other : { declaration: null }
    if (declaration?.type === 'Identifier' && declaration.name === name) names.push('default')
    if (other.type !== 'ExportNamedDeclaration' || other.source) continue
    for (const s of other.specifiers)
      if (s.type === 'ExportSpecifier' && s.local.name === name) names.push(nameOf(s.exported))
  }
  return names
}

export function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
