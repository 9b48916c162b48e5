import { namedMethods } from '../../transforms/verify/named-methods.ts'
import type { MigrateOptions } from '../../transforms/model/options.ts'
import type { Outcome } from '../../transforms/model/report.ts'
import type { ReplayRequest, Scenario } from '../../transforms/model/verification.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { readReach } from '../../transforms/verify/handler-sources.ts'
import { synthesise } from '../../transforms/verify/synthesise.ts'
import { createMemoryHost } from '../support/memory-host.ts'
import { type Run as EngineRun, runEngine } from '../support/run-fixture.ts'
import { doesParse } from '../support/source.ts'
import type { Case } from './generate.ts'
import type { Compared, Run, Subject, Verifier } from './verifier.ts'

/** What is wrong with one case. `kind` is what stays the same while it is made smaller. */
export interface Fault {
  kind: string
  message: string
  run: Run | null
}

export interface Checked {
  outcome: Outcome
  codes: readonly string[]
  /** The first reason of a kept route. */
  reason: string | null
  faults: readonly Fault[]
  exchanges: number
  branches: { reached: number; total: number }
  isRemembered?: boolean
}

/** Requests for a case, half of them the generator's own. */
export const defaultRequests = 24

/** A case that is to be checked; with `runs`, it is asked nothing else. */
export interface Task {
  made: Case
  runs?: readonly Run[]
}

/** Migrates cases and compares how they answer before and after, all of them with one bundling. */
export async function checkCases(
  tasks: readonly Task[],
  options: Partial<MigrateOptions>,
  verifier: Verifier,
  limit = defaultRequests,
): Promise<Checked[]> {
  const checked: Checked[] = []
  const subjects: { index: number; subject: Subject }[] = []
  for (const [index, task] of tasks.entries()) {
    const { result, subject } = await migrateCase(task, options, limit)
    checked.push(result)
    if (subject !== null) subjects.push({ index, subject })
  }
  const compared = await verifier.compare(subjects.map(({ subject }) => subject))
  for (const [i, { index }] of subjects.entries()) {
    const found = compared[i]
    const before = checked[index]
    if (found === undefined || before === undefined) continue
    const { exchanges, branches, isRemembered = false } = found
    checked[index] = { ...before, exchanges, branches, isRemembered, faults: [...before.faults, ...faultsOf(found)] }
  }
  return checked
}

async function migrateCase(
  { made, runs }: Task,
  options: Partial<MigrateOptions>,
  limit: number,
): Promise<{ result: Checked; subject: Subject | null }> {
  const first = await runEngine(made.files, options)
  const [app] = first.migration.project.apps
  const route = first.migration.report.routes[0]
  const planned = first.migration.routes[0]
  if (route === undefined || app === undefined || planned === undefined) throw new Error('the case has no route')
  const { target, outcome, diagnostics } = route
  const codes = [...new Set(diagnostics.map(({ code }) => code))]
  const reason = diagnostics.find(({ level }) => level === 'blocker' || level === 'error')?.code ?? null
  const faults: Fault[] = diagnostics
    .filter(({ code }) => code.startsWith('PA9'))
    .map(({ code, message }) => ({ kind: code, message, run: null }))
  if (outcome === 'failed')
    faults.push({ kind: 'source', message: `the generator wrote no program (${reason})`, run: null })
  const result = { outcome, codes, reason, faults, exchanges: 0, branches: { reached: 0, total: 0 } }
  if (target === null || (outcome !== 'migrated' && outcome !== 'review')) return { result, subject: null }
  if (!doesParse(target, first.after[target] ?? '')) {
    faults.push({ kind: 'parse', message: `${target} does not parse`, run: null })
    return { result, subject: null }
  }
  faults.push(...(await runAgain(first, options)))
  const { params } = planned.route
  const isStrict = options.strict ?? false
  const verified = {
    id: made.route,
    params,
    source: made.source,
    target,
    exported: route.methods,
    codes,
    named: namedMethods(planned.diagnostics),
    isStrict,
  }
  const asked = runs ?? chooseRuns(made, createSynthesis(made, first, limit / 2), limit / 2)
  return { result, subject: { route: verified, before: made.files, after: first.after, runs: asked } }
}

async function runAgain({ after }: EngineRun, options: Partial<MigrateOptions>): Promise<Fault[]> {
  const second = await runEngine(after, options)
  const [change] = second.migration.changes
  return change === undefined ? [] : [{ kind: 'second run', message: `changes ${change.path}`, run: null }]
}

/** What `routeshift verify` itself would ask. */
function createSynthesis(
  made: Case,
  { migration }: EngineRun,
  limit: number,
): { requests: readonly ReplayRequest[]; isOpen: boolean } {
  const [app] = migration.project.apps
  const params = migration.routes[0]?.route.params ?? []
  if (app === undefined) return { requests: [], isOpen: false }
  const reach = readReach(made.source, projectModules(createMemoryHost({ ...made.files }), app))
  const { requests } = synthesise({
    ...reach,
    id: made.route,
    params,
    environment: () => '',
    seed: 1,
    limit,
    mixtures: 0,
  })
  return { requests, isOpen: reach.isOpen }
}

const scenarios: [Scenario, Scenario, ...Scenario[]] = [
  { name: 'succeed', calls: 'succeed', seed: 1 },
  { name: 'nothing', calls: 'nothing', seed: 1 },
  { name: 'throw', calls: 'throw', seed: 1 },
  { name: 'mixed 1', calls: 'mixed', seed: 1 },
  { name: 'mixed 2', calls: 'mixed', seed: 2 },
  { name: 'save rejects', calls: 'throw', seed: 0, only: 'some-db.db.save' },
  { name: 'find gives nothing', calls: 'nothing', seed: 0, only: 'some-db.db.find' },
  { name: 'list rejects', calls: 'throw', seed: 0, only: 'some-db.db.list' },
]

/** Every request while what is outside succeeds, and every second once more in another scenario. */
function chooseRuns(
  made: Case,
  { requests, isOpen }: { requests: readonly ReplayRequest[]; isOpen: boolean },
  own: number,
): Run[] {
  const all = [...made.requests.slice(0, own), ...requests]
  const [succeed, ...others] = scenarios
  const runs = all.map((request) => ({ request, scenario: succeed }))
  if (!isOpen) return runs
  const again = all.filter((_, i) => i % 2 === 0)
  return [...runs, ...again.map((request, i) => ({ request, scenario: others[i % others.length] ?? succeed }))]
}

function faultsOf({ surprises, failure }: Compared): Fault[] {
  const faults: Fault[] = surprises.flatMap(({ exchange, differences }) =>
    differences.map(({ aspect, before, after }) => ({
      kind: `differs ${aspect.split(':')[0]}`,
      message: `${aspect}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`,
      run: { request: exchange.request, scenario: exchange.scenario },
    })),
  )
  return failure === null ? faults : [...faults, { kind: 'cannot run', message: failure, run: null }]
}
