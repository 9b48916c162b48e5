import { type ChildProcess, fork } from 'node:child_process'
import type { Job, JobAnswer, WorkerMessage } from './worker/jobs.ts'

export interface PoolOptions {
  worker: string
  /** Folder of Next. */
  next: string
  /** A folder that exists: where workers stand. */
  cwd: string
  limits: { requestMs: number; memoryMb: number }
}

/** How a job ended. `died`: the process did, while it ran the request with that index. */
export type JobEnd = { kind: 'done' } | { kind: 'failed'; why: string } | { kind: 'died'; index: number; why: string }

/** One worker process, started when it is needed and again when it has died. */
export interface Runner {
  /** `patience`: times the limit that a request may take. */
  run(job: Job, onAnswer: (answer: JobAnswer) => void, patience?: number): Promise<JobEnd>
  stop(): void
}

/** Time for a process to start and to load Next. */
const START_MS = 60_000

export function createRunner(options: PoolOptions): Runner {
  let child: ChildProcess | null = null
  const stop = (): void => {
    child?.kill('SIGKILL')
    child = null
  }
  return {
    stop,
    async run(job, onAnswer, patience = 1) {
      if (child === null || child.exitCode !== null || child.signalCode !== null) {
        const started = await start(options)
        if (typeof started === 'string') return { kind: 'failed', why: started }
        child = started
      }
      const end = await runJob(child, job, onAnswer, options.limits.requestMs * patience)
      if (end.kind !== 'done') stop()
      return end
    },
  }
}

/** The process, or why there is none. */
function start({ worker, next, cwd, limits }: PoolOptions): Promise<ChildProcess | string> {
  const child = fork(worker, [], {
    cwd,
    execArgv: [
      `--max-old-space-size=${limits.memoryMb}`,
      // Every run evaluates a whole bundle and throws it away.
      '--max-semi-space-size=32',
      '--enable-source-maps=false',
    ],
    env: { NODE_ENV: 'production', TZ: 'UTC', NEXT_TELEMETRY_DISABLED: '1', PATH: process.env.PATH ?? '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return new Promise((resolve) => {
    let said = ''
    child.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-2000)
    })
    const give = (value: ChildProcess | string): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
      child.off('error', onError)
      if (value !== child) child.kill('SIGKILL')
      resolve(value)
    }
    const timer = setTimeout(() => give('the worker did not start'), START_MS)
    const onMessage = (message: WorkerMessage): void =>
      give(message.kind === 'ready' ? child : message.kind === 'failed' ? message.why : 'the worker is confused')
    const onExit = (): void => give(`the worker ended at its start: ${said}`)
    const onError = (error: Error): void => give(`the worker cannot be started: ${error.message}`)
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.on('error', onError)
    child.send({ next })
  })
}

function runJob(
  child: ChildProcess,
  job: Job,
  onAnswer: (answer: JobAnswer) => void,
  limitMs: number,
): Promise<JobEnd> {
  return new Promise((resolve) => {
    let next = 0
    let timer: NodeJS.Timeout | undefined
    const give = (end: JobEnd): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(end)
    }
    const watch = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => give({ kind: 'died', index: next, why: 'endless' }), limitMs * job.sides.length)
    }
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === 'answer') {
        next = message.index + 1
        onAnswer(message)
        watch()
      } else if (message.kind === 'done') give({ kind: 'done' })
      else if (message.kind === 'failed') give({ kind: 'failed', why: message.why })
    }
    const onExit = (code: number | null, signal: string | null): void => {
      // Node ends itself with SIGABRT (or 134) when the heap is full.
      const why = signal === 'SIGABRT' || code === 134 ? 'out of memory' : `the process ended (${signal ?? code})`
      give({ kind: 'died', index: next, why })
    }
    child.on('message', onMessage)
    child.on('exit', onExit)
    watch()
    child.send({ job })
  })
}
