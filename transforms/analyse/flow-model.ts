import type * as t from '@babel/types'
import type { Code } from '../model/diagnostic.ts'
import type { Effect, ResponseFact } from '../model/response.ts'
import type { Node } from '../syntax/tree.ts'
import type { HelperCall } from './callees.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Item } from './variant.ts'
import type { CalledBeside } from './called-beside.ts'
import type { Passage } from './passages.ts'
import type { StreamRegion } from './streams.ts'

/** A place where something the response will carry is set, in a statement of its own. */
export interface EffectSite {
  kind: 'effect'
  what: Effect | { kind: 'call'; call: HelperCall } | { kind: 'inherited' }
  /** The expression to take away or to rewrite, and its statement. */
  node: Node
  statement: Node | null
  /** Inside a callback of the statement. */
  isInner?: boolean
  /** A package keeps that function, and calls it when it likes before the answers that follow. */
  isHeld?: boolean
  /** Exits that it may reach; true when it certainly was set there. */
  exits: Map<ExitSite, boolean>
  order: number
}

/** A place where the response is sent. */
export interface ExitSite {
  kind: 'exit'
  what: { kind: 'response'; fact: ResponseFact } | { kind: 'call'; call: HelperCall }
  /** The whole expression that becomes the Response: `await`, `void` and casts included. */
  node: Node
  statement: Node
  form: 'returned' | 'tail' | 'arrow' | 'stream' | 'logical' | 'held' | 'value' | 'silent' | 'resolved'
  /** What follows an answer that is sent by the handler of a wrapper. */
  held?: HeldAnswer
  /** What the handler of a wrapper returns, which the wrapper answers with. */
  value?: HandlerValue
  /** The statements that write it part by part. */
  stream?: StreamRegion
  /** A refusal without a `return`: the function went on, and only tried to answer again. */
  goesOn?: boolean
  /** Its whole statement is rewritten, with a return of its own. */
  isReplaced?: boolean
  /** Inside `a ? b : c`: nothing can be put before it. */
  isNested: boolean
  /** A callback may have refused the request by then. */
  isRaced?: true
  pending: EffectSite[]
}

/** A callback that runs beside what comes after its call. */
export interface BesideSite {
  beside: CalledBeside
  statement: t.Statement
  /** Its answers, which end nothing. */
  exits: readonly ExitSite[]
  effects: readonly EffectSite[]
  /** What is done to the response after its call, and is no answer. */
  touched: Node[]
}

/** A call that gives back what its callbacks answer. */
export interface PassageSite {
  passage: Passage
  /** The whole expression: `await`, `void` and casts included. */
  node: Node
  statement: Node
  form: ExitSite['form']
  /** The last of the statements after it that run in the Promise too. */
  until?: Node
}

/** Code that a wrapper runs after its handler has answered. */
export interface HeldAnswer {
  /** The name that the wrapper gives to what the handler returns. */
  name: string | null
  between: readonly Node[]
  /** The `return` that ends it. */
  end: t.ReturnStatement | null
  last: Node | null
}

/** `const result = await handler(req, res)`, and then `if (result && !res.writableEnded) return res.json(result)`. */
export interface HandlerValue {
  /** Null where it has no name: `res.json(await handler(req, res))`. */
  id: t.Identifier | null
  /** What runs before the wrapper looks at the value, the call first. */
  before: readonly Node[]
}

export interface ValueSite extends HandlerValue {
  call: Node
  /** The wrapper asks whether the handler has answered by itself. */
  isChecked: boolean
}

/** A helper that may have answered, and the test that stops the handler then. */
export interface GuardSite {
  call: HelperCall
  /** The `if` that returns; the call's own statement where that is a middleware. */
  test: t.Statement
  /** `const user = await f(req, res)` before it; null when the call is in the test itself. */
  declaration: t.VariableDeclaration | null
  /** What the test asks of the helper's value: `!x` asks for a falsy one, which means answered. */
  asked: Asked
  /** The test may be met by what the helper returns where it has not answered: it stays, and ends without an answer then. */
  isOpen: boolean
  /** What was set before: the helper's answer carries it too. */
  pending: EffectSite[]
}

/** Where a path ends without a response: a `return`, an expression that may have answered, the end of a callback's body or of the own (null). */
export interface SilentEnd {
  node: Node | null
  /** What was set on the way; true where it certainly was. */
  pending: ReadonlyMap<EffectSite, boolean>
}

/** `await cors(req, res)` answers a preflight, and its promise stays open. */
export interface StopSite {
  call: HelperCall
  statement: t.ExpressionStatement
  /** Its place in the list of a `Promise.all`; null where it is awaited by itself. */
  index: number | null
  /** What was set before: its answer carries it too. */
  pending: EffectSite[]
}

export interface Problem {
  code: Code
  node: Node
}

/** What is known of a value: which one it is, or at least what a test takes it for. */
export type Truth = 'true' | 'false' | 'null' | 'undefined' | 'truthy' | 'falsy' | 'unknown' | Text

/** `return 'handled'`: just this text, which is not empty. */
export type Text = `text ${string}`

/** The same of what a function returns: a test before it may have told only which value it is not. */
export type Returned = Truth | 'not false' | 'not null' | 'not undefined' | 'not nothing'

/** What a test asks of a value: `x`, `x === false`, `x === 'handled'`, `x == null`; negated for `!x` and `x !== false`. */
export interface Asked {
  value: 'truthy' | 'true' | 'false' | 'null' | 'undefined' | 'nothing' | Text
  negated: boolean
}

export interface Flow {
  exits: ExitSite[]
  /** Calls through which answers of callbacks come back. */
  passages: PassageSite[]
  effects: EffectSite[]
  besides: BesideSite[]
  guards: GuardSite[]
  /** Calls that may answer instead of coming back. */
  stops: StopSite[]
  /** In a wrapper: what its handler returns, and the wrapper answers with. */
  values: ValueSite[]
  /** Promises that only fail, in a race with a helper that answers. */
  timeouts: Set<t.NewExpression>
  /** Statements that become meaningless: the `return;` and `break;` after a response. */
  drops: Node[]
  /** Those of them that do something, which nothing comes to any more. */
  dead: Node[]
  problems: Problem[]
  /** Answers after the answer, which Pages never sent. */
  later: Node[]
  /** `finally` blocks that may fail, around answers. */
  finals: Node[]
  /** What runs between a helper that may have answered and the return that follows. */
  between: { node: Node; call: HelperCall }[]
  /** Some path ends without a response. */
  mayFallThrough: boolean
  /** The ends of those paths. */
  silent: SilentEnd[]
  /** Calls of `next()` that end their path. */
  passedOn: Node[]
  /** What may have been set on the paths that end without a response. */
  carried: Set<EffectSite>
  /** Answers whose value may throw after their own call has set something, and the answers of the catch that sees it. */
  interrupted: Interrupted[]
  /** What is returned on paths with and without a response. */
  returns: { answered: Truth[]; unanswered: { truth: Truth; node: Node | null }[] }
  /** Facts and calls that were met; the others sit where responses cannot be followed. */
  met: Set<Node>
}

/** An exit in a try block whose value may throw, after it has set a status or a header. */
export interface Interrupted {
  exit: ExitSite
  /** The exits of the catch block. */
  caught: readonly ExitSite[]
  /** The function goes on behind the catch block. */
  goesOn: boolean
  /** The exits behind it are those from this one on; left out where a loop may come back to others. */
  from?: number
}

export interface FlowInput {
  items: readonly Item[]
  tree: ScopeTree
  facts: ReadonlyMap<Node, ResponseFact>
  /** What callbacks inside the function do to the response. */
  callbackFacts?: readonly ResponseFact[]
  /** A call of a package that keeps the functions it is given, and calls them before what it gives back is done. */
  isHolder?: (call: Node) => boolean
  calls: ReadonlyMap<Node, HelperCall>
  /** What the callbacks of a call answer is what it gives back: their bodies. Null for all other calls. */
  enter?: (call: Node) => { passage: Passage; bodies: readonly (readonly Item[])[] } | null
  /** A callback that is called beside the function: its body. Null for all other calls. */
  beside?: (call: Node) => { beside: CalledBeside; items: readonly Item[] } | null
  /** False for the branches that the method decides away. */
  isLive: (node: Node) => boolean
  /** The handler of a route: what it returns after it has answered is for nobody. */
  isEntry?: boolean
  /** In a wrapper: the call is that of the handler. */
  isHandler?: (call: HelperCall) => boolean
  /** In a wrapper: it asks after this call whether the response is sent; `test` asks for what the call gave. */
  asksAfter?: (call: Node, test: Node | null) => boolean
  /** Nothing is done with the response there, nor asked of it. */
  isUntouched: (node: Node) => boolean
  /** `res.headersSent` and the like. */
  isSent: (node: Node) => boolean
  /** Where it is asked for those. */
  asked: readonly Node[]
  /** The helper only answers with errors. */
  refuses: (call: HelperCall) => boolean
  /** The helper may answer after it has returned. */
  later: (call: HelperCall) => 'always' | 'unless awaited' | null
  /** The response is not touched in this part of the function. */
  isAside?: (node: Node) => boolean
  /** In a middleware: its calls of `next()`. */
  next?: readonly Node[]
  /** Headers that callers set before they call (a helper that takes them over). */
  inherits: boolean
}
