import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import type { MovedFile } from './old-paths.ts'
import { inDir, nameOf } from './paths.ts'

/** What may be a path, up to where it says no more. */
const PATH = /^[^\s'"`,;)*?{]*/
/** Prose names files too, and nothing breaks by it. */
const PROSE = /\.(?:mdx?|txt|rst)$/i

/**
 * Where files of the repository outside of the root name files that have moved: imports of other packages, owners and pipelines at the top.
 * They were not read, and nothing outside of the root is written. The first line of each file is told.
 */
export function findOutsideNames(host: Host, apps: readonly NextApp[], moved: readonly MovedFile[]): Diagnostic[] {
  const folder = nameOf(host.git.prefix().replace(/\/$/, ''))
  if (folder === '' || moved.length === 0) return []
  const told = new Map<string, Diagnostic>()
  for (const app of apps) {
    const api = inDir(app.pagesDir, 'api')
    // `../web/pages/api/x` beside it and `apps/web/pages/api/x` at the top alike.
    for (const { path, line, text } of host.git.findOutside(`${folder}/${api}`)) {
      const name = PATH.exec(text.slice(text.indexOf(`${folder}/${api}`) + folder.length + 1))?.[0] ?? ''
      if (PROSE.test(path) || told.has(path) || !moved.some(({ from }) => from.startsWith(name))) continue
      const span = { file: path, start: 0, end: 0, line, column: 1 }
      told.set(path, { code: 'PA039', level: 'review', span, data: { name: `${folder}/${name}` } })
    }
  }
  return [...told.values()]
}
