import type * as t from '@babel/types'
import type { HelperKind, HelperCall } from '../analyse/callees.ts'
import type { Flow, Returned, Truth } from '../analyse/flow-model.ts'
import type { Passages } from '../analyse/passages.ts'
import type { Variant } from '../analyse/variant.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionModel, Pass } from '../model/route.ts'
import type { RecipeContext } from '../recipes/recipe.ts'
import type { Edit } from '../syntax/edits.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import type { ValueUse } from './handler-value.ts'
import type { ContentType } from './content-type.ts'
import type { Treatment } from './methods.ts'
import type { Takes } from './needs.ts'

export type BodyRead = 'parsed' | 'raw'

/** A helper as its callers must know it. */
export interface HelperSummary {
  kind: HelperKind
  takes: Takes
  /** All it does is to let a package answer, whose Response takes headers that were set before. */
  mergesHeaders?: boolean
  /** Reads the body, itself or through its own helpers: as Next parses it, or the stream (`bodyParser: false`). */
  readsBody: BodyRead | null
  /** Where it stops requests: every preflight. */
  stopsAll?: boolean
  /** It answers preflights on some way, itself or through others: a route that calls it serves OPTIONS. */
  answersPreflights?: boolean
  /** Headers of the caller are taken over and may be added to. */
  inherits: boolean
  /** It sets headers of its caller's answer on paths on which it does not answer. */
  sharesHeaders: boolean
  /** What it sets before it may throw: a catch of its caller answers without that. `lasting`: headers, and not right before an answer that is made of plain values. */
  setsBefore: { headers: boolean; status: boolean; lasting: boolean }
  /** The content type that it may set, itself or through its own helpers. */
  setsType: ContentType
  /** It may set a length of the answer of its caller. */
  setsLength?: boolean
  /** Each of its answers states its own length, whatever was set before. */
  statesLength?: boolean
  /** What it sets can be put on another Response: no content type, and nothing is taken away. */
  isMergeable: boolean
  setsCookies: boolean
  /** Work that its answer came before, and that may fail or take its time, is now done before it. */
  holdsAnswer?: boolean
  /** Each of its responses has a status of its own. */
  ownsStatus: boolean
  returns: { answered: Truth[]; unanswered: Returned[] }
  /** Status of each of its responses, where it can be told. */
  statuses: (number | { argument: number } | null)[]
  /** What it does with the methods that it tells apart, and with all others (`OTHER`); empty where it asks for none. */
  methods?: ReadonlyMap<string, Treatment>
  /** Whether it answers a method (and all that nobody names, `OTHER`); left out where it asks for none. */
  answers?: ReadonlyMap<string, 'always' | 'never' | 'maybe'>
  /** A Promise is returned where a plain value was. */
  becameAsync: boolean
  /** Itself or through its own helpers, it asks Next for the request: in the scope of the request alone. */
  asksNext?: boolean
  /** It may answer after it has returned: where it is awaited, too, or only where it is not. */
  answersLater?: 'always' | 'unless awaited'
  /** Why a function of another module cannot be rewritten: its callers cannot move. Left out where it can. */
  blocked?: Diagnostic
}

export interface FunctionPlan {
  edits: Edit[]
  takes: Takes
  flow: Flow
  readsBody: BodyRead | null
  usesAwait: boolean
  asksNext: boolean
}

export interface FunctionInput {
  model: FunctionModel
  tree: ScopeTree
  variant: Variant
  summaries: ReadonlyMap<FunctionModel, HelperSummary>
  /** The helper that a call goes to in this variant. */
  calleeOf: (call: Node) => { callee: FunctionModel; passes: readonly Pass[] } | null
  /** Tried on passes to packages; false when no recipe knows the call. */
  recipe: (call: Pass['call'], passes: readonly Pass[], at: Lowering) => boolean
  /** A call to a package that sends the response itself. */
  answers: (call: Pass['call'], passes: readonly Pass[]) => boolean
  /** Headers that were set before such a call go with the answer, where the package sets no others of their names. */
  merges: (call: Pass['call'], passes: readonly Pass[]) => boolean
  /** A package keeps the functions that it is given in a call, and calls them before what it gives back is done. */
  holds: (call: t.CallExpression | t.OptionalCallExpression) => boolean
  /** What stands for a package that sets headers on the response in a call; null for all others. */
  setter: (call: Pass['call'], passes: readonly Pass[]) => FunctionModel | null
  /** A call to a package that answers some requests itself, and lets nobody go on then. */
  stops: (call: Pass['call'], passes: readonly Pass[]) => 'all' | 'some' | null
  /** What the callee of a helper's call is called in the new text; null where it stays as it is written. */
  nameAt: (call: HelperCall) => string | null
  /** Calls of the module that give back what their callbacks return. */
  passages: Passages
  /** In a function that is given a callback which answers: its calls of that. */
  calledBack?: readonly t.CallExpression[]
  /** In a wrapper: the handler that it is given. */
  handler: FunctionModel | null
  inherits: boolean
  /** The headers that it takes over may have a content type. */
  inheritsType: boolean
  /** The body is handed over by the caller instead of being read. */
  bodyArgument: boolean
  bodyType: string | null
  /** The function of the project that a callee names. */
  functionAt: RecipeContext['functionAt']
  isEntry: boolean
  /** Of the handler of a route: a wrapper is around it, which may answer when it throws. */
  isWrapped?: boolean
  /** Of the handler of a route: its wrapper answers with what it returns. */
  value: ValueUse | null
  /** Of a wrapper: some of its handlers answer by themselves, after which what it sends is not sent (next@13.5 and later). */
  isAnswering?: boolean
}
