import type * as t from '@babel/types'
import type { ModuleDeclaration } from '../analyse/module-declarations.ts'
import type { FoundFunction, ModuleGraph } from '../analyse/module-functions.ts'
import type { RequestClass } from '../analyse/request-class.ts'
import type { Passages } from '../analyse/passages.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { NextApp, Project, RouteParam } from '../model/project.ts'
import type { Variant } from '../analyse/variant.ts'
import type { WrapCall, WrapperShape } from '../analyse/wrappers.ts'
import type { FunctionNode, Pass, Role } from '../model/route.ts'
import type { Recipe, RecipeContext } from '../recipes/recipe.ts'
import type { SourceModule } from '../syntax/imported.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { NewImport } from '../syntax/print.ts'
import type { Node } from '../syntax/tree.ts'
import type { ValueUse } from './handler-value.ts'
import type { ListedName } from './export-list.ts'
import type { PlannedHelper } from './summary.ts'
import type { Dropped } from './wrapper-generics.ts'

/** A function of a project module that is no route, in its new form: the same for every route that calls it. */
export interface SharedFunction extends PlannedHelper {
  /** The body that was planned. */
  variant: Variant
  /** `lib/auth.ts#requireUser` */
  id: string
  source: ModuleDeclaration
  /** Calls inside it to other such functions. */
  calls: ReadonlyMap<Node, SharedCall>
  /** What it is another name of: `export const requireAdmin = requireRole('admin')`. */
  base?: SharedFunction
  /** Properties that it hangs on the request, itself or through others. */
  custom: ReadonlySet<string>
  /** It reads req.url, itself or through others. */
  readsUrl: boolean
  /** Keys that it reads from req.query, itself or through others; null for the whole object. */
  queryKeys: ReadonlySet<string> | null
  /** Segments of its callers' routes that it is handed. */
  params: readonly RouteParam[]
  /** Set for a function that is given a handler and gives one back: the model is then that of the one it gives. */
  wrapper: Wrapper | null
  /** Set for what wrappers make of a handler: the handler, which may stand in a statement of its own. */
  handler?: FunctionNode
  /** Set for a class that is made with `req` and `res`: its counterpart is a class that extends it. */
  subclass?: Subclass
  /** What turns its statement into its new form. */
  edits: readonly Edit[]
  /** Imports that its new form needs in its module. */
  imports: readonly NewImport[]
  /** Its own findings and those of the shared functions that it calls. */
  notes: readonly Diagnostic[]
}

/** What a class for route handlers adds to the one that it extends. */
export interface Subclass {
  found: RequestClass
  /** The parameters of its constructor. */
  parameters: readonly Piece[]
  /** What it keeps: a name and a type. */
  fields: readonly { name: string; type: string }[]
  /** Members of the class that it uses, which were private. */
  opened: readonly Node[]
}

export interface Wrapper {
  shape: WrapperShape
  /** Wrappers of the project that it puts around what it gives back, outermost first. */
  around: readonly Layer[]
  /** False for one that only hands the handler on to those. */
  isOwn: boolean
  /** It is what `around` gives when its first calls are made: those of the route come after them. */
  isMade: boolean
  /** All that it does is to choose the handler of the method: where each is exported by itself it is left out. */
  isPlain: boolean
  /** Type parameters that its new form does not have. */
  dropped: Dropped
  /** Calls in its module that give back what their callbacks return. */
  passages: Passages
  /** What its calls hand to the handler, by position. */
  roles: readonly Role[]
  /** Set where it answers what the handler throws. */
  catches: HandlerCatch | null
  /** Headers that it sets before it calls the handler go with the handler's answer, unless that sets them too. */
  setsHeaders: boolean
  /** Cookies may be among them: a handler must not set any, which would take their place in Pages. */
  setsCookies: boolean
  /** It asks what headers there are, or changes those: a wrapper around it must not set any. */
  asksHeaders: boolean
  /** Set where it answers with what the handler returns. */
  value: ValueUse | null
  /** It reads no body, or that of a copy of the request: who comes after it can read it. */
  leavesBody: boolean
}

/** One wrapper around a handler, as it is called there. */
export interface Layer {
  call: WrapCall
  wrapper: WrapperCallee
  /** How many of its calls are made once, when a module is loaded. */
  once?: number
  /** The methods that the object has a handler for, where the wrapper is given one. */
  keys?: ReadonlySet<string>
}

export interface HandlerCatch {
  /** It may send 200, or another status of success. */
  mayServe: boolean
  /** It may send the status that the handler had set. */
  mayInherit: boolean
  /** What the handler throws after its first await comes here too. */
  isAwaited: boolean
  /** It returns what the handler gives without waiting for it: what an async handler throws passes by. */
  isLate: boolean
}

/** A call that hands req and/or res to a shared function. */
export interface SharedCall extends Callee {
  node: Pass['call']
  /** The call that makes what is called, where its callee is the name: `requireRole('admin')(req, res)`. */
  made?: t.CallExpression
}

/** A name that stands for a shared function. */
export interface Callee {
  /** The name, or the member of a namespace. */
  written: Node
  callee: SharedFunction
  /** The specifier that the caller imports it by; null within its module. */
  specifier: string | null
  isOpen: boolean
}

export type WrapperCallee = Callee & { callee: SharedFunction & { wrapper: Wrapper } }

/** The shared functions of one app, in one attempt at the whole program. */
export interface SharedFunctions {
  /** The function that a call in a module goes to; null for one that is not followed. */
  follow(call: SharedCall['node'], passes: readonly Pass[], from: SourceModule): SharedCall | null
  /** The function of another module that a callee names, where it could be followed. */
  find(callee: Node, from: SourceModule): FunctionNode | null
  /** A callee of another module names what wrappers make of a handler, which could be followed. */
  isWrapped(callee: Node, from: SourceModule): boolean
  /** The wrapper that a callee in a module names; null for what is none. */
  followWrapper(callee: Node, from: SourceModule): WrapperCallee | null
  /** What the callee of a call in a module is called in the new text, null where it keeps its name; `addImport` as recipes have it. */
  nameAt(call: Callee, from: SourceModule, addImport: RecipeContext['addImport']): string | null
  /** Some caller sets headers before it calls the function (`isTyped`: maybe a content type): from the next attempt on it takes them over. */
  inherit(callee: SharedFunction, isTyped: boolean): void
  /** Some caller reads the body too: from the next attempt on the function is handed it. */
  handBody(callee: SharedFunction): void
  /** Some handler of the wrapper answers by itself: from the next attempt on the wrapper asks for that. */
  askForAnswer(wrapper: string): void
  /** Another wrapper is around one that leaves values unanswered that say nothing: from the next attempt on it answers those too. */
  askForEnd(wrapper: string): void
  /** A route with segments calls it, or has it around its handler: functions that read the whole query are handed it from the next attempt on. */
  meetWhole(callee: SharedFunction): void
  /** A route with these segments calls the function: where all of its callers have a key as a segment, it is handed the segments. */
  meet(callee: SharedFunction, params: readonly RouteParam[]): void
  /** The calls of a module that give back what their callbacks return. */
  passages(from: SourceModule): Passages
  /** Lists of exports that counterparts must be put on. */
  lists(): readonly ListedName[]
  all(): readonly SharedFunction[]
}

/** What the attempts before have shown, by id. */
export interface SharedFacts {
  /** Functions that take over headers of their callers. */
  inheriting: ReadonlySet<string>
  /** Those of them that may take over a content type. */
  typed: ReadonlySet<string>
  /** Functions that are handed the parsed body. */
  bodies: ReadonlySet<string>
  /** Functions that are handed the query, with the params in it. */
  queries: ReadonlySet<string>
  /** Wrappers that answer with what their handlers return, of which some answer by themselves. */
  answering: ReadonlySet<string>
  /** Wrappers that answer with what their handlers return, with others around them. */
  ending: ReadonlySet<string>
  /** Segments that functions read, which all routes that call them have. */
  params: ReadonlyMap<string, readonly RouteParam[]>
  /** Functions that stay for callers that stay, with the name of their counterpart beside them. */
  beside: ReadonlyMap<string, string>
  /** Functions that cannot be written in their new form after all. */
  refused: ReadonlyMap<string, Diagnostic>
}

export interface SharedEnvironment {
  app: NextApp
  project: Project
  graph: ModuleGraph
  facts: SharedFacts
  recipes: readonly Recipe[]
  /** The wrapper of a package that a callee names, as a function of a module that is to be written. */
  wrapperOf(callee: Node, from: SourceModule): FoundFunction | null
  strict: boolean
  /** False for files that other rules rewrite: routes, and what lies in pages/api. */
  isOpen(path: string): boolean
  /** A recipe's view of a module, and the list that its imports are put on. */
  contextOf(module: SourceModule): {
    recipes: RecipeContext
    imports: NewImport[]
    edits: readonly unknown[]
    edges: readonly unknown[]
  }
}
