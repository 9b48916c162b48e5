import type { Observation } from '../../model/verification.ts'
import { bodyOf as textOf, headerOf as headerText } from '../compare.ts'

/** The text of the answer's body; empty where there is no answer. */
export const bodyOf = (side: Observation): string => textOf(side.answer)

/** A header of the answer by its name in lower case; empty where it has none. */
export const headerOf = (side: Observation, name: string): string => headerText(side.answer, name)

/** A status of 3xx and somewhere to go. */
export const isRedirect = (side: Observation): boolean =>
  side.answer.kind === 'response' &&
  side.answer.status >= 300 &&
  side.answer.status < 400 &&
  headerOf(side, 'location') !== ''

/** An answer of that status whose body matches. */
export const isAnswer = (side: Observation, status: number, body: RegExp): boolean =>
  side.answer.kind === 'response' && side.answer.status === status && body.test(bodyOf(side))

/** An answer of 4xx or 5xx. */
export const isRefused = ({ answer }: Observation): boolean => answer.kind === 'response' && answer.status >= 400

/** What one list of lines has after all of the other; none where it does not begin with them. */
export function linesAfter(lines: string, more: string): readonly string[] {
  if (lines === '') return more === '' ? [] : more.split('\n')
  return more.startsWith(`${lines}\n`) ? more.slice(lines.length + 1).split('\n') : []
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lines of Set-Cookie, each with its attributes in one order and in lower case; Max-Age counts where Expires stands beside it. */
export const sortAttributes = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const lower = attributes.map((one) => one.replace(/^samesite=.*|^[^=]*/i, (text) => text.toLowerCase())).sort()
      const hasAge = lower.some((attribute) => attribute.startsWith('max-age='))
      return [pair, ...lower.filter((attribute) => !(hasAge && attribute.startsWith('expires=')))].join('; ')
    })
    .join('\n')

/** Words of V8 that quote the code. The text around them counts. */
export const withoutErrorText = (text: string): string =>
  text
    // Some words quote the text that is no JSON.
    .replace(/(SyntaxError: )"[^"\n]*" is not valid JSON/g, '$1')
    .replace(/((?:Reference|Syntax|Type)Error: )[^\n"]*/g, '$1')
    .replace(
      /Cannot (?:read|set) propert(?:y|ies) of (?:undefined|null)(?: \((?:reading|setting) '[^']*'\))?/g,
      '[no object]',
    )
    .replace(/Cannot destructure (?:property '[^']*' of )?'[^"\n]*' as it is (?:undefined|null)\.?/g, '[no object]')
    // What is called is quoted as it stands, counters of ours included.
    .replace(
      /[^"\n:]* is not (?:a function|a constructor|iterable|defined)(?: or its return value is not iterable)?/g,
      '[is not]',
    )
    .replace(
      /(?:Unexpected (?:token|end|non-whitespace)|"[^"]*" is not valid JSON|Expected property name)[^\n"]*/g,
      '[no JSON]',
    )
