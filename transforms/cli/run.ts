import { resolve } from 'node:path'
import { assertFinished } from '../journal.ts'
import type { Host, WritableHost } from '../model/host.ts'
import type { Migration } from '../model/migration.ts'
import type { MigrateOptions } from '../model/options.ts'
import { renderDiff } from '../report/diff.ts'
import { renderJson } from '../report/json.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { renderText } from '../report/text.ts'
import { findDirectory, findPrefix, writeOutput } from './files.ts'
import type { Settings, Stage } from './flags.ts'
import { assertHasRoutes } from './guard.ts'
import type { Io } from './io.ts'
import { createProgress } from './progress.ts'
import { withConfig } from './with-config.ts'
import { type Writing, writeChanges } from './write-changes.ts'

/** What a run needs of the rest of routeshift. */
export interface Engine {
  createHost: (root: string) => WritableHost
  migrate: (
    options: Partial<MigrateOptions>,
    host: Host,
    hooks?: { onProgress?: (done: number, total: number) => void },
  ) => Promise<Migration>
  migrateVerified: (
    options: Partial<MigrateOptions> & Pick<Settings, 'nextFrom' | 'seed' | 'timeLimit' | 'workers'>,
    host: Host,
    hooks?: { onProgress?: (done: number, total: number) => void },
  ) => Promise<Migration>
  printStage: (stage: Stage, options: Partial<MigrateOptions>, host: Host) => Promise<string>
}

/** One run of the command. Answers the exit code. */
export async function run(settings: Settings, io: Io, engine: Engine): Promise<number> {
  const host = engine.createHost(findDirectory(io.cwd, settings.dir))
  assertFinished(host.runs)
  const options = await withConfig(settings, host)
  if (settings.print !== null) {
    const text = await engine.printStage(settings.print, options, host)
    io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    return 0
  }
  const progress = createProgress(io, settings)
  const { seed, timeLimit, workers } = settings
  const nextFrom = settings.nextFrom === null ? null : findDirectory(io.cwd, settings.nextFrom)
  const hooks = { onProgress: progress.report }
  const migration = await (settings.verify
    ? engine.migrateVerified({ ...options, nextFrom, seed, timeLimit, workers }, host, hooks)
    : engine.migrate(options, host, hooks)
  ).finally(progress.clear)
  assertHasRoutes(migration.report, host, { include: [], exclude: [], ...options, check: settings.check })
  const writing = writeChanges(migration, settings, io, host)
  for (const file of settings.report) {
    const render = file.endsWith('.json') ? renderJson : renderMarkdown
    writeOutput(io.cwd, file, render(migration.report))
  }
  print(migration, writing, settings, io, host)
  return exitCodeOf(migration, settings)
}

function print({ changes, report }: Migration, writing: Writing, settings: Settings, io: Io, host: Host): void {
  if (settings.json) {
    io.stdout.write(renderJson(report))
    return
  }
  if (settings.quiet) return
  const color = settings.color && io.isTTY && !io.env.NO_COLOR
  const diff = settings.dryRun ? renderDiff(changes, { color, prefix: findPrefix(host.root) }) : ''
  const git = settings.dir === '.' ? 'git' : `git -C ${quoteArgument(settings.dir)}`
  const undo = `npx routeshift undo${settings.dir === '.' ? '' : ` ${quoteArgument(settings.dir)}`}`
  const text = renderText(report, { ...writing, undo, color, reports: settings.report })
  io.stdout.write(`${diff}${diff === '' ? '' : '\n'}${text}`)
  if (settings.patch === null) return
  const patch = settings.dir === '.' ? settings.patch : resolve(io.cwd, settings.patch)
  io.stdout.write(`\nThe patch is written. To apply it: ${git} apply ${quoteArgument(patch)}\n`)
}

function quoteArgument(argument: string): string {
  return /^[\w./@:~\\-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

function exitCodeOf({ changes, report }: Migration, settings: Settings): number {
  const findings = [...report.project, ...report.routes.flatMap(({ diagnostics }) => diagnostics)]
  if (report.summary.failed > 0 || findings.some(({ level }) => level === 'error')) return 1
  return settings.check && (changes.length > 0 || report.summary.review > 0) ? 2 : 0
}
