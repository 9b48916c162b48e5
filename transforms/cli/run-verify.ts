import type { Host, WritableHost } from '../model/host.ts'
import { UserError } from '../model/host.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { ComparisonReport } from '../model/report.ts'
import type { ReplayRequest } from '../model/verification.ts'
import { renderComparisonMarkdown } from '../report/comparison-markdown.ts'
import { renderComparisonText } from '../report/comparison-text.ts'
import { renderJson } from '../report/json.ts'
import { findDirectory, readInput, writeOutput } from './files.ts'
import type { Io } from './io.ts'
import { createProgress } from './progress.ts'
import { withConfig } from './with-config.ts'
import type { VerifySettings } from './verify-flags.ts'

interface Hooks {
  onProgress?: (done: number, total: number) => void
}

/** What a comparison needs of the rest of routeshift. */
export interface VerifyEngine {
  createHost: (root: string) => WritableHost
  verify: (
    options: Partial<MigrateOptions> & Pick<VerifySettings, 'from' | 'nextFrom' | 'seed' | 'timeLimit' | 'workers'>,
    host: Host,
    hooks?: Hooks,
  ) => Promise<ComparisonReport>
  readRecorded: (file: string, text: string) => ReplayRequest[]
  verifyLive: (
    options: { before: string; after: string; requests: readonly ReplayRequest[]; timeLimit: number } & Hooks,
  ) => Promise<ComparisonReport>
}

/** One run of `routeshift verify`. Answers the exit code. */
export async function runVerify(settings: VerifySettings, io: Io, engine: VerifyEngine): Promise<number> {
  // Replaying a route takes a second rather than a millisecond.
  const progress = createProgress(io, settings, 3)
  const report = await compare(settings, io, engine, { onProgress: progress.report }).finally(progress.clear)
  for (const file of settings.report)
    writeOutput(io.cwd, file, file.endsWith('.json') ? renderJson(report) : renderComparisonMarkdown(report))
  if (settings.json) io.stdout.write(renderJson(report))
  else if (!settings.quiet) {
    const color = settings.color && io.isTTY && !io.env.NO_COLOR
    io.stdout.write(renderComparisonText(report, { color }))
  }
  if (report.summary.differs > 0) return 2
  return report.summary.cannotRun > 0 ? 1 : 0
}

async function compare(
  settings: VerifySettings,
  io: Io,
  engine: VerifyEngine,
  hooks: Hooks,
): Promise<ComparisonReport> {
  const { live, timeLimit } = settings
  if (live) {
    const requests = engine.readRecorded(live.requests, readInput(io.cwd, live.requests))
    return engine.verifyLive({ before: live.before, after: live.after, requests, timeLimit, ...hooks })
  }
  const host = engine.createHost(findDirectory(io.cwd, settings.dir))
  const { from, seed, workers } = settings
  const nextFrom = settings.nextFrom === null ? null : findDirectory(io.cwd, settings.nextFrom)
  const options = { ...(await withConfig(settings, host)), from, nextFrom, seed, timeLimit, workers }
  const report = await engine.verify(options, host, hooks)
  if (report.routes.length === 0 && report.unserved.length === 0)
    throw new UserError(
      `No route has moved from pages/api to app/ since ${from ?? report.before}. Migrate some first, or name a commit from before they moved: --from.`,
    )
  return report
}
