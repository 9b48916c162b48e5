import { appendFileSync, readFileSync } from 'node:fs'
import type { Verification } from '../../transforms/model/verification.ts'
import type { Memory, Prepared } from '../../transforms/verify/prepared.ts'
import { digest, readComparer, readRemembered } from '../support/comparer.ts'

/**
 * Verdicts of earlier runs, kept in `file`: a route whose bundles, codes and requests are the same as then need not be replayed as long as
 * the code that compares is the same. Routes that differ or cannot run are always replayed. `next` is the folder of the Next that hosts; the
 * packages that are installed around the checkouts are taken to be the same, too.
 */
export async function createMemory(file: string, next: string): Promise<Memory> {
  const comparer = await readComparer(['transforms/verify/verify-routes.ts'])
  const known = readRemembered(file)
  return {
    recall(prepared) {
      const line = known.get(keyOf(comparer, next, prepared))
      return line === undefined ? null : { ...(JSON.parse(line) as Verification), route: prepared.route }
    },
    keep(prepared, { route: _, ...verdict }) {
      if (verdict.proof === 'proven' || verdict.proof === 'partly')
        appendFileSync(file, `${keyOf(comparer, next, prepared)} ${JSON.stringify(verdict)}\n`)
    },
  }
}

function keyOf(comparer: string, next: string, { route, job, requests, scenarios, missing }: Prepared): string {
  const { bundles, words, called } = job
  const texts = [bundles.before, bundles.after].map((path) => withoutNumbers(readFileSync(path, 'utf8')))
  return digest([comparer, next, route, texts, words, called, requests, scenarios, missing])
}

/** Branches are counted over all routes of a run: their numbers change when another route moves, and mean nothing to this one. */
const withoutNumbers = (text: string): string => text.replaceAll(/(__routeshift\.\w+\()\d+/g, '$1')
