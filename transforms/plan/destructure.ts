import { block, type Lowering, need, replace } from '../concerns/lowering.ts'
import { isSaidString, noteOptional } from '../concerns/request/query.ts'
import { requestConcernOf } from '../concerns/request/registry.ts'
import type { Destructure, Leaf } from '../model/route.ts'
import type { Piece } from '../syntax/edits.ts'
import { leaves } from '../syntax/completion.ts'
import { leadStart, removalRange } from '../syntax/lines.ts'
import { isCast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { stringMember } from './string-member.ts'

/** Where the declarations of a destructured parameter go, and the indent that a source position has in the new text. */
export interface DestructureContext {
  entryLines: Piece[][]
  indentAt: (position: number) => string
}

/**
 * `const { query: { id }, body, method = 'GET' } = req`, in a declaration or in the parameter list: one declaration for
 * each value, from the concern that owns its path; names that only stand for a part of req go without one.
 */
export function lowerDestructure(site: Destructure, at: Lowering, into: DestructureContext): void {
  if (site.root === 'res') {
    // const { status } = res: methods without their object.
    if (site.leaves.some((l) => !l.isAlias || l.path.length > 0))
      block(at, 'PA500', site.pattern, { why: 'destructured' })
    else if (site.declarator) dropDeclaration(site, at)
    return
  }
  const statement = site.declarator ? parentOf(site.declarator) : null
  if (site.declarator && statement?.type !== 'VariableDeclaration')
    return block(at, 'PA500', site.pattern, { why: 'pattern' })
  if (site.base.length > 0 && site.declarator && needsWhole(site, at)) return keepPattern(site, at)
  const live = site.leaves.filter((leaf) => !isUnused(leaf, at))
  const lines = linesOf(live, site, at)
  if (!lines) return
  if (!site.declarator) {
    into.entryLines.push(...lines.map(({ pieces }): Piece[] => ['const ', ...pieces]))
    return
  }
  if (statement?.type !== 'VariableDeclaration') return
  if (statement.declarations.length > 1) return replaceAmongOthers(site, lines, at)
  if (lines.length === 0) return dropDeclaration(site, at)
  const indent = into.indentAt(startOf(statement))
  const end = at.file.text[endOf(statement) - 1] === ';' ? endOf(statement) - 1 : endOf(statement)
  const keyword = `${statement.kind} `
  const comments = commentsByLeaf(site, at)
  at.edits.push({
    start: startOf(statement),
    end,
    pieces: lines.flatMap(({ pieces, leaves }, i): Piece[] => [
      ...(i > 0 ? [`${at.style.semicolon}\n${indent}`] : []),
      ...leaves.flatMap((leaf) => comments.get(leaf) ?? []).map((text) => `${text}\n${indent}`),
      keyword,
      ...pieces,
    ]),
  })
}

interface Line {
  pieces: Piece[]
  leaves: readonly Leaf[]
}

/** Comments in the pattern stand behind a name on its line, or above it. */
function commentsByLeaf({ pattern, leaves }: Destructure, { file }: Lowering): Map<Leaf, string[]> {
  const found = new Map<Leaf, string[]>()
  for (const { start, end } of file.comments) {
    if (typeof start !== 'number' || typeof end !== 'number' || start < startOf(pattern) || end > endOf(pattern))
      continue
    const before = leaves.filter(({ property }) => endOf(property) <= start).at(-1)
    const isBehind = before && !file.text.slice(endOf(before.property), start).includes('\n')
    const leaf = isBehind ? before : leaves.find(({ property }) => startOf(property) >= end)
    const text = file.text.slice(start, end)
    if (leaf && !text.includes('\n')) found.set(leaf, [...(found.get(leaf) ?? []), text])
  }
  return found
}

/** One `name = value` for each leaf; params of one declaration stay together: `{ id, slug } = await params`. */
function linesOf(leaves: readonly Leaf[], site: Destructure, at: Lowering): Line[] | null {
  const lines: Line[] = []
  const params: { text: string; leaf: Leaf }[] = []
  for (const leaf of leaves) {
    if (leaf.isAlias) continue
    const concern = requestConcernOf(leaf.path[0] ?? '', at)
    if (leaf.path.length === 0 || !concern) {
      block(at, 'PA510', leaf.property, { name: leaf.path[0] ?? '' })
      return null
    }
    if (
      leaf.path[0] === 'query' &&
      leaf.path[1] !== undefined &&
      at.route.params.some((p) => p.name === leaf.path[1]) &&
      leaf.target.type === 'Identifier'
    ) {
      noteOptional(at, leaf.path[1] ?? '', leaf.property)
      need(at, 'params', leaf.property)
      params.push({ text: paramPart(leaf, at), leaf })
      continue
    }
    const value = concern.bind(leaf, site, at)
    if (!value) {
      block(at, 'PA500', leaf.property, { why: 'pattern' })
      return null
    }
    const member =
      site.declarator && at.typed
        ? (stringMember(leaf, site) ?? (needsString(leaf, value, at) ? 'string' : null))
        : null
    if (member === 'string' && !leaf.fallback)
      value.splice(0, value.length, ...(value.length > 1 ? ['(', ...value, ') as string'] : [...value, ' as string']))
    else if (member === 'optional' && !leaf.fallback && value.length === 1) value.push(' ?? undefined')
    const fallback: Piece[] = leaf.fallback ? [' ?? ', { from: startOf(leaf.fallback), to: endOf(leaf.fallback) }] : []
    const target: Piece[] = [{ from: startOf(leaf.target), to: endOf(leaf.target) }]
    if (
      leaf.path[0] === 'method' &&
      leaf.target.type === 'Identifier' &&
      leaf.target.name === 'method' &&
      !leaf.fallback
    )
      lines.push({ pieces: ['{ method } = ', at.names.request], leaves: [leaf] })
    else lines.push({ pieces: [...target, ' = ', ...value, ...fallback], leaves: [leaf] })
  }
  if (params.length > 0)
    lines.unshift({
      pieces: [`{ ${params.map(({ text }) => text).join(', ')} } = await ${at.names.params}`],
      leaves: params.map(({ leaf }) => leaf),
    })
  return lines
}

function paramPart(leaf: Leaf, at: Lowering): string {
  const key = leaf.path[1] ?? ''
  const name = leaf.target.type === 'Identifier' ? leaf.target.name : key
  const fallback = leaf.fallback ? ` = ${at.file.text.slice(startOf(leaf.fallback), endOf(leaf.fallback))}` : ''
  return `${name === key ? key : `${key}: ${name}`}${fallback}`
}

/** Rest, computed keys, nested patterns or a type on the pattern: the pattern stays, and is given the whole object. */
function needsWhole(site: Destructure, at: Lowering): boolean {
  const init = site.declarator?.init
  const isAny = init && isCast(init) && init.type === 'TSAsExpression' && init.typeAnnotation.type === 'TSAnyKeyword'
  const typed = Boolean(site.pattern.typeAnnotation) || (init !== null && init !== undefined && isCast(init) && !isAny)
  if (
    typed &&
    site.leaves.every(
      (l) =>
        l.path.length === 2 && (at.route.params.some((p) => p.name === l.path[1]) || stringMember(l, site) !== null),
    )
  )
    return false
  return typed || site.leaves.some((l) => l.rest || l.target.type !== 'Identifier')
}

/** The type of `req` says that it is a string, and the code does not look whether it is there. */
function needsString({ path, target, rest }: Leaf, value: readonly Piece[], at: Lowering): boolean {
  const [base, key, more] = path
  if (base !== 'query' || key === undefined || more !== undefined || rest || !isSaidString(at, key)) return false
  if (at.strict || target.type !== 'Identifier' || !String(value[0]).includes('.get(')) return false
  const references = (bindingAt(at.tree, target)?.references ?? []).map(({ node }) => node)
  if (references.some(isRefused)) return false
  return value.length > 1 || references.some((node) => isObject(node))
}

/** `if (!id) return` */
function isRefused(node: Node): boolean {
  let below = node
  for (let up = parentOf(node); up; below = up, up = parentOf(up)) {
    if (up.type === 'IfStatement') return up.test === below && leaves(up.consequent)
    if (up.type !== 'LogicalExpression' && up.type !== 'UnaryExpression') return false
  }
  return false
}

function isObject(node: Node): boolean {
  const parent = parentOf(node)
  return parent?.type === 'MemberExpression' && parent.object === node
}

/** `const { a, ...rest } = req.query` becomes `const { a, ...rest } = query`. */
function keepPattern(site: Destructure, at: Lowering): void {
  const concern = requestConcernOf(site.base[0] ?? '', at)
  const init = site.declarator?.init
  if (!concern || !init) return block(at, 'PA500', site.pattern, { why: 'pattern' })
  let node: Node = init
  while (isCast(node)) node = node.expression
  const whole: Leaf = {
    path: site.base,
    target: site.pattern,
    fallback: null,
    property: node,
    rest: false,
    except: [],
    isAlias: false,
  }
  const value = concern.bind(whole, site, at)
  if (!value) return block(at, 'PA500', site.pattern, { why: 'pattern' })
  replace(at, node, ...value)
}

/** `const { id } = req.query, x = 1`. */
function replaceAmongOthers(site: Destructure, lines: readonly Line[], at: Lowering): void {
  if (!site.declarator) return
  if (lines.length === 0) return block(at, 'PA500', site.pattern, { why: 'several declarations' })
  replace(at, site.declarator, ...lines.flatMap(({ pieces }, i): Piece[] => [...(i > 0 ? [', '] : []), ...pieces]))
}

function dropDeclaration(site: Destructure, at: Lowering): void {
  const statement = site.declarator ? parentOf(site.declarator) : null
  if (statement?.type !== 'VariableDeclaration' || statement.declarations.length !== 1)
    return block(at, 'PA500', site.pattern, { why: 'several declarations' })
  const start = leadStart(at.file, statement)
  // A comment above the declaration stays: it rarely speaks of the names alone.
  const range = removalRange(at.file, statement)
  at.edits.push({ start: start < startOf(statement) ? startOf(statement) : range.start, end: range.end, pieces: [] })
}

/** Every use of the name lies in parts that this variant does not contain. */
function isUnused(leaf: Leaf, at: Lowering): boolean {
  if (leaf.target.type !== 'Identifier') return false
  const references = bindingAt(at.tree, leaf.target)?.references ?? []
  return references.length > 0 && references.every((r) => !at.isLive(r.node))
}
