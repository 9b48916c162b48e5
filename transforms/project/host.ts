import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import fastGlob from 'fast-glob'
import { type GitState, HostError, runStart, type WritableHost } from '../model/host.ts'
import { decodeText, explainFailure } from './file-failures.ts'
import { compileGlobs } from './glob.ts'

const MAX_BYTES = 5 * 1024 * 1024
/** Never looked at, ignored by git or not: what is in there is built or installed, not written. */
const SKIPPED = /(?:^|\/)(?:node_modules|\.git)\//
let temporaryFiles = 0

/** The real world below `root`. The only place in the product that touches files and git. */
export function createHost(root: string): WritableHost {
  const base = resolve(root)
  const realBase = fs.existsSync(base) ? fs.realpathSync(base) : base
  let files: string[] | null = null
  let git: { prefix: string } | null | undefined

  const repository = () => {
    if (git === undefined) git = findRepository(base)
    return git
  }
  const stat = (path: string) => {
    const absolute = locate(base, path)
    return absolute === null ? undefined : statOrNothing(absolute)
  }
  const state: GitState = {
    get inRepository() {
      return repository() !== null
    },
    dirty: () => listDirty(base, repository()),
    resolve: (ref) =>
      runGit(base, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim() ?? null,
    changedSince: (commit) => listChanged(base, commit),
    readAt(commit, path) {
      const text = runGit(base, ['show', `${commit}:./${path}`])
      if (text === null) throw new HostError(path, `${path} cannot be read from ${commit}`)
      return text
    },
  }

  return {
    root: base,
    git: state,
    read: (path) => readText(base, path),
    exists: (path) => stat(path) !== undefined,
    isFile: (path) => stat(path)?.isFile() ?? false,
    list(globs) {
      files ??= listAll(base, repository() !== null)
      return files.filter(compileGlobs(globs)).filter((path) => statOrNothing(join(base, path))?.isFile() ?? false)
    },
    real: (path) => realInside(base, realBase, path),
    write(path, text) {
      writeAtomic({ target: writableTarget(base, realBase, path), path, text })
      files = null
    },
    markStart() {
      if (state.resolve('HEAD') !== null && runGit(base, ['update-ref', runStart, 'HEAD']) === null)
        throw new HostError('', `git cannot write ${runStart}; is the repository in order?`)
    },
    remove(path) {
      removeAndPrune(base, realBase, path)
      files = null
    },
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
function listAll(base: string, inRepository: boolean): string[] {
  const listed = inRepository ? runGit(base, ['ls-files', '-co', '--exclude-standard', '-z']) : null
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

function findRepository(base: string): { prefix: string } | null {
  const answer = runGit(base, ['rev-parse', '--is-inside-work-tree', '--show-prefix'])
  if (answer === null) return null
  const [inside, prefix] = answer.split('\n')
  return inside === 'true' ? { prefix: prefix ?? '' } : null
}

function listDirty(base: string, repository: { prefix: string } | null): string[] {
  if (repository === null) return []
  const answer = runGit(base, ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--', '.'])
  if (answer === null) throw new HostError('', 'git status failed; is the repository in order?')
  const out: string[] = []
  const fields = answer.split('\0')
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? ''
    if (field.length < 4) continue
    out.push(field.slice(3))
    // A rename or copy has its origin in the next field, without a status.
    if (/[RC]/.test(field.slice(0, 2))) out.push(fields[++at] ?? '')
  }
  // Porcelain paths are relative to the top of the repository, which may lie above our root.
  const own = out
    .filter((path) => path.startsWith(repository.prefix))
    .map((path) => path.slice(repository.prefix.length))
  return [...new Set(own)].filter((path) => path !== '').sort(byCodeUnit)
}

function listChanged(base: string, commit: string): { path: string; wasThere: boolean }[] {
  const differing = runGit(base, ['diff', '--name-status', '--no-renames', '--relative', '-z', commit, '--', '.'])
  const untracked = runGit(base, ['ls-files', '-o', '--exclude-standard', '-z'])
  if (differing === null || untracked === null)
    throw new HostError('', `git cannot compare the working tree with ${commit}; is the repository in order?`)
  // Status and path take turns.
  const fields = differing.split('\0')
  const changed = fields.flatMap((path, at) => (at % 2 === 1 ? [{ path, wasThere: fields[at - 1] !== 'A' }] : []))
  const known = new Set(changed.map(({ path }) => path))
  const added = untracked.split('\0').filter((path) => path !== '' && !known.has(path))
  return [...changed, ...added.map((path) => ({ path, wasThere: false }))]
}

function runGit(cwd: string, args: readonly string[]): string | null {
  // A git hook sets these for its own repository; they would point our commands at the wrong tree.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...env } = process.env
  const answer = spawnSync('git', args, { cwd, env, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 })
  return answer.status === 0 ? answer.stdout : null
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

function writeAtomic({ target, path, text }: { target: string; path: string; text: string }): void {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${temporaryFiles++}.tmp`)
  try {
    fs.mkdirSync(dirname(target), { recursive: true })
    const mode = statOrNothing(target)?.mode
    const file = fs.openSync(temporary, 'wx')
    try {
      fs.writeFileSync(file, text, 'utf8')
      // Without this a power cut can leave the new name with no content.
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
    if (mode !== undefined) fs.chmodSync(temporary, mode & 0o7777)
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
  for (let dir = dirname(absolute); dir !== base; dir = dirname(dir)) {
    try {
      fs.rmdirSync(dir)
    } catch {
      return // not empty, or not ours to delete
    }
  }
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

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
