import { block, choose, fresh, indent, inner, type Place, type Production } from './grammar.ts'
import { hint } from './hints.ts'
import { outsideCall, someValue } from './values.ts'

/** Statements that answer on every path (but for the rare ones, which real handlers have too). */
export const arms: Production<string[]>[] = [
  { name: 'plain', weight: 40, write: plainArm },
  { name: 'try', weight: 24, fits: hasBudget, write: tryArm },
  { name: 'if-else', weight: 7, fits: hasBudget, write: ifElse },
  { name: 'early', weight: 8, fits: hasBudget, write: early },
  { name: 'choice', weight: 4, write: choiceExit },
  { name: 'loop-exit', weight: 3, fits: hasBudget, write: loopExit },
  { name: 'switch-value', weight: 3, fits: hasBudget, write: switchValue },
  { name: 'else-if', weight: 3, fits: hasBudget, write: elseIf },
  { name: 'status-name', weight: 2, write: statusName },
  { name: 'rare/logical', weight: 1, fits: ({ end }) => end === 'tail', write: logicalExit },
  { name: 'rare/code-after', weight: 1, write: codeAfter },
  { name: 'rare/two-answers', weight: 1, write: twoAnswers },
  { name: 'rare/hang', weight: 1, fits: ({ end }) => end === 'tail', write: hangingPath },
  { name: 'rare/chain', weight: 1, fits: ({ end }) => end === 'tail', write: promiseChain },
]

function hasBudget({ draft }: Place): boolean {
  return draft.budget > 0
}

/** Reads, guards, work and effects in a likely order, without an answer. */
export function prelude(place: Place, most = 3): string[] {
  const { random } = place.draft
  const lines: string[] = []
  for (let i = random.int(0, most - 1); i > 0; i--) lines.push(...choose(place, 'read'))
  if (random.chance(0.45)) lines.push(...choose(place, 'guard'))
  for (let i = random.int(0, most - 1); i > 0; i--) lines.push(...choose(place, random.chance(0.7) ? 'work' : 'read'))
  if (random.chance(0.2)) lines.push(...choose(place, 'guard'))
  if (random.chance(0.3)) lines.push(...choose(place, 'effect'))
  if (random.chance(0.08)) lines.push(...choose(place, 'effect'))
  return lines
}

/** An answer as the statement of its place: returned, followed by a bare return or break, or just called. */
export function exit(place: Place, answer = choose(place, 'answer')): string[] {
  const { random } = place.draft
  const form = random.int(1, 100)
  if (place.end === 'return') {
    if (form <= 68) return [`return ${answer};`]
    if (form <= 95) return [`${answer};`, 'return;']
    return [form <= 98 ? `return void ${answer};` : `return await ${answer};`].map((line) =>
      place.isAsync ? line : line.replace('await ', ''),
    )
  }
  if (form <= 45) return [`return ${answer};`]
  return place.end === 'break' ? [`${answer};`, 'break;'] : [`${answer};`]
}

function plainArm(place: Place): string[] {
  return [...prelude(place), ...exit(place)]
}

function tryArm(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const before = draft.random.chance(0.3) ? prelude(place, 2) : []
  const tried = inner(place)
  const lines = draft.random.chance(0.15) ? throwing(tried) : []
  lines.push(...choose(tried, 'arm'))
  const caught = inner(place)
  const error = draft.random.chance(0.85) ? fresh(caught, draft.random.pick(['error', 'err', 'e'])) : ''
  const typed = draft.isTyped && error !== '' && draft.random.chance(0.5) ? ': any' : ''
  const handling: string[] = []
  if (draft.random.chance(0.6))
    handling.push(error === '' ? "console.error('failed');" : `console.error('failed', ${error});`)
  if (error !== '')
    caught.values.push({
      text: `${typed === '' && draft.isTyped ? `(${error} as Error)` : error}.message`,
      kind: 'text',
    })
  if (draft.random.chance(0.1)) handling.push(...choose(caught, 'effect'))
  const isSent = error !== '' && draft.random.chance(0.08)
  const failed = isSent ? `send(${error})` : `json(${failure(caught)})`
  handling.push(...exit(caught, isSent || draft.random.chance(0.7) ? `${draft.res}.status(500).${failed}` : undefined))
  const last = draft.random.chance(0.06) ? block('} finally', [`console.log('done');`]) : ['}']
  return [
    ...before,
    'try {',
    ...indent(lines),
    error === '' ? '} catch {' : `} catch (${error}${typed}) {`,
    ...indent(handling),
    ...last,
  ]
}

function failure(place: Place): string {
  const message = place.values.find(({ text }) => text.endsWith('.message'))?.text
  const forms: [string, ...string[]] = ["{ error: 'Internal server error' }", "{ message: 'failed', ok: false }"]
  if (message !== undefined) forms.push(`{ error: ${message} }`)
  return place.draft.random.pick(forms)
}

function throwing(place: Place): string[] {
  return [`if (${choose(place, 'test')}) throw new Error('rejected');`]
}

function ifElse(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const before = prelude(place, 2)
  const test = choose(place, 'test')
  const [first, second] = [choose(inner(place), 'arm'), choose(inner(place), 'arm')]
  return [
    ...before,
    `if (${test}) {`,
    ...indent(first),
    '} else {',
    ...indent(second),
    '}',
    ...(place.end === 'break' ? ['break;'] : []),
  ]
}

function elseIf(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const before = prelude(place, 2)
  const lines = [`if (${choose(place, 'test')}) {`, ...indent(choose(inner(place), 'arm'))]
  lines.push(`} else if (${choose(place, 'test')}) {`, ...indent(choose(inner(place), 'arm')))
  lines.push('} else {', ...indent(exit(place)), '}')
  return [...before, ...lines, ...(place.end === 'break' ? ['break;'] : [])]
}

function early(place: Place): string[] {
  place.draft.budget--
  const before = prelude(place, 2)
  const test = choose(place, 'test')
  return [...before, ...block(`if (${test})`, choose(inner(place, { end: 'return' }), 'arm')), ...plainArm(place)]
}

function choiceExit(place: Place): string[] {
  const before = prelude(place)
  const test = choose(place, 'test')
  return [
    ...before,
    ...exit(
      place,
      `${/&&|\|\||\?/.test(test) ? `(${test})` : test} ? ${choose(place, 'answer')} : ${choose(place, 'answer')}`,
    ),
  ].map((line) => line.replace(/^return (void|await) (.*);$/, 'return $2;'))
}

function loopExit(place: Place): string[] {
  place.draft.budget--
  const before = prelude(place, 2)
  const list = someValue(place, ['list', 'texts', 'query']).text
  const within = inner(place, { end: 'return', inLoop: true })
  const name = fresh(within, 'item')
  within.values.push({ text: name, kind: 'any' })
  const body = within.draft.random.chance(0.5) ? choose(within, 'work') : []
  const skip = within.draft.random.chance(0.3) ? [`if (!${name}) continue;`] : []
  const lines = [...skip, ...body, ...block(`if (${choose(within, 'test')})`, exit(within))]
  return [...before, ...block(`for (const ${name} of [${list}].flat())`, lines), ...exit(place)]
}

function switchValue(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const before = prelude(place, 2)
  const value = someValue(place)
  const cases = ['open', 'draft', 'admin'].slice(0, draft.random.int(1, 3))
  const end = place.end === 'return' ? 'return' : 'break'
  const lines = cases.flatMap((label) => {
    if (value.origin !== undefined) hint(draft.hints, value.origin, label)
    const lines = choose(inner(place, { end }), 'arm')
    return declares(lines) ? [...block(`case '${label}':`, lines)] : [`case '${label}':`, ...indent(lines)]
  })
  lines.push(
    'default:',
    ...indent(
      exit(inner(place, { end: place.end === 'return' ? 'return' : draft.random.chance(0.5) ? 'tail' : 'break' })),
    ),
  )
  return [...before, ...block(`switch (${value.text})`, lines), ...(place.end === 'break' ? ['break;'] : [])]
}

export const declares = (lines: readonly string[]): boolean =>
  lines.some((line) => /^(?:const|let|class|async function|function) /.test(line))

/** A status decided before the answer. */
function statusName(place: Place): string[] {
  const { draft } = place
  const before = prelude(place)
  const name = fresh(place, 'code')
  const test = choose(place, 'test')
  const lines = draft.random.chance(0.5)
    ? [`const ${name} = ${test} ? 200 : 404;`]
    : [`let ${name} = 200;`, `if (${test}) ${name} = 400;`]
  return [...before, ...lines, ...exit(place, `${draft.res}.status(${name}).json(${choose(place, 'value')})`)]
}

function logicalExit(place: Place): string[] {
  const before = prelude(place)
  const { text } = someValue(place)
  return [...before, `${text} && ${choose(place, 'answer')};`, `!${text} && ${choose(place, 'answer')};`]
}

function codeAfter(place: Place): string[] {
  return [
    ...prelude(place, 2),
    `${choose(place, 'answer')};`,
    ...choose(place, 'work'),
    ...(place.end === 'break' ? ['break;'] : place.end === 'return' ? ['return;'] : []),
  ]
}

function twoAnswers(place: Place): string[] {
  const test = choose(place, 'test')
  return [...prelude(place, 2), `if (${test}) {`, `  ${choose(place, 'answer')};`, '}', ...exit(place)]
}

function hangingPath(place: Place): string[] {
  return [...prelude(place, 2), ...block(`if (${choose(place, 'test')})`, exit(inner(place)))]
}

function promiseChain(place: Place): string[] {
  const call = outsideCall(inner(place, { isAsync: false }), 'find')
  const typed = place.draft.isTyped ? '(found: any)' : '(found)'
  return [
    ...prelude(place, 2),
    `return ${call}`,
    `  .then(${typed} => ${place.draft.res}.status(200).json(found))`,
    `  .catch(() => ${place.draft.res}.status(500).end());`,
  ]
}

/** Statements that may answer and leave. */
export const guards: Production<string[]>[] = [
  { name: 'return', weight: 30, write: (place) => guardWith(place, choose(place, 'test')) },
  {
    name: 'one-line',
    weight: 15,
    write: (place) => [`if (${choose(place, 'test')}) return ${choose({ ...place, isGuard: true }, 'answer')};`],
  },
  { name: 'with-header', weight: 3, write: guardWithHeader },
  { name: 'throw', weight: 3, write: throwing },
  {
    name: 'for-each-key',
    weight: 2,
    fits: ({ methods }) => methods?.every((m) => m.startsWith('P')) ?? false,
    write: requiredFields,
  },
  { name: 'parse', weight: 2, write: parseGuard },
  { name: 'nested', weight: 3, write: nestedGuard },
]

function guardWith(place: Place, test: string): string[] {
  return block(`if (${test})`, exit(inner(place, { end: 'return', isGuard: true })))
}

function guardWithHeader(place: Place): string[] {
  const test = choose(place, 'test')
  const within = inner(place, { end: 'return', isGuard: true })
  return block(`if (${test})`, [...choose(within, 'effect'), ...exit(within)])
}

function nestedGuard(place: Place): string[] {
  const test = choose(place, 'test')
  const within = inner(place, { end: 'return', isGuard: true })
  return block(`if (${test})`, [
    ...choose(within, 'read'),
    ...guardWith(within, choose(within, 'test')),
    ...choose(within, 'work'),
  ])
}

function requiredFields(place: Place): string[] {
  const { req, res, hints } = place.draft
  for (const key of ['name', 'email']) hint(hints, { part: 'body', key })
  return [
    `for (const key of ['name', 'email']) {`,
    `  if (!${req}.body[key]) return ${res}.status(400).json({ error: \`Missing \${key}\` });`,
    '}',
  ]
}

function parseGuard(place: Place): string[] {
  const { text } = someValue(place)
  const name = fresh(place, 'options')
  const lines = [
    `let ${name}${place.draft.isTyped ? ': any' : ''};`,
    'try {',
    `  ${name} = JSON.parse(String(${text}));`,
    '} catch {',
    ...indent(exit(inner(place, { end: 'return', isGuard: true }))),
    '}',
  ]
  place.values.push({ text: name, kind: 'any' })
  return lines
}
