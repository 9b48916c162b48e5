import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import { isMember, memberName, withCasts } from '../../syntax/match.ts'
import { isInDefault } from '../../syntax/parameter-default.ts'
import { isNameTaken } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import type { Lowering, Need } from '../lowering.ts'
import { replaceName } from './query.ts'

/**
 * A header or search parameter that is read more than once: one constant before its uses, as a person would write it.
 * It is also what lets TypeScript carry a test (`if (req.headers.cookie)`) over to the next read.
 * False when it is read once, has a constant already, or its name is taken.
 */
export function shareRead(at: Lowering, key: string, node: Node, text: string): boolean {
  const { canShare, tells } = readsOf(at, node, key)
  if (!canShare) return false
  const base = constantName(key)
  const full = `${text} ?? undefined`
  const isSame = (need: Need): boolean => need.text === text || need.text === full
  const isFree = (n: string | null): boolean =>
    n !== null &&
    !isNameTaken(at.tree, n, at.fn) &&
    at.needs.every((need) => need.kind !== 'named' || need.key !== n || isSame(need))
  // The name for all values of a repeated key is built the same way.
  const isList = at.needs.some((n) => (n.kind === 'several' || n.kind === 'values') && n.key === key)
  const name = base === null ? null : [base, isList ? `${base}First` : `${base}Value`].find(isFree)
  if (!name) return false
  // Read by another text too (`headers.x` beside `req.headers.x`): one constant that both can do with.
  if (tells) at.needs = at.needs.map((n) => (n.kind === 'named' && n.key === name ? { ...n, text: full } : n))
  const known = at.needs.find((n) => n.kind === 'named' && n.key === name)
  at.needs.push({ kind: 'named', key: name, node, text: tells ? full : (known?.text ?? text) })
  replaceName(at, node, name)
  return true
}

interface Reads {
  canShare: boolean
  tells: boolean
}

/** Each of the reads asks this of all of them, and they have one answer. */
const answered = new WeakMap<Lowering, Map<string, Reads>>()

function readsOf(at: Lowering, node: Node, key: string): Reads {
  const answers = answered.get(at) ?? new Map<string, Reads>()
  answered.set(at, answers)
  const asked = spell(node, key, at.file.text)
  const answer = answers.get(asked) ?? judge(sameReads(at, node, key), at)
  answers.set(asked, answer)
  return answer
}

function judge(all: readonly Node[], at: Lowering): Reads {
  const canShare = all.length > 1 && !all.some((n) => isDeclaration(n) || isInDefault(n, at.fn))
  return { canShare, tells: canShare && all.some((n) => tellsNullFromUndefined(n, at.tree)) }
}

/** Reads of the same key, by the same text, that are in the function that is made. */
function sameReads(at: Lowering, node: Node, key: string): Node[] {
  return readsAlike(at, node, key).filter((n) => at.isLive(n))
}

/** Asked for each read of each key. */
const members = new WeakMap<Node, ReadonlyMap<string, readonly Node[]>>()

/** The accesses of a name in the function by the same text, in the order in which they stand. */
export function readsAlike({ fn, file }: Lowering, node: Node, name: string): readonly Node[] {
  const known = members.get(fn) ?? listMembers(fn, file.text)
  members.set(fn, known)
  return known.get(spell(node, name, file.text)) ?? [node]
}

/** `req.query?.page` is `req.query.page`: what is read is there. */
function spell(node: Node, name: string, text: string): string {
  return `${name} ${text.slice(startOf(node), endOf(node)).replaceAll('?.[', '[').replaceAll('?.', '.')}`
}

function listMembers(fn: Node, text: string): Map<string, Node[]> {
  const found = new Map<string, Node[]>()
  walk(fn, (node) => {
    const name = isMember(node) ? memberName(node) : null
    if (name === null) return undefined
    const spelled = spell(node, name, text)
    const list = found.get(spelled)
    if (list) list.push(node)
    else found.set(spelled, [node])
    return undefined
  })
  return found
}

function isDeclaration(node: Node): boolean {
  const parent = parentOf(withCasts(node))
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
}

/** `x-forwarded-for` gives xForwardedFor; null where nothing of a name is left. */
function constantName(key: string): string | null {
  const name = key.replace(/[^A-Za-z0-9_$]+(.)?/g, (_m, next: string | undefined) => (next ?? '').toUpperCase())
  return /^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name) ? name : null
}

const RESERVED = new Set([
  'class',
  'default',
  'delete',
  'new',
  'in',
  'if',
  'for',
  'do',
  'case',
  'return',
  'function',
  'var',
  'let',
  'const',
  'this',
  'export',
  'import',
  'package',
  'await',
  'async',
  'true',
  'false',
  'null',
  'with',
  'enum',
  'typeof',
  'void',
  'yield',
  'super',
  'switch',
  'throw',
  'try',
  'while',
  'undefined',
  'request',
  'params',
  'searchParams',
  'headers',
  'body',
  'query',
  'status',
  'form',
  'text',
])
