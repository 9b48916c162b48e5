import type { ReplayRequest } from '../model/verification.ts'

const ORIGIN = 'http://localhost:3000'

/** A command line that sends the request to a local server, for a POSIX shell. */
export function renderCurl({ method, path, headers = {}, body, base64 }: ReplayRequest, origin = ORIGIN): string {
  const parts = ['curl', '-i']
  if (method === 'HEAD') parts.push('-I')
  else if (method !== 'GET' || body !== undefined) parts.push('-X', method)
  parts.push(quote(`${origin}${path}`))
  // A header without a value is sent when it ends in a semicolon, and left out when it ends in a colon.
  for (const [name, value] of Object.entries(headers))
    parts.push('-H', quote(value === '' ? `${name};` : `${name}: ${value}`))
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  if ((body !== undefined || base64 !== undefined) && !hasType) parts.push('-H', quote('content-type:'))
  if (body !== undefined) parts.push('--data-binary', quote(body))
  else if (base64 !== undefined) parts.push('--data-binary', '@-')
  const line = parts.join(' ')
  return body === undefined && base64 !== undefined ? `echo ${base64} | base64 -d | ${line}` : line
}

function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
