import type {
  Coverage,
  Exchange,
  Finding,
  Proof,
  ReplayRequest,
  Scenario,
  Verification,
  VerifiedRoute,
} from '../model/verification.ts'
import { compare } from './compare.ts'
import { readBundle } from './bundle.ts'
import { describeUnloaded, modulesOnStack } from './closed-modules.ts'
import type { Runner } from './pool.ts'
import type { Prepared } from './prepared.ts'
import { runAll, type RunResult } from './run-job.ts'
import { judgeSequence } from './sequence.ts'
import { shrink } from './shrink.ts'
import { unexplained } from './unexplained.ts'

/** Findings of one route that are told; more of them say the same. */
const MAX_FINDINGS = 3
/** Mixed scenarios that are tried for branches that were not reached. */
const MAX_EXTRA_SCENARIOS = 30
const EXTRA_SEED = 1000
/** Outside calls of a route that are made to fail alone, and requests that are sent for each. */
const MAX_SINGLE_CALLS = 24
/** Characters of a bundle up to which all of that is tried: each run evaluates it anew, and beyond this less is tried. */
const SMALL_BUNDLE = 200_000
const MAX_CALLERS = 3
const singleOutcomes = [
  { calls: 'throw', seed: 0, what: 'rejects' },
  { calls: 'nothing', seed: 0, what: 'gives nothing' },
  { calls: 'throw', seed: 1, what: 'throws' },
] as const

/** A module of the project that cannot be evaluated, and that a stand-in may take the place of. */
export interface Unloadable {
  close: string
}

/** Runs the requests of one route on both sides and says what that shows. */
export async function judgeRoute(prepared: Prepared, runner: Runner): Promise<Verification | Unloadable> {
  const { route } = prepared
  const share = Math.min(1, SMALL_BUNDLE / readBundle(prepared.job.bundles.before).length)
  const state = createState(prepared, Math.ceil(MAX_SINGLE_CALLS * share))
  for (const scenario of prepared.scenarios) {
    await state.run(runner, scenario)
    const close = state.unloadable()
    if (close !== null) return { close }
  }
  for (const { scenario, requests } of state.singleCalls()) {
    // What a failure does is worth knowing where all branches are known too: a lost await shows in nothing else.
    if (state.isOpen() || scenario.calls === 'throw') await state.run(runner, scenario, requests)
  }
  for (let extra = 0; extra < MAX_EXTRA_SCENARIOS * share && state.isWorthMore(extra); extra++) {
    const some = extra < 2 ? prepared.requests : state.callers()
    if (some.length > 0) await state.run(runner, extraScenario(extra), some)
  }
  const cannot = state.whyNot()
  if (cannot !== null) return cannotRun(route, cannot, state.coverage())
  const findings: Finding[] = []
  for (const suspect of state.suspects()) {
    if (findings.length >= MAX_FINDINGS) break
    const confirmed = await confirm(prepared, runner, suspect)
    if (confirmed === 'not deterministic') return cannotRun(route, 'not deterministic', state.coverage())
    if (confirmed !== null) findings.push(confirmed)
  }
  const [usual] = prepared.scenarios
  if (findings.length === 0 && usual !== undefined) {
    const kept = await judgeSequence(prepared, runner, state.alike(), usual)
    if (kept !== null) findings.push(kept)
  }
  const coverage = state.coverage()
  return {
    route,
    proof: proofOf(findings, coverage),
    why: null,
    coverage,
    exchanges: state.exchanges(),
    findings,
    expected: state.expected(),
  }
}

/** In most of them all calls succeed: only what they give is drawn. */
function extraScenario(extra: number): Scenario {
  const seed = EXTRA_SEED + extra
  return extra % 4 !== 3
    ? { name: `values ${seed}`, calls: 'mixed', seed, only: 'no call' }
    : { name: `mixed ${seed}`, calls: 'mixed', seed }
}

export const cannotRun = (route: VerifiedRoute, why: string, coverage: Coverage | null = null): Verification => ({
  route,
  proof: 'cannot-run',
  why,
  coverage,
  exchanges: 0,
  findings: [],
  expected: {},
})

function proofOf(findings: readonly Finding[], { reached, total }: Coverage): Proof {
  if (findings.length > 0) return 'differs'
  return reached === total ? 'proven' : 'partly'
}

interface State {
  run(runner: Runner, scenario: Scenario, some?: readonly ReplayRequest[]): Promise<void>
  /** Branches are missing and the route runs. */
  isOpen(): boolean
  isWorthMore(extra: number): boolean
  /** For each outside call that was seen: only it fails, or gives nothing, with requests that lead to it. */
  /** Requests that lead to outside calls. */
  callers(): readonly ReplayRequest[]
  singleCalls(): { scenario: Scenario; requests: readonly ReplayRequest[] }[]
  whyNot(): string | null
  /** Nothing could be loaded so far, for a module that may be closed. */
  unloadable(): string | null
  suspects(): readonly Exchange[]
  /** Requests that both sides answered alike, but for headers of Next's own. */
  alike(): readonly ReplayRequest[]
  coverage(): Coverage
  exchanges(): number
  expected(): Record<string, number>
}

function createState(
  { route, job, branches, missing, closable, requests, scenarios }: Prepared,
  maxSingleCalls: number,
): State {
  const hits = new Set<number>()
  const expected: Record<string, number> = {}
  const suspects = new Map<string, Exchange>()
  const alike = new Set<ReplayRequest>()
  const callers = new Map<string, Set<ReplayRequest>>()
  let exchanges = 0
  let loaded = 0
  let failure: string | null = null
  let loadError = ''
  let loadStack: string | null = null
  let lastGain = -1
  let rounds = 0
  const take = ({ exchange, hits: reached }: RunResult): void => {
    exchanges += 1
    for (const branch of reached) {
      if (!hits.has(branch)) lastGain = rounds
      hits.add(branch)
    }
    for (const { name } of exchange.before.calls) {
      const known = callers.get(name) ?? new Set()
      if (known.size < MAX_CALLERS) callers.set(name, known.add(exchange.request))
    }
    const error = exchange.before.log.find((line) => line.startsWith('load: '))
    if (error === undefined) loaded += 1
    else {
      loadError = error
      loadStack ??= exchange.before.loadStack ?? null
    }
    if (exchange.scenario === scenarios[0] && isAlike(exchange)) alike.add(exchange.request)
    const left = unexplained(route, exchange, expected)
    if (left.length === 0) return
    const kind = `${left.map(({ aspect }) => aspect).join()} ${exchange.request.method} ${statusOf(exchange)}`
    if (!suspects.has(kind)) suspects.set(kind, exchange)
  }
  const isOpen = (): boolean => failure === null && hits.size < branches.size && loaded > 0
  return {
    async run(runner, scenario, some = requests) {
      if (failure !== null) return
      rounds += 1
      const runs = some.map((request) => ({ request, scenario }))
      failure = await runAll(runner, { ...job, runs, sides: ['before', 'after'], isSequence: false }, take)
    },
    isOpen,
    callers: () => requests.filter((request) => [...callers.values()].some((known) => known.has(request))),
    singleCalls: () =>
      [...callers].slice(0, maxSingleCalls).flatMap(([name, some]) =>
        singleOutcomes.map(({ calls, seed, what }) => ({
          scenario: { name: `only ${name} ${what}`, calls, seed, only: name },
          requests: [...some],
        })),
      ),
    // Seeds that bring nothing new three times in a row are the end of what chance can find.
    isWorthMore: (extra) => isOpen() && (extra < 8 || rounds - lastGain < 8),
    whyNot() {
      if (failure !== null) return failure
      if (exchanges === 0) return 'there are no requests for it'
      return loaded === 0 ? describeUnloaded(loadError, readBundle(job.bundles.before)) : null
    },
    unloadable: () =>
      loaded > 0 || loadStack === null
        ? null
        : closable(modulesOnStack(loadStack, job.bundles.before, readBundle(job.bundles.before))),
    suspects: () => [...suspects.values()],
    alike: () => requests.filter((request) => alike.has(request)),
    coverage: () => ({
      reached: hits.size,
      total: branches.size + missing.length,
      missed: [
        ...[...branches].flatMap(([number, { file, line, what }]) =>
          hits.has(number) ? [] : [{ line, what: file === route.source ? what : `${what} in ${file}` }],
        ),
        ...missing.map(({ from, specifier, isClosed }) => ({
          line: 1,
          what: `'${specifier}' of ${from} ${isClosed ? 'cannot be loaded here' : 'is not in the project'}`,
        })),
      ],
    }),
    exchanges: () => exchanges,
    expected: () => expected,
  }
}

const isAlike = ({ before, after }: Exchange): boolean =>
  before.answer.kind === 'response' && compare(before, after).every(({ aspect }) => aspect.startsWith('header:'))

const statusOf = ({ before, after }: Exchange): string =>
  [before, after].map(({ answer }) => (answer.kind === 'response' ? answer.status : answer.kind)).join()

/** Runs a suspect again, twice, and makes it short. Null: it was not seen again. */
async function confirm(
  { route, job }: Prepared,
  runner: Runner,
  suspect: Exchange,
): Promise<Finding | 'not deterministic' | null> {
  const again = async (request: ReplayRequest): Promise<Exchange | null> => {
    const results: Exchange[] = []
    const runs = [{ request, scenario: suspect.scenario }]
    const failed = await runAll(
      runner,
      { ...job, runs, sides: ['before', 'after'], isSequence: false },
      ({ exchange }) => results.push(exchange),
    )
    return failed === null ? (results[0] ?? null) : null
  }
  const [first, second] = [await again(suspect.request), await again(suspect.request)]
  if (first === null || second === null) return null
  const isSteady = compare(first.before, second.before).length === 0 && compare(first.after, second.after).length === 0
  if (!isSteady) return 'not deterministic'
  const aspects = new Set(unexplained(route, first).map(({ aspect }) => aspect))
  if (aspects.size === 0) return null
  // What looks different in another way is another finding.
  const isSame = (exchange: Exchange): boolean => {
    const left = unexplained(route, exchange)
    return left.length > 0 && left.every(({ aspect }) => aspects.has(aspect))
  }
  const shortest = await shrink(first, again, isSame)
  return { exchange: shortest, differences: unexplained(route, shortest) }
}
