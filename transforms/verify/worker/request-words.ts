import type { ReplayRequest } from '../../model/verification.ts'
import type { Params } from './next-host.ts'

const MOST = 24

/** What a request says: an outside value that equals it (an owner's id, a secret) opens the branch behind the comparison. */
export function requestWords(
  { path, headers = {}, body }: ReplayRequest,
  params: Params | undefined,
): (string | number)[] {
  const [, search = ''] = path.split('?')
  const given = [
    ...new URLSearchParams(search).values(),
    ...Object.values(params ?? {}).flat(),
    ...Object.entries(headers).flatMap(([name, value]) =>
      /^(?:host|content-|accept|user-agent)/i.test(name) ? [] : [value, value.replace(/^\w+ /, '')],
    ),
    ...fieldsOf(body ?? ''),
  ]
  return [...new Set(given)].filter((word) => word !== '').slice(0, MOST)
}

function fieldsOf(body: string): (string | number)[] {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null) return []
    return Object.values(value).filter((field) => typeof field === 'string' || typeof field === 'number')
  } catch {
    return []
  }
}
