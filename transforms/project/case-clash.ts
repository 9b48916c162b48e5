import type { Route } from '../model/project.ts'
import { dirOf } from './paths.ts'

/** A path that is spelt in two ways, and what spells it otherwise. */
export interface CaseClash {
  path: string
  other: string
}

/**
 * Folders of app/ that differ only in case: one folder for macOS and Windows, so that two routes would be one file there, or one of them
 * have another URL. In pages/ `Users.ts` and `users/[id].ts` are apart on every disk.
 */
export function findCaseClashes(routes: readonly Route[], files: readonly string[]): ReadonlyMap<Route, CaseClash> {
  const spellings = new Map<string, Map<string, string>>()
  const spell = (dir: string, by: string): void => {
    for (const path of pathsOf(dir)) {
      const known = spellings.get(path.toLowerCase()) ?? new Map<string, string>()
      spellings.set(path.toLowerCase(), known)
      if (!known.has(path)) known.set(path, by)
    }
  }
  for (const { targetDir, source } of routes) spell(targetDir, source)
  for (const file of files) spell(dirOf(file), file)
  const clashes = new Map<Route, CaseClash>()
  for (const route of routes)
    for (const path of pathsOf(route.targetDir)) {
      const other = [...(spellings.get(path.toLowerCase()) ?? [])].find(([spelt]) => spelt !== path)
      if (other && !clashes.has(route)) clashes.set(route, { path, other: other[1] })
    }
  return clashes
}

/** A folder and those above it. */
function pathsOf(dir: string): string[] {
  const segments = dir.split('/')
  return segments.map((_segment, at) => segments.slice(0, at + 1).join('/'))
}
