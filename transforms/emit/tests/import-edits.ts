import type { Edit } from '../../syntax/edits.ts'
import { importedAs } from '../../syntax/imported.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { detectStyle, quoted } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, some, startOf } from '../../syntax/tree.ts'
import type { HandlerImport } from './handler-imports.ts'
import type { Refusals } from './irregular.ts'
import type { TestNames } from './test-names.ts'

/** The names of handlers become those of methods, or of the module. */
export function renameHandlers(handlers: readonly HandlerImport[], file: SourceFile, names: TestNames): Edit[] {
  return handlers.flatMap((handler) => {
    const { literal, specifier, form, place, value } = handler
    const named = names.named(handler)
    const path: Edit = { start: startOf(literal) + 1, end: endOf(literal) - 1, pieces: [specifier] }
    const clause = named ? `{ ${named.join(', ')} }` : names.module(handler)
    if (form === 'import') {
      const declaration = parentOf(place)
      const start = declaration ? startOf(declaration) + 'import'.length : startOf(place)
      const end = file.text.lastIndexOf('from', startOf(literal))
      return [{ start, end, pieces: [` ${named ? clause : `* as ${clause}`} `] }, path]
    }
    if (form === 'pattern') return [{ start: startOf(place), end: endOf(place), pieces: [clause] }, path]
    // `(await import(path)).default`, of which the module is what comes before `.default`.
    const loaded = value?.type === 'MemberExpression' ? value.object : null
    if (!value || !loaded) return [path]
    const edits: Edit[] = [
      { start: startOf(value), end: endOf(value), pieces: [{ from: startOf(loaded), to: endOf(loaded) }] },
      path,
      { start: startOf(place), end: startOf(place) + handler.binding.name.length, pieces: [clause] },
    ]
    for (const { node, kind } of handler.binding.references)
      if (kind === 'write') edits.push({ start: startOf(node), end: endOf(node), pieces: [clause] })
    return edits
  })
}

/** In the place of what made the mocks, where nothing else is imported from there; else before the first import. */
export function importNextRequest(file: SourceFile, tree: ScopeTree, refuse: Refusals['refuse']): Edit[] | null {
  const style = detectStyle(file)
  const { body } = file.ast.program
  const known = tree.program.bindings.get('NextRequest')
  if (known) return isValueImport(known, tree) ? [] : refuse('name', known.id)
  const imports = body.filter((one) => one.type === 'ImportDeclaration')
  const source = quoted(style, 'next/server')
  const first = imports[0]
  if (!first) {
    // What loads with `import()` alone may be a module, which knows no `require`.
    const isCommonJs = some(file.ast.program, (node) => isRequire(node, tree))
    const clause = isCommonJs ? `const { NextRequest } = require(${source})` : `import { NextRequest } from ${source}`
    const text = `${clause}${style.semicolon}`
    const mocks = body.find((one) => isRequireOf(one, 'node-mocks-http'))
    // Its functions have no calls any more.
    if (mocks) return [{ start: startOf(mocks), end: endOf(mocks), pieces: [text] }]
    const at = body[0] ? startOf(body[0]) : 0
    return [{ start: at, end: at, pieces: [`${text}${isCommonJs ? '' : '\n'}\n`] }]
  }
  const tool = imports.find((one) => one.source.value === 'node-mocks-http') ?? first
  const text = `import { NextRequest } from ${source}${style.semicolon}\n`
  return [{ start: startOf(tool), end: startOf(tool), pieces: [text] }]
}

const isRequire = (node: Node, tree: ScopeTree): boolean =>
  node.type === 'CallExpression' &&
  node.callee.type === 'Identifier' &&
  node.callee.name === 'require' &&
  !bindingAt(tree, node.callee)

function isValueImport({ id, declaration }: Binding, tree: ScopeTree): boolean {
  const up = parentOf(declaration)
  const isType =
    (up?.type === 'ImportDeclaration' && up.importKind === 'type') ||
    (declaration.type === 'ImportSpecifier' && declaration.importKind === 'type')
  return !isType && importedAs(id, tree)?.source === 'next/server'
}

function isRequireOf(statement: Node, source: string): boolean {
  const [one, other] = statement.type === 'VariableDeclaration' ? statement.declarations : []
  const init = one && !other ? one.init : null
  const [argument] = init?.type === 'CallExpression' && init.callee.type === 'Identifier' ? init.arguments : []
  return init?.type === 'CallExpression' && argument?.type === 'StringLiteral' && argument.value === source
}
