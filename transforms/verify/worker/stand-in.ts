import { mark } from './canonical.ts'
import { digest, drawOf } from './draw.ts'
import { drawOutcome, invokeCallback, isOutsideError, makeError, throwsAtOnce } from './outcome.ts'
import { rememberSource, sendInto, streamMember, writesInto } from './piped-stand-ins.ts'
import {
  dateOf,
  givesFunction,
  isStringAtOnce,
  type Kind,
  kindOfCall,
  kindOfProperty,
  numberOf,
  statusOf,
  stringOf,
} from './plausible.ts'
import { drawWord } from './word.ts'
import type { World } from './world.ts'

/**
 * A value from outside of the project. `name` is what reports call it; `key` tells it apart from every other value and is all that
 * its own values depend on, besides the seed.
 */
interface Place {
  world: World
  name: string
  key: string
  /**
   * `api`: a module, an instance or a member of one: functions all the way down. `result`: what a call gave, a promise and a value in
   * one, since nobody knows which the caller expects. `value`: what a result resolves to, and its members.
   */
  kind: 'api' | 'result' | 'value'
  /** A result that was made while modules were evaluated: a client, a model, a logger. Its members are functions, too. */
  isInstance?: boolean
  /** What the result resolves to, and when: a callback may have to run first. */
  settle?: () => unknown
}

/** A module of a package: `import { PrismaClient } from '@prisma/client'`. */
export function moduleStandIn(world: World, specifier: string): object {
  return makeStandIn({ world, name: specifier, key: specifier, kind: 'api' }, true)
}

function makeStandIn(place: Place, isCallable: boolean): object {
  // An arrow has no prototype, and cannot be constructed or extended.
  const target: object = isCallable ? function outside() {} : {}
  const own = new Map<string | symbol, unknown>()
  // What was only read is no more a member than before: the other side may not have read it.
  const read = new Map<string | symbol, unknown>()
  const proxy: object = new Proxy(target, {
    get: (_target, property) => {
      if (own.has(property)) return own.get(property)
      if (!read.has(property)) read.set(property, readMember(place, property, proxy, target))
      return read.get(property)
    },
    set: (_target, property, value) => {
      own.set(property, value)
      return true
    },
    // What a decorator of a package gives back is taken for a descriptor, and one with accessors may have no value.
    has: (_target, property) =>
      own.has(property) || (property !== 'get' && property !== 'set' && hasMember(place, property)),
    deleteProperty: (_target, property) => {
      own.set(property, undefined)
      return true
    },
    defineProperty: (_target, property, descriptor) => {
      own.set(property, descriptor.value)
      return true
    },
    ownKeys: () =>
      [...Reflect.ownKeys(target), ...keysOf(place, own)].filter((key, at, all) => all.indexOf(key) === at),
    getOwnPropertyDescriptor: (_target, property) => {
      const real = Reflect.getOwnPropertyDescriptor(target, property)
      if (real !== undefined) return real
      if (typeof property === 'symbol' || !keysOf(place, own).includes(property)) return undefined
      return { value: Reflect.get(proxy, property), writable: true, enumerable: true, configurable: true }
    },
    // The bundler copies a module's own properties into an object that inherits from the module's prototype.
    getPrototypeOf: () => (place.name === place.key ? membersOf(proxy) : Reflect.getPrototypeOf(target)),
    apply: (_target, _this, args) => callOutside(place, args),
    construct: (_target, args, newTarget) => construct(place, args, newTarget, proxy, target),
  })
  rememberSource(proxy, place)
  mark(proxy, place.kind === 'api' ? place.name : `${place.name}~${digest(place.key)}`)
  return proxy
}

/** The end of a chain of prototypes that has every member. */
function membersOf(proxy: object): object {
  return new Proxy(Object.create(null), {
    get: (_target, property) => Reflect.get(proxy, property),
    has: (_target, property) => Reflect.has(proxy, property),
  })
}

/** Names that a value without keys of its own shows to loops and spreads. */
function keysOf(place: Place, own: ReadonlyMap<string | symbol, unknown>): string[] {
  if (place.kind === 'api') return []
  const set = [...own].flatMap(([key, value]) => (typeof key === 'string' && value !== undefined ? [key] : []))
  return ['id', 'name', ...set.filter((key) => !hidden.has(key))]
}

const hidden = new Set(['id', 'name', 'then', 'catch', 'finally', 'toJSON', 'toString', 'valueOf', 'constructor'])

function hasMember({ kind, key, world }: Place, property: string | symbol): boolean {
  if (typeof property === 'symbol' || property === 'then') return false
  return kind === 'api' || world.scenario.calls !== 'mixed' || drawOf(`${key} has ${property}`, 2) === 0
}

function readMember(place: Place, property: string | symbol, proxy: object, target: object): unknown {
  if (typeof property === 'symbol') return readSymbol(place, property)
  const { world, kind, name, key } = place
  switch (property) {
    case '__esModule':
      return kind === 'api'
    case 'prototype':
      return kind === 'api' ? inheritable(place, target) : undefined
    case 'then':
      return kind === 'result' ? (ok?: unknown, fail?: unknown) => chain(place, ok, fail) : undefined
    case 'catch':
      if (kind === 'result') return (fail?: unknown) => chain(place, undefined, fail)
      break
    case 'finally':
      if (kind === 'result') return (done?: () => void) => promiseOf(place).finally(done)
      break
    case 'toJSON':
      return () => toPlain(place, proxy)
    case 'toString':
    case 'toLocaleString':
      return () => textOf(place)
    case 'valueOf':
      return () => proxy
    case 'constructor':
      return kind === 'api' ? proxy : Object
    case 'call':
    case 'apply':
    case 'bind':
      if (typeof target === 'function') {
        const own = target[property]
        const named = { world, name: `${name}.${property}`, key: `${key}.${property}` }
        // Nobody binds a function to a name: that is a container of dependencies.
        return (...args: unknown[]): unknown =>
          /^(?:string|symbol)$/.test(typeof args[0])
            ? callOutside({ ...named, kind: 'api' }, args)
            : Reflect.apply(own, proxy, args)
      }
      break
  }
  const member = { world, name: `${name}.${property}`, key: `${key}.${property}` }
  const streamed = streamMember(place, property, proxy, (args) => callOutside({ ...member, kind: 'api' }, args))
  if (streamed !== undefined) return streamed
  if (kind === 'api') return statusOfPackage(place, property) ?? makeStandIn({ ...member, kind }, true)
  if (place.isInstance === true && world.called.has(property)) return makeStandIn({ ...member, kind: 'api' }, true)
  const listMethod = property === 'length' && world.called.has(property) ? undefined : asList(place, property)
  if (listMethod !== undefined) return listMethod
  const isPart =
    place.isInstance === true && !/^[A-Z\d_]+$/.test(property) && /^(?:object|list)$/.test(kindOfProperty(property))
  if (isPart || world.called.has(property)) return makeStandIn({ ...member, kind: 'api' }, true)
  return valueFor({ ...member, kind: 'value' }, kindOfValue(place, property), property)
}

/** In a mixed scenario a member of a result can be anything; what is called has to stay a function. */
function kindOfValue({ world, kind, key }: Place, property: string): Kind | 'word' {
  const likely = kindOfProperty(property)
  if (world.scenario.calls !== 'mixed') return likely
  const cases = ['word', 'word', 'string', 'number', 'boolean', 'nothing', 'list', 'date', 'object'] as const
  const seeded = `${world.scenario.seed} ${key}.${property}`
  if (world.words.named[property] !== undefined && drawOf(`${seeded} named`, 2) === 0) return 'word'
  const drawn = drawOf(seeded, kind === 'result' ? 30 : 20)
  return cases[drawn] ?? likely
}

/** The value of a kind; in a mixed scenario also the awkward ones of it. */
function valueFor(place: Place, kind: Kind | 'word', name: string): unknown {
  const { world, key } = place
  const seeded = `${world.scenario.seed} ${key}`
  const isMixed = world.scenario.calls === 'mixed'
  switch (kind) {
    case 'word':
      return drawWord(world, `${seeded} word`, name) ?? stringOf(key, name)
    case 'string':
      return isMixed && drawOf(`${seeded} empty`, 6) === 0 ? '' : stringOf(key, name)
    case 'number':
      return isMixed && drawOf(`${seeded} zero`, 4) === 0 ? 0 : numberOf(key, name)
    case 'boolean':
      return !isMixed || drawOf(`${seeded} boolean`, 2) === 0
    case 'date':
      return dateOf(key)
    case 'nothing':
      return drawOf(`${seeded} nothing`, 2) === 0 ? null : undefined
    case 'list':
      return isMixed && drawOf(`${seeded} list`, 3) === 0 ? [] : itemsOf(place)
    case 'object':
      return makeStandIn(place, false)
  }
}

const itemsOf = ({ world, name, key }: Place): object[] =>
  [0, 1].map((at) => makeStandIn({ world, name: `${name}[${at}]`, key: `${key}[${at}]`, kind: 'value' }, false))

/** Methods of arrays on a value that is used as one: with a function for map and its kind, else a query of a database. */
function asList(place: Place, property: string): unknown {
  if (property === 'length') return 2
  if (/^\d+$/.test(property)) return itemsOf(place)[Number(property)]
  if (!/^(?:map|filter|forEach|find|findIndex|some|every|reduce|flatMap|sort|slice|at)$/.test(property))
    return undefined
  const own: unknown = Reflect.get(Array.prototype, property)
  return (...args: unknown[]): unknown => {
    const isList =
      typeof args[0] === 'function' || (/^(?:slice|at|sort)$/.test(property) && typeof args[0] !== 'object')
    if (isList && typeof own === 'function') return Reflect.apply(own, itemsOf(place), args)
    return callOutside(
      { ...place, name: `${place.name}.${property}`, key: `${place.key}.${property}`, kind: 'api' },
      args,
    )
  }
}

function readSymbol(place: Place, symbol: symbol): unknown {
  switch (symbol) {
    case Symbol.toPrimitive:
      return (hint: string) => (hint === 'number' ? numberOf(place.key, lastOf(place.name)) : textOf(place))
    case Symbol.iterator:
      return () => itemsOf(place)[Symbol.iterator]()
    case Symbol.asyncIterator:
      return async function* items() {
        yield* itemsOf(place)
      }
    case Symbol.hasInstance:
      return (value: unknown) =>
        isOutsideError(value) && drawOf(`${place.world.scenario.seed} ${place.key} made`, 2) === 0
    default:
      return undefined
  }
}

const lastOf = (name: string): string => /[\w$]*$/.exec(name.replace(/\(\)$/, ''))?.[0] ?? ''

const textOf = ({ name, key, kind }: Place): string => (kind === 'api' ? name : `${lastOf(name)}-${digest(key)}`)

function toPlain(place: Place, proxy: object): unknown {
  if (place.kind === 'api') return { outside: place.name }
  const members = Reflect.ownKeys(proxy).filter((key) => typeof key === 'string')
  return {
    outside: `${place.name}~${digest(place.key)}`,
    ...Object.fromEntries(members.map((key) => [key, Reflect.get(proxy, key)])),
  }
}

function statusOfPackage({ name }: Place, property: string): number | null {
  return /http-?status|status-?code/i.test(name) ? statusOf(property) : null
}

/** Instances of a class that extends a stand-in find the rest of their methods here. */
function inheritable({ world, name, key }: Place, target: object): unknown {
  const own: unknown = Reflect.get(target, 'prototype')
  if (typeof own !== 'object' || own === null) return own
  const members = makeStandIn({ world, name: `${name}.prototype`, key: `${key}.prototype`, kind: 'api' }, true)
  Reflect.setPrototypeOf(
    own,
    new Proxy(Object.prototype, {
      get: (base, property) =>
        typeof property === 'symbol' || property === 'then' || property === 'toJSON' || property in base
          ? Reflect.get(base, property)
          : Reflect.get(members, property),
    }),
  )
  return own
}

function construct(place: Place, args: readonly unknown[], newTarget: object, proxy: object, target: object): object {
  const { world, name, key } = place
  const call = world.record(`new ${name}`, args, `new ${key}`)
  if (newTarget !== proxy && typeof target === 'function') {
    Reflect.get(proxy, 'prototype')
    return Reflect.construct(target, [], typeof newTarget === 'function' ? newTarget : undefined)
  }
  return makeStandIn({ world, name, key: call.key, kind: 'api' }, true)
}

function callOutside(place: Place, args: readonly unknown[], keyArgs = args): unknown {
  const { world, name } = place
  if (writesInto(name, args)) {
    const [target, ...rest] = args
    const buffer = { ...place, name: `${name}Buffer`, key: `${place.key}Buffer` }
    return chain({ ...buffer, kind: 'result', settle: () => callOutside(buffer, rest) }, sendInto(target), undefined)
  }
  const { key } = world.record(name, args, place.key, keyArgs)
  const result: Place = { world, name: `${name}()`, key, kind: 'result' }
  // What formats a text always gives one.
  const drawn = drawOutcome(world, name, key)
  const outcome = drawn === 'nothing' && isStringAtOnce(lastOf(name)) ? 'succeed' : drawn
  const error = outcome === 'throw' ? makeError(world, `${name}()`, key) : null
  const callback = invokeCallback(world, args, error, () => valueOfCall(result, name), name)
  if (callback !== null) return makeResult({ ...result, settle: () => callback })
  if (error !== null) {
    if (throwsAtOnce(world, lastOf(name), key)) throw error
    return makeResult({ ...result, settle: () => Promise.reject(error) })
  }
  if (outcome === 'nothing') {
    const nothing = nothingOf(name, key)
    if (drawOf(`${key} at once`, 2) === 0) return nothing
    return makeResult({ ...result, settle: () => nothing })
  }
  if (isStringAtOnce(lastOf(name)) && typeof args.at(-1) !== 'function') return stringOf(key, lastOf(name))
  if (world.isLoading) {
    const instance = makeStandIn({ world, name: result.name, key: `${key}!`, kind: 'api' }, true)
    return makeStandIn({ ...result, isInstance: true, settle: () => instance }, true)
  }
  return makeResult({ ...result, settle: () => valueOfCall(result, name) }, givesFunction(lastOf(name)))
}

const makeResult = (place: Place, isCallable = false): object => makeStandIn(place, isCallable)

/** What a call resolves to where it succeeds. */
function valueOfCall(place: Place, name: string): unknown {
  const last = lastOf(name)
  if (last === 'writeBuffer') return Buffer.from(`bytes of ${digest(place.key)}`)
  return valueFor({ ...place, kind: 'value', key: `${place.key}!` }, kindOfCall(last), last)
}

function nothingOf(name: string, key: string): unknown {
  const last = lastOf(name)
  if (kindOfCall(last) === 'list') return []
  if (kindOfCall(last) === 'boolean') return false
  if (kindOfCall(last) === 'number') return 0
  // Clients of databases and services (`stripe.checkout.sessions.create`) give null where there is nothing; of other stores it cannot be told.
  if (
    name.split('.').length > 3 ||
    /prisma|mongoose|mongodb|sequelize|typeorm|drizzle|knex|kysely|supabase/i.test(name)
  )
    return null
  return drawOf(`${key} kind of nothing`, 3) === 0 ? undefined : null
}

function promiseOf({ settle }: Place): Promise<unknown> {
  return new Promise((resolve) => resolve(settle?.()))
}

function chain(place: Place, ok: unknown, fail: unknown): Promise<unknown> {
  return promiseOf(place).then(asHandler(ok), asHandler(fail))
}

function asHandler(value: unknown): ((given: unknown) => unknown) | undefined {
  return typeof value === 'function' ? (given) => Reflect.apply(value, undefined, [given]) : undefined
}

/** A call that a stand-in written for a package makes. Its value depends on `keyArgs` instead of all that is recorded. */
export function outsideCall(
  world: World,
  name: string,
  args: readonly unknown[],
  keyArgs: readonly unknown[],
): unknown {
  return callOutside({ world, name, key: name, kind: 'api' }, args, keyArgs)
}

/** What an answer of the network holds. */
export function resultStandIn(world: World, name: string, key: string): unknown {
  return valueFor({ world, name, key, kind: 'value' }, 'object', '')
}
