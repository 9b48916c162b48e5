import { drawOf } from './draw.ts'
import type { Scenario } from '../../model/verification.ts'

/** Set by Next or the machine, not by the project: these are as on any server. */
const fixed: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  NEXT_RUNTIME: 'nodejs',
  TZ: 'UTC',
}
const ABSENT = /^(?:npm_|NODE_|NEXT_(?!PUBLIC)|__|CI$|VERCEL|NETLIFY|AWS_|JEST|VITEST|DEBUG$|HOME$|PATH$|PWD$)/

/** `process.env`: every key that the project may have set has a value, none in `nothing`, and drawn in `mixed`. */
export function createEnvironment(scenario: Scenario): Record<string, string | undefined> {
  const set = new Map<string, string | undefined>()
  const read = (key: string): string | undefined => (set.has(key) ? set.get(key) : valueFor(key, scenario))
  return new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_target, key) => (typeof key === 'string' ? read(key) : undefined),
      has: (_target, key) => typeof key === 'string' && read(key) !== undefined,
      set: (_target, key, value) => {
        if (typeof key === 'string') set.set(key, String(value))
        return true
      },
      deleteProperty: (_target, key) => {
        if (typeof key === 'string') set.set(key, undefined)
        return true
      },
      ownKeys: () => Object.keys(fixed),
      getOwnPropertyDescriptor: (_target, key) =>
        typeof key === 'string' && read(key) !== undefined
          ? { value: read(key), writable: true, enumerable: true, configurable: true }
          : undefined,
    },
  )
}

function valueFor(key: string, { calls, seed }: Scenario): string | undefined {
  const own = fixed[key]
  if (own !== undefined) return own
  if (ABSENT.test(key) || calls === 'nothing') return undefined
  if (calls === 'mixed' && drawOf(`${seed} env ${key}`, 4) === 0) return undefined
  if (/URL|URI|HOST|ENDPOINT|DOMAIN|ORIGIN|SITE/.test(key))
    return `https://${key.toLowerCase().replaceAll('_', '-')}.test`
  if (/PORT|LIMIT|TTL|MAX|MIN|SIZE|TIMEOUT|COUNT/.test(key)) return '8080'
  return `${key.toLowerCase().replaceAll('_', '-')}-${'0123456789abcdef'.repeat(4)}`
}
