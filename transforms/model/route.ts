import type * as t from '@babel/types'
import type { Diagnostic } from './diagnostic.ts'

export type AstNode = t.Node
export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
export type Root = 'req' | 'res'

/** One link of an access path: `.name`, `[key]` or `(args)`. `node` is the expression up to and including this link. */
export type Step =
  | { kind: 'prop'; name: string; node: AstNode }
  | { kind: 'computed'; key: AstNode; node: AstNode }
  | { kind: 'call'; args: readonly AstNode[]; node: AstNode }

/** One place where a req or res (or an alias of a part of it) is used. Every Use must be claimed by exactly one concern or recipe. */
export interface Use {
  root: Root
  /** From the root on; the steps that an alias stands for come first and have the alias' own node. */
  steps: readonly Step[]
  /** The identifier in the source that the use hangs on. */
  ref: AstNode
  /** The whole chain, casts inside included. */
  node: AstNode
  /** `req.status(400)`: it hangs on the request, and is meant for the response. */
  isOnRequest?: true
}

/** `const { a, b: { c } } = req`, also in a parameter list: each leaf is a read of a path that gives a name its value. */
export interface Destructure {
  root: Root
  /** Path of what is taken apart: [] for req itself, ['query'] for req.query. */
  base: readonly string[]
  pattern: t.ObjectPattern
  /** The declarator, or null in a parameter list. */
  declarator: t.VariableDeclarator | null
  leaves: readonly Leaf[]
}

export interface Leaf {
  path: readonly string[]
  /** What receives the value: a name, or a pattern for parts that we do not take further apart. */
  target: t.Identifier | t.ObjectPattern | t.ArrayPattern
  fallback: t.Expression | null
  property: AstNode
  /** True for `...rest`: path is then the path of the object, and `except` the keys already taken. */
  rest: boolean
  except: readonly string[]
  /** Set when the name stands for this path wherever it is used (`const { query } = req`): the uses are in the ledger, the name goes. */
  isAlias: boolean
}

/** req or res handed on as (part of) an argument. `key` is set when it travels inside an object literal: `f({ req })`. */
export interface Pass {
  root: Root
  call: t.CallExpression | t.OptionalCallExpression | t.NewExpression
  index: number
  key: string | null
  ref: AstNode
  /** The object is not written there: it goes on as the function was given it, with or without this one of the two. */
  isWhole?: boolean
}

/** A use that nothing understands: the route is kept. */
export interface Escape {
  root: Root
  node: AstNode
  why: string
}

/** What a parameter of an analysed function is. `next`: called when the function passes the request on without an answer. */
export type Role = 'req' | 'res' | 'context' | 'next' | 'other'

/** A function that receives req and/or res, and everything it does with them. */
export interface FunctionModel {
  fn: FunctionNode
  name: string | null
  roles: readonly Role[]
  isEntry: boolean
  uses: Use[]
  destructures: Destructure[]
  passes: Pass[]
  escapes: Escape[]
  /** Tests of req or res themselves (`!req`), which are always there. */
  presences: AstNode[]
  /** `typeof req.query`: types of parts of req. */
  typeReads: { part: string; node: AstNode }[]
  /** Set for a middleware `(req, res, next)`: its calls of `next()`. */
  next?: AstNode[]
}

export interface Findings {
  notes: Diagnostic[]
  blockers: Diagnostic[]
}

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type HttpMethod = (typeof httpMethods)[number]
