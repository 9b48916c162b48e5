import type { NextApp } from '../model/project.ts'
import type { SourceCollector } from './scan.ts'

/** A file that makes a server of its own for Next. */
interface ServerFile {
  path: string
  /** It may say which folder the app is in, so that this may be another than its own. */
  mayNameFolder: boolean
}

export interface ServerCollector extends SourceCollector {
  /** The roots of the apps that such a server may stand in front of. */
  roots(apps: readonly NextApp[]): string[]
  paths(): string[]
}

/**
 * Servers of the project's own: `next({ dev })`, with `getRequestHandler()` or `render()` of it. Next serves the folder that it is started in
 * unless `dir` says otherwise (next@16.4.3 server/next, and the option `dir`, which is `.` by default), so that one inside an app is that
 * app's where its options are written out; one outside of all apps, or at the root of the repository, may be any app's.
 */
export function createServerCollector(): ServerCollector {
  const found: ServerFile[] = []
  return {
    visit: (path, text) => {
      const call = callOfNext(text)
      if (call === null && !text.includes('getRequestHandler')) return
      found.push({ path, mayNameFolder: call === null || !isWrittenOut(call) || /\bdir\b|\bchdir\b/.test(text) })
    },
    paths: () => found.map(({ path }) => path),
    roots: (apps) => {
      const all = apps.map(({ root }) => root)
      return all.filter((root) => found.some((file) => file.mayNameFolder || [null, root].includes(rootOf(file, all))))
    },
  }
}

/** What the function that a file has from `next` is called with first; null where it does not have it, or does not call it. */
function callOfNext(text: string): string | null {
  if (!/['"]next['"]/.test(text)) return null
  // Only whole words are tried: a bundle or an image in base64 is one long word.
  const imported =
    /\bimport\s+(?!type\b)([\w$]+)[^'";]*\bfrom\s*['"]next['"]|(?<![\w$])([\w$]+)\s*=\s*require\(\s*['"]next['"]\s*\)/
  const [, esm, common] = imported.exec(text) ?? []
  const name = esm ?? common
  if (name === undefined) return null
  return new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:\\.default)?\\(([^)]*)\\)`).exec(text)?.[1] ?? null
}

/** `{ dev, hostname: 'localhost' }`, or nothing: all that it is given can be seen. */
const isWrittenOut = (options: string): boolean => /^\s*(?:\{[^{}]*\}\s*)?$/.test(options) && !options.includes('...')

/** The innermost app around a file; null for one that stands beside them, or at the root of the repository. */
function rootOf({ path }: ServerFile, roots: readonly string[]): string | null {
  const around = roots.filter((root) => path.startsWith(`${root}/`))
  return around.sort((a, b) => b.length - a.length)[0] ?? null
}
