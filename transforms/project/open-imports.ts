import type { ImportEdge, NextApp } from '../model/project.ts'
import { dirOf, joinPath } from './paths.ts'

const PATTERN =
  /\b(import|require|(?:require|jest|vi|vitest|mock)\.\w+)\s*\(\s*(?:`([^`$\n]*)\$\{|(['"])([^'"\n]*)\3\s*\+)/g
const WHOLE: ImportEdge['names'] = [{ imported: '*', local: '*', isType: false }]

type OpenImport = Omit<ImportEdge, 'from' | 'to' | 'isTest'> & { leadsTo: (path: string) => boolean }

/**
 * Imports whose path is put together when it runs, as far as it is written: `import(`../api/${name}`)`, `require('./api/' + name)`. A bundler
 * takes every file that it can lead to, so it is an import of all of them. By text alone: one in a comment counts. One that may lead anywhere
 * (`import(`./${name}`)` of a script at the top) says nothing of API routes.
 */
export function findOpenImports(file: string, text: string, apps: readonly NextApp[]): OpenImport[] {
  return [...text.matchAll(PATTERN)].flatMap((match): OpenImport[] => {
    const specifier = match[2] ?? match[4] ?? ''
    const [written = '', query] = specifier.split('?')
    const begins = placesOf(written, file, apps).filter((begin) => apps.some((app) => isInPages(begin, app)))
    if (begins.length === 0) return []
    const start = match.index + match[0].lastIndexOf(specifier)
    const leadsTo = (path: string): boolean =>
      begins.some((begin) =>
        query === undefined ? path.startsWith(begin) : path === begin || path.replace(/\.\w+$/, '') === begin,
      )
    return [{ specifier, start, end: start + specifier.length, kind: kindOf(match[1] ?? ''), names: WHOLE, leadsTo }]
  })
}

function isInPages(begin: string, { pagesDir }: NextApp): boolean {
  return begin.startsWith(`${pagesDir}/`)
}

/** What paths that it leads to begin with: relative to the file, or by an alias. */
function placesOf(written: string, file: string, apps: readonly NextApp[]): string[] {
  const at = (dir: string, path: string): string[] => {
    const folder = joinPath(dir, path.slice(0, path.lastIndexOf('/') + 1))
    return folder === null ? [] : [`${folder === '' ? '' : `${folder}/`}${path.slice(path.lastIndexOf('/') + 1)}`]
  }
  if (/^\.{1,2}\//.test(written)) return at(dirOf(file), written)
  return apps.flatMap(({ config }) =>
    Object.entries(config?.paths ?? {}).flatMap(([pattern, targets]) => {
      const alias = pattern.endsWith('*') ? pattern.slice(0, -1) : null
      if (alias === null || alias === '' || !written.startsWith(alias)) return []
      return targets.flatMap((target) => at('', target.replace(/\*$/, '') + written.slice(alias.length)))
    }),
  )
}

function kindOf(callee: string): ImportEdge['kind'] {
  if (callee === 'import') return 'dynamic'
  return callee.startsWith('require') ? 'require' : 'mock'
}
