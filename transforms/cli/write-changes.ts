import { type AfterWrite, applyChanges } from '../apply.ts'
import { commitRun, planCommits } from '../commits.ts'
import { findRuns, formatRun } from '../format.ts'
import type { FormatterRun } from '../model/formatters.ts'
import { UserError, type WritableHost } from '../model/host.ts'
import type { Migration } from '../model/migration.ts'
import { renderDiff } from '../report/diff.ts'
import { toOneLine } from '../report/escape.ts'
import type { Written } from '../report/text.ts'
import { findPrefix, writeOutput } from './files.ts'
import type { Settings } from './flags.ts'
import { assertCanCommit, assertCanUndo } from './guard.ts'
import type { Io } from './io.ts'

/** What was done with the changes, and what the summary says of it. */
export interface Writing {
  written: Written
  /** The command that shows the changes. */
  show: string
  /** Lines for the end of the summary. */
  said: readonly string[]
}

/** Writes the changes where the user wants them: nowhere, to a patch, to the tree, or to the tree and the branch. */
export function writeChanges(migration: Migration, settings: Settings, io: Io, host: WritableHost): Writing {
  const { changes } = migration
  const writing: Writing = { written: 'none', show: 'git diff', said: [] }
  if (settings.patch !== null) {
    if (settings.format)
      throw new UserError('--format works on the tree, --patch does not write to it. Use one of them.')
    if (settings.commits) throw new UserError('--commits writes to the tree, --patch does not. Use one of them.')
    writeOutput(io.cwd, settings.patch, renderDiff(changes, { prefix: findPrefix(host.root) }))
    return { ...writing, written: 'patch' }
  }
  if (settings.dryRun || settings.check) return { ...writing, said: announce(migration, settings, host) }
  if (changes.length === 0) return { ...writing, written: 'tree' }
  if (settings.commits) assertCanCommit(host)
  else if (!settings.allowDirty) assertCanUndo(host)
  host.markStart()
  const after: AfterWrite[] = []
  const said: string[] = []
  let show = writing.show
  if (settings.format)
    after.push(
      formatRun(changes, host, ({ runs, done, warnings }) => {
        for (const warning of warnings) io.stderr.write(`routeshift: warning: ${toOneLine(warning)}\n`)
        if (runs.length === 0 || done.length > 0) said.push(describeRuns('Formatted', done))
      }),
    )
  if (settings.commits)
    after.push(
      commitRun(migration, host, ({ from, to }) => {
        const range = `${from.slice(0, 10)}..${to.slice(0, 10)}`
        show = `git log -p ${range}`
        said.push(`Committed without hooks: git log ${range}`)
        if (!host.history.isOnBranch()) said.push('HEAD is on no branch: git switch -c <name> keeps these commits')
      }),
    )
  applyChanges(changes, host, after)
  return { written: 'tree', show, said }
}

/** What a run without --dry-run would do besides writing. */
function announce(migration: Migration, settings: Settings, host: WritableHost): string[] {
  if (migration.changes.length === 0) return []
  const format = settings.format ? [describeRuns('Would be formatted', findRuns(migration.changes, host))] : []
  if (!settings.commits) return format
  const { renames, contents } = planCommits(migration, host.history.subjects())
  const commits = [renames, contents].filter((commit) => 'paths' in commit || commit.pairs.length > 0)
  return [...format, ...commits.map(({ message }) => `Would be committed: ${message.split('\n', 1)[0]}`)]
}

function describeRuns(verb: string, runs: readonly FormatterRun[]): string {
  const programs = runs.map(({ name, version, paths }) => `${name} ${version} (${paths.length} files)`)
  if (programs.length > 0) return `${verb} by ${programs.join(', ')}`
  return 'No formatter was found that is installed and set up here (eslint, biome, prettier); nothing is formatted.'
}
