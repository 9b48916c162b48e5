import { digest, drawOf } from './draw.ts'
import { drawOutcome, makeError } from './outcome.ts'
import { resultStandIn } from './stand-in.ts'
import type { World } from './world.ts'

/** `fetch` that leaves no trace but the record of the call. Answers have every kind of body, and a status by the scenario. */
export async function fetchOutside(world: World, args: readonly unknown[]): Promise<unknown> {
  const { key } = world.record('fetch', args.map(describeRequest), 'fetch')
  const { calls, seed } = world.scenario
  const outcome = drawOutcome(world, 'fetch', key)
  if (outcome === 'throw') throw makeError(world, 'fetch', key)
  const status =
    calls === 'mixed' ? ([200, 200, 200, 201, 400, 401, 404, 500][drawOf(`${seed} ${key} status`, 8)] ?? 200) : 200
  return createAnswer(world, key, status, outcome === 'nothing')
}

/** A Request is told by what it asks for: its class says nothing of that. */
function describeRequest(value: unknown): unknown {
  return value instanceof Request ? { url: value.url, method: value.method, headers: value.headers } : value
}

/** A real Response, so that it can be returned, read and cloned; its json() gives a value that has every member. */
function createAnswer(world: World, key: string, status: number, isEmpty: boolean): Response {
  const text = isEmpty ? '' : JSON.stringify({ fetched: digest(key) })
  const response = new Response(text, {
    status,
    headers: { 'content-type': 'application/json', 'x-outside': digest(key) },
  })
  const read = async (): Promise<unknown> => (isEmpty ? null : resultStandIn(world, 'fetch().json()', `${key}.json`))
  return Object.defineProperties(response, {
    json: { value: read, configurable: true },
    url: { value: 'https://outside.example.test/', configurable: true },
  })
}
