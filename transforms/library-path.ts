import type { Host } from './model/host.ts'
import type { NextApp } from './model/project.ts'

/** Where a module goes that the run writes: into `lib/` beside the app folder, under the first name that no other file has. */
export function chooseLibraryPath(
  { stem, mark }: { stem: string; mark: string },
  extension: 'ts' | 'js',
  { app, host }: { app: NextApp; host: Host },
): { path: string; isThere: boolean } {
  const base = `${app.appDir.replace(/app$/, 'lib')}/${stem}`
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : `${base}-${i}`
    const path = `${name}.${extension}`
    const isThere = host.isFile(path) && host.read(path).includes(mark)
    if (isThere || !ENDINGS.some((ending) => host.exists(name + ending))) return { path, isThere }
  }
}

const ENDINGS = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cjs']
