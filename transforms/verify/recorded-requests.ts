import { UserError } from '../model/host.ts'
import type { ReplayRequest } from '../model/verification.ts'

/** Set anew for each connection, or by the browser about itself. */
const NOT_SENT =
  /^(?::.*|host|connection|content-length|transfer-encoding|keep-alive|upgrade|proxy-.*|accept-encoding|if-none-match|if-modified-since)$/i

/**
 * Requests that were recorded: a HAR file (version 1.2, what browsers save) or a list of requests as JSON. Of a HAR, only requests whose path
 * has a segment `api` are taken, since a page records much else. Throws UserError for what is neither.
 */
export function readRecorded(file: string, text: string): ReplayRequest[] {
  const content = parse(file, text)
  const requests = isRecord(content) && isRecord(content.log) ? readHar(content.log.entries) : readList(content)
  if (requests === null)
    throw new UserError(
      `${file} is neither a HAR file nor a list of requests such as [{ "method": "GET", "path": "/api/hello" }].`,
    )
  if (requests.length === 0) throw new UserError(`${file} holds no request to a path with /api/ in it.`)
  return requests
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readHar(entries: unknown): ReplayRequest[] | null {
  if (!Array.isArray(entries)) return null
  return entries.flatMap((entry: unknown): ReplayRequest[] => {
    const request = isRecord(entry) ? entry.request : null
    if (!isRecord(request) || typeof request.url !== 'string' || !URL.canParse(request.url)) return []
    const { pathname, search } = new URL(request.url)
    if (!/(?:^|\/)api(?:\/|$)/.test(pathname)) return []
    const method = typeof request.method === 'string' ? request.method : 'GET'
    const headers = Object.fromEntries(readPairs(request.headers).filter(([name]) => !NOT_SENT.test(name)))
    return [
      { name: `${method} ${pathname}`, method, path: pathname + search, headers, ...readPostData(request.postData) },
    ]
  })
}

/** A body as text, as base64, or as the fields of a form. */
function readPostData(data: unknown): Pick<ReplayRequest, 'body' | 'base64'> {
  if (!isRecord(data)) return {}
  if (typeof data.text === 'string' && data.text !== '')
    return data.encoding === 'base64' ? { base64: data.text } : { body: data.text }
  const params = readPairs(data.params)
  return params.length === 0 ? {} : { body: new URLSearchParams(params).toString() }
}

function readPairs(list: unknown): [string, string][] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown): [string, string][] =>
    isRecord(item) && typeof item.name === 'string' ? [[item.name, String(item.value ?? '')]] : [],
  )
}

function readList(content: unknown): ReplayRequest[] | null {
  if (!Array.isArray(content)) return null
  const requests = content.map((item: unknown): ReplayRequest | null => {
    if (!isRecord(item) || typeof item.path !== 'string' || !item.path.startsWith('/')) return null
    const { path, body, base64 } = item
    const method = typeof item.method === 'string' ? item.method.toUpperCase() : 'GET'
    const headers = isRecord(item.headers)
      ? Object.entries(item.headers).map(([name, value]) => [name, String(value)])
      : []
    return {
      name: typeof item.name === 'string' ? item.name : `${method} ${path}`,
      method,
      path,
      headers: Object.fromEntries(headers),
      ...(typeof body === 'string' ? { body } : body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(typeof base64 === 'string' ? { base64 } : {}),
    }
  })
  const found = requests.filter((request) => request !== null)
  return found.length === requests.length ? found : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
