import type * as t from '@babel/types'
import type { FunctionModel, FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { leadStart } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { type Node, startOf, statementOf } from '../syntax/tree.ts'

/** `@param` lines of the old parameters, in the comment above a function: they describe what is gone. */
export function paramDocEdits(place: Node, params: readonly Node[], file: SourceFile): Edit[] {
  const comment = docAbove(place, file)
  if (!comment) return []
  const [start, end] = [comment.start ?? 0, comment.end ?? 0]
  const text = file.text.slice(start, end)
  const clean = withoutParams(text, params)
  if (clean === text) return []
  if (clean !== '') return [{ start, end, pieces: [clean] }]
  return [{ start, end: end + (/^\s*/.exec(file.text.slice(end))?.[0].length ?? 0), pieces: [] }]
}

/** The comment above a function as it is above its new form; `''` where there is none, or nothing is left of it. */
export function newDoc(place: Node, params: readonly Node[], file: SourceFile): string {
  const comment = docAbove(place, file)
  if (!comment || !/^\s*$/.test(file.text.slice(comment.end ?? 0, startOf(place)))) return ''
  const text = file.text.slice(comment.start ?? 0, comment.end ?? 0)
  return text.startsWith('/**') ? withoutParams(text, params) : ''
}

/** The statement of a function: what a comment above it is attached to. */
export function docPlace(fn: FunctionNode): Node {
  return statementOf(fn) ?? fn
}

/** The parameters that are others in the new form. */
export function rewrittenParams({ fn, roles }: FunctionModel): Node[] {
  return fn.params.filter((_, i) => roles[i] !== 'other')
}

function docAbove(place: Node, file: SourceFile): t.Comment | undefined {
  const start = leadStart(file, place)
  return file.comments.find(
    (c) => c.type === 'CommentBlock' && (c.start ?? 0) >= start && (c.end ?? 0) <= startOf(place),
  )
}

/** `@type {import('next').NextApiHandler}`: the new function has another type. */
const OLD_TYPE = /@type\s+\{(?:(?!\*\/)[^\n])*\bNextApi(?:Handler|Request|Response)\b(?:(?!\*\/)[^\n])*/

function withoutParams(comment: string, params: readonly Node[]): string {
  const text = withoutType(comment)
  const names = params.flatMap((p) => {
    const id = p.type === 'AssignmentPattern' ? p.left : p
    return id.type === 'Identifier' ? [id.name.replaceAll('$', '\\$')] : []
  })
  if (names.length === 0 || text === '') return text
  const line = new RegExp(
    `\\n[ \\t]*\\*[ \\t]*@param\\s+(?:\\{[^}\\n]*\\}\\s+)?\\[?(?:${names.join('|')})\\b[^\\n]*`,
    'g',
  )
  const only = new RegExp(`^/\\*\\*\\s*@param\\s+(?:\\{[^}\\n]*\\}\\s+)?\\[?(?:${names.join('|')})\\b[^\\n@]*\\*/$`)
  const clean = only.test(text) ? '' : text.replace(line, '')
  return /^\/\*[\s*]*\*\/$/.test(clean) ? '' : clean
}

function withoutType(text: string): string {
  if (!text.startsWith('/**') || !OLD_TYPE.test(text)) return text
  const clean = text
    .replace(new RegExp(`(?:\\n[ \\t]*\\*)?[ \\t]*${OLD_TYPE.source}`), '')
    .replace(/(?:\n[ \t]*\*[ \t]*)+(?=\n[ \t]*\*\/$)/, '')
    .replace(/([^\s*])\*\/$/, '$1 */')
  return /^\/\*[\s*]*\*\/$/.test(clean) ? '' : clean
}
