import { type Command, type Flag, shared } from './flags.ts'

/** In the order of --help: what to compare, how to replay, how to report. */
const flags: readonly Flag[] = [
  { flags: '--from <ref>', help: 'the commit from before the routes moved (HEAD, or the start of the last run)' },
  shared.include,
  shared.exclude,
  { flags: '--next <version>', help: 'the version of Next that the routes were written for' },
  shared.lang,
  { flags: '--strict', help: 'the routes were migrated with --strict: expect no differences' },
  shared.nextFrom,
  shared.seed,
  shared.timeLimit,
  shared.workers,
  { flags: '--live', help: 'compare two running servers; the requests are really sent' },
  { flags: '--requests <file>', help: 'with --live: what to send, a .har file or a JSON list' },
  shared.report,
  shared.json,
  shared.quiet,
  shared.noProgress,
  shared.noColor,
  shared.version,
  shared.help,
]

/** What commander makes of the table. */
export interface VerifySettings {
  dir: string
  /** Null for HEAD, or where nothing has moved since, the start of the last run. */
  from: string | null
  include: readonly string[]
  exclude: readonly string[]
  next: string | null
  lang: 'ts' | 'js' | 'keep' | null
  strict: boolean
  nextFrom: string | null
  seed: number
  timeLimit: number
  workers: number | null
  /** Addresses of two servers, and the file of the requests; null to compare trees. */
  live: { before: string; after: string; requests: string } | null
  report: readonly string[]
  json: boolean
  quiet: boolean
  progress: boolean
  color: boolean
}

export const verifyCommand: Command = {
  usage: 'routeshift verify [dir] [options]',
  summary: 'Replays made-up requests on each route before and after, and compares the answers.',
  details: [
    'Before is a commit (--from), after is the working tree. No database, services or network: what lies',
    'outside of the project is a stand-in that answers alike on both sides. Writes nothing.',
    '',
    'routeshift verify --live <before-url> <after-url> --requests <file>',
    'sends recorded requests to two running servers instead. They are really sent, to both: record only',
    'what may be done twice. Of a HAR file, requests to paths with /api/ are taken.',
  ],
  flags,
  exitCodes: [
    '0  no difference',
    '1  could not run, or a route could not be replayed',
    '2  a route answers differently',
  ],
}
