import { Command, CommanderError, Option } from 'commander'
import { UserError } from '../model/host.ts'
import { type Flag, flags, type Settings } from './flags.ts'

/** What the user asked for, before it is checked. Commander names options in camel case. */
interface Raw extends Omit<Settings, 'dir' | 'patch' | 'next' | 'print'> {
  patch?: string
  next?: string
  print?: Settings['print']
}

/** Reads the arguments (without node and script). */
export function parseArguments(argv: readonly string[]): Settings {
  const command = createCommand()
  try {
    command.parse([...argv], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UserError(`${error.message.replace(/^error: /, '')}. See --help.`)
    throw error
  }
  const raw = command.opts<Raw>()
  const settings = { ...raw, dir: command.args[0] ?? '.', patch: raw.patch ?? null, next: raw.next ?? null }
  return checkSettings({ ...settings, print: raw.print ?? null })
}

function createCommand(): Command {
  const command = new Command()
    .argument('[dir]')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
  for (const flag of flags) if (!flag.isQuestion) command.addOption(createOption(flag))
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

function checkSettings(settings: Settings): Settings {
  const { next, report } = settings
  if (next !== null && !/^v?\d+(?:\.\d+){0,2}(?:-[\w.]+)?$/.test(next))
    throw new UserError(`--next expects a version such as 14 or 15.2.1, not '${next}'.`)
  for (const file of report) {
    if (!/\.(?:json|md)$/.test(file))
      throw new UserError(`--report writes .json and .md files; the name '${file}' ends in neither.`)
  }
  return next?.startsWith('v') ? { ...settings, next: next.slice(1) } : settings
}
