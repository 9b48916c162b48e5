import { describeFlag, exitCodes, flags, summary, usage } from './flags.ts'

/** The text of --help. */
export function renderHelp(): string {
  const width = Math.max(...flags.map(({ flags: names }) => names.length)) + 2
  // Long names line up, with or without a short one before them.
  const rows = flags.map((flag) => `  ${indentName(flag.flags).padEnd(width + 4)}${describeFlag(flag)}`)
  return [
    `Usage: ${usage}`,
    '',
    summary,
    'Writes to the working tree of dir (default: the current folder); run it with --dry-run first.',
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
