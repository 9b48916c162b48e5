import type { FileChange } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import { positionOf } from '../syntax/lines.ts'
import { asObject, parseJsonc } from './jsonc.ts'
import { readOrEmpty } from './manifests.ts'
import type { MovedFile } from './old-paths.ts'
import { inDir, isInside } from './paths.ts'

/**
 * `functions` of vercel.json gives memory, regions and time limits to files by their paths; Vercel refuses to deploy a key that matches
 * nothing (https://vercel.com/docs/project-configuration#functions). Keys that are the path of a file that moved get the new one.
 */
export function renameFunctions(
  host: Host,
  roots: readonly string[],
  moved: readonly MovedFile[],
): { changes: FileChange[]; notes: Diagnostic[] } {
  const changes: FileChange[] = []
  const notes: Diagnostic[] = []
  for (const root of new Set(['', ...roots])) {
    const path = inDir(root, 'vercel.json')
    if (moved.length === 0 || !host.isFile(path) || host.real(path) !== path) continue
    const before = readOrEmpty(host, path)
    const keys = new Set(Object.keys(asObject(asObject(parseJsonc(before)).functions)))
    let after = before
    for (const { from, to } of moved.filter((file) => isInside(file.from, root) && isInside(file.to, root))) {
      const [old, now] = [from, to].map((file) => (root === '' ? file : file.slice(root.length + 1)))
      if (old === undefined || now === undefined || !keys.has(old) || keys.has(now)) continue
      const places = findKey(after, old)
      const [start] = places
      if (start === undefined || places.length > 1) continue
      const span = { file: path, start, end: start + old.length + 2, ...positionOf(before, before.indexOf(`"${old}"`)) }
      notes.push({ code: 'PA446', level: 'note', span, data: { file: path, from: old, to: now } })
      after = after.slice(0, start) + JSON.stringify(now) + after.slice(start + old.length + 2)
    }
    if (after !== before) changes.push({ kind: 'edit', path, before, after })
  }
  return { changes, notes }
}

/** Where a key stands as it is, without escapes. */
function findKey(text: string, key: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(`"${key}"`); at >= 0; at = text.indexOf(`"${key}"`, at + 1))
    if (/^\s*:/.test(text.slice(at + key.length + 2, at + key.length + 40))) places.push(at)
  return places
}
