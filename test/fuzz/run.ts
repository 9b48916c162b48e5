import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Chunk, emptyTally, mergeTally, runChunk, type Tally } from './run-chunk.ts'

/**
 * `npm run fuzz -- --count 1000 --seed 7 [--from 0] [--workers 2] [--next 14] [--strict] [--productions] [--no-shrink]`:
 * generates handlers, migrates them and compares how they answer before and after. Case n of a seed is always the
 * same: `--seed 7 --from 41 --count 1` makes it again. Fails when a difference has no code.
 */
const args = process.argv.slice(2)
const numberOf = (name: string, otherwise: number): number => {
  const at = args.indexOf(name)
  return at >= 0 ? Number(args[at + 1]) : otherwise
}
const textOf = (name: string): string | null => (args.includes(name) ? (args[args.indexOf(name) + 1] ?? null) : null)

const chunkSize = 50

if (process.send) serve()
else await main()

/** A worker process: one chunk for each message. */
function serve(): void {
  Object.assign(process.env, { NODE_ENV: 'production' })
  // A handler may leave a promise behind; both sides do or neither, and the difference shows elsewhere.
  process.on('unhandledRejection', () => undefined)
  process.on('message', (chunk: Chunk) => {
    void runChunk(chunk).then((tally) => process.send?.(tally))
  })
}

async function main(): Promise<void> {
  const seed = numberOf('--seed', 1)
  const first = numberOf('--from', 0)
  const last = first + numberOf('--count', 500)
  const options = { next: textOf('--next'), strict: args.includes('--strict') }
  const shrinks = !args.includes('--no-shrink')
  const chunks: Chunk[] = []
  for (let from = first; from < last; from += chunkSize)
    chunks.push({ seed, from, to: Math.min(from + chunkSize, last), options, shrinks })
  const total = emptyTally()
  const workers = Math.min(numberOf('--workers', availableParallelism()), chunks.length)
  await Promise.all(Array.from({ length: workers }, () => work(chunks, total)))
  print(total, seed)
  process.exitCode = total.failures.length > 0 ? 1 : 0
}

async function work(chunks: Chunk[], total: Tally): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url))
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
  child.kill()
}

function print(total: Tally, seed: number): void {
  const moved = (total.outcomes.migrated ?? 0) + (total.outcomes.review ?? 0)
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .map(([name, number]) => `${name} ${number}`)
      .join(' · ')
  console.log(`\nseed ${seed}: ${total.cases} handlers, ${moved} moved (${((100 * moved) / total.cases).toFixed(1)} %)`)
  console.log(`${total.exchanges} requests compared, ${total.failures.length} handlers with a fault`)
  console.log(`outcomes: ${list(total.outcomes)}`)
  console.log(`kept for: ${list(total.reasons)}`)
  console.log(`codes: ${list(total.codes)}`)
  if (!args.includes('--productions')) return
  const rows = Object.entries(total.productions).sort((a, b) => b[1].kept / b[1].cases - a[1].kept / a[1].cases)
  for (const [name, { cases, kept }] of rows) console.log(`${name}: ${cases} cases, ${kept} kept`)
}
