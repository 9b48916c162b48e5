/** One option of the command line. The parser, --help and the README are made from this table. */
export interface Flag {
  /** As commander reads it: `-d, --dry-run`, `--patch <file>`. */
  flags: string
  /** One sentence without a full stop. */
  help: string
  choices?: readonly string[]
  initial?: string
  /** May be given several times; the values are collected. */
  isRepeatable?: boolean
  /** Answered before the rest of the line is read. */
  isQuestion?: boolean
}

/** In the order of --help: what to run on, what to write, how to report. */
export const flags: readonly Flag[] = [
  { flags: '-d, --dry-run', help: 'show the changes as a unified diff and write nothing' },
  { flags: '--patch <file>', help: 'write the changes to a patch for git apply instead of to the tree' },
  { flags: '--check', help: 'change nothing; exit with 2 if anything would change or needs review' },
  { flags: '--include <glob>', help: 'only routes whose file matches, relative to dir', isRepeatable: true },
  { flags: '--exclude <glob>', help: 'no routes whose file matches, relative to dir', isRepeatable: true },
  { flags: '--next <version>', help: 'the version of Next to write for, instead of the one found' },
  { flags: '--lang <language>', help: 'language of the route files', choices: ['ts', 'js', 'keep'], initial: 'ts' },
  { flags: '--strict', help: 'keep even the small differences in answers that are notes by default' },
  { flags: '--allow-dirty', help: 'write although git could not take the changes back cleanly' },
  { flags: '--report <file>', help: 'write the report to a .json or .md file', isRepeatable: true },
  { flags: '--json', help: 'print the JSON report, and nothing else, on stdout' },
  { flags: '--quiet', help: 'print errors only' },
  { flags: '--no-progress', help: 'no progress bar' },
  { flags: '--no-color', help: 'no colours; the variable NO_COLOR does the same' },
  {
    flags: '--print <stage>',
    help: 'print a stage as JSON and stop; see docs/print.md',
    choices: ['uses', 'model', 'plan'],
  },
  { flags: '--version', help: 'print the version', isQuestion: true },
  { flags: '--help', help: 'print this help', isQuestion: true },
]

/** What commander makes of the table. */
export interface Settings {
  dir: string
  dryRun: boolean
  patch: string | null
  check: boolean
  include: readonly string[]
  exclude: readonly string[]
  next: string | null
  lang: 'ts' | 'js' | 'keep'
  strict: boolean
  allowDirty: boolean
  report: readonly string[]
  json: boolean
  quiet: boolean
  progress: boolean
  color: boolean
  print: Stage | null
}

/** What --print can show. */
export type Stage = 'uses' | 'model' | 'plan'

export const usage = 'routeshift [dir] [options]'

export const summary = 'Migrates Next.js API routes (pages/api) to route handlers (app/api).'

export const exitCodes = [
  '0  done',
  '1  could not run, or a route failed',
  '2  only with --check: something would change or needs review',
] as const

/** The table as the README shows it. */
export function renderFlagsMarkdown(): string {
  const rows = flags.map((flag) => `| \`${flag.flags.replaceAll('|', '\\|')}\` | ${describeFlag(flag)} |`)
  return ['| Option | |', '|---|---|', ...rows].join('\n')
}

/** The help of one option, with what it accepts. */
export function describeFlag({ help, choices, initial, isRepeatable }: Flag): string {
  const extras = [
    choices ? choices.join(', ') : '',
    initial === undefined ? '' : `default ${initial}`,
    isRepeatable ? 'repeatable' : '',
  ].filter((extra) => extra !== '')
  return extras.length === 0 ? help : `${help} (${extras.join('; ')})`
}
