import events, { once as listenOnce } from 'node:events'
import { ServerResponse } from 'node:http'
import * as stream from 'node:stream'
import { digest } from './draw.ts'
import { drawOutcome, makeError } from './outcome.ts'
import type { World } from './world.ts'

/** A value from outside, as far as a stream is made of it. */
interface Source {
  world: World
  name: string
  key: string
  kind: 'api' | 'result' | 'value'
}

const sources = new WeakMap<object, Source>()
const streams = new WeakMap<object, stream.Readable>()

/** Remembers what stands behind a stand-in, in case that it is piped. */
export function rememberSource(proxy: object, source: Source): void {
  sources.set(proxy, source)
}

/**
 * A stand-in that is piped into the answer is a real stream there, since what it is piped to is real; its bytes and its failure are the
 * scenario's. The other side may have it as a web stream. Undefined for all other members.
 */
export function streamMember(
  source: Source,
  property: string | symbol,
  proxy: object,
  record: (args: readonly unknown[]) => unknown,
): unknown {
  if (!source.world.called.has('pipe')) return undefined
  if (property === 'pipe')
    return (...args: unknown[]): unknown => {
      const [target] = args
      return isWritable(target) ? streamOf(proxy, source).pipe(target) : record(args)
    }
  if ((property !== 'on' && property !== 'once') || source.kind === 'api') return undefined
  return (...args: unknown[]): unknown => {
    const [event, listener] = args
    if (typeof listener !== 'function' || typeof event !== 'string' || !EVENTS.has(event)) return record(args)
    streamOf(proxy, source)[property](event, (...given: unknown[]) => Reflect.apply(listener, proxy, given))
    return proxy
  }
}

/** Responses are streams of an old kind, with all that a pipe needs. */
const isWritable = (target: unknown): target is stream.Writable =>
  target instanceof stream.Writable || target instanceof ServerResponse

/** `workbook.xlsx.write(res)`: what `writeBuffer` gives is written to it, and it is ended (exceljs@4.4.0 lib/xlsx/xlsx.js). */
export const writesInto = (name: string, [target]: readonly unknown[]): boolean =>
  name.endsWith('.xlsx.write') && isWritable(target)

export function sendInto(target: unknown): (bytes: unknown) => void {
  return (bytes) => {
    if (isWritable(target)) target.end(bytes instanceof Uint8Array ? bytes : '')
  }
}

const EVENTS = new Set(['error', 'end', 'close', 'readable', 'data'])

function streamOf(proxy: object, { world, name, key }: Source): stream.Readable {
  const known = streams.get(proxy)
  if (known) return known
  const outcome = drawOutcome(world, `${name}.pipe`, `${key} piped`)
  const made =
    outcome === 'nothing'
      ? new Ended()
      : new stream.Readable({
          read() {
            world.activity += 1
            if (outcome === 'throw') this.destroy(makeError(world, `${name}.pipe`, key))
            else {
              this.push(`bytes of ${digest(key)}`)
              this.push(null)
            }
          },
        })
  streams.set(proxy, made)
  return made
}

/** At its end before anybody listens, as an answer of http without a body is: its `readable` has been, its `end` comes when it is read. */
class Ended extends stream.Readable {
  constructor() {
    super({ read() {} })
    this.push(null)
  }

  override emit(event: string | symbol, ...given: unknown[]): boolean {
    return event === 'readable' ? false : super.emit(event, ...given)
  }
}

function real(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value
  const source = sources.get(value)
  return source ? streamOf(value, source) : value
}

/** `stream` and `events` of Node, for which a stand-in is the stream that it is piped as. */
export function streamModule(): object {
  const toWeb = (given: unknown): unknown => Reflect.apply(stream.Readable.toWeb, stream.Readable, [real(given)])
  const pipeline = (...given: unknown[]): unknown => Reflect.apply(stream.pipeline, stream, given.map(real))
  const piping = withMember(stream.default, 'pipeline', pipeline)
  return withMember(piping, 'Readable', withMember(stream.Readable, 'toWeb', toWeb))
}

export function eventsModule(): object {
  const once = (emitter: unknown, ...rest: unknown[]): unknown =>
    Reflect.apply(listenOnce, events, [real(emitter), ...rest])
  return withMember(events, 'once', once)
}

function withMember<T extends object>(holder: T, name: string, member: unknown): T {
  return new Proxy(holder, { get: (target, property) => (property === name ? member : Reflect.get(target, property)) })
}
