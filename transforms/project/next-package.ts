import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UserError } from '../model/host.ts'

/** The absolute folder of the `next` that a module in a folder (absolute) would import; null when none is installed. */
export function findNextPackage(folder: string): string | null {
  try {
    return dirname(createRequire(join(folder, 'index.js')).resolve('next/package.json'))
  } catch {
    return null
  }
}

/** The same, of the folder that the user names or else of the application; an error that says what to do when there is none. */
export function requireNextPackage(app: string, named: string | null): string {
  const found = findNextPackage(named ?? app)
  if (found !== null) return found
  throw new UserError(
    named === null
      ? `Next is not installed in ${app}, and the routes are replayed by Next itself. Install the dependencies of the project, or name a folder in which Next is installed: --next-from <dir>.`
      : `Next is not installed in ${named}: install it there, or name another folder with --next-from <dir>.`,
  )
}
