import { isDeepStrictEqual } from 'node:util'
import type { Answer, Difference, Observation } from '../model/verification.ts'

/** Framing and what servers add: not the handler's. */
const framing = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

type Reply = Extract<Answer, { kind: 'response' }>

/** Every difference, without any mercy: what may be forgiven is the business of expected.ts. */
export function compare(before: Observation, after: Observation): Difference[] {
  return [
    ...compareAnswers(before.answer, after.answer),
    ...differ('calls', callsOf(before, false), callsOf(after, false)),
    ...differ('loading', callsOf(before, true), callsOf(after, true)),
    ...differ('log', before.log.join('\n'), after.log.join('\n')),
    ...differ('rejections', before.rejections.join('\n'), after.rejections.join('\n')),
  ]
}

/** Those of the handler, or those of modules while they are evaluated. */
function callsOf({ calls }: Observation, isLoading: boolean): string {
  return calls
    .flatMap((call) => ((call.isLoading ?? false) === isLoading ? `${call.name}(${call.args})` : []))
    .join('\n')
}

function compareAnswers(before: Answer, after: Answer): Difference[] {
  if (before.kind !== 'response' || after.kind !== 'response')
    return differ('answer', describe(before), describe(after))
  const names = new Set([...before.headers, ...after.headers].map(([name]) => name))
  return [
    ...differ('status', String(before.status), String(after.status)),
    ...[...names]
      .filter((name) => !framing.has(name) && name !== 'set-cookie')
      .sort()
      .flatMap((name) => differ(`header:${name}`, headerOf(before, name), headerOf(after, name))),
    ...differ('set-cookie', cookiesOf(before), cookiesOf(after)),
    ...compareBodies(before, after),
  ]
}

const describe = (answer: Answer): string =>
  answer.kind === 'response' ? `response ${answer.status}` : answer.kind === 'crash' ? `crash: ${answer.why}` : 'hang'

/** The value of a header, lines that are repeated joined as every client joins them; empty where there is none. */
export function headerOf(answer: Answer, name: string): string {
  if (answer.kind !== 'response') return ''
  return answer.headers
    .filter(([key]) => key === name)
    .map(([, value]) => value)
    .join(', ')
}

/** The lines of Set-Cookie, one below the other. */
export function cookiesOf(answer: Answer): string {
  if (answer.kind !== 'response') return ''
  return answer.headers
    .filter(([name]) => name === 'set-cookie')
    .map(([, value]) => value)
    .join('\n')
}

/** The body as text; empty where there is no answer. */
export const bodyOf = (answer: Answer): string =>
  answer.kind === 'response' ? Buffer.from(answer.body, 'base64').toString('utf8') : ''

function compareBodies(before: Reply, after: Reply): Difference[] {
  if (before.body === after.body) return []
  if (isJson(before) && isJson(after) && isDeepStrictEqual(parseJson(before), parseJson(after))) return []
  return [{ aspect: 'body', before: bodyOf(before), after: bodyOf(after) }]
}

const isJson = (answer: Reply): boolean => /^application\/json\b/.test(headerOf(answer, 'content-type'))

function parseJson(answer: Reply): unknown {
  const text = bodyOf(answer)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function differ(aspect: string, before: string, after: string): Difference[] {
  return before === after ? [] : [{ aspect, before, after }]
}
