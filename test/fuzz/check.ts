import { compare } from '../support/compare.ts'
import { findUnexplained } from '../support/known-differences.ts'
import { doesParse } from '../support/source.ts'
import { type Run, runEngine } from '../support/run-fixture.ts'
import type { MigrateOptions } from '../../transforms/model/options.ts'
import type { ReplayRequest, Scenario } from '../../transforms/model/verification.ts'
import type { Case } from './generate.ts'
import { compileSide, run } from './host.ts'
import { moreKnown } from './known.ts'

/** What is wrong with one case. `kind` is what stays the same while it is made smaller. */
export interface Fault {
  kind: string
  message: string
  request: ReplayRequest | null
  scenario: Scenario | null
}

export interface Checked {
  outcome: 'migrated' | 'review' | 'kept' | 'failed'
  codes: readonly string[]
  /** The first reason of a kept route. */
  reason: string | null
  faults: readonly Fault[]
  exchanges: number
  written: string | null
}

const scenarios: readonly Scenario[] = [
  { name: 'succeed', calls: 'succeed', seed: 1 },
  { name: 'nothing', calls: 'nothing', seed: 1 },
  { name: 'throw', calls: 'throw', seed: 1 },
]

/** Migrates a case and compares how it answers before and after. */
export async function checkCase(made: Case, options: Partial<MigrateOptions>): Promise<Checked> {
  const first = await runEngine(made.files, options)
  const route = first.migration.report.routes[0]
  if (route === undefined) throw new Error(`case ${made.n} has no route`)
  const codes = [...new Set(route.diagnostics.map(({ code }) => code))]
  const reason = route.diagnostics.find(({ level }) => level === 'blocker' || level === 'error')?.code ?? null
  const faults: Fault[] = []
  const checked = { outcome: route.outcome, codes, reason, faults, exchanges: 0, written: null }
  for (const { code, message } of route.diagnostics)
    if (code.startsWith('PA9')) faults.push(fault(code, `${code} ${message}`))
  if (route.target === null || (route.outcome !== 'migrated' && route.outcome !== 'review')) return checked
  const written = first.after[route.target] ?? ''
  if (!doesParse(route.target, written)) return { ...checked, written, faults: [fault('parse', 'does not parse')] }
  faults.push(...(await runAgain(first, options)))
  const before = await compileSide('pages', made.files, made.source)
  const after = await compileSide('app', first.after, route.target).catch((error) => {
    faults.push(fault('compile', String(error)))
    return null
  })
  if (after === null) return { ...checked, written }
  let exchanges = 0
  for (const [i, request] of made.requests.entries()) {
    if (request.path === '') continue
    const scenario = scenarios[i < 4 ? 0 : i % 3] ?? scenarios[0]
    if (scenario === undefined) continue
    const old = await run(before, made.route, request, scenario)
    if (old.kind === 'hang') continue
    const now = await run(after, made.route, request, scenario)
    exchanges++
    const isStrict = options.strict ?? false
    const exchange = { route: made.route, request, before: old, after: now, exported: route.methods, isStrict }
    const unknown = compare(old, now).filter(
      (difference) =>
        !moreKnown.some(
          (known) =>
            !(known.notInStrict && isStrict) &&
            (known.codes === null || known.codes.some((code) => codes.includes(code))) &&
            known.explains(difference, exchange),
        ),
    )
    const lines = findUnexplained(unknown, exchange, new Set(codes))
    for (const line of lines) faults.push({ kind: `differs ${line.split(':')[0]}`, message: line, request, scenario })
  }
  return { ...checked, written, exchanges }
}

const fault = (kind: string, message: string): Fault => ({ kind, message, request: null, scenario: null })

async function runAgain({ after }: Run, options: Partial<MigrateOptions>): Promise<Fault[]> {
  const second = await runEngine(after, options)
  return second.migration.changes.length === 0 ? [] : [fault('second run', 'a second run changes something')]
}
