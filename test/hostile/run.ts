import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { makeCase } from './cases.ts'
import { type Checked, checkProject } from './check.ts'
import { shapes } from './shapes.ts'

/**
 * `npm run hostile -- [--count 20000] [--seed 1] [--from 0] [--workers 2] [--limit 180000] [--no-shapes]`: migrates mutated sources of the fixtures
 * and projects that are made to break tools (shapes.ts). Fails on a crash, on one that takes longer than the limit (milliseconds), on a
 * path out of the root and on text that is not inert. Case n of a seed is always the same.
 */
const args = process.argv.slice(2)
const numberOf = (name: string, otherwise: number): number => {
  const at = args.indexOf(name)
  return at >= 0 ? Number(args[at + 1]) : otherwise
}

/** A shape by its name, or case n of the seed. */
type Task = { shape: string } | { seed: number; n: number }
interface Answer extends Checked {
  milliseconds: number
}

if (process.send) serve()
else await main()

function serve(): void {
  process.on('message', (task: Task) => {
    const files =
      'shape' in task
        ? (shapes.find(({ name }) => name === task.shape)?.files() ?? {})
        : makeCase(task.seed, task.n).files
    const start = performance.now()
    void checkProject(files).then((checked) =>
      process.send?.({ ...checked, milliseconds: performance.now() - start } satisfies Answer),
    )
  })
}

async function main(): Promise<void> {
  const seed = numberOf('--seed', 1)
  const from = numberOf('--from', 0)
  const cases = Array.from({ length: numberOf('--count', 20_000) }, (_none, at): Task => ({ seed, n: from + at }))
  const tasks: Task[] = [...(args.includes('--no-shapes') ? [] : shapes.map(({ name }) => ({ shape: name }))), ...cases]
  const count = tasks.length
  const outcomes: Record<string, number> = {}
  const slowest = { milliseconds: 0, name: '' }
  let faults = 0
  const take = (task: Task, answer: Answer): void => {
    const name = nameOf(task)
    for (const [outcome, number] of Object.entries(answer.outcomes))
      outcomes[outcome] = (outcomes[outcome] ?? 0) + number
    if (answer.milliseconds > slowest.milliseconds) Object.assign(slowest, { milliseconds: answer.milliseconds, name })
    if (answer.faults.length > 0) faults += 1
    for (const fault of answer.faults) console.log(`${name}: ${fault}`)
  }
  await Promise.all(Array.from({ length: numberOf('--workers', 2) }, () => work(tasks, take)))
  const list = Object.entries(outcomes).sort((a, b) => b[1] - a[1])
  console.log(
    `seed ${seed}: ${count} projects, ${faults} with a fault; the slowest took ${Math.round(slowest.milliseconds)} ms (${slowest.name})`,
  )
  console.log(`routes: ${list.map(([outcome, number]) => `${outcome} ${number}`).join(' · ')}`)
  process.exitCode = faults > 0 ? 1 : 0
}

function nameOf(task: Task): string {
  return 'shape' in task ? task.shape : `case ${task.n} of seed ${task.seed} (${makeCase(task.seed, task.n).name})`
}

/** Processes that take one task at a time: one that hangs or dies is replaced. */
async function work(tasks: Task[], take: (task: Task, answer: Answer) => void): Promise<void> {
  const limit = numberOf('--limit', 180_000)
  const start = () => fork(fileURLToPath(import.meta.url), [], { serialization: 'json' })
  let child = start()
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const mine = task
    const began = performance.now()
    const answer = await new Promise<Answer>((resolve) => {
      const broken = (fault: string) =>
        resolve({ outcomes: {}, faults: [fault], milliseconds: performance.now() - began })
      const timer = setTimeout(() => {
        child.removeAllListeners()
        child.kill('SIGKILL')
        broken(`hang: no end after ${limit} ms`)
      }, limit)
      const settle = (act: () => void) => {
        clearTimeout(timer)
        child.removeAllListeners()
        act()
      }
      child.once('message', (message) => settle(() => resolve(message as Answer)))
      child.once('exit', (code, signal) => settle(() => broken(`the process ended (${code ?? signal})`)))
      child.send(mine)
    })
    if (!child.connected || child.killed) child = start()
    take(mine, answer)
  }
  child.disconnect()
}
