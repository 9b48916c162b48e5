import { fresh, type Kind, type Origin, type Place, type Production, type Value } from './grammar.ts'
import { hint } from './hints.ts'

/** Statements that give names to parts of the request. */
export const reads: Production<string[]>[] = [
  { name: 'query/destructured', weight: 10, write: (place) => destructure(place, 'query') },
  { name: 'query/property', weight: 10, write: (place) => declare(place, queryKey(place), property(place, 'query')) },
  { name: 'query/default', weight: 5, write: queryDefault },
  { name: 'query/number', weight: 5, write: queryNumber },
  { name: 'query/list', weight: 3, write: queryList },
  { name: 'query/first', weight: 3, write: queryFirst },
  { name: 'query/flag', weight: 3, write: queryFlag },
  { name: 'query/rest', weight: 2, write: queryRest },
  { name: 'query/alias', weight: 2, write: queryAlias },
  { name: 'query/spread', weight: 2, write: querySpread },
  { name: 'query/entries', weight: 2, write: queryEntries },
  { name: 'query/dynamic', weight: 1, write: queryDynamic },
  { name: 'query/passed', weight: 2, write: queryPassed },
  { name: 'param/property', weight: 8, fits: hasParams, write: (place) => declareParam(place) },
  { name: 'param/destructured', weight: 10, fits: hasParams, write: (place) => destructureParam(place) },
  { name: 'param/list', weight: 6, fits: hasListParam, write: listParam },
  { name: 'body/destructured', weight: 14, fits: takesBody, write: (place) => destructure(place, 'body') },
  {
    name: 'body/property',
    weight: 6,
    fits: takesBody,
    write: (place) => declare(place, bodyKey(place), property(place, 'body')),
  },
  { name: 'body/whole', weight: 6, fits: takesBody, write: bodyWhole },
  { name: 'body/fallback', weight: 3, fits: takesBody, write: bodyFallback },
  { name: 'body/parse', weight: 2, fits: takesBody, write: bodyParse },
  { name: 'body/spread', weight: 2, fits: takesBody, write: bodySpread },
  { name: 'body/rest', weight: 2, fits: takesBody, write: bodyRest },
  { name: 'body/nested', weight: 2, fits: takesBody, write: bodyNested },
  { name: 'header/property', weight: 6, write: (place) => declare(place, headerKey(place), property(place, 'header')) },
  { name: 'header/destructured', weight: 2, write: (place) => destructure(place, 'header') },
  { name: 'header/token', weight: 3, write: headerToken },
  { name: 'cookie/property', weight: 3, write: (place) => declare(place, cookieKey(place), property(place, 'cookie')) },
  { name: 'cookie/destructured', weight: 2, write: (place) => destructure(place, 'cookie') },
  { name: 'cookie/whole', weight: 1, write: cookieWhole },
  { name: 'url/path', weight: 2, write: urlPath },
  { name: 'url/parsed', weight: 1, write: urlParsed },
  {
    name: 'several',
    weight: 3,
    fits: (place) => !place.taken.has('query') && !place.taken.has('body'),
    write: several,
  },
]

/** Expressions with a part of the request, used in place. */
export const parts: Production<Value>[] = [
  { name: 'query', weight: 6, write: (place) => ({ ...property(place, 'query')(queryKey(place)) }) },
  { name: 'body', weight: 5, fits: takesBody, write: (place) => property(place, 'body')(bodyKey(place)) },
  { name: 'header', weight: 3, write: (place) => property(place, 'header')(headerKey(place)) },
  { name: 'cookie', weight: 1, write: (place) => property(place, 'cookie')(cookieKey(place)) },
  {
    name: 'param',
    weight: 3,
    fits: hasParams,
    write: (place) => property(place, 'param')(place.draft.random.pick(paramNames(place))),
  },
]

export function hasParams({ draft }: Place): boolean {
  return draft.params.length > 0
}

function hasListParam({ draft }: Place): boolean {
  return draft.params.some(({ kind }) => kind !== 'single')
}

/** GET handlers seldom look at a body. */
export function takesBody({ methods, draft }: Place): boolean {
  if (methods === null) return true
  return methods.every((method) => /^P|DELETE/.test(method)) || draft.used.has('rare/body-of-get')
}

const queryKey = ({ draft }: Place): string =>
  draft.random.pick(['q', 'page', 'limit', 'sort', 'status', 'tag', 'from', 'userId', 'include'])
const bodyKey = ({ draft }: Place): string =>
  draft.random.pick(['name', 'email', 'title', 'count', 'items', 'active', 'note', 'kind'])
const headerKey = ({ draft }: Place): string =>
  draft.random.pick(['authorization', 'user-agent', 'x-api-key', 'x-request-id', 'origin', 'host', 'accept'])
const cookieKey = ({ draft }: Place): string => draft.random.pick(['session', 'theme', 'csrf-token'])
const paramNames = ({ draft }: Place): [string, ...string[]] => {
  const [first, ...others] = draft.params.map(({ name }) => name)
  return [first ?? 'id', ...others]
}

const kinds: Readonly<Record<Origin['part'], Kind>> = {
  query: 'query',
  header: 'maybe-text',
  cookie: 'maybe-text',
  body: 'any',
  param: 'text',
}
const members: Readonly<Record<Origin['part'], string>> = {
  query: 'query',
  header: 'headers',
  cookie: 'cookies',
  body: 'body',
  param: 'query',
}

const isName = (key: string): boolean => /^[a-z_$][\w$]*$/i.test(key)
const nameOf = (key: string): string => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

function property(place: Place, part: Origin['part']): (key: string) => Value {
  return (key) => {
    const { draft } = place
    hint(draft.hints, { part, key })
    const optional = part === 'body' && draft.random.chance(0.1)
    const object = `${draft.req}.${members[part]}${optional ? '?' : ''}`
    const text = isName(key) ? `${object}.${key}` : `${object}${optional ? '.' : ''}['${key}']`
    const kind = part === 'param' ? paramKind(place, key) : kinds[part]
    if (draft.isTyped && part === 'query' && draft.random.chance(0.35))
      return { text: `(${text} as string)`, kind, origin: { part, key } }
    return { text, kind, origin: { part, key } }
  }
}

function paramKind({ draft }: Place, key: string): Kind {
  const param = draft.params.find(({ name }) => name === key)
  return param === undefined || param.kind === 'single' ? 'text' : 'texts'
}

function declare(place: Place, key: string, read: (key: string) => Value, keyword = 'const'): string[] {
  const value = read(key)
  const name = fresh(place, nameOf(key))
  place.values.push({ ...value, text: name })
  return [`${keyword} ${name} = ${value.text.replace(/^\((.*)\)$/, '$1')};`]
}

/** `const { a, b: c, d = 1 } = req.query` */
function destructure(place: Place, part: 'query' | 'body' | 'header' | 'cookie'): string[] {
  const { draft } = place
  const next = { query: queryKey, body: bodyKey, header: headerKey, cookie: cookieKey }[part]
  const keys = [...new Set(Array.from({ length: draft.random.int(1, 3) }, () => next(place)))]
  const leaves = keys.map((key) => leaf(place, part, key))
  const cast = draft.isTyped && part === 'query' && draft.random.chance(0.25) ? ' as Record<string, string>' : ''
  return [`const { ${leaves.join(', ')} } = ${draft.req}.${members[part]}${cast};`]
}

function leaf(place: Place, part: Origin['part'], key: string): string {
  const { random } = place.draft
  hint(place.draft.hints, { part, key })
  const name = fresh(place, random.chance(0.1) ? `${nameOf(key)}Value` : nameOf(key))
  const fallback =
    part !== 'header' && random.chance(0.2) ? ` = ${random.pick(["'none'", "''", "'10'", 'null', 'undefined'])}` : ''
  place.values.push({ text: name, kind: fallback === '' ? kinds[part] : 'any', origin: { part, key } })
  return `${name === key ? key : `${isName(key) ? key : `'${key}'`}: ${name}`}${fallback}`
}

function queryDefault(place: Place): string[] {
  const { random } = place.draft
  const key = queryKey(place)
  const { text } = property(place, 'query')(key)
  const origin: Origin = { part: 'query', key }
  const name = fresh(place, nameOf(key))
  const fallback = random.pick(["'all'", "''", "'1'", 'null'])
  place.values.push({ text: name, kind: 'any', origin })
  return [`const ${name} = ${text} ${random.pick(['||', '??'])} ${fallback};`]
}

function queryNumber(place: Place): string[] {
  const { draft } = place
  const key = draft.random.pick(['page', 'limit', 'offset'])
  const { text } = property(place, 'query')(key)
  const origin: Origin = { part: 'query', key }
  for (const sample of ['2', 'abc', '0']) hint(draft.hints, { part: 'query', key }, sample)
  const name = fresh(place, key)
  place.values.push({ text: name, kind: 'number', origin })
  const form = draft.random.pick([
    `Number(${text})`,
    `parseInt(${text}, 10) || 1`,
    `Number(${text} ?? 20)`,
    `+${text} || 0`,
    `Math.max(1, parseInt(String(${text} || '1'), 10))`,
    `${text} ? Number(${text}) : undefined`,
  ])
  return [`const ${name} = ${form};`]
}

function queryList(place: Place): string[] {
  const { draft } = place
  const key = draft.random.pick(['tag', 'include', 'ids'])
  hint(draft.hints, { part: 'query', key }, 'a,b')
  const at = `${draft.req}.query.${key}`
  const name = fresh(place, `${key}List`)
  place.values.push({ text: name, kind: 'list', origin: { part: 'query', key } })
  const form = draft.random.pick([
    `Array.isArray(${at}) ? ${at} : [${at}]`,
    `Array.isArray(${at}) ? ${at} : ${at} ? [${at}] : []`,
    `[].concat(${at} || [])`,
    `[${at}].flat().filter(Boolean)`,
    `String(${at} ?? '').split(',')`,
  ])
  return [`const ${name} = ${draft.isTyped ? form.replace('[].', '([] as string[]).') : form};`]
}

function queryFirst(place: Place): string[] {
  const { draft } = place
  const key = queryKey(place)
  hint(draft.hints, { part: 'query', key })
  const at = `${draft.req}.query.${key}`
  const name = fresh(place, nameOf(key))
  place.values.push({ text: name, kind: 'maybe-text', origin: { part: 'query', key } })
  if (draft.random.chance(0.3)) return [`let ${name} = ${at};`, `if (Array.isArray(${name})) ${name} = ${name}[0];`]
  const form = draft.random.pick([
    `Array.isArray(${at}) ? ${at}[0] : ${at}`,
    `typeof ${at} === 'string' ? ${at} : ${at}?.[0]`,
    `typeof ${at} === 'string' ? ${at} : undefined`,
    `typeof ${at} === 'string' ? ${at} : null`,
  ])
  return [`const ${name} = ${form};`]
}

function queryFlag(place: Place): string[] {
  const { draft } = place
  const key = draft.random.pick(['preview', 'force', 'verbose'])
  for (const sample of ['true', '1', 'false']) hint(draft.hints, { part: 'query', key }, sample)
  const at = `${draft.req}.query.${key}`
  const name = fresh(place, key)
  place.values.push({ text: name, kind: 'flag', origin: { part: 'query', key } })
  const form = draft.random.pick([
    `${at} === 'true'`,
    `${at} !== undefined`,
    `'${key}' in ${draft.req}.query`,
    `!!${at}`,
    `Boolean(${at})`,
    `['1', 'true'].includes(${at}${draft.isTyped ? ' as string' : ''})`,
    `${at} != null`,
    `typeof ${at} !== 'undefined'`,
  ])
  return [`const ${name} = ${form};`]
}

function queryRest(place: Place): string[] {
  const { draft } = place
  const key = queryKey(place)
  const first = leaf(place, 'query', key)
  hint(draft.hints, { part: 'query', key: 'extra' })
  const rest = fresh(place, draft.random.pick(['rest', 'filters', 'others']))
  place.values.push({ text: rest, kind: 'record' })
  return [`const { ${first}, ...${rest} } = ${draft.req}.query;`]
}

function queryAlias(place: Place): string[] {
  const { draft } = place
  const name = fresh(place, 'query')
  const key = queryKey(place)
  hint(draft.hints, { part: 'query', key })
  place.values.push({ text: `${name}.${key}`, kind: 'query', origin: { part: 'query', key } })
  if (draft.random.chance(0.3)) place.values.push({ text: name, kind: 'record' })
  return [
    draft.random.pick([
      `const ${name} = ${draft.req}.query;`,
      `const { query${name === 'query' ? '' : `: ${name}`} } = ${draft.req};`,
    ]),
  ]
}

function querySpread(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'query', key: 'extra' })
  const name = fresh(place, 'filter')
  place.values.push({ text: name, kind: 'record' })
  return [`const ${name} = { ${draft.random.pick(['limit: 10, ', ''])}...${draft.req}.query };`]
}

function queryEntries(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'query', key: 'extra' })
  const name = fresh(place, 'pairs')
  place.values.push({ text: name, kind: 'list' })
  const form = draft.random.pick(['Object.entries', 'Object.keys', 'Object.values'])
  return [`const ${name} = ${form}(${draft.req}.query);`]
}

function queryDynamic(place: Place): string[] {
  const { draft } = place
  const key = fresh(place, 'field')
  const name = fresh(place, 'chosen')
  hint(draft.hints, { part: 'query', key: 'q' })
  place.values.push({ text: name, kind: 'query', origin: { part: 'query', key: 'q' } })
  return [`const ${key} = 'q';`, `const ${name} = ${draft.req}.query[${key}];`]
}

function queryPassed(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'query', key: 'q' })
  const name = fresh(place, 'parsed')
  place.values.push({ text: name, kind: 'record' })
  draft.declarations.set('parseFilter', [
    `function parseFilter(query${draft.isTyped ? ': any' : ''}) {`,
    "  return { q: query.q ?? null, hasTag: 'tag' in query, keys: Object.keys(query).length };",
    '}',
  ])
  return [`const ${name} = parseFilter(${draft.req}.query);`]
}

function declareParam(place: Place): string[] {
  const key = place.draft.random.pick(paramNames(place))
  return declare(place, key, property(place, 'param'))
}

function destructureParam(place: Place): string[] {
  const { draft } = place
  const names = draft.params.map(({ name }) => name)
  const leaves = names.map((key) => {
    const name = fresh(place, nameOf(key))
    place.values.push({ text: name, kind: paramKind(place, key), origin: { part: 'param', key } })
    return name === key ? key : `${key}: ${name}`
  })
  if (draft.random.chance(0.3)) leaves.push(leaf(place, 'query', queryKey(place)))
  const cast =
    draft.isTyped && !hasListParam(place) && draft.random.chance(0.3)
      ? ` as { ${names.map((n) => `${n}: string`).join('; ')} }`
      : ''
  return [`const { ${leaves.join(', ')} } = ${draft.req}.query${leaves.length > names.length ? '' : cast};`]
}

function listParam(place: Place): string[] {
  const { draft } = place
  const key = draft.params.find(({ kind }) => kind !== 'single')?.name ?? 'slug'
  const at = `${draft.req}.query.${key}`
  const cast = draft.isTyped ? `(${at} as string[])` : at
  const name = fresh(place, 'path')
  place.values.push({ text: name, kind: 'any', origin: { part: 'param', key } })
  const form = draft.random.pick([
    `${cast}.join('/')`,
    `${cast}?.join('/') ?? 'root'`,
    `Array.isArray(${at}) ? ${at}.join('/') : ${at}`,
    `${cast}[0]`,
    `${at}?.length`,
    `(${at} || [])[1]`,
  ])
  if (draft.random.chance(0.2)) return [`const [${name} = 'home', ...${fresh(place, 'tail')}] = ${cast} ?? [];`]
  return [`const ${name} = ${form};`]
}

function bodyWhole(place: Place): string[] {
  const { draft } = place
  const key = bodyKey(place)
  hint(draft.hints, { part: 'body', key })
  const name = fresh(place, draft.random.pick(['body', 'data', 'payload', 'input']))
  place.values.push({ text: `${name}.${key}`, kind: 'any', origin: { part: 'body', key } })
  if (draft.random.chance(0.4)) place.values.push({ text: name, kind: 'any' })
  const cast = draft.isTyped && draft.random.chance(0.5) ? ' as any' : ''
  if (name === 'body' && draft.random.chance(0.3)) return [`const { body } = ${draft.req};`]
  return [`const ${name} = ${draft.req}.body${cast};`]
}

function bodyFallback(place: Place): string[] {
  const { draft } = place
  const leaves = [bodyKey(place)].map((key) => leaf(place, 'body', key))
  return [`const { ${leaves.join(', ')} } = ${draft.req}.body ${draft.random.pick(['??', '||'])} {};`]
}

function bodyParse(place: Place): string[] {
  const { draft } = place
  const key = bodyKey(place)
  hint(draft.hints, { part: 'body', key })
  const name = fresh(place, 'parsed')
  place.values.push({ text: `${name}.${key}`, kind: 'any', origin: { part: 'body', key } })
  const body = `${draft.req}.body`
  return [
    `const ${name} = ${draft.random.pick([`JSON.parse(${body})`, `typeof ${body} === 'string' ? JSON.parse(${body}) : ${body}`])};`,
  ]
}

function bodySpread(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'body', key: bodyKey(place) })
  const name = fresh(place, 'record')
  place.values.push({ text: name, kind: 'record' })
  return [`const ${name} = { ...${draft.req}.body, source: 'api' };`]
}

function bodyRest(place: Place): string[] {
  const { draft } = place
  const first = leaf(place, 'body', bodyKey(place))
  const rest = fresh(place, 'changes')
  place.values.push({ text: rest, kind: 'record' })
  return [`const { ${first}, ...${rest} } = ${draft.req}.body;`]
}

function bodyNested(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'body', key: 'user' }, { name: 'Ada' })
  const name = fresh(place, 'userName')
  place.values.push({ text: name, kind: 'any', origin: { part: 'body', key: 'user' } })
  return [
    draft.random.pick([
      `const { user: { name: ${name} } = { name: 'nobody' } } = ${draft.req}.body;`,
      `const ${name} = ${draft.req}.body.user?.name;`,
      `const ${name} = ${draft.req}.body?.user?.name ?? 'nobody';`,
    ]),
  ]
}

function headerToken(place: Place): string[] {
  const { draft } = place
  for (const sample of ['Bearer secret', 'Basic x', 'Bearer '])
    hint(draft.hints, { part: 'header', key: 'authorization' }, sample)
  const at = `${draft.req}.headers.authorization`
  const name = fresh(place, 'token')
  place.values.push({ text: name, kind: 'maybe-text', origin: { part: 'header', key: 'authorization' } })
  const form = draft.random.pick([
    `${at}?.split(' ')[1]`,
    `${at}?.replace('Bearer ', '')`,
    `(${at} || '').slice(7)`,
    `${at} && ${at}.startsWith('Bearer ') ? ${at}.slice(7) : null`,
    `${draft.req}.headers['authorization']?.split(' ')[1] ?? ${draft.req}.cookies.session`,
  ])
  if (form.includes('cookies')) hint(draft.hints, { part: 'cookie', key: 'session' })
  return [`const ${name} = ${form};`]
}

function cookieWhole(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'cookie', key: 'session' })
  const name = fresh(place, 'cookies')
  place.values.push({ text: `${name}.session`, kind: 'maybe-text', origin: { part: 'cookie', key: 'session' } })
  return [
    draft.random.pick([
      `const ${name} = ${draft.req}.cookies;`,
      `const { cookies${name === 'cookies' ? '' : `: ${name}`} } = ${draft.req};`,
    ]),
  ]
}

function urlPath(place: Place): string[] {
  const { draft } = place
  const name = fresh(place, 'path')
  place.values.push({ text: name, kind: 'any' })
  const url = draft.isTyped && draft.random.chance(0.5) ? `${draft.req}.url!` : `${draft.req}.url`
  return [
    `const ${name} = ${draft.random.pick([`${url}.split('?')[0]`, url, `${url}${url.endsWith('!') ? '' : '?'}.includes('x')`])};`,
  ]
}

function urlParsed(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'query', key: 'q' })
  const name = fresh(place, 'url')
  place.values.push({ text: `${name}.searchParams.get('q')`, kind: 'any', origin: { part: 'query', key: 'q' } })
  return [`const ${name} = new URL(${draft.req}.url${draft.isTyped ? '!' : ''}, 'http://localhost:3000');`]
}

/** `const { query: { a }, body } = req` */
function several(place: Place): string[] {
  const { draft } = place
  const leaves: string[] = []
  if (draft.random.chance(0.7)) leaves.push(`query: { ${leaf(place, 'query', queryKey(place))} }`)
  if (takesBody(place)) {
    const key = bodyKey(place)
    hint(draft.hints, { part: 'body', key })
    const name = fresh(place, 'body')
    place.values.push({ text: `${name}.${key}`, kind: 'any', origin: { part: 'body', key } })
    leaves.push(name === 'body' ? name : `body: ${name}`)
  }
  if (leaves.length === 0 || draft.random.chance(0.3)) {
    const name = fresh(place, 'headers')
    hint(draft.hints, { part: 'header', key: 'x-api-key' })
    place.values.push({
      text: `${name}['x-api-key']`,
      kind: 'maybe-text',
      origin: { part: 'header', key: 'x-api-key' },
    })
    leaves.push(name === 'headers' ? name : `headers: ${name}`)
  }
  return [`const { ${leaves.join(', ')} } = ${draft.req};`]
}
