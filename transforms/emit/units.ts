import type * as t from '@babel/types'
import { isMember, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

/** A statement of a module, the names that it declares and the module's names that it uses. */
export interface Unit {
  statement: t.Statement
  /** An `effect` is there for what it does: it declares nothing. `const x = require('y')` is an import. */
  kind: 'import' | 'declaration' | 'export-list' | 'effect'
  declares: Set<string>
  uses: Set<string>
  /** The uses that need the value, not only its type. */
  values: Set<string>
  writes: Set<string>
  globals: Set<string>
}

/** The statements of a file in source order, with who uses what of whom. */
export function readUnits(file: SourceFile, tree: ScopeTree): Unit[] {
  const units = file.ast.program.body.map(makeUnit)
  const unitAt = (node: Node): Unit | undefined =>
    units.find(({ statement }) => startOf(statement) <= startOf(node) && endOf(node) <= endOf(statement))
  const uses = new Set<Node>()
  for (const { name, references } of [...tree.program.bindings.values(), ...tree.program.types.values()]) {
    for (const { node, kind } of references) {
      // A redeclared `var` counts as a write too, and is a declaration all the same.
      if (kind !== 'write') uses.add(node)
      const unit = unitAt(node)
      unit?.uses.add(name)
      if (kind !== 'type') unit?.values.add(name)
      if (kind === 'write') unit?.writes.add(name)
    }
  }
  for (const [node, binding] of tree.bindingOf) {
    const isDeclared = binding.scope === tree.program && !uses.has(node) && !isWritten(binding.references, node)
    if (isDeclared) unitAt(node)?.declares.add(binding.name)
  }
  for (const [name, references] of tree.globals) for (const { node } of references) unitAt(node)?.globals.add(name)
  return units
}

function isWritten(references: readonly { node: Node; kind: string }[], node: Node): boolean {
  return references.some((reference) => reference.node === node && reference.kind === 'write')
}

/** Does the statement follow the unit? */
export function isNext(before: Unit, statement: t.Statement, units: readonly Unit[]): boolean {
  return units[units.indexOf(before) + 1]?.statement === statement
}

function makeUnit(statement: t.Statement): Unit {
  return {
    statement,
    kind: kindOf(statement),
    declares: new Set(),
    uses: new Set(),
    values: new Set(),
    writes: new Set(),
    globals: new Set(),
  }
}

function kindOf(statement: t.Statement): Unit['kind'] {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'TSImportEqualsDeclaration':
      return 'import'
    case 'VariableDeclaration':
      return statement.declarations.every((d) => isRequire(d.init)) ? 'import' : 'declaration'
    case 'ExportNamedDeclaration':
      return statement.declaration ? 'declaration' : 'export-list'
    case 'ExportAllDeclaration':
      return 'export-list'
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ExportDefaultDeclaration':
    case 'TSDeclareFunction':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSModuleDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSExportAssignment':
    case 'EmptyStatement':
      return 'declaration'
    default:
      return 'effect'
  }
}

/** `require('x')` or `require('x').y`. */
function isRequire(init: Node | null | undefined): boolean {
  if (!init) return false
  const node = uncast(init)
  if (isMember(node)) return isRequire(node.object)
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require'
}
