import * as fs from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import fastGlob from 'fast-glob'
import { HostError, runStart, type WritableHost } from '../model/host.ts'
import { decodeText, explainFailure } from './file-failures.ts'
import { byCodeUnit, createGit, type Git } from './git.ts'
import { compileGlobs } from './glob.ts'
import { createFormatters } from './formatters.ts'
import { createHistory } from './history.ts'
import { createRunState } from './run-state.ts'

const MAX_BYTES = 5 * 1024 * 1024
/** Never looked at, ignored by git or not: what is in there is built or installed, not written. */
const SKIPPED = /(?:^|\/)(?:node_modules|\.git)\//

/** The real world below `root`: the door of the product to files and git. */
export function createHost(root: string): WritableHost {
  const base = resolve(root)
  const realBase = fs.existsSync(base) ? fs.realpathSync(base) : base
  let files: string[] | null = null

  const git = createGit(base)
  const stat = (path: string) => {
    const absolute = locate(base, path)
    return absolute === null ? undefined : statOrNothing(absolute)
  }
  return {
    root: base,
    git: git.state,
    read: (path) => readText(base, path),
    exists: (path) => stat(path) !== undefined,
    isFile: (path) => stat(path)?.isFile() ?? false,
    list(globs) {
      files ??= listAll(base, git)
      return files.filter(compileGlobs(globs)).filter((path) => statOrNothing(join(base, path))?.isFile() ?? false)
    },
    linkedFolders(globs) {
      files ??= listAll(base, git)
      return files.filter(compileGlobs(globs)).filter((path) => statOrNothing(join(base, path))?.isDirectory() ?? false)
    },
    real: (path) => realInside(base, realBase, path),
    modeOf: (path) => modeOf(stat(path)),
    write(path, text, mode) {
      writeAtomic({ target: writableTarget(base, realBase, path), path, text, mode })
      files = null
    },
    markStart() {
      if (git.state.resolve('HEAD') !== null && git.run(['update-ref', runStart, 'HEAD']) === null)
        throw new HostError('', `git cannot write ${runStart}; is the repository in order?`)
    },
    remove(path) {
      removeAndPrune(base, realBase, path)
      files = null
    },
    discard(path) {
      const target = writableTarget(base, realBase, path)
      fs.rmSync(temporaryOf(target), { force: true })
      if (linkOrNothing(target) === undefined) pruneFolders(dirname(target), realBase)
      files = null
    },
    runs: createRunState(() => runStateFolder(base, git)),
    history: createHistory(git),
    formatters: createFormatters(base, () => topOf(base, git)),
  }
}

function readText(base: string, path: string): string {
  const absolute = locate(base, path)
  if (absolute === null) throw new HostError(path, `${path} lies outside of ${base}`)
  try {
    const stat = fs.statSync(absolute)
    if (stat.isDirectory()) throw new HostError(path, `${path} is a folder, not a file`)
    if (!stat.isFile()) throw new HostError(path, `${path} is not a regular file`)
    if (stat.size > MAX_BYTES) throw new HostError(path, `${path} is too large to read (more than 5 MB)`)
    return decodeText(fs.readFileSync(absolute), path)
  } catch (error) {
    throw explainFailure(error, path, 'read')
  }
}

/** Every file below the root that is not ignored, unfiltered and sorted. May name files that were deleted. */
function listAll(base: string, git: Git): string[] {
  const listed = git.repository() === null ? null : git.run(['ls-files', '-co', '--exclude-standard', '-z'])
  // Nothing at all: the root itself is ignored by the repository around it.
  const paths = listed ? listed.split('\0').filter((path) => path !== '') : walk(base)
  return [...new Set(paths)].filter((path) => !SKIPPED.test(path)).sort(byCodeUnit)
}

function walk(base: string): string[] {
  const ignore = ['**/node_modules/**', '**/.git/**', '**/.next/**', '**/dist/**']
  // Links are listed but not entered: they may lead out of the root, or in circles. So "only files" cannot be asked for.
  const options = { cwd: base, dot: true, ignore, onlyFiles: false, markDirectories: true, followSymbolicLinks: false }
  return fastGlob.sync('**/*', { ...options, suppressErrors: true }).filter((path) => !path.endsWith('/'))
}

/** Where a write lands. A link inside the root is written through; one that leaves it, or leads nowhere, is refused. */
function writableTarget(base: string, realBase: string, path: string): string {
  const absolute = locate(base, path)
  if (absolute === null || absolute === base) throw new HostError(path, `${path} lies outside of ${base}`)
  const link = linkOrNothing(absolute)
  if (link?.isSymbolicLink() && statOrNothing(absolute) === undefined)
    throw new HostError(path, `${path} is a broken symlink`)
  if (link !== undefined && statOrNothing(absolute)?.isDirectory())
    throw new HostError(path, `${path} is a folder, not a file`)
  let existing = absolute
  while (linkOrNothing(existing) === undefined && existing !== base) existing = dirname(existing)
  const real = realOrNothing(existing)
  if (real === null || relativeInside(realBase, real) === null)
    throw new HostError(path, `${path} leads out of the project through a symlink; it is not written`)
  return join(real, relative(existing, absolute))
}

/** The folder of the repository around the root, spelled as the root is; the root itself without one. */
function topOf(base: string, git: Git): string {
  const above = git.repository()?.prefix.match(/\//g)?.length ?? 0
  return resolve(base, ...Array.from({ length: above }, () => '..'))
}

interface Writing {
  target: string
  path: string
  text: string
  mode: number | undefined
}

const modeOf = (stat: fs.Stats | undefined): number | null => (stat === undefined ? null : stat.mode & 0o7777)

function writeAtomic({ target, path, text, mode: asked }: Writing): void {
  const temporary = temporaryOf(target)
  try {
    fs.mkdirSync(dirname(target), { recursive: true })
    // Left by a process that was killed: the lock keeps all others away.
    fs.rmSync(temporary, { force: true })
    const mode = asked ?? modeOf(statOrNothing(target))
    const file = fs.openSync(temporary, 'wx')
    try {
      fs.writeFileSync(file, text, 'utf8')
      // Without this a power cut can leave the new name with no content.
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
    if (mode !== null) fs.chmodSync(temporary, mode)
    fs.renameSync(temporary, target)
  } catch (error) {
    if (linkOrNothing(temporary) !== undefined) fs.rmSync(temporary)
    throw explainFailure(error, path, 'write')
  }
}

function removeAndPrune(base: string, realBase: string, path: string): void {
  const absolute = locate(base, path)
  if (absolute === null || absolute === base) throw new HostError(path, `${path} lies outside of ${base}`)
  const parent = realOrNothing(dirname(absolute))
  if (parent !== null && relativeInside(realBase, parent) === null)
    throw new HostError(path, `${path} leads out of the project through a symlink; it is not deleted`)
  try {
    fs.unlinkSync(absolute)
  } catch (error) {
    throw explainFailure(error, path, 'delete')
  }
  pruneFolders(dirname(absolute), base)
}

function pruneFolders(from: string, base: string): void {
  for (let dir = from; dir !== base; dir = dirname(dir)) {
    try {
      fs.rmdirSync(dir)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue
      return // not empty, or not ours to delete
    }
  }
}

/** The same name each time, so that what a killed process leaves can be found. */
const temporaryOf = (target: string): string => join(dirname(target), `.${basename(target)}.routeshift-tmp`)

/** In the folder of git, so that no commit takes it along; without a repository in the root. */
function runStateFolder(base: string, git: Git): string {
  const repository = git.repository()
  const folder = repository === null ? null : git.run(['rev-parse', '--git-path', 'routeshift'])?.trim()
  if (repository === null || !folder) return join(base, '.routeshift')
  return join(resolve(base, folder), encodeURIComponent(repository.prefix === '' ? '.' : repository.prefix))
}

/** Absolute path, or null when it would leave the root. */
function locate(base: string, path: string): string | null {
  const absolute = resolve(base, path)
  return absolute === base || absolute.startsWith(base.endsWith(sep) ? base : base + sep) ? absolute : null
}

function realInside(base: string, realBase: string, path: string): string | null {
  const absolute = locate(base, path)
  const real = absolute === null ? null : realOrNothing(absolute)
  return real === null ? null : relativeInside(realBase, real)
}

function relativeInside(realBase: string, real: string): string | null {
  const inside = locate(realBase, real)
  return inside === null ? null : relative(realBase, inside).split(sep).join('/')
}

function realOrNothing(absolute: string): string | null {
  try {
    return fs.realpathSync(absolute)
  } catch {
    return null
  }
}

/** The entry itself, links not followed. */
function linkOrNothing(absolute: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(absolute, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function statOrNothing(absolute: string): fs.Stats | undefined {
  try {
    return fs.statSync(absolute, { throwIfNoEntry: false })
  } catch {
    return undefined // a file where a folder was expected, a loop of links, or no permission to look
  }
}
