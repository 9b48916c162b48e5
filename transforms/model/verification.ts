import type { RouteParam } from './project.ts'

/** One request, sent alike to the old and the new handler. */
export interface ReplayRequest {
  /** What is special about it: `query id repeated`. */
  name: string
  method: string
  /** Path with the dynamic segments filled in, and the query string. */
  path: string
  headers?: Readonly<Record<string, string>>
  /** Sent as UTF-8. */
  body?: string
  /** Sent as bytes. */
  base64?: string
}

/** How everything outside the project behaves while requests are replayed. The same seed gives the same values on both sides. */
export interface Scenario {
  /** `succeed`, `nothing`, `throw`, `mixed 3` */
  name: string
  /** `nothing`: calls give null, lists are empty. `mixed`: each call and each value read from a result is drawn by the seed. */
  calls: 'succeed' | 'nothing' | 'throw' | 'mixed'
  seed: number
  /** Only calls of this name behave so, all others succeed. */
  only?: string
}

/** One call that left the project: a package, fetch, a database client. */
export interface OutsideCall {
  /** `@prisma/client.PrismaClient.user.findMany` */
  name: string
  /** The arguments as canonical text. */
  args: string
  /** Made while a module was evaluated, before the handler ran. */
  isLoading?: true
}

/** What a client gets. Header names are in lower case, in the order sent; repeated ones are repeated. The body is base64. */
export type Answer =
  | { kind: 'response'; status: number; headers: readonly (readonly [string, string])[]; body: string }
  /** The handler finished or waits, and no answer came. */
  | { kind: 'hang' }
  /** The handler used up its time or memory, or ended the process. */
  | { kind: 'crash'; why: string }

/** Everything that can be told of one request on one side. */
export interface Observation {
  answer: Answer
  calls: readonly OutsideCall[]
  /** What the handler printed: shows which statements ran. */
  log: readonly string[]
  /** Rejections that nothing handled and errors thrown outside of the handler. */
  rejections: readonly string[]
  /** Set where the modules of the original could not be evaluated: the stack of the error, with places in the bundle. */
  loadStack?: string
  /** Set by the route handler's side: nothing read the body of the request. */
  isBodyUnread?: boolean
  /** Set where the handler had not ended when nothing more happened. */
  isUnfinished?: true
  /** Bodies that stand-ins of packages sent for what a handler had thrown. */
  sentErrors?: readonly string[]
  /** Set by the route handler's side: what the work of after() threw. */
  afterErrors?: readonly string[]
  /** Set by the route handler's side: the line of the log that shows what it threw. Next prints it, which is not in `log`. */
  uncaught?: string
}

/** One thing that the two sides can be told apart by. */
export interface Difference {
  /** `answer`, `status`, `body`, `set-cookie`, `calls`, `loading` (outside calls of modules while they are evaluated), `log`, `rejections`, or `header:<name>` */
  aspect: string
  before: string
  after: string
}

/** The same request on both sides. */
export interface Exchange {
  request: ReplayRequest
  scenario: Scenario
  before: Observation
  after: Observation
}

/** What is known of a route when it is verified. */
export interface VerifiedRoute {
  /** Its id, `/api/users/[id]`. */
  id: string
  params: readonly RouteParam[]
  /** The file under pages/, relative to the root of the tree before. */
  source: string
  /** The route file, relative to the root of the tree after. */
  target: string
  /** The methods that the new file exports. */
  exported: readonly string[]
  /** The codes that the migration report of the route names, and those said once for all. */
  codes: readonly string[]
  /** By code: the methods that it names as not answered by the file any more. Absent where only the codes are known. */
  named?: Readonly<Record<string, readonly string[]>>
  isStrict: boolean
}

/** A difference that no code of the report explains, with the shortest request found that shows it. */
export interface Finding {
  exchange: Exchange
  differences: readonly Difference[]
}

/** Branches of the original handler: both outcomes of a test, each case of a switch, each catch count for one. */
export interface Coverage {
  reached: number
  total: number
  /** Branches that no request reached, with the 1-based line of the original file. */
  missed: readonly { line: number; what: string }[]
}

export type Proof =
  /** Every branch was reached and no difference is without a code. */
  | 'proven'
  /** No difference without a code, but branches were not reached. */
  | 'partly'
  | 'differs'
  | 'cannot-run'

/** The verdict on one route. */
export interface Verification {
  route: VerifiedRoute
  proof: Proof
  /** Why it cannot run; null otherwise. */
  why: string | null
  coverage: Coverage | null
  exchanges: number
  findings: readonly Finding[]
  /** Differences that the report explains: id of the known difference -> exchanges that showed it. */
  expected: Readonly<Record<string, number>>
}
