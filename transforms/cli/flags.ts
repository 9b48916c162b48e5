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

/** One command of the program with everything that its --help says. */
export interface Command {
  usage: string
  summary: string
  /** Sentences under the summary, a line each. */
  details: readonly string[]
  flags: readonly Flag[]
  exitCodes: readonly string[]
}

/** Options that mean the same in every command. */
export const shared = {
  include: { flags: '--include <glob>', help: 'only routes whose file matches, relative to dir', isRepeatable: true },
  exclude: { flags: '--exclude <glob>', help: 'no routes whose file matches, relative to dir', isRepeatable: true },
  lang: {
    flags: '--lang <language>',
    help: 'language of the route files, ts by default',
    choices: ['ts', 'js', 'keep'],
  },
  nextFrom: { flags: '--next-from <dir>', help: 'a folder in which Next is installed, if the project has none' },
  seed: { flags: '--seed <number>', help: 'chooses what outside calls answer', initial: '1' },
  timeLimit: { flags: '--time-limit <ms>', help: 'milliseconds that one request may take', initial: '2000' },
  workers: { flags: '--workers <count>', help: 'processes at a time; half of the processors if not given' },
  report: { flags: '--report <file>', help: 'write the report to a .json or .md file', isRepeatable: true },
  json: { flags: '--json', help: 'print the JSON report, and nothing else, on stdout' },
  quiet: { flags: '--quiet', help: 'print errors only' },
  noProgress: { flags: '--no-progress', help: 'no progress bar' },
  noColor: { flags: '--no-color', help: 'no colours; the variable NO_COLOR does the same' },
  version: { flags: '--version', help: 'print the version', isQuestion: true },
  help: { flags: '--help', help: 'print this help', isQuestion: true },
} as const satisfies Record<string, Flag>

/** In the order of --help: what to run on, what to write, how to report. */
export const flags: readonly Flag[] = [
  { flags: '-d, --dry-run', help: 'show the changes as a unified diff and write nothing' },
  { flags: '--patch <file>', help: 'write the changes to a patch for git apply instead of to the tree' },
  { flags: '--check', help: 'change nothing; exit with 2 if anything would change or needs review' },
  shared.include,
  shared.exclude,
  { flags: '--next <version>', help: 'the version of Next to write for, instead of the one found' },
  shared.lang,
  { flags: '--strict', help: 'keep even the small differences in answers that are notes by default' },
  { flags: '--keep-tested', help: 'keep routes whose handler a test calls, where it cannot be converted' },
  {
    flags: '--fallback <mode>',
    help: 'adapter: run what would be kept unchanged in app/',
    choices: ['adapter'],
  },
  { flags: '--adapter <file>', help: 'the file that runs them; lib/pages-handler.ts if not given' },
  { flags: '--allow-dirty', help: 'write although git could not take the changes back cleanly' },
  { flags: '--format', help: 'format what is written with eslint, biome, prettier, as set up here' },
  {
    flags: '--commits',
    help: 'commit what is written, renames first: git blame sees past them',
  },
  { flags: '--verify', help: 'replay each route before and after, and keep those that answer differently' },
  shared.nextFrom,
  shared.seed,
  shared.timeLimit,
  shared.workers,
  shared.report,
  shared.json,
  shared.quiet,
  shared.noProgress,
  shared.noColor,
  {
    flags: '--print <stage>',
    help: 'print a stage as JSON and stop; see docs/print.md',
    choices: ['uses', 'model', 'plan'],
  },
  shared.version,
  shared.help,
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
  /** Null where the config may say it. */
  lang: 'ts' | 'js' | 'keep' | null
  strict: boolean
  keepTested: boolean
  fallback: 'adapter' | null
  adapterFile: string | null
  allowDirty: boolean
  format: boolean
  commits: boolean
  verify: boolean
  nextFrom: string | null
  seed: number
  timeLimit: number
  workers: number | null
  report: readonly string[]
  json: boolean
  quiet: boolean
  progress: boolean
  color: boolean
  print: Stage | null
}

/** What --print can show. */
export type Stage = 'uses' | 'model' | 'plan'

/** The command without a name. */
export const migrateCommand: Command = {
  usage: 'routeshift [dir] [options]',
  summary: 'Migrates Next.js API routes (pages/api) to route handlers (app/api).',
  details: [
    'Writes to the working tree of dir (default: the current folder); run it with --dry-run first.',
    'routeshift verify compares the answers before and after: see routeshift verify --help.',
    'routeshift undo takes the last run back.',
    'routeshift explain PA112 says what a code of the report means.',
  ],
  flags,
  exitCodes: [
    '0  done',
    '1  could not run, or a route failed',
    '2  only with --check: something would change or needs review',
  ],
}

/** The table as the README shows it. */
export function renderFlagsMarkdown(command: Command): string {
  const rows = command.flags.map((flag) => `| \`${flag.flags.replaceAll('|', '\\|')}\` | ${describeFlag(flag)} |`)
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
