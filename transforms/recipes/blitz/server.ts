import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { indentAt } from '../../syntax/lines.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { isPlain, optionNamed, optionsOf } from '../trpc/options.ts'
import type { RecipeContext } from '../recipe.ts'
import { parseRange } from '../version-range.ts'

/** `const { api, ... } = setupBlitzServer({ plugins })`, of which a route has imported `api`. */
export interface BlitzServer {
  module: SourceModule
  /** Null without the session plugin, which is what gives `withBlitzAuth`. */
  auth: { name: string; edits: readonly Edit[] } | null
  /** Why its form for route handlers cannot stand in for `api`. */
  why: 'plugins' | 'name' | null
}

/**
 * What `@blitzjs/auth` and `@blitzjs/rpc` add (3.0.1: server/auth-plugin.ts, server/plugin.ts). Plugins with middleware of their own run in
 * `api`, and nowhere in route handlers.
 */
const PLUGINS: Readonly<Record<string, string>> = { AuthServerPlugin: '@blitzjs/auth', RpcServerPlugin: '@blitzjs/rpc' }

const AUTH = 'withBlitzAuth'

/**
 * The versions whose forms for route handlers were run: 2.1.0 brought them (2.1.1 with Next 14.2.35), and from 3.0.0 on they await the
 * params, which Next 15 gives as a promise (3.0.1 with Next 15.0.1).
 */
export function hasRouteHandlers({ app: { next, packages } }: RecipeContext): boolean {
  const range = parseRange(packages['@blitzjs/next'] ?? '')
  return (
    range !== null && ((next.major === 15 && range.lets([3, 0, 0])) || (next.major === 14 && range.lets([2, 1, 0])))
  )
}

/** Null for a function that is no `api` of Blitz. */
export function findBlitzServer(callee: Node, context: RecipeContext): BlitzServer | null {
  const imported = callee.type === 'Identifier' ? context.importOf(callee) : null
  const path = imported ? context.resolve(imported.source) : null
  const module = path === null ? null : context.moduleAt(path)
  if (!imported || !module) return null
  const lists = exportLists(module)
  const listed = lists.find(({ exported }) => nameOf(exported) === imported.name)
  const binding = module.tree.program.bindings.get(listed?.local.name ?? imported.name)
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'ObjectPattern') return null
  const made = declaration.init ? uncast(declaration.init) : null
  const maker = made?.type === 'CallExpression' ? importedAs(made.callee, module.tree) : null
  if (made?.type !== 'CallExpression' || maker?.source !== '@blitzjs/next' || maker.name !== 'setupBlitzServer')
    return null
  const property = findKey(declaration.id, 'api')
  if (!property || localOf(property) !== binding?.name) return null
  const names = pluginNames(made, module)
  if (!names) return { module, auth: null, why: 'plugins' }
  if (!names.includes('AuthServerPlugin')) return { module, auth: null, why: null }
  const isExported = !listed && parentOf(parentOf(declaration) ?? declaration)?.type === 'ExportNamedDeclaration'
  const auth = exportAuth({ pattern: declaration.id, property, listed: isExported ? null : (listed ?? null) }, module)
  return auth ? { module, auth, why: null } : { module, auth: null, why: 'name' }
}

/** Null where they are not all known, or not written out. */
function pluginNames(call: t.CallExpression, { tree }: SourceModule): string[] | null {
  const options = optionsOf(call)
  const plugins = options && isPlain(options) ? optionNamed(options, 'plugins') : null
  const list = plugins?.type === 'ObjectProperty' ? uncast(plugins.value) : null
  if (list?.type !== 'ArrayExpression') return null
  const names = list.elements.map((element) => {
    const imported = element?.type === 'CallExpression' ? importedAs(element.callee, tree) : null
    return imported && PLUGINS[imported.name] === imported.source ? imported.name : null
  })
  return names.some((name) => name === null) ? null : names.flatMap((name) => name ?? [])
}

/** What the module needs for `withBlitzAuth`, as one edit; null for nothing. */
export function editOf({ auth }: BlitzServer): Edit | null {
  const [first, last] = [...(auth?.edits ?? [])].sort((a, b) => a.start - b.start)
  if (!first || !last) return first ?? null
  return {
    start: first.start,
    end: last.end,
    pieces: [...first.pieces, { from: first.end, to: last.start }, ...last.pieces],
  }
}

interface Given {
  pattern: t.ObjectPattern
  /** `api` in the pattern. */
  property: t.ObjectProperty
  /** `api` in a list of exports; null where the declaration is exported. */
  listed: t.ExportSpecifier | null
}

/** The name under which the module exports `withBlitzAuth`, and what has to be added for that; null where the name is something else's. */
function exportAuth(given: Given, module: SourceModule): { name: string; edits: readonly Edit[] } | null {
  const known = findKey(given.pattern, AUTH)
  const local = known ? localOf(known) : AUTH
  if (local === null) return null
  const isFree = !module.tree.program.bindings.has(AUTH) && !module.tree.program.types.has(AUTH)
  if (!known && !isFree) return null
  const edits = known ? [] : [added(given.property, module)]
  if (!given.listed) return { name: local, edits }
  const lists = exportLists(module)
  const exported = lists.find((specifier) => specifier.local.name === local)
  if (exported) return { name: nameOf(exported.exported), edits }
  if (lists.some((specifier) => nameOf(specifier.exported) === AUTH)) return null
  return { name: AUTH, edits: [...edits, added(given.listed, module, local === AUTH ? AUTH : `${local} as ${AUTH}`)] }
}

/** One more name after another one, on its line or on the next. */
function added(after: Node, { file: { text } }: SourceModule, name = AUTH): Edit {
  const isOnOwnLine = /\n\s*$/.test(text.slice(0, startOf(after)))
  const gap = isOnOwnLine ? `\n${indentAt(text, startOf(after))}` : ' '
  return { start: endOf(after), end: endOf(after), pieces: [`,${gap}${name}`] }
}

function findKey(pattern: t.ObjectPattern, key: string): t.ObjectProperty | null {
  const found = pattern.properties.find((p) => p.type === 'ObjectProperty' && !p.computed && keyName(p) === key)
  return found?.type === 'ObjectProperty' ? found : null
}

const localOf = ({ value }: t.ObjectProperty): string | null => (value.type === 'Identifier' ? value.name : null)

function exportLists({ file }: SourceModule): t.ExportSpecifier[] {
  return file.ast.program.body.flatMap((statement) =>
    statement.type === 'ExportNamedDeclaration' && !statement.source
      ? statement.specifiers.flatMap((s) => (s.type === 'ExportSpecifier' ? [s] : []))
      : [],
  )
}

const nameOf = (name: t.Identifier | t.StringLiteral): string => (name.type === 'Identifier' ? name.name : name.value)

/** The import of a name that is used once, where it may be exchanged for another one. */
export function soleImport(name: Node, { tree }: RecipeContext): t.ImportSpecifier | null {
  const binding = name.type === 'Identifier' ? bindingAt(tree, name) : null
  return binding?.declaration.type === 'ImportSpecifier' && binding.references.length === 1 ? binding.declaration : null
}
