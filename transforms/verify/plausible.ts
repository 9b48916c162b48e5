import type { Node } from '../syntax/tree.ts'
import type { Field, Json } from './surface.ts'

/** Names of values, and what such a value looks like: as text, and in JSON where that differs. */
const SAMPLES: readonly (readonly [RegExp, string, Json?])[] = [
  [/e-?mail/i, 'ada@example.org'],
  [/uuid|guid/i, '3f2b8c1e-6d4a-4f0b-9a7c-2e5d8b1f4c3a'],
  [/url|uri|link|href|redirect|callback|return|origin|referer|image|avatar|website/i, 'https://example.org/x'],
  [/^(?:is|has|can|should|with|enable|allow)[A-Z_]|enabled|active|public|verified|dry-?run|force/, 'true', true],
  [/ids$|tags|items|list$|emails|files/i, 'alpha', ['alpha', 'beta']],
  [/(?:^|_|-)id$|Id$|^id/, '7'],
  [/date|time|(?:^|_)(?:from|to|start|end|since|until)(?:$|_|[A-Z])|(?:_at|At)$/, '2024-01-31'],
  [
    /page|limit|offset|count|size|skip|take|amount|price|quantity|qty|total|age|year|month|day|number|num$|index|lat|lng|lon|rating|score|port|width|height/i,
    '2',
    2,
  ],
  [/password|passwd|pwd/i, 'Passw0rd!x'],
  [/phone|mobile|tel$/i, '+15550100'],
  [/zip|postal/i, '12345'],
  [/first.?name|last.?name|user.?name|^name$|author/i, 'Ada'],
  [/lang|locale/i, 'en'],
  [/currency/i, 'EUR'],
  [/ip$|forwarded-for/i, '192.0.2.1'],
  [/user-agent/i, 'Mozilla/5.0 (X11; Linux x86_64)'],
  [/^content-type$/i, 'application/json'],
  [/^accept-language$/i, 'en,de;q=0.5'],
  [/^accept$/i, 'application/json'],
  [/^authorization$/i, 'Bearer token-1'],
  [/token|secret|key|signature|hash|code|nonce|session/i, 'token-1'],
]

/** A value that such a field usually has. Text outside of bodies. */
export function plausibleValue(field: Field): Json {
  const isFitting = (value: Json): boolean =>
    value !== null && value !== '' && (!isAuthorization(field) || /^(?:Bearer|Basic|Token)\s/i.test(String(value)))
  const fitting = field.values.filter(isFitting)
  // A whole value that is compared with leads further than one made for a prefix or a separator.
  const first = fitting.find((value) => !String(value).includes('alpha')) ?? fitting[0]
  const name = field.path.filter((key) => key !== '[]').at(-1) ?? ''
  if (first !== undefined) return first
  const [, text, json] = SAMPLES.find(([pattern]) => pattern.test(name)) ?? [null, 'alpha']
  if (field.kinds.has('number'))
    return field.place === 'body' ? (typeof json === 'number' ? json : 7) : /^\d+$/.test(text) ? text : '7'
  if (field.kinds.has('boolean')) return field.place === 'body' ? true : 'true'
  if (field.kinds.has('array')) return Array.isArray(json) ? json : [text, 'beta']
  if (field.kinds.has('object') && field.place === 'body') return { key: 'alpha' }
  if (field.place !== 'body') return text
  return field.path.at(-1) === '[]' && json !== undefined && typeof json === 'object' ? text : (json ?? text)
}

/** The parts of this header are often compared one by one, so that no single value found fits the whole. */
function isAuthorization({ place, path }: Field): boolean {
  return place === 'header' && path[0] === 'authorization'
}

/** Texts of many forms: one of them fits most patterns that handlers test. */
const TEXTS: readonly string[] = [
  ...['alpha', '7', '42', '2024-01-31', '2024-01-31T00:00:00.000Z', 'ada@example.org', 'https://example.org/x'],
  ...['3f2b8c1e-6d4a-4f0b-9a7c-2e5d8b1f4c3a', '507f1f77bcf86cd799439011', 'Ada Lovelace', 'alpha-beta', 'alpha_beta'],
  ...[
    'Passw0rd!x',
    '+15550100',
    '5550100',
    '12:30',
    '1.5',
    'EUR',
    'en',
    'en-GB',
    '192.0.2.1',
    'Bearer token-1',
    'alpha.png',
  ],
  ...[
    '/path/to',
    '#ff0000',
    'true',
    'ABC123',
    '12345',
    '1234567890',
    'chrome-extension://alpha',
    'http://localhost:3000',
  ],
]

/** A text that a regular expression literal accepts; null when none of ours fits. */
export function sampleFor(pattern: Node): string | null {
  if (pattern.type !== 'RegExpLiteral') return null
  try {
    const expression = new RegExp(pattern.pattern, pattern.flags.replace(/[gy]/g, ''))
    return TEXTS.find((text) => expression.test(text)) ?? null
  } catch {
    return null // a pattern of a later version of the language
  }
}
