/** 2026-01-15T12:00:00Z, a Thursday. */
const START = Date.UTC(2026, 0, 15, 12)
/** So many reads in one request are a loop that waits for the time to pass. */
const PATIENCE = 5000

interface Timer {
  at: number
  order: number
  run: () => void
  /** Milliseconds between two runs of an interval, and how many are left. */
  every: number | null
  left: number
}

/** Time that passes only when timers run: the same on both sides, and nobody waits. */
export interface Clock {
  now(): number
  /** Milliseconds since the start of the request. */
  elapsed(): number
  set(run: () => void, delay: number, repeats: boolean): number
  clear(id: number): void
  readonly pending: number
  /** Runs the timer that is due first. */
  runNext(): void
}

/** Runs of one interval, and of all timers of a request: a handler that polls for ever comes to an end. */
const MAX_REPEATS = 3
const MAX_RUNS = 200

export function createClock(): Clock {
  const timers = new Map<number, Timer>()
  let passed = 0
  let reads = 0
  let made = 0
  let runs = 0
  const now = (): number => {
    reads += 1
    return START + passed + (reads > PATIENCE ? reads - PATIENCE : 0)
  }
  return {
    now,
    elapsed: () => now() - START,
    set(run, delay, repeats) {
      made += 1
      const wait = Number.isFinite(delay) && delay > 1 ? delay : 1
      timers.set(made, { at: passed + wait, order: made, run, every: repeats ? wait : null, left: MAX_REPEATS })
      return made
    },
    clear: (id) => {
      timers.delete(id)
    },
    get pending() {
      return runs >= MAX_RUNS ? 0 : timers.size
    },
    runNext() {
      const next = [...timers].sort(([, a], [, b]) => a.at - b.at || a.order - b.order)[0]
      if (next === undefined) return
      const [id, timer] = next
      runs += 1
      passed = Math.max(passed, timer.at)
      timer.left -= 1
      if (timer.every === null || timer.left <= 0) timers.delete(id)
      else timer.at += timer.every
      timer.run()
    },
  }
}
