import { isDeepStrictEqual } from 'node:util'
import type { Observation } from './replay.ts'

/** One thing that a client (or the log) could tell the two sides apart by. */
export interface Difference {
  /** `status`, `body`, `set-cookie`, `log`, `answer`, or `header:<name>` */
  aspect: string
  before: string
  after: string
}

/** Framing and what the test servers add: not the handler's. */
const framing = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/** Every difference, without any mercy: what may be forgiven is the business of known-differences.ts. */
export function compare(before: Observation, after: Observation): Difference[] {
  const log = differ('log', before.log.join('\n'), after.log.join('\n'))
  if (before.kind === 'hang' || after.kind === 'hang') return [...differ('answer', before.kind, after.kind), ...log]
  const names = new Set([...Object.keys(before.headers), ...Object.keys(after.headers)])
  return [
    ...differ('status', String(before.status), String(after.status)),
    ...[...names]
      .filter((name) => !framing.has(name))
      .sort()
      .flatMap((name) => differ(`header:${name}`, before.headers[name] ?? '', after.headers[name] ?? '')),
    ...differ('set-cookie', before.cookies.join('\n'), after.cookies.join('\n')),
    ...compareBodies(before, after),
    ...log,
  ]
}

type Answer = Extract<Observation, { kind: 'response' }>

function compareBodies(before: Answer, after: Answer): Difference[] {
  if (before.body.equals(after.body)) return []
  if (isJson(before) && isJson(after) && isDeepStrictEqual(parseJson(before), parseJson(after))) return []
  return [{ aspect: 'body', before: before.body.toString('utf8'), after: after.body.toString('utf8') }]
}

const isJson = (answer: Answer): boolean => /^application\/json\b/.test(answer.headers['content-type'] ?? '')

function parseJson(answer: Answer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch {
    return answer.body
  }
}

function differ(aspect: string, before: string, after: string): Difference[] {
  return before === after ? [] : [{ aspect, before, after }]
}
