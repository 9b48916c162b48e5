import type { OutsideCall, Scenario } from '../../model/verification.ts'
import type { Words } from '../words.ts'
import { canonical, canonicalList } from './canonical.ts'
import { type Clock, createClock } from './clock.ts'
import { hashOf } from './draw.ts'

/** What the code compares outside values with. */
export interface WorldWords extends Words {
  request: readonly (string | number)[]
}

/** What one request finds outside of the project, and all that is told of it. */
export interface World {
  readonly scenario: Scenario
  /** Strings and numbers that the project compares with, and those of the request: drawn where everything is drawn. */
  readonly words: WorldWords
  /** Names of properties that the project calls: such a property of an outside value is a function. */
  readonly called: ReadonlySet<string>
  readonly clock: Clock
  /** While the modules are evaluated all calls succeed: a handler that is never reached shows nothing. */
  isLoading: boolean
  /** Set when the handler ended the process. */
  exit: string | null
  /** The stack of the error that ended the evaluation of the modules of the original. */
  loadStack: string | null
  /** Tells whether the handler has read the body of its request, where that can be seen. */
  isBodyUsed: (() => boolean) | null
  /** Grows with everything that happens, so that it can be seen when nothing does. */
  activity: number
  log: string[]
  rejections: string[]
  /** Bodies that a stand-in of a package sent for what the handler threw. */
  sentErrors: string[]
  /** What the work of after() threw, which Next logs: name and message. */
  afterErrors: string[]
  /** The line that shows what the route handler threw: Next prints it. */
  uncaught: string | null
  /** Files that stand-ins of upload packages wrote: path to bytes. */
  readonly files: Map<string, Buffer>
  /** What the modules keep apart by request; disabled when nothing more happens. */
  readonly storages: { disable(): void }[]
  /** Records a call and tells how many like it came before. `identity` tells calls on different values apart. */
  record(name: string, args: readonly unknown[], identity: string, keyArgs?: readonly unknown[]): { key: string }
  calls(): OutsideCall[]
  /** Forgets what was observed, for another request to the same instance of a module. */
  restart(): void
  print(level: string, values: readonly unknown[]): void
  /** The next of a row of numbers from 0 up to 1. */
  random(): number
}

export function createWorld(scenario: Scenario, words: WorldWords, called: ReadonlySet<string>): World {
  const before: OutsideCall[] = []
  const during: OutsideCall[] = []
  const seen = new Map<string, number>()
  let draws = 0
  let requests = 0
  const world: World = {
    scenario,
    words,
    called,
    clock: createClock(),
    isLoading: true,
    exit: null,
    loadStack: null,
    isBodyUsed: null,
    activity: 0,
    log: [],
    rejections: [],
    sentErrors: [],
    afterErrors: [],
    uncaught: null,
    files: new Map(),
    storages: [],
    record(name, args, identity, keyArgs = args) {
      world.activity += 1
      const text = canonicalList(args)
      const call = `${identity}(${keyArgs === args ? text : canonicalList(keyArgs)})`
      const count = seen.get(call) ?? 0
      seen.set(call, count + 1)
      if (world.exit === null && world.isLoading) before.push({ name, args: text, isLoading: true })
      else if (world.exit === null) during.push({ name, args: text })
      return { key: `${call}#${count}` }
    },
    // Modules may be evaluated in another order on the other side: only what they did counts.
    calls: () => [...before.sort(byText), ...during],
    restart() {
      // What one side drew or called more in an earlier request, for a reason that is known, is no state of the handler.
      requests += 1
      draws = 0
      seen.clear()
      before.length = 0
      during.length = 0
      world.log = []
      world.rejections = []
      world.sentErrors = []
      world.afterErrors = []
      world.uncaught = null
      world.exit = null
      world.loadStack = null
    },
    print(level, values) {
      world.activity += 1
      if (world.exit !== null) return
      world.log.push(lineOf(level, values))
    },
    random() {
      draws += 1
      return hashOf(`random ${scenario.seed} ${requests === 0 ? '' : `${requests} `}${draws}`) / 2 ** 32
    },
  }
  return world
}

/** How a line of the log shows what was printed. */
export const lineOf = (level: string, values: readonly unknown[]): string =>
  `${level}: ${values.map((value) => (typeof value === 'string' ? value : canonical(value))).join(' ')}`

export const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

function byText(a: OutsideCall, b: OutsideCall): number {
  const [left, right] = [`${a.name}(${a.args})`, `${b.name}(${b.args})`]
  return left < right ? -1 : left > right ? 1 : 0
}
