import type { Diagnostic } from './diagnostic.ts'

/** A version of Next and how it was found. `assumed` means nothing said it. */
export interface NextVersion {
  major: number
  minor: number
  /** As found: `15.5.26`, `^14.1.0`, `14`. */
  raw: string
  source: 'option' | 'installed' | 'locked' | 'declared' | 'assumed'
}

/** A dynamic part of a route's path, in path order. */
export interface RouteParam {
  name: string
  kind: 'single' | 'catch-all' | 'optional-catch-all'
}

/** One file under pages/api that Next serves. All paths are relative to the project root, with `/`. */
export interface Route {
  /** The URL path without basePath: `/api/users/[id]`, `/api` for pages/api/index. */
  id: string
  source: string
  /** Folder of the route file: `src/app/api/users/[id]`. Segments that begin with `_` are written `%5F`. */
  targetDir: string
  /** `route` or, with custom pageExtensions, the stem Next asks for before the language extension: `route.api`. */
  targetStem: string
  params: readonly RouteParam[]
  /** Anything about the path that forbids the move (name clash, path trick ...). */
  diagnostics: readonly Diagnostic[]
}

/** What tsconfig/jsconfig says that matters here. */
export interface TypeScriptConfig {
  /** Path of tsconfig.json or jsconfig.json relative to the project root. */
  path: string
  kind: 'tsconfig' | 'jsconfig'
  strict: boolean
  noImplicitAny: boolean
  strictNullChecks: boolean
  baseUrl: string | null
  /** Alias patterns as written, targets relative to the project root. */
  paths: Readonly<Record<string, readonly string[]>>
}

/** One Next application. All paths are relative to the project root, with `/`; `''` is the root itself. */
export interface NextApp {
  root: string
  next: NextVersion
  pagesDir: string
  /** Where route files go: beside pagesDir. It need not exist yet. */
  appDir: string
  appDirExists: boolean
  pageExtensions: readonly string[]
  basePath: string
  /** True when typescript is installed or declared for this app, or a tsconfig.json exists. */
  hasTypeScript: boolean
  config: TypeScriptConfig | null
  /** ESLint refuses to give a value of type `any` a name. */
  lintsAny?: boolean
  /** Version of a package as installed, else as locked, else the range that the nearest package.json declares. */
  packages: Readonly<Record<string, string>>
  routes: readonly Route[]
  /** Routes that other runs are to move: they stay in this one, and have their say in what they share with those that move. */
  unasked?: readonly Route[]
  diagnostics: readonly Diagnostic[]
}

/** Everything known of the repository before any handler is read. */
export interface Project {
  /** Absolute path. */
  root: string
  apps: readonly NextApp[]
  /** Findings that belong to no app. */
  diagnostics: readonly Diagnostic[]
  /** Import edges into files under any pages/api folder. */
  importers: readonly ImportEdge[]
  /** Roots of the apps that a server of the project's own may hand requests to: it may hang properties on them. */
  customServers: readonly string[]
  /** Those servers. */
  serverFiles: readonly string[]
}

/** `from` names `to` in an import, export-from, require, dynamic import or a mock call. */
export interface ImportEdge {
  from: string
  to: string
  /** The specifier as written and the offsets of its text between the quotes. */
  specifier: string
  start: number
  end: number
  kind: 'import' | 'export-from' | 'require' | 'dynamic' | 'mock' | 'type-import'
  /** Imported names: `default`, `*` for a namespace or whole-module use, else the exported name; with the local name. */
  names: readonly { imported: string; local: string; isType: boolean }[]
  /** True for test files (name or folder says so). */
  isTest: boolean
}

/** A test that lies in pages/, where Next builds it, and can leave with the routes that it tests. */
export interface MovableTest {
  path: string
  target: string
  /** Its relative specifiers, each with the offsets of its text. */
  relatives: readonly { specifier: string; start: number; end: number }[]
  /** The file with what it expects, in the folder that test runners keep for that: it moves too. */
  snapshot: { path: string; target: string } | null
}
