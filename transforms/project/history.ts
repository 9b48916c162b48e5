import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../model/host.ts'
import type { CommitRange, History } from '../model/history.ts'
import type { Git, GitCall } from './git.ts'

/** What git has noted while it waits for the user to go on with something. */
const IN_PROGRESS = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD']

/**
 * Commits without hooks, and without the index of the user: trees are made in an index of our own, so that a branch moves once, to commits
 * that are whole. Hooks would see the first of two commits, which does not build. Identity and signing are those of git's own settings.
 */
export function createHistory(git: Git): History {
  return {
    obstacle: () => findObstacle(git),
    isOnBranch: () => git.run(['symbolic-ref', '--quiet', 'HEAD']) !== null,
    subjects: () =>
      (git.run(['log', '-20', '--no-merges', '--format=%s']) ?? '').split('\n').filter((subject) => subject !== ''),
    write({ renames, contents }) {
      const folder = fs.mkdtempSync(join(tmpdir(), 'routeshift-index-'))
      try {
        const ask = asker(git, { GIT_INDEX_FILE: join(folder, 'index') })
        const from = ask(['rev-parse', '--verify', 'HEAD^{commit}'])
        ask(['read-tree', from])
        const sign = ask(['config', '--type=bool', '--default=false', '--get', 'commit.gpgSign']) === 'true'
        const commit = (message: string, parent: string): string =>
          ask(['commit-tree', ask(['write-tree']), '-p', parent, ...(sign ? ['-S'] : [])], { input: message })
        let to = from
        if (renames.pairs.length > 0) {
          ask(['update-index', '-z', '--index-info'], { input: renameEntries(renames.pairs, ask) })
          to = commit(renames.message, to)
        }
        stage(contents.paths, ask)
        return { from, to: commit(contents.message, to) }
      } finally {
        fs.rmSync(folder, { recursive: true, force: true })
      }
    },
    move({ from, to }: CommitRange, paths) {
      const ask = asker(git, {})
      ask(['update-ref', '-m', 'routeshift', 'HEAD', to, from])
      try {
        stage(paths, ask)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new UserError(`the branch moved, but not the index of git, which git reset brings after it (${reason})`)
      }
    },
    isPushed: (commit) =>
      (git.run(['for-each-ref', '--count=1', '--contains', commit, 'refs/remotes']) ?? '').trim() !== '',
  }
}

function findObstacle(git: Git): string | null {
  if (git.repository() === null)
    return 'This folder is not in a git repository, so nothing can be committed. Run without --commits.'
  if (git.state.resolve('HEAD') === null)
    return 'The repository has no commit yet. Commit what there is first, or run without --commits.'
  const open = IN_PROGRESS.find((name) => git.state.resolve(name) !== null)
  if (open !== undefined)
    return `Git is in the middle of something (${open}). Finish or abort it first, or run without --commits.`
  for (const name of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const { isDone, error } = git.call(['var', name])
    if (!isDone) return `Git does not know who commits: ${firstLine(error)}. Set user.name and user.email.`
  }
  return null
}

type Ask = (args: readonly string[], call?: GitCall) => string

function asker(git: Git, env: Readonly<Record<string, string>>): Ask {
  return (args, call) => {
    const { isDone, text, error } = git.call(args, { ...call, env })
    if (!isDone) throw new UserError(`git ${args[0]} failed: ${firstLine(error)}`)
    return text.trim()
  }
}

/** Lines for `git update-index --index-info`: the same object and mode under another name. */
function renameEntries(pairs: readonly { from: string; to: string }[], ask: Ask): string {
  const prefix = ask(['rev-parse', '--show-prefix'])
  const objects = new Map(
    ask(['ls-files', '--full-name', '-s', '-z'])
      .split('\0')
      .flatMap((line) => {
        const [, mode = '', object = '', path = ''] = /^(\d+) (\w+) 0\t(.*)$/s.exec(line) ?? []
        return path === '' ? [] : [[path, { mode, object }] as const]
      }),
  )
  return pairs
    .map(({ from, to }) => {
      const found = objects.get(prefix + from)
      if (found === undefined) throw new UserError(`${from} is not in the last commit`)
      const { mode, object } = found
      return `0 ${'0'.repeat(object.length)}\t${prefix}${from}\0${mode} ${object}\t${prefix}${to}\0`
    })
    .join('')
}

/** Takes files into the index as they are in the working tree, ignored by git or not; those that are gone leave it. */
function stage(paths: readonly string[], ask: Ask): void {
  ask(['update-index', '--add', '--remove', '-z', '--stdin'], { input: paths.map((path) => `${path}\0`).join('') })
}

const firstLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.replace(/^(?:fatal|error): /, '') ?? 'git said nothing'
