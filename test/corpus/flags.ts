import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const usage = `usage: npm run corpus -- <folder of checkouts> [options]
  --only <text>             checkouts whose name contains it
  --assume-next <version>   the target for apps whose own Next has no App Router
  --fallback adapter        runs with that option
  --show <code>             the places of a code
  --diff                    what would be written, as unified diffs
  --once                    leaves out the second run, on the result of the first
  --types                   type-checks what is written against what it was made from
  --verify <folder>         replays each moved route on the Next that is installed there
  --requests <count>        requests for each route (60)
  --outcome <outcome>       replays only routes that came out so: migrated, review or adapted
  --route <text>            replays only routes whose path contains it
  --remember <file>         keeps verdicts there, and does not replay what has not changed`

/** What a corpus run is asked for; ends the process with the usage where that is not clear. */
export function readFlags(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        only: { type: 'string', default: '' },
        'assume-next': { type: 'string' },
        fallback: { type: 'string' },
        show: { type: 'string' },
        diff: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        types: { type: 'boolean', default: false },
        verify: { type: 'string' },
        requests: { type: 'string', default: '60' },
        outcome: { type: 'string' },
        route: { type: 'string', default: '' },
        remember: { type: 'string' },
      },
    })
    const folder = resolve(positionals[0] ?? '')
    if (positionals.length === 1 && existsSync(folder)) return { ...values, folder }
    throw new Error(positionals.length === 1 ? `there is no ${folder}` : 'one folder of checkouts is needed')
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exit(1)
  }
}
