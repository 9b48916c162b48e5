import { parse } from '@babel/parser'
import { migrate } from '../../transforms/migrate.ts'
import type { Host } from '../../transforms/model/host.ts'
import type { Outcome } from '../../transforms/model/report.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { overlayChanges } from '../../transforms/project/overlay.ts'
import { defaultOptions, type MigrateOptions } from '../../transforms/model/options.ts'
import { parserOptions } from '../../transforms/syntax/parse.ts'

export interface RepositoryResult {
  name: string
  /** Routes with a default export: what the corpus counts as handlers. */
  handlers: number
  outcomes: Record<Outcome, number>
  /** The first reason of each kept route, by code. */
  reasons: Record<string, number>
  codes: Record<string, number>
  found: { code: string; file: string; line: number; message: string }[]
  /** Crashes, unparsable output, second-run changes. */
  broken: string[]
  milliseconds: number
}

/** Runs the engine over one checkout: as it is, and, unless `isOnce`, on its own result. */
export async function runRepository(
  name: string,
  host: Host,
  assumeNext: string | null,
  fallback: MigrateOptions['fallback'] = null,
  isOnce = false,
): Promise<{ result: RepositoryResult; migration: Migration }> {
  const options = { next: assumeNext && isOld(host) ? assumeNext : null, fallback }
  const start = process.cpuUsage()
  const first = await migrate(options, host)
  const cpu = process.cpuUsage(start)
  const result: RepositoryResult = {
    name,
    handlers: 0,
    outcomes: { migrated: 0, review: 0, adapted: 0, kept: 0, failed: 0 },
    reasons: {},
    codes: {},
    found: [],
    broken: [],
    milliseconds: (cpu.user + cpu.system) / 1000,
  }
  for (const route of first.report.routes) {
    const codes = route.diagnostics.map((d) => d.code)
    if (codes.includes('PA401')) continue
    result.handlers++
    result.outcomes[route.outcome]++
    const why = route.diagnostics.find((d) => d.level === 'blocker' || d.level === 'error')
    if (route.outcome === 'kept' || route.outcome === 'failed')
      result.reasons[why?.code ?? '?'] = (result.reasons[why?.code ?? '?'] ?? 0) + 1
    for (const code of new Set(codes)) result.codes[code] = (result.codes[code] ?? 0) + 1
    result.found.push(...route.diagnostics)
    for (const d of route.diagnostics)
      if (d.code.startsWith('PA9')) result.broken.push(`${route.source}: ${d.code} ${d.message}`)
  }
  for (const change of first.changes)
    if (change.after !== null && change.kind === 'create') checkParses(change.path, change.after, result)
  if (isOnce) return { result, migration: first }
  const second = await migrate(options, overlayChanges(host, first.changes))
  if (second.changes.length > 0) result.broken.push(`second run changes ${second.changes[0]?.path}`)
  return { result, migration: first }
}

function isOld(host: Host): boolean {
  return loadProject(host, defaultOptions).apps.some((app) => app.diagnostics.some((d) => d.code === 'PA004'))
}

function checkParses(path: string, text: string, result: RepositoryResult): void {
  try {
    const { errors } = parse(text.replace(/^\uFEFF/, ''), { ...parserOptions(path), sourceType: 'module' })
    if (errors && errors.length > 0) result.broken.push(`${path}: ${String(errors[0])}`)
  } catch (error) {
    result.broken.push(`${path}: ${String(error)}`)
  }
}
