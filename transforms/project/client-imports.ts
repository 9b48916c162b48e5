import { isMember, memberName } from '../syntax/match.ts'
import { isParseFailure, type ParseFailure, type SourceFile } from '../syntax/parse.ts'
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
  text: string,
  uses: ImportUses,
): { trouble: ClientImport | null; typed: readonly StaticImport[] } {
  const typed: StaticImport[] = []
  for (const each of imports) {
    const trouble = refusedIn(each, text, uses)
    if (!trouble) continue
    if (!isTypes(each, uses)) return { trouble, typed: [] }
    typed.push(each)
  }
  return { trouble: null, typed }
}

function refusedIn({ specifier, names, isDynamic }: StaticImport, text: string, uses: ImportUses): ClientImport | null {
  const code = PACKAGES.get(specifier)
  if (code && !isDynamic) return { code, what: specifier }
  const refused = NAMES.get(specifier) ?? CLIENT_SETUP.get(specifier)
  const name = refused && names?.find(({ imported }) => refused.test(imported))
  if (name) return { code: 'PA026', what: name.imported }
  if (specifier !== 'react') return null
  const whole = names?.find(({ imported }) => imported === 'default' || imported === '*')
  const member = whole && mayMiss(text, whole.local) ? (uses.missing(whole.local) ?? null) : null
  return member ? { code: 'PA026', what: member } : null
}

/** Can the whole statement be written as `import type`? A default does not stand beside other names there. */
function isTypes({ names }: StaticImport, uses: ImportUses): boolean {
  if (!names || names.length === 0) return false
  if (names.length > 1 && names.some(({ imported }) => imported === 'default' || imported === '*')) return false
  return names.every(({ local }) => !uses.isUsed(local))
}

/** Which imports of a file are compiled? TypeScript drops one whose names only types use, and `import('x').Y` is a type. In doubt it is. */
export function findCompiled(imports: readonly StaticImport[], uses: ImportUses): boolean[] {
  return imports.map(({ names, isDynamic, start }) =>
    isDynamic ? uses.isCalled(start) : names === null || names.some(({ local }) => uses.isUsed(local)),
  )
}

/** How a file uses what it imports. In doubt it does. */
export interface ImportUses {
  /** Does anything but a type use this name? */
  isUsed(local: string): boolean
  /** The first member of a name that React lacks there. */
  missing(local: string): string | undefined
  /** Is there a call of `import()` at this offset? */
  isCalled(start: number): boolean
}

/** The file is parsed when one of these is first asked for, once for all of them. Its tree is not kept. */
export function openUses(path: string, open: () => SourceFile | ParseFailure): ImportUses {
  const isTyped = /\.[cm]?tsx?$/.test(path)
  let known: FoundUses | null = null
  const found = (): FoundUses => {
    known ??= readUses(open())
    return known
  }
  return {
    isUsed: (local) => !isTyped || !found().idle.has(local),
    missing: (local) => found().missing.get(local),
    isCalled: (start) => found().calls?.has(start) ?? true,
  }
}

interface FoundUses {
  /** Names of the module that only types use, or nothing. */
  idle: ReadonlySet<string>
  missing: ReadonlyMap<string, string>
  /** Null when the file does not parse. */
  calls: ReadonlySet<number> | null
}

function readUses(file: SourceFile | ParseFailure): FoundUses {
  if (isParseFailure(file)) return { idle: new Set(), missing: new Map(), calls: null }
  const bindings = [...analyseScopes(file.ast).program.bindings.values()]
  const idle = bindings.filter(({ references }) => references.every(({ kind }) => kind === 'type'))
  const missing = bindings.flatMap(({ name, kind, references }): [string, string][] => {
    const member = kind === 'import' ? missingMember(references) : null
    return member === null ? [] : [[name, member]]
  })
  return { idle: new Set(idle.map(({ name }) => name)), missing: new Map(missing), calls: findDynamic(file) }
}

function missingMember(references: readonly Reference[]): string | null {
  for (const { node, kind } of references) {
    const parent = parentOf(node)
    const name = kind !== 'type' && parent && isMember(parent) && parent.object === node ? memberName(parent) : null
    if (name !== null && MISSING.test(name)) return name
  }
  return null
}

/** Where `import()` is called. */
function findDynamic({ ast, text }: SourceFile): ReadonlySet<number> {
  const found = new Set<number>()
  if (!text.includes('import(')) return found
  walk(ast, (node) => {
    if (node.type === 'Import') found.add(startOf(node))
    return undefined
  })
  return found
}

/** By text alone, before the file is parsed. */
function mayMiss(text: string, local: string): boolean {
  return ['Component', 'PureComponent', 'create'].some((name) => text.includes(`${local}.${name}`))
}
