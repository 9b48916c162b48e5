import type { SourceFile } from './parse.ts'
import { endOf, type Node, startOf, walk } from './tree.ts'

export interface Range {
  start: number
  end: number
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** Offset of the line end (of its newline), or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** The white space that a line begins with. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), lineEnd(text, at)))?.[0] ?? ''
}

/** 1-based line and column of an offset. */
export function positionOf(text: string, at: number): { line: number; column: number } {
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++
  return { line, column: at - lineStart(text, at) + 1 }
}

/** The range of a node with the parentheses written around it. */
export function outerRange(text: string, node: Node): Range {
  const extra = node.extra as { parenthesized?: boolean; parenStart?: number } | undefined
  if (!extra?.parenthesized || extra.parenStart === undefined) return { start: startOf(node), end: endOf(node) }
  const rest = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*\)/.exec(text.slice(endOf(node)))
  return { start: extra.parenStart, end: endOf(node) + (rest?.[0].length ?? 0) }
}

/** Where the comments that belong to a statement begin: those right above it, no blank line between. */
export function leadStart(file: SourceFile, node: Node, floor = 0): number {
  let start = startOf(node)
  for (let i = file.comments.length - 1; i >= 0; i--) {
    const comment = file.comments[i]
    if (!comment || endOf(comment as unknown as Node) > start) continue
    const from = comment.start ?? 0
    const between = file.text.slice(comment.end ?? 0, start)
    if (from < floor || !/^\s*$/.test(between) || (between.match(/\n/g)?.length ?? 0) > 1) break
    if (!/^\s*$/.test(file.text.slice(lineStart(file.text, from), from))) break
    start = from
  }
  return start
}

/**
 * The whole lines of a statement with its leading comments, so that deleting them leaves no gap: one of two blank
 * lines around goes too. A statement that shares its line is only itself.
 */
export function removalRange(file: SourceFile, node: Node, floor = 0): Range {
  const { text } = file
  const start = leadStart(file, node, floor)
  let end = endOf(node)
  const trailing = /^[ \t]*(?:;[ \t]*)?(?:\/\/[^\n]*)?(?=\n|$)/.exec(text.slice(end))
  const first = lineStart(text, start)
  const beside = text.slice(first, start)
  if (/\S/.test(beside)) return amongOthers({ start, end }, text)
  if (!trailing) return { start, end }
  end += trailing[0].length
  if (text[end] === '\n') end++
  const before = text.slice(0, first)
  const closes = /^\s*[}\])]/.test(text.slice(end))
  if (closes && /\n[ \t]*\n$/.test(before)) return { start: before.trimEnd().length + 1, end }
  const opensBlock = /[{[(:]\s*$/.test(before)
  const blankBefore = /\n[ \t]*\n$/.test(before) || before === ''
  if (opensBlock || blankBefore) {
    const blank = /^(?:[ \t]*\n)+/.exec(text.slice(end))
    if (blank) end += blank[0].length
  }
  return { start: first, end }
}

/** A statement that shares its line goes with the space before it; the first of a block with that behind it. */
function amongOthers({ start, end }: Range, text: string): Range {
  const space = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0
  if (text[start - space - 1] !== '{') return { start: start - space, end }
  const behind = /^[ \t]*(?=[^\s}])/.exec(text.slice(end))?.[0].length ?? 0
  return { start, end: end + behind }
}

/** Ranges whose line breaks are part of the program's values: template literals and strings with line continuations. */
export function frozenRanges(root: Node): readonly Range[] {
  if (lastFrozen?.root === root) return lastFrozen.ranges
  const found: Range[] = []
  lastFrozen = { root, ranges: found }
  walk(root, (node) => {
    if (node.type === 'TemplateElement') found.push({ start: startOf(node), end: endOf(node) })
    else if ((node.type === 'StringLiteral' || node.type === 'JSXText') && String(node.extra?.raw ?? '').includes('\n'))
      found.push({ start: startOf(node), end: endOf(node) })
    return undefined
  })
  return found
}

// A function is asked about once for each method.
let lastFrozen: { root: Node; ranges: readonly Range[] } | null = null

/** Behind a comment that ends the line. */
export function commentEnd(text: string, at: number): number {
  return (
    at +
    (/^[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*\*\/[ \t]*)?(?=\n|$)/.exec(text.slice(at, at + 400))?.[0].trimEnd().length ?? 0)
  )
}
