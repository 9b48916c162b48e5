import { folderOf, relativePath } from '../concerns/module/imports.ts'
import type { SharedEnvironment } from './shared-model.ts'

/**
 * How a file imports a module that it knew through a list of names: below the folder of the list by the same alias, else by path. Null
 * for a module of another package, whose files are not for everyone.
 */
export function specifierOf(
  path: string,
  { specifier, from, env: { app, graph } }: { specifier: string; from: string; env: SharedEnvironment },
): string | null {
  const stem = path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
  if (/^\.\.?(?:\/|$)/.test(specifier)) return relativePath(folderOf(from), stem)
  const list = graph.resolve(from, specifier)
  if (list !== null && stem.startsWith(`${folderOf(list)}/`)) {
    const below = specifier.replace(/\/index$/, '') + stem.slice(folderOf(list).length)
    if (isInside(path, app.root) && graph.resolve(from, below) === path) return below
  }
  return isInside(path, app.root) ? relativePath(folderOf(from), stem) : null
}

/** `.` and `''` are the root of the repository. */
function isInside(path: string, root: string): boolean {
  return root === '' || path.startsWith(`${root}/`)
}
