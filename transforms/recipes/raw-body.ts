import { block, type Lowering, note } from '../concerns/lowering.ts'
import { keyName, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node } from '../syntax/tree.ts'
import { lowerBodyRead } from './body-read.ts'
import { takesRequest } from './call.ts'
import { type Collected, collects, isUtf8 } from './collector.ts'
import type { PackageCall, Recipe, RecipeContext } from './recipe.ts'

/**
 * The raw body, with `bodyParser: false`: micro@10.0.1 dist/src/lib/index.js (`buffer`, `text`, `json`), raw-body@2.5.2 index.js
 * (bytes, or text when an encoding is given), node:stream/consumers, and the project's own helper that collects chunks.
 * Pages: the Node stream of req. App: the Request's own methods, the same bytes. micro refuses more than 1mb unless told
 * otherwise, raw-body what its `limit` says; App has no limit (PA547). Where the form is another, the route is kept (PA548).
 */
export const rawBody: Recipe = {
  id: 'raw-body',
  codes: ['PA125', 'PA547', 'PA548'],
  packages: ['micro', 'raw-body', 'stream/consumers', 'node:stream/consumers'],
  owns: (found, context) => collectorOf(found, context) !== null,
  lower: (found, at, context) => {
    const read = readOf(found, context)
    if (!read) return false
    if (!at.mayReadRaw || !takesRequest(found.passes) || !read.kind || !lowerBodyRead(found.call, read.kind, at)) {
      block(at, 'PA548', found.call, { why: at.rawBody ? 'form' : 'body-parser' })
      return true
    }
    noteLimit(read.limit, found, at)
    return true
  },
}

interface Read {
  /** Null for options that are not understood. */
  kind: Collected | null
  limit: string | null
}

function readOf(found: PackageCall, context: RecipeContext): Read | null {
  const { imported, call } = found
  const own = collectorOf(found, context)
  if (own) return { kind: own, limit: null }
  const name = imported?.name ?? ''
  const options = call.arguments[1]
  if (imported?.source === 'raw-body')
    return name === 'default' && call.arguments.length <= 2 ? rawBodyRead(options) : null
  if (imported?.source === 'micro') return isCollected(name) ? microRead(name, options) : null
  return isCollected(name) ? { kind: call.arguments.length === 1 ? name : null, limit: null } : null
}

function isCollected(name: string): name is Collected {
  return name === 'buffer' || name === 'text' || name === 'json'
}

/** The options may hold a limit and an encoding; `length` only checks what the client declared. */
function rawBodyRead(options: Node | undefined): Read {
  if (!options) return { kind: 'buffer', limit: null }
  const node = uncast(options)
  if (node.type === 'BooleanLiteral' || stringValue(node) !== null) return { kind: encoded(node), limit: null }
  const own = optionsOf(node)
  if (!own) return { kind: null, limit: null }
  return { kind: own.encoding ? encoded(own.encoding) : 'buffer', limit: own.limit ? limitText(own.limit) : null }
}

function microRead(kind: Collected, options: Node | undefined): Read {
  const own = options ? optionsOf(uncast(options)) : {}
  if (!own || (own.encoding && !isUtf8(own.encoding))) return { kind: null, limit: null }
  return { kind, limit: own.limit ? limitText(own.limit) : '1mb' }
}

function encoded(node: Node): Collected | null {
  const at = uncast(node)
  if (at.type === 'BooleanLiteral') return at.value ? 'text' : 'buffer'
  return isUtf8(at) ? 'text' : null
}

/** Null when the options hold more than is known. */
function optionsOf(node: Node): { limit?: Node; encoding?: Node } | null {
  if (node.type !== 'ObjectExpression') return null
  const own: { limit?: Node; encoding?: Node } = {}
  for (const property of node.properties) {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty') return null
    if (key === 'limit') own.limit = property.value
    else if (key === 'encoding') own.encoding = property.value
    else if (key !== 'length') return null
  }
  return own
}

function limitText(node: Node): string {
  const at = uncast(node)
  return stringValue(at) ?? (at.type === 'NumericLiteral' ? `${at.value} bytes` : '?')
}

function noteLimit(limit: string | null, { call, imported }: PackageCall, at: Lowering): void {
  if (limit !== null) note(at, 'PA547', 'note', call, { limit, package: imported?.source ?? '' })
}

/** What the callee collects: a function of this file, or one that another file of the project exports. */
function collectorOf({ call, imported }: PackageCall, context: RecipeContext): Collected | null {
  if (!imported)
    return call.callee.type === 'Identifier'
      ? collectorIn(bindingAt(context.tree, call.callee)?.declaration, context.tree)
      : null
  const path = context.resolve(imported.source)
  const module = path ? context.moduleAt(path) : null
  if (!module) return null
  const exported =
    imported.name === 'default' ? module.file.ast.program.body.find((s) => s.type === 'ExportDefaultDeclaration') : null
  const declaration =
    exported?.type === 'ExportDefaultDeclaration'
      ? exported.declaration
      : module.tree.program.bindings.get(imported.name)?.declaration
  return collectorIn(
    declaration?.type === 'Identifier' ? bindingAt(module.tree, declaration)?.declaration : declaration,
    module.tree,
  )
}

function collectorIn(declaration: Node | undefined, tree: ScopeTree): Collected | null {
  const value = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : declaration
  return isPlainFunction(value) ? collects(value, tree) : null
}
