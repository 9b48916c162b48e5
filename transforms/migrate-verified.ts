import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'
import type { Verification } from './model/verification.ts'
import type { MigrateHooks } from './attempts.ts'
import { migrate } from './migrate.ts'
import { reportVerification } from './report/verification.ts'
import type { ReplayOptions, verifyMigration } from './verify.ts'

/** What replays the routes of a migration; verifyMigration, but for tests. */
export type Verifier = typeof verifyMigration

/**
 * A migration whose routes were replayed on both sides before anything is written. A route that differs is kept (PA903), and the whole run is
 * planned again without it, since other routes may build on what it moves; what that changes is replayed again.
 */
export async function migrateVerified(
  options: Partial<MigrateOptions & ReplayOptions>,
  host: Host,
  verifier: Verifier,
  hooks: MigrateHooks = {},
): Promise<Migration> {
  const withheld = new Map<string, Diagnostic>()
  const unadapted = new Map<string, Diagnostic>()
  const known = new Map<string, { text: string; verification: Verification }>()
  for (;;) {
    const migration = await migrate(options, host, { ...hooks, withheld, unadapted })
    const texts = new Map(migration.routes.map((result) => [result.route.source, textOf(result)]))
    const open = [...texts].filter(([source, text]) => text !== '' && known.get(source)?.text !== text)
    const only = new Set(open.map(([source]) => source))
    const found =
      only.size === 0 ? new Map<string, Verification>() : await verifier(migration, host, options, { ...hooks, only })
    for (const [source, verification] of found) known.set(source, { text: texts.get(source) ?? '', verification })
    const differing = [...found].filter(([, { proof }]) => proof === 'differs')
    if (differing.length === 0) return addEvidence(migration, known)
    const adapted = new Set(
      migration.routes.flatMap(({ route, outcome }) => (outcome === 'adapted' ? [route.source] : [])),
    )
    for (const [source, verification] of differing)
      (adapted.has(source) ? unadapted : withheld).set(source, describeDifference(source, verification))
  }
}

/** Everything that a route writes: when it changes, what was found out before does not count. */
function textOf({ changes }: RouteResult): string {
  return changes.length === 0 ? '' : JSON.stringify(changes)
}

function describeDifference(source: string, { findings }: Verification): Diagnostic {
  const [first] = findings
  const aspects = [...new Set(first?.differences.map(({ aspect }) => aspect))]
  const span = { file: source, start: 0, end: 0, line: 1, column: 1 }
  return { code: 'PA903', level: 'blocker', span, data: { aspects, request: first?.exchange.request.name ?? '' } }
}

function addEvidence(migration: Migration, known: ReadonlyMap<string, { verification: Verification }>): Migration {
  const routes = migration.report.routes.map((route) => {
    const found = known.get(route.source)
    return found ? { ...route, verification: reportVerification(found.verification) } : route
  })
  return { ...migration, report: { ...migration.report, routes } }
}
