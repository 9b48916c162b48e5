import type { Code, Data, Diagnostic, Level, Span } from '../model/diagnostic.ts'
import type { Route } from '../model/project.ts'
import type { Destructure, FunctionNode, Leaf, Use } from '../model/route.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { placeOf } from '../syntax/expansion.ts'
import type { Range } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { isNameTaken, type ScopeTree } from '../syntax/scope.ts'
import type { Style } from '../syntax/style.ts'
import { endOf, functionAround, type Node, startOf } from '../syntax/tree.ts'

/**
 * Something that rewritten code refers to and that must be declared before it. `raw`: the body, read in place by a recipe, or with the key `stream` handed on.
 * `sender`: the function of this name that answers as `res.send` did.
 */
export type NeedKind =
  | 'request'
  | 'next-request'
  | 'search'
  | 'query'
  | 'params'
  | 'param'
  | 'context'
  | 'several'
  | 'values'
  | 'named'
  | 'form'
  | 'body'
  | 'whole-body'
  | 'text'
  | 'raw'
  | 'custom'
  | 'answer'
  | 'sender'

export interface Need {
  kind: NeedKind
  /** The query key or param, where the kind has one. */
  key: string
  node: Node
  /** The expression that the constant of a 'named' need holds. */
  text?: string
}

/** The local names that a function's new code uses; chosen so that they collide with nothing in the function. */
export interface Names {
  request: string
  params: string
  searchParams: string
  query: string
  body: string
  form: string
  headers: string
  status: string
  answer: string
  /** Set where a call hands on what Next gives beside the request. */
  context?: string
}

/** What the annotation of `req` says of its parts, as its file writes it: a Request says nothing of them. */
export interface RequestTypes {
  body: string | null
  query: QueryType | null
}

export interface QueryType {
  /** Null where the object has more members than this type. */
  text: string | null
  /** The type can be asserted of an object of strings. */
  isOfStrings: boolean
  /** Members that are said to be there, and to be strings. */
  strings: ReadonlySet<string>
}

/** Where a function is rewritten: what may be read, and where edits, needs and findings are collected. */
export interface Lowering {
  readonly file: SourceFile
  readonly tree: ScopeTree
  readonly style: Style
  readonly fn: FunctionNode
  readonly route: Route
  readonly names: Names
  /** Names that were made for values of this function as they came up. */
  readonly given: Set<string>
  /** Major version of the target Next. */
  readonly next: number
  /** It has a stable `after()` in next/server. */
  readonly hasAfter: boolean
  readonly strict: boolean
  /** Whether the output is TypeScript. */
  readonly typed: boolean
  /** Left out where nothing is said, and where the output is JavaScript. */
  readonly types?: RequestTypes
  /** TypeScript of the project, `[major, minor]`: lib.dom has Response.json from 5.2 on, `satisfies` came with 4.9. */
  readonly typescript: readonly [number, number]
  /** `config.api.bodyParser` is false: req.body is undefined, the stream is read by hand. */
  readonly rawBody: boolean
  /** The stream may be read by hand here: `rawBody`, or a function that is planned for many routes; each of them is asked later. */
  readonly mayReadRaw: boolean
  /** The handler asks for urlencoded forms: its body is read as one. */
  readonly formBody: boolean
  /** In a wrapper: its calls of the handler, which may read the body too. */
  readonly handlerCalls?: readonly Node[]
  /** With `--strict`: the function of the user's `lib/` that parses a body as Pages did. */
  readonly reader: { name: string; limit: string | null } | null
  /** A wrapper is called with the params of whichever route it is around: the expression for them. */
  readonly anyParams?: string
  /** The query is handed over by the caller, with the params of its route in it. */
  readonly queryArgument?: boolean
  /** Properties that the project's own code hangs on the request before, or in this function. */
  readonly custom: ReadonlySet<string>
  /** Nothing that is not seen may hang more on it: the project has no server of its own. */
  readonly hasAllCustom: boolean
  /** It is called with a request that others have had in hand before. */
  readonly hasCallers: boolean
  /** The function is or may become async. */
  readonly mayAwait: boolean
  /** Line breaks that are part of values: template literals. */
  readonly frozen: readonly Range[]
  /** The methods that this text is for, where it is the handler's; empty where any may come. */
  readonly methods: readonly string[]
  /** The indent of a place in the text that is made, where blocks around it have been opened. */
  indentAt?(position: number): string
  /** Is this part of the source in the text that is made (not decided away by the method)? */
  isLive(node: Node): boolean
  edits: Edit[]
  needs: Need[]
  notes: Diagnostic[]
  blockers: Diagnostic[]
}

/** One concern of the request side. Reading and writing sides live in one file. */
export interface RequestConcern {
  id: string
  codes: readonly Code[]
  /** First names of the paths that it owns: `query`, `body`. */
  members: readonly string[]
  /** Rewrites an expression. The use's first step is one of `members`. */
  read(use: Use, at: Lowering): void
  /** The value that a destructured name receives, or null to refuse. `use` paths start with one of `members`. */
  bind(leaf: Leaf, site: Destructure, at: Lowering): Piece[] | null
}

export function replace(at: Lowering, node: Node, ...pieces: Piece[]): void {
  at.edits.push({ start: startOf(node), end: endOf(node), pieces })
}

export function need(at: Lowering, kind: NeedKind, node: Node, key = ''): void {
  at.needs.push({ kind, key, node })
}

export function note(at: Lowering, code: Code, level: Exclude<Level, 'blocker'>, node: Node, data: Data = {}): void {
  at.notes.push({ code, level, span: spanOf(at.file, node), data })
}

export function block(at: Lowering, code: Code, node: Node, data: Data = {}): void {
  at.blockers.push({
    code,
    level: 'blocker',
    span: spanOf(at.file, node),
    data: { text: snippet(at.file, node), ...data },
  })
}

export function spanOf(file: SourceFile, node: Node): Span {
  return { file: file.path, start: startOf(node), end: endOf(node), ...placeOf(file, startOf(node)) }
}

/** A short quotation of the source for a message. */
export function snippet(file: SourceFile, node: Node): string {
  const text = file.text.slice(startOf(node), endOf(node)).replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** May `await` stand at this node: in the function itself (which may become async) or in an async function inside it. */
export function canAwaitAt(at: Pick<Lowering, 'fn' | 'mayAwait'>, node: Node): boolean {
  const around = functionAround(node)
  if (around === at.fn) return at.mayAwait && !isInParams(at.fn, node)
  return Boolean(around && 'async' in around && around.async)
}

function isInParams(fn: FunctionNode, node: Node): boolean {
  return fn.params.some((p) => startOf(p) <= startOf(node) && endOf(node) <= endOf(p))
}

/** A name for another value of the function: no two share one, since blocks may be opened into one. */
export function newName(at: Lowering, ...candidates: string[]): string {
  const [base = 'value'] = candidates
  const all = [...candidates, ...candidates.map((name) => `${name}Too`)]
  for (let i = 2; ; i++) {
    const left = all.filter((name) => !at.given.has(name))
    if (left.length > 0) return ownName(at, ...left)
    all.push(`${base}${i}`)
  }
}

/** The same for a value that others of its kind may share the name with: each stands in a block of its own. */
export function ownName(at: Lowering, ...candidates: string[]): string {
  const name = freeName(at.tree, at.fn, ...candidates)
  at.given.add(name)
  return name
}

/** The first of the names that collides with nothing in the function. */
export function freeName(tree: ScopeTree, fn: FunctionNode, ...candidates: string[]): string {
  for (const name of candidates) if (!isNameTaken(tree, name, fn)) return name
  const base = candidates[0] ?? 'value'
  for (let i = 2; ; i++) if (!isNameTaken(tree, `${base}${i}`, fn)) return `${base}${i}`
}
