import { losesNothing } from './sent-tests.ts'
import type * as t from '@babel/types'
import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { NextVersion } from '../model/project.ts'
import type { FunctionModel, FunctionNode, HttpMethod } from '../model/route.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { isInstanceTest, withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { isInListener } from '../concerns/response/events.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { Treatment } from './methods.ts'

/**
 * The methods that a handler can tell from others, where it asks for its method by comparing it with literals and in no other way; null
 * where it may tell them all apart.
 */
export function namedMethods(nodes: ReadonlySet<Node>): ReadonlySet<string> | null {
  const named = new Set<string>()
  for (const node of nodes) {
    const parent = (node as Node & { parent?: Node }).parent
    const literals: (Node | null | undefined)[] =
      parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)
        ? [parent.left === node ? parent.right : parent.left]
        : parent?.type === 'SwitchStatement' && parent.discriminant === node
          ? parent.cases.flatMap((c) => c.test ?? [])
          : [null]
    for (const literal of literals) {
      if (literal?.type !== 'StringLiteral') return null
      named.add(literal.value)
    }
  }
  return named
}

/** `!req`, `typeof res.status`: asked by handlers that fear to be called at build time. */
export function presentNodes(entry: FunctionModel): Set<Node> {
  const methods = entry.uses
    .filter((u) => u.root === 'res' && u.steps.length === 1 && isTypeof(u.node))
    .map((u) => u.node)
  return new Set([...entry.presences, ...methods])
}

/**
 * `res.headersSent` and the like: false wherever code still runs, because every exit returns; only where nothing is lost by that. So are, for a Pages request, the questions of
 * code for requests of both kinds: `req.headers instanceof Headers`, `req instanceof Request`.
 */
export function sentNodes(model: FunctionModel): Set<Node> {
  return new Set(
    model.uses.flatMap(({ root, steps, node }) => {
      const [first] = steps
      if (root === 'req') return isInstanceTest(node) && steps.length <= 1 ? [parentOf(withCasts(node)) ?? node] : []
      const isAsked = root === 'res' && steps.length === 1 && first?.kind === 'prop' && sentFlags.has(first.name)
      return isAsked && !isInListener(node) && losesNothing(node, model) ? [node] : []
    }),
  )
}

function isTypeof(node: Node): boolean {
  const parent = (node as Node & { parent?: Node }).parent
  return parent?.type === 'UnaryExpression' && parent.operator === 'typeof'
}

/** `after()` of next/server is stable from 15.1 on. Who asks for `15` means one of today. */
export function hasAfter({ major, minor, raw, source }: NextVersion): boolean {
  if (major !== 15) return major > 15
  return minor >= 1 || source === 'assumed' || (source === 'option' && !raw.includes('.'))
}

/** A range that may give a newer version counts as the newest of its major; nothing said, as new. */
export function typescriptVersion(range: string | undefined): readonly [number, number] {
  const found = /^([\^~>=]*)\s*(\d+)(?:\.(\d+))?/.exec(range ?? '')
  if (!found) return [5, 9]
  const isOpen = found[1] !== '' && found[1] !== '~'
  return [Number(found[2]), isOpen ? 9 : Number(found[3] ?? 9)]
}

/** The name under which a helper is declared. */
export function declaredName(fn: FunctionNode): t.Identifier | null {
  if (fn.type === 'FunctionDeclaration') return fn.id ?? null
  const parent = (fn as Node & { parent?: Node }).parent
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id
  return null
}

export function inSourceOrder(
  named: Map<HttpMethod, Treatment>,
  file: SourceFile,
  fn: FunctionNode,
): Map<HttpMethod, Treatment> {
  const text = file.text.slice(startOf(fn), endOf(fn))
  const place = (method: string): number => {
    const at = text.search(new RegExp(`['"\`]${method}['"\`]|\\b${method}\\b`))
    return at < 0 ? text.length : at
  }
  return new Map([...named].sort(([a], [b]) => place(a) - place(b)))
}

/** The T of NextApiResponse<T>, as written. */
export function bodyTypeOf(model: FunctionModel, file: SourceFile): string | null {
  const index = model.roles.indexOf('res')
  const param = model.fn.params[index]
  const annotation =
    param?.type === 'Identifier' && param.typeAnnotation?.type === 'TSTypeAnnotation'
      ? param.typeAnnotation.typeAnnotation
      : null
  if (
    annotation?.type !== 'TSTypeReference' ||
    annotation.typeName.type !== 'Identifier' ||
    annotation.typeName.name !== 'NextApiResponse'
  )
    return null
  const argument = annotation.typeParameters?.params[0]
  return argument ? file.text.slice(startOf(argument), endOf(argument)) : null
}

const ONCE: ReadonlySet<Code> = new Set<Code>([
  'PA112',
  'PA113',
  'PA114',
  'PA115',
  'PA120',
  'PA130',
  'PA222',
  'PA204',
  'PA213',
])

/** One diagnostic for each code and place; notes of one code that name no place of their own are joined by the report. */
export function unique(list: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>()
  return list.filter((d) => {
    // What holds for every such read is said once for the route (and key); blockers name each place.
    const isOnce = d.level === 'note' && ONCE.has(d.code)
    const key = `${d.code}:${isOnce ? '' : (d.span?.start ?? -1)}:${JSON.stringify(d.data)}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
