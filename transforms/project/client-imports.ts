import { isMember, memberName } from '../syntax/match.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes, type Reference } from '../syntax/scope.ts'
import { parentOf, startOf, walk } from '../syntax/tree.ts'
import type { StaticImport } from './static-imports.ts'

/** What a file imports that the module layer of route handlers does not take. */
export interface ClientImport {
  code: 'PA025' | 'PA026'
  /** `react-dom/server`, `useState`. */
  what: string
}

/** Packages that may not be imported there at all. */
const PACKAGES: ReadonlyMap<string, ClientImport['code']> = new Map([
  ['react-dom/server', 'PA025'],
  ['react-dom/client', 'PA026'],
  ['next/router', 'PA026'],
  ['client-only', 'PA026'],
])

/** Exports that may not be imported there by name, used or not. */
const NAMES: ReadonlyMap<string, RegExp> = new Map([
  [
    'react',
    /^(?:Component|PureComponent|createContext|createFactory|(?:experimental_)?useOptimistic|use(?:ActionState|DeferredValue|Effect|EffectEvent|ImperativeHandle|InsertionEffect|LayoutEffect|Reducer|Ref|State|SyncExternalStore|Transition))$/,
  ],
  ['react-dom', /^(?:flushSync|unstable_batchedUpdates|useFormStatus|useFormState)$/],
  [
    'next/navigation',
    /^(?:use(?:SearchParams|Pathname|SelectedLayoutSegments?|Params|Router|ServerInsertedHTML)|ServerInsertedHTMLContext)$/,
  ],
  ['next/link', /^useLinkStatus$/],
])

/**
 * Functions that make the client of a framework: they are called where a module is loaded, and the browser half of each package says
 * 'use client' (@blitzjs/next@3.0.1 utils/add-directives.js). Run with Next 15.0.1: "Attempted to call BlitzRpcPlugin() from the server but
 * BlitzRpcPlugin is on the client".
 */
const CLIENT_SETUP: ReadonlyMap<string, RegExp> = new Map([
  ['@blitzjs/next', /^setupBlitzClient$/],
  ['@blitzjs/auth', /^AuthClientPlugin$/],
  ['@blitzjs/rpc', /^BlitzRpcPlugin$/],
])

/** Packages whose builds are made for both layers: of their sources, in a repository that holds them, this cannot be told. */
export const isBuiltForBoth = (specifier: string): boolean =>
  /^(?:blitz|@blitzjs\/(?:auth|next|rpc))(?:\/|$)/.test(specifier)

/** Members that React lacks there: read while a module is loaded, they fail every request. */
const MISSING = /^(?:Component|PureComponent|createContext|createFactory)$/

/**
 * The first import of a file that breaks the build of what a route handler reaches, or its loading. The lists are those of
 * next-swc (next@16.4.3, `react_server_components.rs`), which reads imports and neither re-exports nor `require`; next@14 and 15 refuse the
 * same. A name that only types use is refused too: webpack's loader drops it in time, Turbopack (next@16.4.3) does not; where all of a statement
 * is types, it is `typed`, and can be written as `import type`.
 */
export function findClientImport(
  imports: readonly StaticImport[],
  { path, text }: { path: string; text: string },
): { trouble: ClientImport | null; typed: readonly StaticImport[] } {
  const references = openReferences(path, text)
  const typed: StaticImport[] = []
  for (const each of imports) {
    const trouble = refusedIn(each, text, references)
    if (!trouble) continue
    if (!isTypes(each, references)) return { trouble, typed: [] }
    typed.push(each)
  }
  return { trouble: null, typed }
}

function refusedIn(
  { specifier, names, isDynamic }: StaticImport,
  text: string,
  references: ReturnType<typeof openReferences>,
): ClientImport | null {
  const code = PACKAGES.get(specifier)
  if (code && !isDynamic) return { code, what: specifier }
  const refused = NAMES.get(specifier) ?? CLIENT_SETUP.get(specifier)
  const name = refused && names?.find(({ imported }) => refused.test(imported))
  if (name) return { code: 'PA026', what: name.imported }
  if (specifier !== 'react') return null
  const whole = names?.find(({ imported }) => imported === 'default' || imported === '*')
  const member = whole && mayMiss(text, whole.local) ? references.missing(whole.local) : null
  return member ? { code: 'PA026', what: member } : null
}

/** Can the whole statement be written as `import type`? A default does not stand beside other names there. */
function isTypes({ names }: StaticImport, references: ReturnType<typeof openReferences>): boolean {
  if (!names || names.length === 0) return false
  if (names.length > 1 && names.some(({ imported }) => imported === 'default' || imported === '*')) return false
  return names.every(({ local }) => !references.isUsed(local))
}

/**
 * Which imports of a file are compiled? TypeScript drops one whose names only types use, and `import('x').Y` is a type. In doubt it is. The file
 * is parsed once for all of them.
 */
export function findCompiled(imports: readonly StaticImport[], path: string, text: string): boolean[] {
  const references = openReferences(path, text)
  let calls: ReadonlySet<number> | null | undefined
  return imports.map(({ names, isDynamic, start }) => {
    if (!isDynamic) return names === null || names.some(({ local }) => references.isUsed(local))
    if (calls === undefined) calls = findDynamic(path, text)
    return calls === null || calls.has(start)
  })
}

/** Where `import()` is called; null when the file does not parse. */
function findDynamic(path: string, text: string): ReadonlySet<number> | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const found = new Set<number>()
  walk(file.ast, (node) => {
    if (node.type === 'Import') found.add(startOf(node))
    return undefined
  })
  return found
}

/** The uses of names of a file, which is parsed when it is first asked for one. */
function openReferences(path: string, text: string) {
  let known: ((local: string) => readonly Reference[] | null) | null = null
  const of = (local: string): readonly Reference[] | null => {
    known ??= readReferences(path, text)
    return known(local)
  }
  return {
    isUsed: (local: string): boolean =>
      !/\.[cm]?tsx?$/.test(path) || (of(local)?.some(({ kind }) => kind !== 'type') ?? true),
    missing: (local: string): string | null => {
      for (const { node, kind } of of(local) ?? []) {
        const parent = parentOf(node)
        const name = kind !== 'type' && parent && isMember(parent) && parent.object === node ? memberName(parent) : null
        if (name !== null && MISSING.test(name)) return name
      }
      return null
    },
  }
}

function readReferences(path: string, text: string): (local: string) => readonly Reference[] | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return () => null
  const { bindings } = analyseScopes(file.ast).program
  return (local) => bindings.get(local)?.references ?? null
}

/** By text alone, before the file is parsed. */
function mayMiss(text: string, local: string): boolean {
  return ['Component', 'PureComponent', 'create'].some((name) => text.includes(`${local}.${name}`))
}
