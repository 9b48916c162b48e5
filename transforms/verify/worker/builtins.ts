import * as asyncHooks from 'node:async_hooks'
import * as crypto from 'node:crypto'
import * as http from 'node:http'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { openReadStream, openWriteStream } from './file-streams.ts'
import { eventsModule, streamModule } from './piped-stand-ins.ts'
import type { Sandbox } from './sandbox.ts'
import { moduleStandIn } from './stand-in.ts'

/** Modules of Node that touch nothing outside of the process. */
const PURE = new Set([
  'assert',
  'assert/strict',
  'buffer',
  'constants',
  'diagnostics_channel',
  'path',
  'path/posix',
  'path/win32',
  'punycode',
  'querystring',
  'readline',
  'stream/consumers',
  'stream/promises',
  'stream/web',
  'string_decoder',
  'url',
  'util',
  'util/types',
  'zlib',
])

const require = createRequire(import.meta.url)

/** A module of Node as user code gets it: the real one, one that chance and time are taken out of, or a stand-in. */
export function builtinModule(name: string, sandbox: Sandbox): unknown {
  if (PURE.has(name)) return require(`node:${name}`)
  const { world, globals } = sandbox
  switch (name) {
    case 'async_hooks':
      return asyncHooksModule(sandbox)
    case 'process':
      return globals.process
    case 'console':
      return globals.console
    case 'crypto':
      return cryptoModule(sandbox)
    case 'events':
      return eventsModule()
    case 'stream':
      return streamModule()
    case 'timers':
      return globals
    case 'timers/promises':
      return timerPromises(sandbox)
    case 'perf_hooks':
      return { performance: globals.performance }
    case 'os':
      return { EOL: '\n', tmpdir: () => '/tmp', hostname: () => 'server', platform: () => 'linux', cpus: () => [] }
    case 'tty':
      // Loggers ask for colours.
      return withMembers(moduleStandIn(world, name), { isatty: () => false })
    case 'http':
    case 'https':
      return withMembers(moduleStandIn(world, name), {
        STATUS_CODES: http.STATUS_CODES,
        METHODS: http.METHODS,
        IncomingMessage: http.IncomingMessage,
        ServerResponse: http.ServerResponse,
      })
    case 'fs':
    case 'fs/promises':
      return withUploads(name, sandbox)
    default:
      return moduleStandIn(world, name)
  }
}

/** A storage that has been used costs every promise of the process some time until it is disabled, and each run makes new ones. */
function asyncHooksModule({ world }: Sandbox): object {
  class AsyncLocalStorage<T> extends asyncHooks.AsyncLocalStorage<T> {
    constructor(...options: []) {
      super(...options)
      world.storages.push(this)
    }
  }
  const own = { AsyncLocalStorage }
  return { ...asyncHooks, ...own, default: { ...asyncHooks, ...own } }
}

function withMembers(standIn: object, members: Record<string, unknown>): object {
  for (const [name, value] of Object.entries(members)) Reflect.set(standIn, name, value)
  return standIn
}

/** Node's own, but what it draws is the same in each run. */
function cryptoModule({ world, globals }: Sandbox): object {
  const bytes = (size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, () => Math.floor(world.random() * 256)))
  const randomInt = (low: number, high?: unknown): number =>
    typeof high === 'number' ? low + Math.floor(world.random() * (high - low)) : Math.floor(world.random() * low)
  const own = {
    webcrypto: globals.crypto,
    randomUUID: () => uuidOf(bytes(16)),
    randomInt: withCallback(randomInt),
    randomBytes: withCallback(bytes),
    pseudoRandomBytes: withCallback(bytes),
    randomFillSync: (target: Uint8Array) => fillRandom(target, world.random),
    getRandomValues: (target: Uint8Array) => fillRandom(target, world.random),
  }
  return { ...crypto, ...own, default: { ...crypto, ...own } }
}

/** Functions of crypto take a callback or give the value at once. */
function withCallback<A extends unknown[], R>(run: (...args: A) => R): (...args: unknown[]) => unknown {
  const give = (...args: unknown[]): unknown => {
    const callback = args.at(-1)
    const rest = typeof callback === 'function' ? args.slice(0, -1) : args
    const value: unknown = Reflect.apply(run, undefined, rest)
    if (typeof callback === 'function') queueMicrotask(() => callback(null, value))
    return typeof callback === 'function' ? undefined : value
  }
  return Object.assign(give, { [promisify.custom]: async (...args: unknown[]) => Reflect.apply(run, undefined, args) })
}

export function fillRandom<T extends Uint8Array>(target: T, random: () => number): T {
  for (let at = 0; at < target.length; at++) target[at] = Math.floor(random() * 256)
  return target
}

export function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function timerPromises({ world }: Sandbox): object {
  const wait = (delay?: unknown, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => world.clock.set(() => resolve(value), Number(delay ?? 1), false))
  return { setTimeout: wait, setImmediate: (value: unknown) => wait(0, value), scheduler: { wait } }
}

/** Files that an upload package has just written can be read and deleted; nothing else of the disk is there. */
function withUploads(name: string, { world }: Sandbox): object {
  const standIn = moduleStandIn(world, name)
  const open = (path: unknown): Buffer | undefined => (typeof path === 'string' ? world.files.get(path) : undefined)
  const decode = (bytes: Buffer, options: unknown): unknown => {
    const encoding: unknown =
      typeof options === 'object' && options !== null ? Reflect.get(options, 'encoding') : options
    return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? bytes.toString(encoding) : bytes
  }
  const overlay = (holder: object, method: string, isPromise: boolean): void => {
    const outside: unknown = Reflect.get(holder, method)
    Reflect.set(holder, method, (...args: unknown[]): unknown => {
      const bytes = open(args[0])
      if (bytes === undefined)
        return typeof outside === 'function' ? Reflect.apply(outside, undefined, args) : undefined
      const value = method.startsWith('read') ? decode(bytes, args[1]) : undefined
      return isPromise ? Promise.resolve(value) : value
    })
  }
  const promises: unknown = name === 'fs' ? Reflect.get(standIn, 'promises') : standIn
  const deletes = ['unlink', 'rm']
  if (typeof promises === 'function') for (const method of ['readFile', ...deletes]) overlay(promises, method, true)
  const whole: unknown = Reflect.get(standIn, 'default')
  // `import fs from 'fs'`
  for (const holder of name === 'fs' && typeof whole === 'function' ? [standIn, whole] : []) {
    Reflect.set(holder, 'createReadStream', (...args: unknown[]) => openReadStream(world, args))
    Reflect.set(holder, 'createWriteStream', (...args: unknown[]) => openWriteStream(world, args))
    for (const method of ['readFileSync', 'unlinkSync', 'rmSync']) overlay(holder, method, false)
  }
  return standIn
}
