import { type Command, describeFlag } from './flags.ts'

/** The text of --help. */
export function renderHelp({ usage, summary, details, flags, exitCodes }: Command): string {
  const width = Math.max(...flags.map(({ flags: names }) => names.length)) + 2
  // Long names line up, with or without a short one before them.
  const hasShort = flags.some(({ flags: names }) => !names.startsWith('--'))
  const rows = flags.map((flag) => {
    const name = hasShort ? indentName(flag.flags) : flag.flags
    return `  ${name.padEnd(width + (hasShort ? 4 : 0))}${describeFlag(flag)}`
  })
  return [
    `Usage: ${usage}`,
    '',
    summary,
    ...details,
    '',
    'Options:',
    ...rows,
    '',
    'Exit codes:',
    ...exitCodes.map((line) => `  ${line}`),
    '',
  ].join('\n')
}

/** Whether the user only asks for help or the version; that wins over everything else on the line. */
export function isQuestion(argv: readonly string[], question: 'help' | 'version'): boolean {
  const end = argv.indexOf('--')
  const names = question === 'help' ? ['--help', '-h'] : ['--version', '-V']
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => names.includes(argument))
}

function indentName(names: string): string {
  return names.startsWith('--') ? `    ${names}` : names
}
