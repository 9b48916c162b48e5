import type { FunctionNode } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { isParseFailure, parseSource } from '../../syntax/parse.ts'
import { analyseScopes, type Binding, bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'

export interface Found {
  fn: FunctionNode
  module: SourceModule
}

/**
 * `cors(options)`, here or under a name of the file: cors@2.8.6 lib/index.js calls `next()` and does not hand its promise back. It stands for a
 * function that does just that; what else it does is for the recipe that knows it.
 */
export function findPackageMiddleware(node: Node, module: SourceModule): Found | null {
  const value = uncast(node)
  const declared = value.type === 'Identifier' ? bindingAt(module.tree, value) : null
  const init =
    declared?.kind === 'const' && declared.declaration.type === 'VariableDeclarator' ? declared.declaration.init : null
  const made = init ? uncast(init) : value
  const imported = made.type === 'CallExpression' ? importedAs(made.callee, module.tree) : null
  return imported?.source === 'cors' && imported.name === 'default' ? passing() : null
}

function passing(): Found | null {
  const file = parseSource('middleware.js', '(_req, _res, next) => { next() }')
  if (isParseFailure(file)) return null
  const [statement] = file.ast.program.body
  const fn = statement?.type === 'ExpressionStatement' ? statement.expression : null
  return isPlainFunction(fn) ? { fn, module: { path: file.path, file, tree: analyseScopes(file.ast) } } : null
}

/** The function that is written here, or that a name stands for: of this file or of another module of the project. */
export function findFunction(node: Node, module: SourceModule, context: ShorthandContext): Found | null {
  const value = uncast(node)
  if (isPlainFunction(value)) return { fn: value, module }
  if (value.type !== 'Identifier') return null
  const imported = importedAs(value, module.tree)
  if (imported) return findExported(imported.source, imported.name, module, context, 0)
  return ofBinding(bindingAt(module.tree, value), module)
}

function ofBinding(binding: Binding | null, module: SourceModule): Found | null {
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return null
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return { fn: declaration, module }
  const init = declaration.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  return isPlainFunction(init) ? { fn: init, module } : null
}

function findExported(
  source: string,
  name: string,
  from: SourceModule,
  context: ShorthandContext,
  depth: number,
): Found | null {
  const path = depth > 4 ? null : context.resolve(source, from.path)
  const module = path === null ? null : context.moduleAt(path)
  if (!module) return null
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default')
      return isPlainFunction(statement.declaration)
        ? { fn: statement.declaration, module }
        : statement.declaration.type === 'Identifier'
          ? ofBinding(module.tree.program.bindings.get(statement.declaration.name) ?? null, module)
          : null
    if (statement.type === 'ExportAllDeclaration' && name !== 'default') {
      const found = findExported(statement.source.value, name, module, context, depth + 1)
      if (found) return found
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue
      const exported = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value
      if (exported !== name) continue
      if (statement.source)
        return findExported(statement.source.value, specifier.local.name, module, context, depth + 1)
      const local = module.tree.program.bindings.get(specifier.local.name) ?? null
      const from = local ? parentOf(local.declaration) : null
      if (local && from?.type === 'ImportDeclaration') {
        const imported = importedAs(local.references[0]?.node ?? local.id, module.tree)
        return imported ? findExported(imported.source, imported.name, module, context, depth + 1) : null
      }
      return ofBinding(local, module)
    }
  }
  return ofBinding(ownExport(name, module), module)
}

/** `export function name`, `export const name`. */
function ownExport(name: string, { tree }: SourceModule): Binding | null {
  const binding = tree.program.bindings.get(name)
  for (let up = binding ? parentOf(binding.declaration) : null; up; up = parentOf(up))
    if (up.type === 'ExportNamedDeclaration') return binding ?? null
  return null
}

/** The calls of its third parameter; null for a function that answers by itself. */
export function nextCalls({ fn, module }: Found): readonly Node[] | null {
  const next = fn.params[2]
  if (!next) return null
  if (next.type !== 'Identifier') return []
  const references = bindingAt(module.tree, next)?.references ?? []
  const calls = references.flatMap(({ node, kind }) => (kind === 'read' ? (parentOf(node) ?? []) : []))
  return calls.length > 0 ? calls : null
}
