import type * as t from '@babel/types'
import type { Code } from './diagnostic.ts'
import type { AstNode } from './route.ts'

/** Something a response will carry, set before it is sent. */
export type Effect =
  | { kind: 'status'; value: AstNode; node: AstNode }
  | { kind: 'header'; mode: 'set' | 'append'; name: AstNode | string; value: AstNode; node: AstNode }
  /** A part of the body, written before the end. */
  | { kind: 'write'; value: AstNode; node: AstNode }
  | { kind: 'header'; mode: 'delete'; name: AstNode | string; value: null; node: AstNode }

/** How a response is sent. */
export type Body =
  | { kind: 'json'; value: AstNode | null }
  | { kind: 'send'; value: AstNode | null }
  | { kind: 'end'; value: AstNode | null }
  /** `stream.pipe(res)` */
  | { kind: 'pipe'; value: AstNode }
  | { kind: 'redirect'; url: AstNode; status: AstNode | null }

/** A call chain on res: what it sets, in order, and whether it ends the response. */
export interface ResponseFact {
  kind: 'response'
  node: AstNode
  effects: Effect[]
  exit: Body | null
}

/** A read of what was set: `res.getHeader('x')`, `res.statusCode`. Rewritten in place. */
export interface StateRead {
  kind: 'read'
  node: AstNode
  what: 'get' | 'has'
  name: AstNode
}

/** A chain that a concern knows but cannot move. */
export interface Refusal {
  kind: 'refusal'
  node: AstNode
  code: Code
  what: string
}

/** `res.once('finish', () => ...)`: work for the time when the answer has been sent, or the connection is closed. */
export interface Listener {
  kind: 'listener'
  /** `removed`: `res.off('close', stop)` takes a listener back. */
  event: 'finish' | 'close' | 'removed'
  node: AstNode
  callback: AstNode
}

export type Claim = ResponseFact | StateRead | Listener | Refusal

/** One link of a chain, understood: the arguments become effects or the exit. */
export type Link = { effects: Effect[]; exit?: Body } | Refusal

/** A concern of the response side: the methods of res that it owns. Pure. */
export interface ResponseConcern {
  id: string
  codes: readonly Code[]
  /** Called for `.name(args)` links; `call` is the call expression. */
  methods: Readonly<Record<string, (args: readonly AstNode[], call: t.Expression) => Link>>
}
