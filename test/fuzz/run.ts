import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defaultRequests } from './check.ts'
import { type Chunk, runChunk } from './run-chunk.ts'
import { emptyTally, mergeTally, type Tally } from './tally.ts'
import { remembering } from './remembered.ts'
import { openVerifier, type Verifier } from './verifier.ts'

/**
 * `npm run fuzz -- --count 1000 --seed 7 [--from 0] [--workers 2] [--next 14] [--requests 24] [--strict] [--productions] [--no-shrink] [--remember <file>]`:
 * generates handlers, migrates them and compares how they answer before and after. Case n of a seed is always the
 * same: `--seed 7 --from 41 --count 1` makes it again. Fails when a difference has no code. `--remember` keeps what was compared without a
 * difference in that file and does not ask it again.
 */
const args = process.argv.slice(2)
const numberOf = (name: string, otherwise: number): number => {
  const at = args.indexOf(name)
  return at >= 0 ? Number(args[at + 1]) : otherwise
}
const textOf = (name: string): string | null => (args.includes(name) ? (args[args.indexOf(name) + 1] ?? null) : null)

const chunkSize = 50
/** The name under which a version of Next is installed here. */
const nextPackage = /^1[45]/.exec(textOf('--next') ?? '') ? `next${textOf('--next')?.slice(0, 2)}` : 'next'

const remembered = textOf('--remember')

if (process.send) serve()
else await main()

/** A worker process: one chunk for each message. The arguments are the version of Next and the file of `--remember`, if any. */
function serve(): void {
  const opened = open(process.argv[2] ?? 'next', process.argv[3])
  process.on('message', (chunk: Chunk) => {
    void opened.then((verifier) => runChunk(chunk, verifier)).then((tally) => process.send?.(tally))
  })
  process.on('disconnect', () => void opened.then((verifier) => verifier.stop()))
}

async function open(next: string, remembered?: string): Promise<Verifier> {
  const verifier = await openVerifier(next)
  return remembered === undefined ? verifier : remembering(verifier, remembered, next)
}

async function main(): Promise<void> {
  const seed = numberOf('--seed', 1)
  const first = numberOf('--from', 0)
  const last = first + numberOf('--count', 500)
  const options = { next: textOf('--next'), strict: args.includes('--strict') }
  const requests = numberOf('--requests', defaultRequests)
  const shrinks = !args.includes('--no-shrink')
  const chunks: Chunk[] = []
  for (let from = first; from < last; from += chunkSize)
    chunks.push({ seed, from, to: Math.min(from + chunkSize, last), options, requests, shrinks })
  const total = emptyTally()
  const workers = Math.min(numberOf('--workers', availableParallelism()), chunks.length)
  await Promise.all(Array.from({ length: workers }, () => work(chunks, total)))
  print(total, seed)
  process.exitCode = total.failures.length > 0 ? 1 : 0
}

async function work(chunks: Chunk[], total: Tally): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [nextPackage, ...(remembered === null ? [] : [remembered])])
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const mine = chunk
    const tally = await new Promise<Tally>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Tally))
      child.once('exit', () => reject(new Error(`a worker ended in cases ${mine.from} to ${mine.to}`)))
      child.send(mine)
    })
    child.removeAllListeners('exit')
    for (const { n, kind, message, text } of tally.failures)
      console.log(`\n===== case ${n} of seed ${mine.seed}: ${kind}\n${message}\n${text}`)
    mergeTally(total, tally)
  }
  child.disconnect()
}

function print(total: Tally, seed: number): void {
  const moved = (total.outcomes.migrated ?? 0) + (total.outcomes.review ?? 0)
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .map(([name, number]) => `${name} ${number}`)
      .join(' · ')
  console.log(`\nseed ${seed}: ${total.cases} handlers, ${moved} moved (${((100 * moved) / total.cases).toFixed(1)} %)`)
  const known = total.remembered > 0 ? ` (${total.remembered} handlers compared by an earlier run)` : ''
  console.log(`${total.exchanges} requests compared, ${total.failures.length} handlers with a fault${known}`)
  const { reached, total: branches } = total.branches
  console.log(`${reached} of ${branches} branches reached (${((100 * reached) / branches).toFixed(1)} %)`)
  console.log(`outcomes: ${list(total.outcomes)}`)
  console.log(`kept for: ${list(total.reasons)}`)
  console.log(`codes: ${list(total.codes)}`)
  if (!args.includes('--productions')) return
  const kept = (name: string): number => total.keptProductions[name] ?? 0
  const rows = Object.entries(total.productions).sort((a, b) => kept(b[0]) / b[1] - kept(a[0]) / a[1])
  for (const [name, cases] of rows) console.log(`${name}: ${cases} cases, ${kept(name)} kept`)
}
