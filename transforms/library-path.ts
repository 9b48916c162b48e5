import type { Host } from './model/host.ts'
import type { NextApp } from './model/project.ts'
import { dirOf, isInside } from './project/paths.ts'

/**
 * Where a module goes that the run writes: into `lib/` beside the app folder, under the first name that no other file has. `beside`: a module that
 * needs it; one of another package of the repository gets it into its own folder, since packages do not import from apps.
 */
export function chooseLibraryPath(
  { stem, mark }: { stem: string; mark: string },
  extension: 'ts' | 'js',
  { app, host, beside }: { app: NextApp; host: Host; beside?: string },
): { path: string; isThere: boolean } {
  const isElsewhere = beside !== undefined && !isInside(beside, app.root)
  const base = `${isElsewhere ? dirOf(beside) : app.appDir.replace(/app$/, 'lib')}/${stem}`
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : `${base}-${i}`
    const path = `${name}.${extension}`
    const isThere = host.isFile(path) && host.read(path).includes(mark)
    if (isThere || !ENDINGS.some((ending) => host.exists(name + ending))) return { path, isThere }
  }
}

const ENDINGS = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cjs']
