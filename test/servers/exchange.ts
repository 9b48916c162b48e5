import type { Observation, Scenario } from '../../transforms/model/verification.ts'
import { bodyOf, compare } from '../../transforms/verify/compare.ts'
import { type Compared, explain, findMissingCodes } from '../../transforms/verify/expected.ts'
import type { FixtureRequest } from '../support/fixture.ts'
import { ask } from './client.ts'
import { openSessions, sealSessions } from './sealed-sessions.ts'
import type { ServedCase } from './served-cases.ts'

/** Where the two sides answer. */
export interface Origins {
  before: string
  after: string
}

/** What was seen of all cases. */
export interface Tally {
  /** By the id of the case, a line for each difference without a code. */
  unexplained: Map<string, readonly string[]>
  /** Routes that both sides had in its place, by their id with the prefix. */
  reached: Set<string>
  sent: number
}

/** Cases that are asked at the same time; the requests of one case follow each other, since handlers have state. */
const lanes = 6

/** Sends the requests of all cases to both servers. */
export async function exchangeAll(origins: Origins, cases: readonly ServedCase[]): Promise<Tally> {
  const tally: Tally = { unexplained: new Map(), reached: new Set(), sent: 0 }
  const waiting = [...cases]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      tally.unexplained.set(next.fixture.id, await exchangeOne(origins, next, tally))
  }
  await Promise.all(Array.from({ length: lanes }, work))
  return tally
}

async function exchangeOne(origins: Origins, { fixture, exchanges }: ServedCase, tally: Tally): Promise<string[]> {
  const isStrict = fixture.options.strict ?? false
  const hasSessions = Object.values(fixture.input).some((text) => text.includes('iron-session'))
  const lines: string[] = []
  for (const { request, route } of exchanges) {
    const sent = hasSessions ? await sealSessions(request) : request
    const answerOf = async (origin: string): Promise<Observation> => openSessions(await ask(origin, sent))
    const [before, after] = await Promise.all([answerOf(origins.before), answerOf(origins.after)])
    tally.sent += 1
    if (!isNotFoundPage(before) && !isNotFoundPage(after)) tally.reached.add(route.served)
    const asked = { id: route.served, exported: route.methods, codes: [...route.codes], named: route.named, isStrict }
    const found = findUnexplained({ route: asked, request, scenario, before, after })
    lines.push(...found.map((line) => `${printRequest(request)}: ${line}`))
  }
  return lines
}

/** Real servers have one scenario: nothing stands in for what is outside. */
const scenario: Scenario = { name: 'real', calls: 'succeed', seed: 0 }

/** The page of Next itself, for a path that no route has. */
const isNotFoundPage = ({ answer }: Observation): boolean =>
  answer.kind === 'response' && answer.status === 404 && bodyOf(answer).startsWith('<!DOCTYPE html>')

/** Differences without a code; each as a line to read. Nothing excuses another answer to a request that is marked as served. */
function findUnexplained(at: Compared & { request: FixtureRequest }): string[] {
  return compare(at.before, at.after).flatMap((difference) => {
    if (explain(difference, at).some(({ codes }) => codes === null || !at.request.served)) return []
    const { aspect, before, after } = difference
    const missing = findMissingCodes(difference, at)
    const hint = missing.length > 0 ? ` (allowed only if reported as ${missing.join(', ')})` : ''
    return [`${aspect}: ${JSON.stringify(before)} became ${JSON.stringify(after)}${hint}`]
  })
}

function printRequest({ name, method, path, headers, body }: FixtureRequest): string {
  const parts = [method, path, headers === undefined ? '' : JSON.stringify(headers), body ?? '']
  return `${name} (${parts.filter((part) => part !== '').join(' ')})`
}
