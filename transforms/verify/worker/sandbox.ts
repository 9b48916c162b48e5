import { builtinModule, fillRandom, uuidOf } from './builtins.ts'
import { mark } from './canonical.ts'
import { createEnvironment } from './environment.ts'
import { fetchOutside } from './network.ts'
import { ownModule } from './own-packages.ts'
import { moduleStandIn } from './stand-in.ts'
import type { World } from './world.ts'

/** Thrown where the handler ends the process: nothing after it counts. */
export class ProcessEnd extends Error {
  override name = 'ProcessEnd'
}

/** What user code sees in the place of Node's globals and modules; Next itself keeps the real ones. */
export interface Sandbox {
  world: World
  /** By the name that the code uses: parameters of the function that a bundle is wrapped in. */
  globals: Readonly<Record<string, unknown>>
  /** A module that is not in the bundle: of Node, or from outside. */
  require: (specifier: string) => unknown
}

export const globalNames = [
  'process',
  'console',
  'fetch',
  'Date',
  'Math',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'globalThis',
  'global',
] as const
type GlobalName = (typeof globalNames)[number]

/** `loadReal` gives the real packages: those of Next, and the pure ones that are installed. Undefined: there is none. */
export function createSandbox(world: World, loadReal: (specifier: string) => unknown): Sandbox {
  const globals = createGlobals(world)
  const modules = new Map<string, unknown>()
  const sandbox: Sandbox = {
    world,
    globals,
    require(specifier) {
      if (modules.has(specifier)) return modules.get(specifier)
      const [kind = '', name = ''] = specifier.split(/:(.*)/s)
      const module =
        kind === 'builtin'
          ? builtinModule(name, sandbox)
          : kind === 'outside'
            ? moduleStandIn(world, name)
            : kind === 'own'
              ? loadOwn(world, name, loadReal)
              : loadReal(specifier)
      modules.set(specifier, module)
      return module
    },
  }
  return sandbox
}

function createGlobals(world: World): Sandbox['globals'] {
  const { clock } = world
  const set =
    (repeats: boolean) =>
    (run: unknown, delay?: unknown, ...args: unknown[]): object => {
      world.activity += 1
      const call = (): unknown => (typeof run === 'function' ? Reflect.apply(run, undefined, args) : undefined)
      return createTimer(clock.set(call, Number(delay ?? 0), repeats))
    }
  const clear = (timer?: unknown): void => clock.clear(Number(timer))
  const own: Record<Exclude<GlobalName, 'globalThis' | 'global'>, unknown> = {
    process: createProcess(world),
    console: createConsole(world),
    fetch: (...args: unknown[]) => fetchOutside(world, args),
    Date: createDate(world),
    Math: Object.assign(Object.create(Math), { random: world.random }),
    performance: { now: clock.elapsed, timeOrigin: 0, mark: () => undefined, measure: () => undefined },
    crypto: createWebCrypto(world),
    setTimeout: set(false),
    setInterval: set(true),
    setImmediate: (run: unknown, ...args: unknown[]) => set(false)(run, 0, ...args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  }
  // State that a handler keeps on the global object must not outlive the request.
  const root: object = Object.create(globalThis)
  mark(root, '[global]')
  for (const [name, value] of Object.entries({ ...own, globalThis: root, global: root }))
    Object.defineProperty(root, name, { value, writable: true, enumerable: false, configurable: true })
  return { ...own, globalThis: root, global: root }
}

/** `next-auth@4`. */
function loadOwn(world: World, specifier: string, loadReal: (specifier: string) => unknown): unknown {
  const [, name = '', major = ''] = /^(.+)@(\d+)$/.exec(specifier) ?? []
  return ownModule(world, name, { major: Number(major), loadReal })
}

/** What setTimeout gives: an object that is its number where one is needed. */
function createTimer(id: number): object {
  const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, [Symbol.toPrimitive]: () => id }
  mark(timer, '[timer]')
  return timer
}

function createProcess(world: World): object {
  const end = (why: string) => (): never => {
    world.exit ??= why
    throw new ProcessEnd(why)
  }
  const own = {
    env: createEnvironment(world.scenario),
    exit: end('process.exit'),
    abort: end('process.abort'),
    kill: end('process.kill'),
    cwd: () => '/project',
    uptime: () => 60,
    hrtime: Object.assign(() => [0, 0], { bigint: () => 0n }),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    pid: 1,
    ppid: 0,
    argv: ['node', 'server.js'],
    on: () => own,
    once: () => own,
    off: () => own,
    emitWarning: () => undefined,
    stdout: { write: (text: unknown) => world.print('stdout', [text]), isTTY: false },
    stderr: { write: (text: unknown) => world.print('stderr', [text]), isTTY: false },
    nextTick: process.nextTick,
    platform: 'linux',
    version: process.version,
    versions: process.versions,
    release: process.release,
    arch: 'x64',
    title: 'node',
  }
  mark(own, '[process]')
  return own
}

function createConsole(world: World): object {
  const levels = ['debug', 'error', 'info', 'log', 'warn', 'trace', 'dir', 'table', 'group', 'time', 'timeEnd', 'count']
  const silent = ['groupEnd', 'clear', 'timeLog', 'groupCollapsed', 'countReset']
  return Object.fromEntries([
    ...levels.map((level) => [level, (...values: unknown[]) => world.print(level, values)]),
    ...silent.map((level) => [level, () => undefined]),
    ['assert', (isTrue: unknown, ...values: unknown[]) => (isTrue ? undefined : world.print('assert', values))],
  ])
}

/** The same class as Next's and the packages', but what is the time is the clock's to say. */
function createDate({ clock }: World): object {
  return new Proxy(Date, {
    get: (target, property) => (property === 'now' ? clock.now : Reflect.get(target, property)),
    apply: () => new Date(clock.now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.now()] : args, newTarget),
  })
}

function createWebCrypto(world: World): object {
  return Object.assign(Object.create(null), {
    subtle: globalThis.crypto.subtle,
    getRandomValues: (target: Uint8Array) => fillRandom(target, world.random),
    randomUUID: () => uuidOf(fillRandom(new Uint8Array(16), world.random)),
  })
}
