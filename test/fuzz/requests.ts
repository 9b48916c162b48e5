import type { ReplayRequest } from '../../transforms/model/verification.ts'
import type { Draft } from './grammar.ts'
import type { Random } from './random.ts'

/** Requests that tell: each method, each key that the handler looks at present, absent, repeated, empty and odd, in a random half. */
export function writeRequests(draft: Draft, route: string, most: number): ReplayRequest[] {
  const { random, hints } = draft
  const named = [...hints.methods]
  const [first = 'GET'] = named
  const methods = named.length > 0 ? named : ['GET', 'POST']
  const requests: ReplayRequest[] = []
  const add = (name: string, method: string, change: Partial<Parts> = {}): void => {
    requests.push(build(name, method, route, { ...full(draft), ...change }))
  }
  for (const method of methods) {
    add(`${method} with everything`, method)
    add(`${method} with nothing`, method, { query: [], headers: [], cookies: [], body: null })
  }
  add('a method that is not named', random.pick(['PUT', 'DELETE', 'PATCH']))
  if (random.chance(0.3)) add('HEAD', 'HEAD')
  if (random.chance(0.3)) add('OPTIONS', 'OPTIONS')
  const variants: [string, Partial<Parts>][] = []
  for (const key of hints.query.keys()) {
    const all = full(draft).query
    const others = all.filter(([name]) => name !== key)
    variants.push([`query ${key} absent`, { query: others }])
    variants.push([`query ${key} repeated`, { query: [...others, [key, 'one'], [key, 'two']] }])
    variants.push([`query ${key} empty`, { query: [...others, [key, '']] }])
    for (const sample of hints.query.get(key) ?? [])
      variants.push([`query ${key} ${sample}`, { query: [...others, [key, sample]] }])
  }
  for (const key of hints.header.keys()) {
    const others = full(draft).headers.filter(([name]) => name !== key)
    variants.push([`header ${key} absent`, { headers: others }])
    for (const sample of hints.header.get(key) ?? [])
      variants.push([`header ${key} ${sample}`, { headers: [...others, [key, sample]] }])
  }
  for (const key of hints.cookie.keys())
    variants.push([`cookie ${key} absent`, { cookies: full(draft).cookies.filter(([name]) => name !== key) }])
  for (const key of hints.body.keys()) {
    const { body } = full(draft)
    const others = Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => name !== key))
    variants.push([`body ${key} absent`, { body: others }])
    for (const sample of [...(hints.body.get(key) ?? []), '', 0, null, ['a']].slice(0, 4))
      variants.push([`body ${key} ${JSON.stringify(sample)}`, { body: { ...others, [key]: sample } }])
  }
  if (hints.body.size > 0)
    variants.push(
      ['empty JSON body', { raw: ['application/json', ''] }],
      ['no body', { body: null }],
      ['JSON null', { raw: ['application/json', 'null'] }],
      ['JSON list', { raw: ['application/json', '[1]'] }],
      ['malformed JSON', { raw: ['application/json', '{"a":'] }],
      ['JSON as text', { raw: ['text/plain', '{"name":"text"}'] }],
    )
  if (draft.params.some(({ kind }) => kind !== 'single'))
    variants.push(['deeper path', { depth: 3 }], ['shortest path', { depth: 0 }])
  for (const [name, change] of shuffle(variants, random)) {
    if (requests.length >= most) break
    add(
      name,
      hints.body.size > 0 && name.includes('body')
        ? (methods.find((m) => /^P/.test(m)) ?? first)
        : random.pick([first, ...methods]),
      change,
    )
  }
  return requests
}

interface Parts {
  query: [string, string][]
  headers: [string, string][]
  cookies: [string, string][]
  body: Record<string, unknown> | null
  raw?: [type: string, text: string]
  /** Segments of a catch-all. */
  depth?: number
}

function full({ hints }: Draft): Parts {
  const first = (samples: ReadonlySet<string>, otherwise: string): string => [...samples][0] ?? otherwise
  return {
    query: [...hints.query].map(([key, samples]) => [key, first(samples, `${key}-1`)]),
    headers: [...hints.header]
      .filter(([key]) => key !== 'host')
      .map(([key, samples]) => [key, first(samples, `${key}-value`)]),
    cookies: [...hints.cookie].map(([key, samples]) => [key, first(samples, `${key}1`)]),
    body:
      hints.body.size > 0
        ? Object.fromEntries(
            [...hints.body].map(([key, samples]) => [key, [...samples][0] ?? bodySamples[key] ?? 'text']),
          )
        : null,
  }
}

const bodySamples: Readonly<Record<string, unknown>> = {
  count: 3,
  items: ['a', 'b'],
  active: true,
  name: 'Ada',
  email: 'ada@example.com',
}

function build(name: string, method: string, route: string, parts: Parts): ReplayRequest {
  const path = route.replace(/\/\[\[\.\.\.\w+\]\]|\[\.\.\.\w+\]|\[\w+\]/g, (segment) =>
    fillSegment(segment, parts.depth),
  )
  const query = parts.query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')
  const headers: Record<string, string> = Object.fromEntries(parts.headers)
  if (parts.cookies.length > 0) headers.cookie = parts.cookies.map(([key, value]) => `${key}=${value}`).join('; ')
  const takesBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
  const [type, body] =
    parts.raw ?? (parts.body === null ? [null, null] : ['application/json', JSON.stringify(parts.body)])
  if (takesBody && type !== null) headers['content-type'] = type
  return {
    name,
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers,
    ...(takesBody && body !== null ? { body } : {}),
  }
}

function fillSegment(segment: string, depth = 2): string {
  const parts = ['one', 'two%20b', 'three'].slice(0, depth)
  if (segment.startsWith('/[[')) return parts.map((part) => `/${part}`).join('')
  return segment.startsWith('[...')
    ? parts.length === 0
      ? 'one'
      : parts.join('/')
    : segment === '[id]'
      ? '42'
      : 'a%20b'
}

function shuffle<T>(list: readonly T[], random: Random): T[] {
  const left = [...list]
  const mixed: T[] = []
  while (left.length > 0) mixed.push(...left.splice(random.int(0, left.length - 1), 1))
  return mixed
}
