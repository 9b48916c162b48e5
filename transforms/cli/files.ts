import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../model/host.ts'
import { hintOf } from './command-place.ts'

/** The folder to work in, absolute. */
export function findDirectory(cwd: string, dir: string): string {
  const path = resolve(cwd, dir)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined)
    throw new UserError(`There is no folder ${path}. Name the folder of a Next.js application.${hintOf(['', dir])}`)
  if (!found.isDirectory())
    throw new UserError(`${path} is a file. Name a folder; --include picks single routes in it.`)
  return path
}

/** Where a folder lies in its git repository, as `apps/web/`; empty at the top of one, and outside of all. */
export function findPrefix(root: string): string {
  for (let top = root; ; top = dirname(top)) {
    // In a worktree or a submodule .git is a file.
    if (existsSync(join(top, '.git'))) return top === root ? '' : `${relative(top, root).split(sep).join('/')}/`
    if (top === dirname(top)) return ''
  }
}

/** Writes a file that the user asked for by name (a report, a patch); it need not lie in the project. */
export function writeOutput(cwd: string, file: string, text: string): void {
  const path = resolve(cwd, file)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (error) {
    throw new UserError(`Cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reads a file that the user named; it need not lie in the project. */
export function readInput(cwd: string, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new UserError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
