import { STATUS_CODES } from 'node:http'
import { digest, drawOf, hashOf } from './draw.ts'

/**
 * What a value is likely to be, told from its name alone, so that the usual paths of a handler run. It only decides how much of the
 * code is reached: both sides get the same value whatever it is.
 */
export type Kind = 'string' | 'number' | 'boolean' | 'date' | 'list' | 'object' | 'nothing'

const DATE = /(?:At|Date|date|expires|expiry|timestamp)$/
const BOOLEAN =
  /^(?:is|has|can|should|exists|compare)(?=[A-Z]|$)|^(?:ok|enabled|active|verified|valid|success|acknowledged|allowed)$/
const NUMBER =
  /(?:^|[a-z])(?:[Cc]ount|[Tt]otal|[Ss]ize|[Aa]mount|[Pp]rice|[Aa]ge|[Qq]uantity|[Ll]imit|[Oo]ffset|[Ss]core|[Bb]alance|[Ll]evel|remaining|reset)$|^status(?:Code)?$/
const STRING =
  /(?:^id|Id|_id|ID|[Ee]mail|[Nn]ame|[Tt]itle|[Ss]lug|[Uu]rl|[Uu]ri|[Tt]oken|[Pp]assword|[Hh]ash|[Rr]ole|[Tt]ype|[Kk]ey|[Ss]ecret|[Tt]ext|[Dd]escription|[Mm]essage|[Pp]ath|[Ll]ocale|[Cc]urrency|[Pp]hone|[Ii]mage|[Cc]ode|[Ss]tate|[Hh]tml|[Hh]ref|[Ll]abel)$/
const LIST =
  /^(?:findMany|findAll|list|listAll|getAll|all|many|toArray|entries|values|keys|rows|docs|items|results|edges|nodes|fetchAll|query|scan|range|hits)$|(?:List|All|Many)$|[a-rt-z]s$/
/** Functions that give a string at once: callers do not await them. */
const AT_ONCE =
  /^(?:nanoid|uuid|uuidv4|v[1-7]|cuid|createId|sign|serialize|stringify|encode|slugify|escape|toString|toISOString|hashSync|genSaltSync|randomString|digest|toUpperCase|toLowerCase|trim|replace|join|basename)$/

/** A property of a result. */
export function kindOfProperty(name: string): Kind {
  if (/^(?:data|user|session|profile|body|payload|result|value|address|status)$/.test(name))
    return name === 'status' ? 'number' : 'object'
  if (DATE.test(name)) return 'date'
  if (BOOLEAN.test(name)) return 'boolean'
  if (NUMBER.test(name)) return 'number'
  if (STRING.test(name)) return 'string'
  return LIST.test(name) ? 'list' : 'object'
}

/** What a call resolves to. */
export function kindOfCall(name: string): Kind {
  if (BOOLEAN.test(name)) return 'boolean'
  if (/^(?:count|countDocuments|incr|decr|length|size|llen|ttl)$/.test(name)) return 'number'
  if (AT_ONCE.test(name) || /^(?:hash|genSalt|text|encrypt|decrypt|render\w*|readFile|readFileSync)$/.test(name))
    return 'string'
  return LIST.test(name) && !/^(?:process|address|access|status|cors|redis|express)$/.test(name) ? 'list' : 'object'
}

export const isStringAtOnce = (name: string): boolean => AT_ONCE.test(name)

/** Names of functions whose result is itself called. */
export const givesFunction = (name: string): boolean =>
  /^(?:promisify|debug|default|create|make|wrap|with|rate|limiter|bind|memoize|once|pLimit|use)/.test(name)

export function stringOf(key: string, name: string): string {
  if (/[Ee]mail$/.test(name)) return `user-${digest(key)}@example.test`
  if (/[Uu]r[li]$|^href$/.test(name)) return `https://outside.example.test/${digest(key)}`
  if (/^readFile/.test(name)) return JSON.stringify({ file: digest(key) })
  return `${name === '' ? 'value' : name}-${digest(key)}`
}

/** Plain numbers for most, a status where the name is that of one. */
export function numberOf(key: string, name: string): number {
  return /^status(?:Code)?$/.test(name) ? 200 : (hashOf(key) % 90) + 10
}

/** `StatusCodes.NOT_FOUND` of a package that is not installed. */
export function statusOf(name: string): number | null {
  if (!/^[A-Z][A-Z_]+$/.test(name)) return null
  const words = name.replaceAll('_', ' ').toLowerCase()
  const found = Object.entries(STATUS_CODES).find(([, text]) => text?.toLowerCase().replaceAll('-', ' ') === words)
  return found === undefined ? null : Number(found[0])
}

/** Between 2024 and 2027, on either side of the clock's time. */
export const dateOf = (key: string): Date => new Date(Date.UTC(2024, 0, 1) + drawOf(key, 1000) * 86_400_000)
