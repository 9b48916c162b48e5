import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge, NextApp, Project, Route } from '../model/project.ts'
import type { FunctionNode, HttpMethod, Pass } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { Imported, SourceModule, StandsFor } from '../syntax/imported.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Style } from '../syntax/style.ts'

export interface RecipeContext {
  app: NextApp
  project: Project
  route: Route
  file: SourceFile
  tree: ScopeTree
  /** What an identifier (or the object of a member callee) is imported as; null for anything else. */
  importOf(node: t.Node): Imported | null
  /** The project file that a specifier means, written in the route's file or in `from`; null for packages. */
  resolve(specifier: string, from?: string): string | null
  moduleAt(path: string): SourceModule | null
  /** Files of the repository that match globs. */
  list(globs: readonly string[]): string[]
  /** The function that an expression of the file (or of another module) names, there or in a module of the project; null for anything else. */
  functionAt(node: t.Node, from?: SourceModule): { fn: FunctionNode; tree: ScopeTree; module: SourceModule } | null
  /** The function that a module exports under a name; null for anything else. */
  exportedFunction(path: string, name: string): { fn: FunctionNode; tree: ScopeTree; module: SourceModule } | null
  /** The texts of a file, that of the route if none is named, and of every module of the project that it loads. */
  loadedTexts(from?: string): readonly { path: string; text: string }[]
  /** Rewrites of the Next config that lead to the route under another path. */
  rewritesTo(): readonly { source: string; destination: string }[]
  /**
   * Adds an import to the new file; returns the local name to use: `otherwise` where another import was given the preferred one. A relative
   * specifier is written for the folder that the file comes from.
   */
  addImport(source: string, name: string, preferred?: string, otherwise?: string): string
  /** Imports the function of a module that is written into the user's `lib/`; returns the local name to use. */
  addLibrary(module: LibraryModule): string
  /** An edit outside functions; made once however often it is asked for. */
  edit(edit: Edit): void
}

/** A module with one function that new code needs: the same in every project. */
export interface LibraryModule {
  /** `node-request`: its file, without the ending. */
  stem: string
  /** Of the function that it exports. */
  name: string
  /** Words of its comment, by which a file of an earlier run is known. */
  mark: string
  print(typed: boolean): string
}

/** A call that hands req and/or res to a package. */
export interface PackageCall {
  call: t.CallExpression | t.OptionalCallExpression
  passes: readonly Pass[]
  /** Null when the callee is no import: a function of this file. */
  imported: Imported | null
  /** The name is loaded in the function: `const { getToken } = await import('next-auth/jwt')`. */
  isLoaded: boolean
}

/** One package that takes req/res: what the Pages form means and its own App form. `lower` returns false when it does not know the form. */
export interface Recipe {
  id: string
  codes: readonly Code[]
  /** Specifiers that it answers for. */
  packages: readonly string[]
  /** It changes nothing where the name is imported, and so takes one that is loaded in the function, too. */
  takesLoaded?: boolean
  /** Calls that it answers for though the callee comes from the project itself. */
  owns?(found: PackageCall, context: RecipeContext): boolean
  /** The methods that the package answers in this call; null (or no such function) when it sends no response. */
  answers?(found: PackageCall, context: RecipeContext): readonly HttpMethod[] | null
  /** It is only known not to fit: whether it answers in this call is not looked at, and it may. */
  mayAnswer?: boolean
  /** Headers that were set before it answers go with its Response, where that has none of their names. */
  merges?: boolean
  /** The package sets headers (cookies) on the response that it is handed, now or later: the answers after the call carry them. */
  sets?(found: PackageCall, context: RecipeContext): boolean
  /** It also looks for what it has set on the response: whoever else sets cookies there is seen by it. */
  readsBack?: boolean
  /** It keeps functions that it is given, and calls them only before what it gives back, or a promise of that, is done. */
  holds?(imported: Imported): boolean
  /** In this call it answers OPTIONS requests (all, or some of them), and then the code that awaits it never goes on. */
  stops?(found: PackageCall, context: RecipeContext): 'all' | 'some' | null
  lower(found: PackageCall, at: Lowering, context: RecipeContext): boolean
}

/** A default export that a package's call makes: `export default NextAuth(options)`. */
export interface EntryCall {
  call: t.CallExpression
  /** The statement that the call is in. */
  place: t.Statement
  /** The statement that only exports its name, when that is another one. */
  exporter: t.Statement | null
  imported: Imported
  file: SourceFile
  tree: ScopeTree
  style: Style
}

export type EntryRewrite =
  | {
      kind: 'rewrite'
      edits: Edit[]
      methods: HttpMethod[]
      notes: Diagnostic[]
      /** Other modules that must be changed for it. */
      modules?: readonly EditedModule[]
      /** Files that the package makes part of the route, where no import shows it. */
      loads?: readonly string[]
    }
  | { kind: 'keep'; because: Diagnostic[] }

/** A module of the project and what changes in it. */
export interface EditedModule {
  module: SourceModule
  edits: readonly Edit[]
}

/** One package whose result is the handler. `rewrite` returns null when it does not know the form. */
export interface EntryRecipe {
  id: string
  codes: readonly Code[]
  packages: readonly string[]
  /** Calls that it answers for though the callee comes from the project itself. */
  owns?(call: t.CallExpression, context: RecipeContext): boolean
  rewrite(found: EntryCall, context: RecipeContext): EntryRewrite | null
}

/**
 * A package's short way to write what is a function of `req` and `res`: `withIronSessionApiRoute(handler, options)`. It is written out before
 * the file is analysed, in the words of Pages, so that everything after that sees the function that it stands for.
 */
export interface Shorthand {
  id: string
  codes: readonly Code[]
  packages: readonly string[]
  /** Modules that do not import the package and have something written out all the same. */
  concerns?(module: SourceModule, context: ShorthandContext): boolean
  /** Edits of the whole file; what it does not understand it leaves as it is, and says why where it can. */
  expand(module: SourceModule, context: ShorthandContext): Expansion
}

export interface ShorthandContext {
  app: NextApp
  resolve(specifier: string, from: string): string | null
  moduleAt(path: string): SourceModule | null
  /** The function that an expression of a module names, there or in another module of the project; null for anything else. */
  functionAt(node: t.Node, from: SourceModule): { fn: FunctionNode; tree: ScopeTree } | null
  /** What other files of the repository import from a file, also through one that hands its exports on. */
  importsOf(path: string): readonly ImportEdge[]
}

export interface Expansion {
  edits: Edit[]
  notes: Diagnostic[]
  blockers: Diagnostic[]
}

/**
 * What a package's wrapper of handlers does, written as a module of the project in Pages form. It is read like any other wrapper, and its
 * form for route handlers is written into the user's `lib/`.
 */
export interface WrapperModel {
  /** `with-axiom`: its file, without the ending. */
  stem: string
  /** Of the function that it exports. */
  name: string
  /** Words of its comment, by which a file of an earlier run is known. */
  mark: string
  text: string
}

/** One package that wraps Pages handlers and has no form for route handlers in the installed version. */
export interface WrapperRecipe {
  id: string
  codes: readonly Code[]
  packages: readonly string[]
  /** Null for a version or an export that it does not know. */
  model(imported: Imported, app: NextApp, typed: boolean): WrapperModel | null
}

/**
 * A package's wrapper of handlers that has a counterpart for route handlers: what it does, as a module of the project in Pages form, which is
 * read like any other wrapper and never written.
 */
export interface Counterpart {
  /** Of the function in the text. */
  name: string
  text: string
  /** Why the counterpart cannot be had here. */
  blocked: Diagnostic | null
  notes: readonly Diagnostic[]
  /** A constant that the wrapper is a member of: nobody else may call that in its old form. */
  definition: { module: SourceModule; node: t.Node; member: string; source: string; type: string } | null
  /** Where the package is imported, and what makes that the import of its counterpart. */
  module: SourceModule
  edit: Edit | null
  /** It reads the bytes of the body, which Next must not have parsed. */
  readsRaw: boolean
  /** Set where the counterpart has another name, and is called with an object of handlers: `withAuth({ GET: handler })`. */
  keyed: Keyed | null
}

/** The counterpart by its name, and whether Next's check of route exports takes handlers with a third parameter, which it gives them. */
export type Keyed = NonNullable<NonNullable<StandsFor['package']>['keyed']>

/** Wrappers of one package that have counterparts. The handler is called with the request, and what it was given after `res`. */
export interface CounterpartRecipe {
  id: string
  codes: readonly Code[]
  /** Null for what is none of them. */
  find(callee: t.Node, from: SourceModule, context: RecipeContext): Counterpart | null
}
