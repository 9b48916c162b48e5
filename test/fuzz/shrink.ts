import type { MigrateOptions } from '../../transforms/model/options.ts'
import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { isSource } from '../support/source.ts'
import { checkCases, type Fault } from './check.ts'
import { type Cut, findCuts, findGlobals } from './cuts.ts'
import type { Case } from './generate.ts'
import type { Verifier } from './verifier.ts'

/** The smallest case found that still has the fault, and the fault as it shows there. */
export interface Shrunk {
  made: Case
  fault: Fault
}

/** How many rounds, of which each takes one thing out; and how many cuts are tried at a time. */
const maxRounds = 150
const batch = 12

/** Takes out whatever can go while a fault of the same kind remains. */
export async function shrink(
  made: Case,
  fault: Fault,
  options: Partial<MigrateOptions>,
  verifier: Verifier,
): Promise<Shrunk> {
  /** The first of several smaller cases that has the fault. */
  const firstOf = async (from: Shrunk, smaller: readonly Shrunk[]): Promise<Shrunk | null> => {
    const tasks = smaller.map(({ made, fault: { run } }) => ({ made, ...(run === null ? {} : { runs: [run] }) }))
    const checked = await checkCases(tasks, options, verifier).catch(() => [])
    for (const [i, { faults }] of checked.entries()) {
      const same = faults.find(({ kind }) => kind === from.fault.kind)
      if (same !== undefined) return { made: smaller[i]?.made ?? from.made, fault: same }
    }
    return null
  }
  let best: Shrunk = { made, fault }
  for (let round = 0; round < maxRounds; round++) {
    const smaller = await cutOnce(best, firstOf)
    if (smaller === null) break
    best = smaller
  }
  return shrinkRequest(best, firstOf)
}

type FirstOf = (from: Shrunk, smaller: readonly Shrunk[]) => Promise<Shrunk | null>

async function cutOnce(from: Shrunk, firstOf: FirstOf): Promise<Shrunk | null> {
  const { files } = from.made
  const smaller: Shrunk[] = []
  for (const path of Object.keys(files).filter(isSource)) {
    const text = files[path] ?? ''
    const globals = findGlobals(path, text)
    for (const cut of findCuts(path, text)) {
      const shorter = apply(text, cut)
      if (shorter !== text && isSound(path, shorter, globals))
        smaller.push({ ...from, made: { ...from.made, files: { ...files, [path]: shorter } } })
    }
  }
  for (let at = 0; at < smaller.length; at += batch) {
    const found = await firstOf(from, smaller.slice(at, at + batch))
    if (found !== null) return found
  }
  return null
}

function apply(text: string, { start, end, text: instead }: Cut): string {
  return (text.slice(0, start) + instead + text.slice(end)).replace(/\n[ \t]*(?=\n)/g, '')
}

/** It parses, and misses no declaration that was there. */
function isSound(path: string, text: string, globals: ReadonlySet<string> | null): boolean {
  const names = findGlobals(path, text)
  return names !== null && [...names].every((name) => globals?.has(name))
}

/** Leaves out headers and keys of the query that do not matter. */
async function shrinkRequest(from: Shrunk, firstOf: FirstOf): Promise<Shrunk> {
  let best = from
  for (let went = true; went; ) {
    went = false
    const { run } = best.fault
    if (run === null) return best
    const smaller = shorterRequests(run.request).map((request) => ({
      ...best,
      fault: { ...best.fault, run: { ...run, request } },
    }))
    const found = await firstOf(best, smaller)
    if (found === null) return best
    best = found
    went = true
  }
  return best
}

function shorterRequests(request: ReplayRequest): ReplayRequest[] {
  const { headers = {}, path } = request
  const [base = '', query = ''] = path.split('?')
  const pairs = query.split('&').filter((pair) => pair !== '')
  return [
    ...Object.keys(headers).map((gone) => ({
      ...request,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== gone)),
    })),
    ...pairs.map((gone) => {
      const left = pairs.filter((pair) => pair !== gone)
      return { ...request, path: left.length > 0 ? `${base}?${left.join('&')}` : base }
    }),
  ]
}
