import { digest, drawOf } from './draw.ts'
import { drawWord } from './word.ts'
import type { World } from './world.ts'

const outsideErrors = new WeakSet<object>()

/** True for errors that stand-ins threw: classes from outside may claim them. */
export const isOutsideError = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && outsideErrors.has(value)

/** How a call ends. While modules are evaluated all succeed: a handler that is never reached shows nothing. */
export function drawOutcome(
  { scenario, isLoading }: World,
  name: string,
  key: string,
): 'succeed' | 'nothing' | 'throw' {
  const { calls, seed, only } = scenario
  if (isLoading || (only !== undefined && only !== name)) return 'succeed'
  if (calls !== 'mixed') return calls
  const drawn = drawOf(`${seed} ${key} outcome`, 12)
  return drawn < 2 ? 'throw' : drawn < 5 ? 'nothing' : 'succeed'
}

/** Most functions that fail reject; those that do not wait for anything throw. A failure with an odd seed throws at once. */
export function throwsAtOnce({ scenario }: World, name: string, key: string): boolean {
  if (scenario.calls === 'mixed') return drawOf(`${scenario.seed} ${key} at once`, 3) === 0
  return (
    /Sync$|^(?:parse|decode|assert|constructEvent)$/.test(name) ||
    (scenario.only !== undefined && scenario.seed % 2 === 1)
  )
}

/** The error of a failing call. In a mixed scenario it carries what the project's own code looks for. */
export function makeError(world: World, name: string, key: string): Error {
  const error = new Error(`${name} failed (${digest(key)})`)
  outsideErrors.add(error)
  if (world.scenario.calls !== 'mixed') return error
  const seeded = `${world.scenario.seed} ${key}`
  const word = (what: string): string | number | undefined =>
    drawOf(`${seeded} ${what} set`, 3) === 0 ? undefined : drawWord(world, `${seeded} ${what}`, what)
  for (const member of ['code', 'status', 'statusCode', 'type']) {
    const value = word(member)
    if (value !== undefined) Reflect.set(error, member, value)
  }
  const named = word('name')
  if (typeof named === 'string') error.name = named
  const said = word('message')
  if (typeof said === 'string') error.message = said
  return error
}

/**
 * Runs a function that was handed to an outside call: a transaction, an event, `(error, result) => ...`. Null when there is none, else what
 * the call resolves to: the value of the function, or the result where the function is told of it.
 */
export function invokeCallback(
  world: World,
  args: readonly unknown[],
  error: Error | null,
  value: () => unknown,
  name: string,
): Promise<unknown> | null {
  const callback = args.at(-1)
  if (typeof callback !== 'function' || world.isLoading) return null
  const isTold = /^(?:async\s+)?(?:function\b[^(]*)?\(?\s*_?(?:e|err|error)\b/.test(String(callback))
  const isErrorEvent = /(?:^|\.)(?:on|once|addListener)$/.test(name) && args[0] === 'error'
  if (isErrorEvent !== (error !== null) && isErrorEvent) return Promise.resolve(undefined)
  const run = (): unknown => {
    world.activity += 1
    if (isErrorEvent) return Reflect.apply(callback, undefined, [error])
    if (isTold) {
      Reflect.apply(callback, undefined, error === null ? [null, value()] : [error])
      if (error !== null) return undefined
      return value()
    }
    if (error !== null) throw error
    return Reflect.apply(callback, undefined, [value()])
  }
  return Promise.resolve().then(run)
}
