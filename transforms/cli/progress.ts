import type { Settings } from './flags.ts'
import type { Io } from './io.ts'

/** Shorter runs are over before a bar can be read. */
const LONG_RUN = 200
const WIDTH = 30

/** Told how far a run is; `clear` removes the bar. */
export interface Progress {
  report: (done: number, total: number) => void
  clear: () => void
}

/** A bar on stderr for long runs in front of a human; silent otherwise. */
export function createProgress(io: Io, settings: Pick<Settings, 'progress' | 'quiet'>, longRun = LONG_RUN): Progress {
  let shown = ''
  const isWanted = settings.progress && !settings.quiet && io.stderr.isTTY === true
  return {
    report(done, total) {
      if (!isWanted || total <= longRun) return
      const filled = Math.floor((WIDTH * done) / total)
      const line = `[${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${Math.floor((100 * done) / total)} % of ${total} routes`
      if (line === shown) return
      shown = line
      io.stderr.write(`\r${line}`)
    },
    clear() {
      if (shown !== '') io.stderr.write(`\r${' '.repeat(shown.length)}\r`)
      shown = ''
    },
  }
}
