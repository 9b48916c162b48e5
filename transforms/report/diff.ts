import { createHash } from 'node:crypto'
import { structuredPatch } from 'diff'
import colours from 'picocolors'
import type { FileChange } from '../model/change.ts'
import { type FileDiff, pairRenames } from './renames.ts'

const NO_NEWLINE = '\\ No newline at end of file'

export interface DiffOptions {
  color?: boolean
  /** Put before every path, with its `/`: where the project lies in the repository. Git reads paths from its top. */
  prefix?: string
}

/** A unified diff of the changes in git's own format, renames included; `git apply` accepts it (without colour). */
export function renderDiff(changes: readonly FileChange[], { color = false, prefix = '' }: DiffOptions = {}): string {
  const files = pairRenames(changes).map((file) => ({ ...file, from: prefix + file.from, to: prefix + file.to }))
  const lines = files.flatMap((file) => [...renderHeader(file), ...renderBody(file)])
  if (lines.length === 0) return ''
  return `${(color ? paint(lines) : lines).join('\n')}\n`
}

function renderHeader({ from, to, before, after, similarity }: FileDiff): string[] {
  const header = [`diff --git ${quotePath(`a/${from}`)} ${quotePath(`b/${to}`)}`]
  if (before === null) header.push('new file mode 100644')
  if (after === null) header.push('deleted file mode 100644')
  if (similarity !== null)
    header.push(`similarity index ${similarity}%`, `rename from ${quotePath(from)}`, `rename to ${quotePath(to)}`)
  // The ids of the two contents let `git apply --3way` work on a tree that has moved on.
  if (before !== after) header.push(`index ${blobId(before)}..${blobId(after)}`)
  return header
}

function renderBody({ from, to, before, after }: FileDiff): string[] {
  const hunks = renderHunks(before, after)
  if (hunks.length === 0) return []
  const old = before === null ? '/dev/null' : endName(quotePath(`a/${from}`))
  const now = after === null ? '/dev/null' : endName(quotePath(`b/${to}`))
  return [`--- ${old}`, `+++ ${now}`, ...hunks]
}

function renderHunks(before: string | null, after: string | null): string[] {
  if (before === null) return renderWhole('+', after ?? '')
  if (after === null) return renderWhole('-', before)
  return structuredPatch('', '', before, after, '', '', { context: 3 }).hunks.flatMap((hunk) => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ])
}

function renderWhole(sign: '+' | '-', text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  const endsWithNewline = lines.at(-1) === ''
  if (endsWithNewline) lines.pop()
  const size = range(1, lines.length)
  const head = sign === '+' ? `@@ -0,0 +${size} @@` : `@@ -${size} +0,0 @@`
  return [head, ...lines.map((line) => sign + line), ...(endsWithNewline ? [] : [NO_NEWLINE])]
}

/** An empty range is placed after a line, so it names the line before; a single line leaves its length out. */
function range(start: number, lines: number): string {
  if (lines === 1) return String(start)
  return lines === 0 ? `${start - 1},0` : `${start},${lines}`
}

/** A path as git writes it: in quotes, bytes in octal, when it holds anything but printable ASCII. */
export function quotePath(path: string): string {
  if (/^[ !#-[\]-~]*$/.test(path)) return path
  const escaped = Array.from(Buffer.from(path, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte)
    if (char === '"' || char === '\\') return `\\${char}`
    return byte >= 0x20 && byte < 0x7f ? char : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `"${escaped.join('')}"`
}

// Without the tab, patch tools take the rest of a name with spaces for a date.
function endName(name: string): string {
  return name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name
}

function blobId(text: string | null): string {
  if (text === null) return '0000000000'
  const bytes = Buffer.from(text, 'utf8')
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex').slice(0, 10)
}

function paint(lines: readonly string[]): string[] {
  const { bold, cyan, green, red } = colours.createColors(true)
  let inHeader = true
  return lines.map((line) => {
    if (line.startsWith('diff --git ')) inHeader = true
    if (line.startsWith('@@ ')) {
      inHeader = false
      return cyan(line)
    }
    if (inHeader) return bold(line)
    if (line.startsWith('+')) return green(line)
    return line.startsWith('-') ? red(line) : line
  })
}
