import type { Declared, DeclaredFunction, DeclaredWrapper, Export } from '../model/declared.ts'
import type { MigrateOptions } from '../model/options.ts'

/** What `routeshift.config` may hold: the options of a run, which flags override, and what is declared. */
export type RouteshiftConfig = Partial<Omit<MigrateOptions, 'declared'>> & {
  functions?: readonly DeclaredFunction[]
  wrappers?: readonly DeclaredWrapper[]
}

/** For `routeshift.config.ts`: gives back what it gets, typed. */
export function defineConfig(config: RouteshiftConfig): RouteshiftConfig {
  return config
}

export interface CheckedConfig {
  options: Partial<Omit<MigrateOptions, 'declared'>>
  declared: Declared
}

/** One thing that is wrong, and where: `wrappers[0].becomes.name`. */
class Wrong extends Error {}

type Check<T> = (value: unknown, at: string) => T

/** The config with what is left out filled in, or what is wrong with it, in words for the user. */
export function checkConfig(value: unknown): CheckedConfig | string {
  try {
    const { functions = [], wrappers = [], ...options } = config(value, '')
    return { options, declared: { functions, wrappers } }
  } catch (error) {
    if (error instanceof Wrong) return error.message
    throw error
  }
}

const text: Check<string> = (value, at) => {
  if (typeof value !== 'string' || value.trim() === '') throw new Wrong(`${at} must be a text, not ${show(value)}`)
  return value
}

const identifier: Check<string> = (value, at) => {
  const name = text(value, at)
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw new Wrong(`${at} must be a name, not ${show(value)}`)
  return name
}

const flag: Check<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new Wrong(`${at} must be true or false, not ${show(value)}`)
  return value
}

const index: Check<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 9)
    throw new Wrong(`${at} must be the place of an argument, from 0 on, not ${show(value)}`)
  return value
}

function oneOf<T extends string>(...names: readonly T[]): Check<T> {
  return (value, at) => {
    const found = names.find((name) => name === value)
    if (found === undefined) throw new Wrong(`${at} must be one of ${names.join(', ')}, not ${show(value)}`)
    return found
  }
}

function list<T>(item: Check<T>): Check<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new Wrong(`${at} must be a list, not ${show(value)}`)
    return value.map((one, place) => item(one, `${at}[${place}]`))
  }
}

type Fields = Readonly<Record<string, { check: Check<unknown>; isNeeded: boolean }>>

const needed = (check: Check<unknown>) => ({ check, isNeeded: true })
const optional = (check: Check<unknown>) => ({ check, isNeeded: false })

/** An object of these fields and no others. What it gives has the type that the fields were written for. */
function object<T extends object>(fields: Fields, more?: (value: T, at: string) => void): Check<T> {
  return (value, at) => {
    if (!isRecord(value)) throw new Wrong(`${at || 'the config'} must be an object, not ${show(value)}`)
    const path = (name: string): string => (at === '' ? name : `${at}.${name}`)
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name))
        throw new Wrong(`${path(name)} is not known; known are ${Object.keys(fields).join(', ')}`)
    for (const [name, { check, isNeeded }] of Object.entries(fields)) {
      if (value[name] !== undefined) check(value[name], path(name))
      else if (isNeeded) throw new Wrong(`${path(name)} is missing`)
    }
    if (!isChecked<T>(value)) throw new Wrong(`${at} is empty`)
    more?.(value, at)
    return value
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields have been checked one by one. */
function isChecked<T extends object>(value: unknown): value is T {
  return isRecord(value)
}

const exported = { name: needed(identifier), from: needed(text) }
const other = object<Export>(exported)

const declaredFunction = object<DeclaredFunction>(
  {
    ...exported,
    takes: needed(list(oneOf('req', 'res', 'value'))),
    answers: needed(oneOf('never', 'always')),
    becomes: optional(other),
  },
  ({ takes, answers }, at) => {
    const has = (role: 'req' | 'res'): boolean => takes.includes(role)
    if (answers === 'always' ? !has('res') : !has('req') || has('res'))
      throw new Wrong(
        answers === 'always'
          ? `${at}.takes must have "res": the function answers`
          : `${at}.takes must have "req" and not "res": the function does not answer`,
      )
  },
)

const declaredWrapper = object<DeclaredWrapper>({
  ...exported,
  handler: optional(index),
  curried: optional(flag),
  injects: optional(list(text)),
  sets: optional(list(identifier)),
  becomes: needed(other),
})

const config = object<RouteshiftConfig>({
  include: optional(list(text)),
  exclude: optional(list(text)),
  next: optional(text),
  lang: optional(oneOf('ts', 'js', 'keep')),
  strict: optional(flag),
  keepTested: optional(flag),
  fallback: optional(oneOf('adapter')),
  adapterFile: optional(text),
  functions: optional(list(declaredFunction)),
  wrappers: optional(list(declaredWrapper)),
})

function show(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value)
}
