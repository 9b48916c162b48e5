import { runCors } from './wrapped.ts'
import { choose, type Draft, type Place, type Production } from './grammar.ts'
import { someValue, textOf } from './values.ts'

/** Answers without return: `res.status(200).json(x)`. */
export const answers: Production<string>[] = [
  {
    name: 'json/status',
    weight: 40,
    write: (place) => `${place.draft.res}.status(${status(place)}).json(${choose(place, 'value')})`,
  },
  { name: 'json/plain', weight: 10, write: (place) => `${place.draft.res}.json(${choose(place, 'value')})` },
  {
    name: 'json/computed',
    weight: 4,
    write: (place) => `${place.draft.res}.status(${computedStatus(place)}).json(${choose(place, 'value')})`,
  },
  {
    name: 'end/status',
    weight: 6,
    write: ({ draft }) =>
      `${draft.res}.status(${draft.random.pick(['200', '201', '204', '304', '400', '404', '500'])}).end()`,
  },
  { name: 'end/plain', weight: 2, write: ({ draft }) => `${draft.res}.end()` },
  { name: 'end/text', weight: 4, write: (place) => `${place.draft.res}${maybeStatus(place)}.end(${textOf(place)})` },
  { name: 'send/text', weight: 5, write: (place) => `${place.draft.res}${maybeStatus(place)}.send(${textOf(place)})` },
  {
    name: 'send/html',
    weight: 3,
    write: (place) => `${place.draft.res}${maybeStatus(place)}.send(\`<h1>\${${someValue(place).text}}</h1>\`)`,
  },
  {
    name: 'send/object',
    weight: 3,
    write: (place) => `${place.draft.res}${maybeStatus(place)}.send({ sent: ${someValue(place).text} })`,
  },
  { name: 'send/list', weight: 1, write: (place) => `${place.draft.res}.send([${someValue(place).text}])` },
  { name: 'send/number', weight: 1, write: ({ draft }) => `${draft.res}.send(${draft.random.pick(['42', 'true'])})` },
  {
    name: 'send/nothing',
    weight: 1,
    write: (place) => `${place.draft.res}${maybeStatus(place)}.send(${place.draft.random.pick(['null', 'undefined'])})`,
  },
  { name: 'send/buffer', weight: 1, write: (place) => `${place.draft.res}.send(Buffer.from(${textOf(place)}))` },
  {
    name: 'send/unknown',
    weight: 1,
    write: (place) => `${place.draft.res}${maybeStatus(place)}.send(${someValue(place).text})`,
  },
  { name: 'end/buffer', weight: 1, write: (place) => `${place.draft.res}.end(Buffer.from(${textOf(place)}))` },
  { name: 'redirect/one', weight: 3, write: (place) => `${place.draft.res}.redirect(${url(place)})` },
  {
    name: 'redirect/two',
    weight: 2,
    write: (place) =>
      `${place.draft.res}.redirect(${place.draft.random.pick(['301', '302', '303', '307', '308'])}, ${url(place)})`,
  },
  {
    name: 'no-content/json',
    weight: 1,
    write: (place) => `${place.draft.res}.status(204).json(${choose(place, 'value')})`,
  },
  {
    name: 'chained-header',
    weight: 2,
    write: (place) =>
      `${place.draft.res}.setHeader('X-Chain', 'yes').status(${status(place)}).json(${choose(place, 'value')})`,
  },
  { name: 'helper', weight: 6, fits: ({ isHelper }) => !isHelper, write: failHelper },
]

/** Guards mostly refuse, arms mostly serve: a route without any success has no method to export. */
export function status({ draft, isGuard }: Place): string {
  if (isGuard !== true && draft.random.chance(0.85)) return draft.random.pick(['200', '200', '201', '202'])
  return draft.random.pick(['200', '200', '201', '202', '400', '401', '403', '404', '409', '422', '500', '503'])
}

function maybeStatus(place: Place): string {
  return place.draft.random.chance(0.6) ? `.status(${status(place)})` : ''
}

function computedStatus(place: Place): string {
  return place.draft.random.pick([`${choose(place, 'test')} ? 200 : 404`, `${someValue(place).text} ? 201 : 400`])
}

function url(place: Place): string {
  const { random } = place.draft
  const { text } = someValue(place)
  return random.pick([
    "'/login'",
    "'https://example.com/done'",
    `\`/items/\${${text}}\``,
    `'/search?q=' + encodeURIComponent(String(${text}))`,
    `${text} || '/'`,
    `String(${text})`,
  ])
}

/** `fail(res, 400, 'x')`: a helper that always answers. */
function failHelper(place: Place): string {
  const { draft } = place
  const types = draft.isTyped ? [': NextApiResponse', ': number', ': string'] : ['', '', '']
  const form = draft.random.int(0, 2)
  if (form === 0) {
    draft.declarations.set('fail', [
      `function fail(res${types[0]}, status${types[1]}, message${types[2]}) {`,
      '  return res.status(status).json({ error: message });',
      '}',
    ])
    return `fail(${draft.res}, ${status(place)}, ${textOf(place)})`
  }
  if (form === 1) {
    draft.declarations.set('succeed', [
      `const succeed = (res${types[0]}, data${draft.isTyped ? ': unknown' : ''}) => {`,
      "  res.setHeader('Cache-Control', 'no-store');",
      '  res.status(200).json({ data });',
      '};',
    ])
    return `succeed(${draft.res}, ${someValue(place).text})`
  }
  draft.declarations.set('deny', [
    `function deny(req${draft.isTyped ? ': NextApiRequest' : ''}, res${types[0]}) {`,
    "  res.setHeader('Allow', ['GET', 'POST']);",
    "  res.status(405).end('Method ' + req.method + ' Not Allowed');",
    '}',
  ])
  return `deny(${draft.req}, ${draft.res})`
}

/** Statements that set status, headers or cookies. */
export const effects: Production<string[]>[] = [
  {
    name: 'header/literal',
    weight: 12,
    write: ({ draft }) => [
      `${draft.res}.setHeader(${draft.random.pick(["'Cache-Control', 'no-store'", "'cache-control', 's-maxage=60'", "'X-Version', '2'", "'Access-Control-Allow-Origin', '*'", "'Content-Type', 'text/plain'", "'Content-Type', 'application/xml'", "'content-type', 'text/html'", "'Content-Type', 'application/json'"])});`,
    ],
  },
  {
    name: 'header/computed',
    weight: 5,
    write: (place) => [`${place.draft.res}.setHeader('X-Id', ${headerText(place)});`],
  },
  {
    name: 'header/number',
    weight: 2,
    write: ({ draft }) => [`${draft.res}.setHeader('X-Count', ${draft.random.pick(['5', '0'])});`],
  },
  { name: 'header/list', weight: 3, write: ({ draft }) => [`${draft.res}.setHeader('Allow', ['GET', 'POST']);`] },
  {
    name: 'header/removed',
    weight: 1,
    write: ({ draft }) => [
      `${draft.res}.setHeader('X-Gone', '1');`,
      `${draft.res}.removeHeader('${draft.random.pick(['X-Gone', 'x-gone'])}');`,
    ],
  },
  {
    name: 'header/twice',
    weight: 1,
    write: ({ draft }) => [
      `${draft.res}.setHeader('X-Twice', 'first');`,
      `${draft.res}.setHeader('x-twice', 'second');`,
    ],
  },
  {
    name: 'header/appended',
    weight: 1,
    write: ({ draft }) => [`${draft.res}.appendHeader('X-List', 'a');`, `${draft.res}.appendHeader('X-List', 'b');`],
  },
  {
    name: 'header/read',
    weight: 1,
    write: ({ draft }) => [
      `${draft.res}.setHeader('X-Seen', 'yes');`,
      `console.log('header', ${draft.res}.getHeader('X-Seen'));`,
    ],
  },
  {
    name: 'header/conditional',
    weight: 4,
    write: (place) => [`if (${choose(place, 'test')}) ${place.draft.res}.setHeader('X-When', 'matched');`],
  },
  {
    name: 'header/loop',
    weight: 1,
    write: ({ draft }) => [`for (const name of ['X-One', 'X-Two']) ${draft.res}.setHeader(name, 'looped');`],
  },
  {
    name: 'header/either',
    weight: 1,
    write: (place) => [
      `if (${choose(place, 'test')}) {`,
      `  ${place.draft.res}.setHeader('X-Either', 'a');`,
      '} else {',
      `  ${place.draft.res}.setHeader('X-Either', 'b');`,
      '}',
    ],
  },
  {
    name: 'cookie/one',
    weight: 4,
    write: (place) => [
      `${place.draft.res}.setHeader('Set-Cookie', ${place.draft.random.pick(["'session=1; Path=/; HttpOnly'", `\`session=\${${someValue(place).text}}; Path=/\``, "'session=; Max-Age=0; Path=/'"])});`,
    ],
  },
  {
    name: 'cookie/many',
    weight: 2,
    write: ({ draft }) => [`${draft.res}.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/; Secure']);`],
  },
  {
    name: 'cookie/appended',
    weight: 1,
    write: ({ draft }) => [`${draft.res}.appendHeader('Set-Cookie', 'c=3; Path=/');`],
  },
  { name: 'status/assigned', weight: 3, write: (place) => [`${place.draft.res}.statusCode = ${status(place)};`] },
  { name: 'status/called', weight: 3, write: (place) => [`${place.draft.res}.status(${status(place)});`] },
  {
    name: 'status/conditional',
    weight: 1,
    write: (place) => [`if (${choose(place, 'test')}) ${place.draft.res}.status(202);`],
  },
  { name: 'helper', weight: 4, fits: ({ isHelper }) => !isHelper, write: headerHelper },
  { name: 'close/listener', weight: 2, write: ({ draft }) => [`${draft.res}.on('close', ${closeListener(draft)});`] },
  { name: 'close/source', weight: 2, fits: ({ isHelper }) => !isHelper, write: closeSource },
  {
    name: 'cors',
    weight: 2,
    fits: ({ isHelper, isAsync, draft }) => !isHelper && isAsync && draft.isTyped,
    write: runCors,
  },
]

/** A text that is always there: `setHeader(name, undefined)` throws in Pages. */
function headerText(place: Place): string {
  const { text } = someValue(place)
  return place.draft.random.pick([
    `String(${text})`,
    `\`id-\${${text}}\``,
    `encodeURIComponent(String(${text} ?? 'none'))`,
  ])
}

function headerHelper({ draft }: Place): string[] {
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  if (draft.random.chance(0.5)) {
    draft.declarations.set('noStore', [
      `function noStore(res${types[1]}) {`,
      "  res.setHeader('Cache-Control', 'no-store');",
      '}',
    ])
    return [`noStore(${draft.res});`]
  }
  draft.declarations.set('setCors', [
    `const setCors = (req${types[0]}, res${types[1]}) => {`,
    "  res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? '*');",
    "  res.setHeader('Access-Control-Allow-Methods', 'GET,POST');",
    '};',
  ])
  return [`setCors(${draft.req}, ${draft.res});`]
}

function closeListener({ random }: Draft): string {
  return random.pick(["() => console.log('closed')", "async () => {\n  console.log('closed');\n}"])
}

/** Another module that is handed the response for its `close` alone. */
function closeSource({ draft }: Place): string[] {
  const isTyped = draft.isTyped && draft.random.chance(0.7)
  const type = isTyped ? ': { source: { on: (event: string, listener: () => void) => void }; name: string }' : ''
  draft.files[`lib/watch.${isTyped ? 'ts' : 'js'}`] = [
    `export function watch({ source, name }${type}) {`,
    "  source.on('close', () => console.log('closed', name));",
    '}',
    '',
  ].join('\n')
  draft.imports.add("import { watch } from '@/lib/watch';")
  return [`watch({ source: ${draft.res}, name: 'a' });`]
}
