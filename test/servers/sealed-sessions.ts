import { sealData, unsealData } from 'iron-session8'
import type { Observation } from '../../transforms/model/verification.ts'
import type { FixtureRequest } from '../support/fixture.ts'

/** Of all cases with iron-session. */
const password = 'a password of thirty-two characters!'

/** The sessions that a case writes as JSON, as iron-session would send them: `harbour={"name":"Ada"}`. */
export async function sealSessions(request: FixtureRequest): Promise<FixtureRequest> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers ?? {}))
    headers[name] = name.toLowerCase() === 'cookie' ? await replaceAll(value, /%7B[^;]*%7D/gi, seal) : value
  return request.headers === undefined ? request : { ...request, headers }
}

const seal = (text: string): Promise<string> => sealData(JSON.parse(decodeURIComponent(text)), { password })

/** What was sealed, in the place of the seal: chance has a part in that, and no two are alike. */
export async function openSessions(observed: Observation): Promise<Observation> {
  if (observed.answer.kind !== 'response') return observed
  const headers = await Promise.all(
    observed.answer.headers.map(async ([name, value]): Promise<[string, string]> => {
      return [name, name === 'set-cookie' ? await replaceAll(value, /Fe26\.2\*[^;]+/g, unseal) : value]
    }),
  )
  return { ...observed, answer: { ...observed.answer, headers } }
}

async function unseal(text: string): Promise<string> {
  const found = JSON.stringify(await unsealData(decodeURIComponent(text), { password }))
  return found === '{}' ? `{} (${text.length})` : found
}

async function replaceAll(text: string, pattern: RegExp, make: (found: string) => Promise<string>): Promise<string> {
  let made = text
  for (const [found] of text.matchAll(pattern)) {
    const other = await make(found)
    made = made.replace(found, () => other)
  }
  return made
}
