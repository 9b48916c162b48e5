import type * as t from '@babel/types'
import type { Entry } from '../analyse/entry.ts'
import type { Unreached } from '../analyse/unreached.ts'
import type { Variant } from '../analyse/variant.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { NextApp, Project, Route } from '../model/project.ts'
import type { HttpMethod } from '../model/route.ts'
import type { EditedModule, EntryRecipe, Recipe, RecipeContext } from '../recipes/recipe.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Edit } from '../syntax/edits.ts'
import { detectStyle, type Style } from '../syntax/style.ts'
import type { Node } from '../syntax/tree.ts'
import type { FunctionPlan } from './function-model.ts'
import type { Layer, SharedCall, SharedFunction, SharedFunctions } from './shared-model.ts'
import type { PlannedHelper } from './summary.ts'
import type { Wrapping } from './wrapped-entry.ts'

/** Everything about one route file that planning reads. */
export interface RouteContext {
  file: SourceFile
  tree: ScopeTree
  style: Style
  route: Route
  app: NextApp
  project: Project
  options: MigrateOptions
  /** HTTP methods with which the repository calls the route. */
  callers: readonly string[]
  typed: boolean
  recipes: readonly Recipe[]
  entryRecipes: readonly EntryRecipe[]
  recipeContext: RecipeContext
  /** Functions of other modules that req and res are handed to. */
  shared: SharedFunctions
}

/** One function of the new file: a variant of the handler, and the methods that it answers. */
export interface MethodFunction {
  methods: HttpMethod[]
  variant: Variant
  plan: FunctionPlan
  at: Lowering
  /** The function of the methods that the code does not name. */
  isShared: boolean
  /** All it does is refuse. */
  isRefusal: boolean
}

export type HelperRewrite = PlannedHelper

/** A handler of a route: the default export, or one of several that it hands to a wrapper. */
export interface HandlerPart {
  entry: Extract<Entry, { kind: 'function' }>
  functions: readonly MethodFunction[]
  /** Wrappers of the project around it. */
  wrapping: Wrapping | null
}

/** How a route's handler moves. */
export interface HandlerPlan {
  entry: Extract<Entry, { kind: 'function' | 'call' }>
  /** One handler, or several; none where a recipe wrote the new form. */
  parts: readonly HandlerPart[]
  /** Those of all parts. */
  functions: MethodFunction[]
  /** Statements that leave, because the parts are exported by themselves. */
  gone: readonly t.Statement[]
  helpers: HelperRewrite[]
  /** Calls of functions of other modules, by the call in the source. */
  shared: ReadonlyMap<Node, SharedCall>
  /** Those of them that are written; the others were for methods that Next answers now. */
  called: ReadonlySet<SharedFunction>
  /** Wrappers of the project around the parts, and their new names. */
  layers: readonly Layer[]
  wrapEdits: readonly Edit[]
  /** Code of the file that no request came to. */
  unreached: readonly Unreached[]
  config: ConfigPlan
  /** The default export is no function, and a recipe wrote its new form: nothing else of it is emitted. */
  rewrite: {
    edits: readonly Edit[]
    methods: HttpMethod[]
    modules: readonly EditedModule[]
    loads: readonly string[]
  } | null
}

export type Verdict =
  | { kind: 'migrate'; plan: HandlerPlan; notes: Diagnostic[] }
  | { kind: 'keep'; because: Diagnostic[] }

export function routeContext(
  { file, tree }: Pick<RouteContext, 'file' | 'tree'>,
  rest: Omit<RouteContext, 'file' | 'tree' | 'style'>,
): RouteContext {
  return { file, tree, style: detectStyle(file), ...rest }
}
