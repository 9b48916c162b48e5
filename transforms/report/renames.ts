import type { FileChange } from '../model/change.ts'

/** Below this share of common text a move is shown as a deletion and a new file, as git does. */
const SIMILAR_ENOUGH = 50

/** A file of a diff: one side is null for a new or a deleted file; `similarity` is set for renames. */
export interface FileDiff {
  from: string
  to: string
  before: string | null
  after: string | null
  similarity: number | null
}

/** What a diff shows for the changes, in their order: an API route that became a route file is a rename where enough stayed. */
export function pairRenames(changes: readonly FileChange[]): FileDiff[] {
  const created = new Map(
    changes.flatMap((change) => (change.kind === 'create' ? [[urlOfRouteFile(change.path), change]] : [])),
  )
  created.delete(null)
  const paired = new Set<FileChange>()
  const renames = new Map<FileChange, FileDiff>()
  for (const change of changes) {
    if (change.kind !== 'delete') continue
    const target = created.get(urlOfApiRoute(change.path))
    const rename = target && renameOf(change.path, target.path, change.before, target.after)
    if (!target || !rename || paired.has(target)) continue
    paired.add(target)
    paired.add(change)
    renames.set(target, rename)
  }
  return changes.flatMap((change) => {
    const rename = renames.get(change)
    if (rename) return [rename]
    return paired.has(change) ? [] : diffsOf(change)
  })
}

function diffsOf(change: FileChange): FileDiff[] {
  const { path, before, after } = change
  if (before === after && change.kind === 'edit') return []
  if (change.kind !== 'move') return [{ from: path, to: path, before, after, similarity: null }]
  const rename = renameOf(change.from, path, change.before, change.after)
  if (rename) return [rename]
  return [
    { from: change.from, to: change.from, before, after: null, similarity: null },
    { from: path, to: path, before: null, after, similarity: null },
  ]
}

function renameOf(from: string, to: string, before: string, after: string): FileDiff | null {
  const similarity = measureSimilarity(before, after)
  return similarity >= SIMILAR_ENOUGH ? { from, to, before, after, similarity } : null
}

/** Share of the text, in percent, that both sides have in common, counted in whole lines wherever they stand. */
export function measureSimilarity(before: string, after: string): number {
  if (before === after) return 100
  const counts = new Map<string, number>()
  for (const line of before.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1)
  let common = 0
  for (const line of after.split('\n')) {
    const left = counts.get(line) ?? 0
    if (left > 0) common += line.length + 1
    counts.set(line, left - 1)
  }
  const whole = Math.max(before.length, after.length) + 1
  // 100 is a promise that there are no hunks.
  return Math.min(99, Math.floor((100 * common) / whole))
}

/** `src/pages/api/users/index.ts` -> `src//api/users`; null for other files. */
function urlOfApiRoute(path: string): string | null {
  const match = /^(.*?)(?:^|\/)pages\/(api(?:\/.*)?)\.\w+$/.exec(path)
  return match ? `${match[1]}//${match[2]?.replace(/\/index$/, '')}` : null
}

/** `src/app/api/users/route.ts` -> `src//api/users`; null for other files. */
function urlOfRouteFile(path: string): string | null {
  const match = /^(.*?)(?:^|\/)app\/(api(?:\/.*)?)\/route\.\w+$/.exec(path)
  return match ? `${match[1]}//${match[2]?.replaceAll(/(?<=\/)%5F/g, '_')}` : null
}
