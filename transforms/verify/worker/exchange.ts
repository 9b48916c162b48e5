import type { Answer, Observation, ReplayRequest } from '../../model/verification.ts'
import { type Hosting, serveApp, servePages } from './next-host.ts'
import { ProcessEnd } from './sandbox.ts'
import { openWire, type Wire } from './wire.ts'
import { describeError } from './world.ts'

/** Turns of the event loop without any sign of life, after which what is left are timers; or nothing at all. */
const QUIET = { settled: 2, timers: 8, dead: 40 }

/** Sends one request to one side and waits until nothing more happens. */
export async function observe(
  side: 'before' | 'after',
  hosting: Hosting,
  request: ReplayRequest,
): Promise<Observation> {
  const { world } = hosting
  const serve = side === 'before' ? servePages : serveApp
  let isDone = false
  const release = watchProcess(hosting)
  const resources = countResources()
  const wire = openWire(request, (req, res) => {
    serve(hosting, req, res).then(
      () => {
        isDone = true
      },
      (error: unknown) => {
        isDone = true
        world.rejections.push(`server: ${String(error)}`)
      },
    )
  })
  try {
    await settle(hosting, wire, () => isDone, resources)
  } finally {
    wire.close()
    release()
    for (const storage of world.storages) storage.disable()
  }
  return {
    answer: answerOf(hosting, wire),
    calls: world.calls(),
    log: world.log,
    rejections: world.rejections,
    ...(world.loadStack === null ? {} : { loadStack: world.loadStack }),
    ...(isDone ? {} : { isUnfinished: true as const }),
    ...(world.sentErrors.length === 0 ? {} : { sentErrors: world.sentErrors }),
    ...(world.afterErrors.length === 0 ? {} : { afterErrors: world.afterErrors }),
    ...(world.uncaught === null ? {} : { uncaught: world.uncaught }),
    ...(world.isBodyUsed ? { isBodyUnread: !world.isBodyUsed() } : {}),
  }
}

function answerOf({ world }: Hosting, wire: Wire): Answer {
  if (world.exit !== null) return { kind: 'crash', why: world.exit }
  return wire.answer ?? { kind: 'hang' }
}

/** Lets the handler run, timers when nothing else moves, until it is finished or cannot go on. */
async function settle({ world }: Hosting, wire: Wire, isDone: () => boolean, resources: number): Promise<void> {
  let quiet = 0
  let seen = -1
  while (world.exit === null) {
    await turn()
    const now = world.activity + wire.traffic
    quiet = now === seen ? quiet + 1 : 0
    seen = now
    const isFinished = wire.answer !== null && isDone()
    if (quiet < (isFinished ? QUIET.settled : QUIET.timers)) continue
    if (world.clock.pending > 0) {
      runTimer(world)
      quiet = 0
    } else if (isFinished) return
    else if (quiet >= QUIET.dead) {
      // Work of Node's own threads (zlib, crypto) is not seen from here except as something that is waited for.
      if (countResources() <= resources && (await isStillQuiet(() => world.activity + wire.traffic === now))) return
      quiet = QUIET.timers
    }
  }
}

function runTimer(world: Hosting['world']): void {
  world.activity += 1
  try {
    world.clock.runNext()
  } catch (error) {
    if (!(error instanceof ProcessEnd)) world.rejections.push(`uncaught ${describeError(error)}`)
  }
}

/** Waits for real, in case that something is on its way that cannot be seen. */
async function isStillQuiet(check: () => boolean): Promise<boolean> {
  for (let round = 0; round < 2; round++) {
    await new Promise((resolve) => setTimeout(resolve, 4))
    await turn()
    if (!check()) return false
  }
  return true
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const countResources = (): number =>
  process.getActiveResourcesInfo().filter((name) => name !== 'Immediate' && name !== 'Timeout').length

/** Errors that reach the process belong to the request that is running. */
function watchProcess({ world }: Hosting): () => void {
  const add = (kind: string) => (error: unknown) => {
    world.activity += 1
    if (!(error instanceof ProcessEnd)) world.rejections.push(`${kind} ${describeError(error)}`)
  }
  const [rejected, uncaught] = [add('unhandled'), add('uncaught')]
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', uncaught)
  return () => {
    process.off('unhandledRejection', rejected)
    process.off('uncaughtException', uncaught)
  }
}
