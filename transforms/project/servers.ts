import type { NextApp } from '../model/project.ts'
import type { SourceCollector } from './scan.ts'

/** A file that makes a server of its own for Next. */
interface ServerFile {
  path: string
  /** It says which folder the app is in, so that this may be another than its own. */
  namesFolder: boolean
}

export interface ServerCollector extends SourceCollector {
  /** The roots of the apps that such a server may stand in front of. */
  roots(apps: readonly NextApp[]): string[]
}

/**
 * Servers of the project's own: `next({ dev }).getRequestHandler()`. Next serves the folder that it is started in unless `dir` says otherwise
 * (next@16.4.3 server/next, `getRequestHandler` and the option `dir`, which is `.` by default), so that one inside an app is that app's; one
 * outside of all of them, or at the root of the repository, may be any app's.
 */
export function createServerCollector(): ServerCollector {
  const found: ServerFile[] = []
  return {
    visit: (path, text) => {
      if (text.includes('getRequestHandler')) found.push({ path, namesFolder: /\bdir\b/.test(text) })
    },
    roots: (apps) => {
      const all = apps.map(({ root }) => root)
      return all.filter((root) => found.some((file) => file.namesFolder || [null, root].includes(rootOf(file, all))))
    },
  }
}

/** The innermost app around a file; null for one that stands beside them, or at the root of the repository. */
function rootOf({ path }: ServerFile, roots: readonly string[]): string | null {
  const around = roots.filter((root) => path.startsWith(`${root}/`))
  return around.sort((a, b) => b.length - a.length)[0] ?? null
}
