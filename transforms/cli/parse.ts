import { Command, CommanderError, Option } from 'commander'
import { UserError } from '../model/host.ts'
import { hintOf } from './command-place.ts'
import { type Flag, flags, type Settings } from './flags.ts'
import { type UndoSettings, undoCommand } from './undo-flags.ts'
import { type VerifySettings, verifyCommand } from './verify-flags.ts'

/** What the user asked for, before it is checked. Commander names options in camel case. */
interface Raw extends Omit<Settings, 'dir' | 'patch' | 'next' | 'print' | 'fallback' | 'adapterFile' | keyof Replay> {
  patch?: string
  next?: string
  print?: Settings['print']
  fallback?: Settings['fallback']
  adapter?: string
  nextFrom?: string
  seed: string
  timeLimit: string
  workers?: string
}

interface RawVerify extends Omit<Raw, 'patch' | 'print'> {
  from?: string
  live: boolean
  requests?: string
}

/** How routes are replayed, in both commands. */
type Replay = Pick<Settings, 'nextFrom' | 'seed' | 'timeLimit' | 'workers'>

/** Reads the arguments (without node and script) of the command without a name. */
export function parseArguments(argv: readonly string[]): Settings {
  const { raw, places } = parse<Raw>(argv, flags, 1)
  const { patch = null, print = null, next = null, lang = null, fallback = null, adapter = null, ...rest } = raw
  const optional = { patch, next, print, lang, fallback, adapterFile: adapter }
  return checkSettings({ ...rest, ...readReplay(raw), dir: places[0] ?? '.', ...optional })
}

/** Reads the arguments of `routeshift verify`, without the name. */
export function parseVerifyArguments(argv: readonly string[]): VerifySettings {
  const { raw, places } = parse<RawVerify>(argv, verifyCommand.flags, 2)
  const { requests, live, next = null, from = null, lang = null, ...rest } = raw
  const [first, second] = places
  if (!live && second !== undefined) throw new UserError('too many arguments: name one folder. See verify --help.')
  if (!live && requests !== undefined)
    throw new UserError('--requests is for --live; without it, requests are made up.')
  const settings = checkSettings({ ...rest, ...readReplay(raw), next, from, lang, dir: live ? '.' : (first ?? '.') })
  if (!live) return { ...settings, live: null }
  if (first === undefined || second === undefined || requests === undefined)
    throw new UserError(
      '--live takes two addresses and a file: verify --live <before-url> <after-url> --requests <file>.',
    )
  for (const address of [first, second])
    if (!/^https?:\/\//.test(address) || !URL.canParse(address))
      throw new UserError(`--live expects addresses such as http://localhost:3000, not '${address}'.`)
  return { ...settings, live: { before: first, after: second, requests } }
}

/** Reads the arguments of `routeshift undo`, without the name. */
export function parseUndoArguments(argv: readonly string[]): UndoSettings {
  const { raw, places } = parse<{ quiet: boolean }>(argv, undoCommand.flags, 1)
  return { ...raw, dir: places[0] ?? '.' }
}

function parse<T extends object>(
  argv: readonly string[],
  table: readonly Flag[],
  most: number,
): { raw: T; places: readonly string[] } {
  const command = createCommand(table, most)
  try {
    command.parse([...argv], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError)
      throw new UserError(`${error.message.replace(/^error: /, '').replace(/\.$/, '')}. See --help.${hintOf(argv)}`)
    throw error
  }
  return { raw: command.opts<T>(), places: command.args }
}

function createCommand(table: readonly Flag[], most: number): Command {
  const command = new Command()
    .argument('[dir]')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
  if (most > 1) command.argument('[after]')
  for (const flag of table) if (!flag.isQuestion) command.addOption(createOption(flag))
  return command
}

function createOption({ flags: names, help, choices, initial, isRepeatable }: Flag): Option {
  const option = new Option(names, help)
  if (choices) option.choices(choices)
  if (isRepeatable) {
    option.default([])
    option.argParser((value: string, all: readonly string[]) => [...all, value])
  } else if (initial !== undefined) option.default(initial)
  else if (option.isBoolean() && !option.negate) option.default(false)
  return option
}

function readReplay({ nextFrom, seed, timeLimit, workers }: Raw | RawVerify): Replay {
  return {
    nextFrom: nextFrom ?? null,
    seed: readNumber('--seed', seed, 0),
    timeLimit: readNumber('--time-limit', timeLimit, 1),
    workers: workers === undefined ? null : readNumber('--workers', workers, 1),
  }
}

function readNumber(name: string, text: string, least: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= least)) throw new UserError(`${name} expects a whole number from ${least} on, not '${text}'.`)
  return number
}

function checkSettings<T extends Pick<Settings, 'next' | 'report'>>(settings: T): T {
  const { next, report } = settings
  if (next !== null && !/^v?\d+(?:\.\d+){0,2}(?:-[\w.]+)?$/.test(next))
    throw new UserError(`--next expects a version such as 14 or 15.2.1, not '${next}'.`)
  for (const file of report) {
    if (!/\.(?:json|md)$/.test(file))
      throw new UserError(`--report writes .json and .md files; the name '${file}' ends in neither.`)
  }
  return next?.startsWith('v') ? { ...settings, next: next.slice(1) } : settings
}
