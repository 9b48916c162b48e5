import { spawnSync } from 'node:child_process'
import { type GitState, HostError } from '../model/host.ts'

/** The git of one folder. */
export interface Git {
  state: GitState
  /** The repository around the folder, asked for once; `prefix` is where the folder lies in it, as `apps/web/`. */
  repository: () => Repository | null
  /** Runs git in the folder; null when it fails. */
  run: (args: readonly string[]) => string | null
  /** The same, with what it says when it fails. */
  call: (args: readonly string[], call?: GitCall) => { isDone: boolean; text: string; error: string }
}

/** What a command of git is given besides its arguments. */
export interface GitCall {
  input?: string
  env?: Readonly<Record<string, string>>
}

interface Repository {
  prefix: string
}

/** `base`: absolute. */
export function createGit(base: string): Git {
  let found: Repository | null | undefined
  const repository = (): Repository | null => {
    if (found === undefined) found = findRepository(base)
    return found
  }
  const state: GitState = {
    get inRepository() {
      return repository() !== null
    },
    dirty: () => listDirty(base, repository()),
    resolve: (ref) =>
      runGit(base, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim() ?? null,
    changedSince: (commit) => listChanged(base, commit),
    prefix: () => repository()?.prefix ?? '',
    findOutside: (text) => findOutside(base, repository()?.prefix ?? '', text),
    readAt(commit, path) {
      const text = runGit(base, ['show', `${commit}:./${path}`])
      if (text === null) throw new HostError(path, `${path} cannot be read from ${commit}`)
      return text
    },
  }
  return {
    state,
    repository,
    run: (args) => runGit(base, args),
    call: (args, call) => callGit(base, args, call),
  }
}

function findRepository(base: string): Repository | null {
  const answer = runGit(base, ['rev-parse', '--is-inside-work-tree', '--show-prefix'])
  if (answer === null) return null
  const [inside, prefix] = answer.split('\n')
  return inside === 'true' ? { prefix: prefix ?? '' } : null
}

/** Untracked files count, ignored ones and binary ones do not. */
function findOutside(base: string, prefix: string, text: string): { path: string; line: number; text: string }[] {
  if (prefix === '') return []
  const places = [':(top)', `:(top,exclude,literal)${prefix}`]
  const answer = runGit(base, ['grep', '-nIFz', '--untracked', '--full-name', '-e', text, '--', ...places])
  const up = '../'.repeat(prefix.split('/').length - 1)
  return (answer ?? '').split('\n').flatMap((row) => {
    const [path, line, ...rest] = row.split('\0')
    return path === undefined || line === undefined
      ? []
      : [{ path: up + path, line: Number(line), text: rest.join('') }]
  })
}

function listDirty(base: string, repository: Repository | null): string[] {
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
  const { isDone, text } = callGit(cwd, args)
  return isDone ? text : null
}

function callGit(cwd: string, args: readonly string[], { input, env: more }: GitCall = {}): ReturnType<Git['call']> {
  // A git hook sets these for its own repository; they would point our commands at the wrong tree.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...rest } = process.env
  const env = { ...rest, ...more }
  const answer = spawnSync('git', args, { cwd, env, input, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 })
  const error = answer.error ? answer.error.message : answer.stderr
  return { isDone: answer.status === 0, text: answer.stdout ?? '', error }
}

export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
