import type { Host } from '../../transforms/model/host.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import type { Proof, Verification } from '../../transforms/model/verification.ts'
import type { Memory } from '../../transforms/verify/prepared.ts'
import { verifyMigration } from '../../transforms/verify.ts'

/** What replaying the moved routes of one checkout showed. */
export interface RepositoryProof {
  name: string
  proofs: Record<Proof, number>
  /** Branches of the original handlers: reached, all. */
  reached: number
  total: number
  exchanges: number
  /** One line a route that differs or cannot run. */
  lines: string[]
}

/** Which routes are replayed, and how. */
export interface CorpusReplay {
  requests: number
  /** Only routes that came out so. */
  outcome: string | null
  /** Only routes whose path contains it. */
  route: string
  memory: Memory | null
}

/**
 * Replays routes that move, with the packages that are installed around the checkout and stand-ins for all others. Those that run behind the
 * adapter are told apart from those that were rewritten.
 */
export async function verifyRepository(
  name: string,
  host: Host,
  migration: Migration,
  nextFrom: string,
  { requests, outcome, route: text, memory }: CorpusReplay,
): Promise<RepositoryProof[]> {
  const chosen = migration.routes.filter(
    ({ route, outcome: came }) => (outcome === null || came === outcome) && route.source.includes(text),
  )
  const only = new Set(chosen.map(({ route }) => route.source))
  const options = { nextFrom, requests, workers: 2 }
  const found = await verifyMigration(migration, host, options, { only, ...(memory && { memory }) })
  const adapted = new Set(chosen.flatMap(({ route, outcome: came }) => (came === 'adapted' ? [route.source] : [])))
  const rewritten = emptyProof(name)
  const behind = emptyProof(`${name}, adapted`)
  for (const [source, verification] of found)
    add(adapted.has(source) ? behind : rewritten, `${name}/${source}`, verification)
  return adapted.size > 0 ? [rewritten, behind] : [rewritten]
}

const emptyProof = (name: string): RepositoryProof => ({
  name,
  proofs: { proven: 0, partly: 0, differs: 0, 'cannot-run': 0 },
  reached: 0,
  total: 0,
  exchanges: 0,
  lines: [],
})

function add(result: RepositoryProof, path: string, verification: Verification): void {
  result.proofs[verification.proof]++
  result.reached += verification.coverage?.reached ?? 0
  result.total += verification.coverage?.total ?? 0
  result.exchanges += verification.exchanges
  const line = describe(verification)
  if (line) result.lines.push(`${path}: ${line}`)
}

function describe({ proof, why, findings }: Verification): string | null {
  if (proof === 'cannot-run') return `cannot run: ${why}`
  const [first] = findings
  if (!first) return null
  const { request, scenario } = first.exchange
  const differences = first.differences.map(({ aspect, before, after }) => `${aspect}: ${showChange(before, after)}`)
  return `differs (${request.method} ${request.path}, ${request.name}; ${scenario.name}): ${differences.join(' | ')}`
}

/** The first line that is another one. */
function showChange(before: string, after: string): string {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  const at = old.findIndex((line, index) => line !== fresh[index])
  return `${cut(at < 0 ? '' : (old[at] ?? ''))} became ${cut((at < 0 ? fresh[old.length] : fresh[at]) ?? '')}`
}

function cut(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}...` : text)
}

/** A line a checkout, and the sums. */
export function tabulateProofs(all: readonly RepositoryProof[]): string {
  const lines = [
    'repository | proven | partly | differs | cannot run | branches reached | exchanges',
    '---|---:|---:|---:|---:|---:|---:',
  ]
  const sum = emptyProof('all')
  for (const one of all) {
    for (const proof of ['proven', 'partly', 'differs', 'cannot-run'] as const) sum.proofs[proof] += one.proofs[proof]
    sum.reached += one.reached
    sum.total += one.total
    sum.exchanges += one.exchanges
    lines.push(row(one))
  }
  return [...lines, row(sum), '', ...all.flatMap((one) => one.lines)].join('\n')
}

function row({ name, proofs, reached, total, exchanges }: RepositoryProof): string {
  const share = total === 0 ? '' : ` (${((100 * reached) / total).toFixed(0)} %)`
  return `${name} | ${proofs.proven} | ${proofs.partly} | ${proofs.differs} | ${proofs['cannot-run']} | ${reached} of ${total}${share} | ${exchanges}`
}
