import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isCall, isMember, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type Binding, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node } from '../syntax/tree.ts'

/** What a route file exports as its handler. */
export type Entry =
  | {
      kind: 'function'
      fn: FunctionNode
      name: string | null
      /** The statement that the new functions replace: where the handler is written. */
      place: t.Statement
      /** The statement that only exports it by name, when that is another one. */
      exporter: t.Statement | null
      /** The specifier to drop from an export list (`export { x as default, y }`). */
      specifier: t.ExportSpecifier | null
      binding: Binding | null
    }
  | { kind: 'call'; call: t.CallExpression; place: t.Statement; exporter: t.Statement | null; binding: Binding | null }
  | { kind: 'none' }
  | { kind: 'reexport'; node: Node; source: string }
  | { kind: 'other'; node: Node; what: string }

/** Finds the default export of a module: a function (in any of its spellings), a call that makes one, or why it is neither. */
export function findEntry(file: t.File, tree: ScopeTree): Entry {
  for (const statement of file.program.body) {
    if (statement.type === 'ExportDefaultDeclaration')
      return fromExpression(statement.declaration, statement, statement, null, file, tree)
    if (statement.type === 'ExportNamedDeclaration') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ExportSpecifier') continue
        const exported = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value
        if (exported !== 'default') continue
        if (statement.source) return { kind: 'reexport', node: statement, source: statement.source.value }
        return fromExpression(specifier.local, statement, statement, specifier, file, tree)
      }
    }
    if (
      statement.type === 'ExpressionStatement' &&
      statement.expression.type === 'AssignmentExpression' &&
      statement.expression.operator === '='
    ) {
      const { left, right } = statement.expression
      if (isModuleExports(left)) return fromExpression(right, statement, statement, null, file, tree)
    }
    if (statement.type === 'TSExportAssignment')
      return fromExpression(statement.expression, statement, statement, null, file, tree)
  }
  return { kind: 'none' }
}

/** `module.exports` or `exports.default`. */
function isModuleExports(node: Node): boolean {
  if (!isMember(node) || node.object.type !== 'Identifier') return false
  const name = memberName(node)
  return (node.object.name === 'module' && name === 'exports') || (node.object.name === 'exports' && name === 'default')
}

function fromExpression(
  expression: Node,
  place: t.Statement,
  exporter: t.Statement,
  specifier: t.ExportSpecifier | null,
  file: t.File,
  tree: ScopeTree,
): Entry {
  const node = uncast(expression)
  if (isPlainFunction(node)) {
    const named = node.type === 'ArrowFunctionExpression' ? null : node.id
    const binding = named ? bindingAt(tree, named) : null
    return { kind: 'function', fn: node, name: named?.name ?? null, place, exporter: null, specifier, binding }
  }
  if (isCall(node) && node.type === 'CallExpression')
    return { kind: 'call', call: node, place, exporter: null, binding: null }
  if (node.type === 'Identifier') return fromName(node, exporter, specifier, file, tree)
  return { kind: 'other', node, what: node.type }
}

function fromName(
  id: t.Identifier,
  exporter: t.Statement,
  specifier: t.ExportSpecifier | null,
  file: t.File,
  tree: ScopeTree,
): Entry {
  const binding = bindingAt(tree, id)
  if (!binding) return { kind: 'other', node: id, what: 'unknown name' }
  const { declaration } = binding
  const place = file.program.body.find(
    (s) => (s.start ?? 0) <= (declaration.start ?? 0) && (s.end ?? 0) >= (declaration.end ?? 0),
  )
  if (!place) return { kind: 'other', node: id, what: 'unknown name' }
  if (binding.kind === 'import') {
    const source = place.type === 'ImportDeclaration' ? place.source.value : ''
    return { kind: 'reexport', node: place, source }
  }
  if (binding.references.some((r) => r.kind === 'write')) return { kind: 'other', node: id, what: 'reassigned' }
  if (declaration.type === 'FunctionDeclaration')
    return { kind: 'function', fn: declaration, name: binding.name, place, exporter, specifier, binding }
  if (declaration.type === 'VariableDeclarator' && declaration.init) {
    const init = uncast(declaration.init)
    const isAlone = place.type === 'VariableDeclaration' ? place.declarations.length === 1 : true
    if (isPlainFunction(init) && isAlone)
      return { kind: 'function', fn: init, name: binding.name, place, exporter, specifier, binding }
    if (init.type === 'CallExpression') return { kind: 'call', call: init, place, exporter, binding }
    if (init.type === 'Identifier' && isAlone) return { kind: 'other', node: id, what: 'alias' }
  }
  return { kind: 'other', node: declaration, what: declaration.type }
}
