import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import type { MovedFile } from './old-paths.ts'
import { asObject, asString } from './jsonc.ts'
import { readJson } from './manifests.ts'
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
  for (const app of apps)
    for (const { start, dir } of startsOf(host, app, folder))
      for (const { path, line, text } of host.git.findOutside(start)) {
        const name = PATH.exec(text.slice(text.indexOf(start) + start.length))?.[0] ?? ''
        const from = `${inDir(app.pagesDir, 'api')}${name}`
        if (PROSE.test(path) || told.has(path) || !moved.some((file) => file.from.startsWith(from))) continue
        const span = { file: path, start: 0, end: 0, line, column: 1 }
        told.set(path, { code: 'PA039', level: 'review', span, data: { name: `${dir}${name}` } })
      }
  return [...told.values()]
}

/** `../web/pages/api/x` beside it, `apps/web/pages/api/x` at the top, and `@acme/web/pages/api/x` by the name of the package. */
function startsOf(host: Host, app: NextApp, folder: string): { start: string; dir: string }[] {
  const paths = [`${folder}/${inDir(app.pagesDir, 'api')}`].map((start) => ({ start, dir: start }))
  const name = asString(asObject(readJson(host, inDir(app.root, 'package.json'))).name)
  const own = `${name ?? ''}/${inDir(app.pagesDir.slice(app.root === '' ? 0 : app.root.length + 1), 'api')}`
  // A name may be a word that paths have too: it is one behind a quote.
  return name ? [...paths, ...["'", '"', '`'].map((quote) => ({ start: `${quote}${own}`, dir: own }))] : paths
}
