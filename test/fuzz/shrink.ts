import type { MigrateOptions } from '../../transforms/model/options.ts'
import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { isSource } from '../support/source.ts'
import { checkCase, type Fault } from './check.ts'
import { type Cut, findCuts, findGlobals } from './cuts.ts'
import type { Case } from './generate.ts'

/** The smallest case found that still has the fault, and the fault as it shows there. */
export interface Shrunk {
  made: Case
  fault: Fault
}

/** How often a smaller case is tried. */
const patience = 600

/** Takes out whatever can go while a fault of the same kind remains. */
export async function shrink(made: Case, fault: Fault, options: Partial<MigrateOptions>): Promise<Shrunk> {
  let best: Shrunk = { made, fault }
  let tries = 0
  const attempt = async (smaller: Case): Promise<boolean> => {
    tries++
    const checked = await checkCase(smaller, options).catch(() => null)
    const same = checked?.faults.find(({ kind }) => kind === fault.kind)
    if (same === undefined) return false
    best = { made: smaller, fault: same }
    return true
  }
  if (fault.request !== null)
    await attempt({ ...made, requests: made.requests.map((r) => (r === fault.request ? r : skipped)) })
  for (let went = true; went && tries < patience; ) {
    went = false
    for (const path of Object.keys(best.made.files).filter(isSource)) {
      const text = best.made.files[path] ?? ''
      const globals = findGlobals(path, text)
      for (const cut of findCuts(path, text)) {
        if (tries >= patience) break
        const smaller = apply(text, cut)
        if (!isSound(path, smaller, globals)) continue
        if (await attempt({ ...best.made, files: { ...best.made.files, [path]: smaller } })) {
          went = true
          break
        }
      }
    }
  }
  await shrinkRequest(best, attempt)
  return best
}

/** Stands in for requests that do not show the fault: the scenario of a request goes by its place. */
export const skipped: ReplayRequest = { name: 'skipped', method: 'GET', path: '' }

function apply(text: string, { start, end, text: instead }: Cut): string {
  return (text.slice(0, start) + instead + text.slice(end)).replace(/\n[ \t]*(?=\n)/g, '')
}

/** It parses, and misses no declaration that was there. */
function isSound(path: string, text: string, globals: ReadonlySet<string> | null): boolean {
  const names = findGlobals(path, text)
  return names !== null && [...names].every((name) => globals?.has(name))
}

async function shrinkRequest(from: Shrunk, attempt: (smaller: Case) => Promise<boolean>): Promise<void> {
  const index = from.made.requests.findIndex((request) => request !== skipped)
  const request = from.made.requests[index]
  if (request === undefined || from.fault.request === null) return
  let { headers = {} } = request
  let path = request.path
  const build = (change: Partial<ReplayRequest>): Case => ({
    ...from.made,
    requests: from.made.requests.map((r, i) => (i === index ? { ...request, path, headers, ...change } : r)),
  })
  for (const name of Object.keys(headers)) {
    const { [name]: _gone, ...others } = headers
    if (await attempt(build({ headers: others }))) headers = others
  }
  const [base = '', query = ''] = path.split('?')
  let pairs = query.split('&').filter((pair) => pair !== '')
  for (const pair of [...pairs]) {
    const others = pairs.filter((one) => one !== pair)
    const shorter = others.length > 0 ? `${base}?${others.join('&')}` : base
    if (!(await attempt(build({ path: shorter })))) continue
    pairs = others
    path = shorter
  }
}
