/** An export of a package or of a module of the project: `{ name: 'withUser', from: '@acme/auth' }`. */
export interface Export {
  /** `default` for the default export. */
  name: string
  /** As files import it (`@acme/auth`, `@/lib/auth`), or the path of a module of the project from the root (`./lib/auth.ts`). */
  from: string
}

/** A function that is handed `req`, whose code cannot be seen or followed. */
export interface DeclaredFunction extends Export {
  /** What it is handed, argument by argument: `['req', 'value']`. */
  takes: readonly ('req' | 'res' | 'value')[]
  /** `never`: it reads the request and gives a value. `always`: it sends the response, and its counterpart gives one. */
  answers: 'never' | 'always'
  /** What to call instead, with the Request for `req` and without `res`; the function itself takes a Request when this is left out. */
  becomes?: Export
}

/** A function that is given a handler and gives one back, whose code cannot be seen or followed. */
export interface DeclaredWrapper extends Export {
  /** Which argument the handler is; 0 when left out. */
  handler?: number
  /** `withRole('admin')(handler)`: a first call takes options alone. */
  curried?: boolean
  /** What it hands to the handler after `req` and `res`; the counterpart hands it on after the Request and the context. */
  injects?: readonly string[]
  /** Properties that it puts on `req`, and its counterpart on the Request. */
  sets?: readonly string[]
  /** Its counterpart for route handlers: `(handler) => (request, context) => Response`. */
  becomes: Export
}

/** What users tell about code that routeshift cannot see. */
export interface Declared {
  functions: readonly DeclaredFunction[]
  wrappers: readonly DeclaredWrapper[]
}
