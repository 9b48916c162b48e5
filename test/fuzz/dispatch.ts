import { block, choose, fresh, indent, inner, type Place, type Production } from './grammar.ts'
import { declares, exit, prelude } from './flows.ts'

/** How a handler tells methods apart. */
export const dispatches: Production<string[]>[] = [
  { name: 'guard', weight: 28, write: guard },
  { name: 'none', weight: 16, write: (place) => choose(place, 'arm') },
  { name: 'sequential-ifs', weight: 10, write: sequentialIfs },
  { name: 'single-if', weight: 8, write: singleIf },
  { name: 'else-if', weight: 6, write: elseIfChain },
  { name: 'switch', weight: 14, write: methodSwitch },
  { name: 'table', weight: 4, write: table },
  { name: 'includes', weight: 4, write: includes },
  { name: 'compound', weight: 4, write: compound },
  { name: 'nested', weight: 3, write: nested },
  { name: 'choice', weight: 2, write: choice },
  { name: 'in-try', weight: 4, fits: ({ draft }) => draft.budget > 0, write: inTry },
  { name: 'with-prelude', weight: 5, write: withPrelude },
]

const verbs: [string, ...string[]] = ['GET', 'POST', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function someMethods(place: Place, from: number, to: number): [string, ...string[]] {
  const { random, hints } = place.draft
  const wanted = random.int(from, to)
  const found = new Set<string>()
  while (found.size < wanted) found.add(random.pick(verbs))
  for (const method of found) hints.methods.add(method)
  const [first, ...others] = [...found]
  return [first ?? 'GET', ...others]
}

/** How the method is written in this handler, and the statement that declares it so. */
function methodText(place: Place): { lines: string[]; text: string } {
  const { random, req } = place.draft
  const form = random.int(1, 100)
  if (form <= 78 || place.taken.has('method')) return { lines: [], text: `${req}.method` }
  place.taken.add('method')
  if (form <= 92) return { lines: [`const { method } = ${req};`], text: 'method' }
  return { lines: [`const method = ${req}.method;`], text: 'method' }
}

/** An arm in place, or as a function of its own. */
function armOf(place: Place, method: string, end: Place['end'] = place.end): string[] {
  const { draft } = place
  const isOwn = draft.random.chance(0.2) && place.isAsync && !place.isHelper
  if (!isOwn) return choose(inner(place, { methods: [method], end }), 'arm')
  const name = callee(place, method)
  const call = `${draft.random.chance(0.3) ? 'await ' : ''}${name}(${draft.req}, ${draft.res})`
  if (end === 'return' || draft.random.chance(0.7)) return [`return ${call};`]
  return [`${call.startsWith('await') ? '' : 'await '}${call};`, ...(end === 'break' ? ['break;'] : [])]
}

/** Declares `async function handleGet(req, res)` and gives its name. */
function callee(place: Place, method: string): string {
  const { draft } = place
  const name = `handle${method.charAt(0)}${method.slice(1).toLowerCase()}`
  if (draft.declarations.has(name)) return name
  draft.declarations.set(name, [])
  const own: Place = {
    ...place,
    draft: { ...draft, req: 'req', res: 'res' },
    values: [],
    taken: new Set(),
    end: 'tail',
    methods: [method],
  }
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  const lines = choose(own, 'arm')
  draft.budget = Math.min(draft.budget, own.draft.budget)
  draft.declarations.set(
    name,
    draft.random.chance(0.75)
      ? block(`async function ${name}(req${types[0]}, res${types[1]})`, lines)
      : block(`const ${name} = async (req${types[0]}, res${types[1]}) =>`, lines, '};'),
  )
  return name
}

/** What other methods get. */
function refuse(place: Place, allowed: readonly string[], end: Place['end'] = place.end): string[] {
  const { draft } = place
  const { res, req, random } = draft
  const at = inner(place, { end })
  const names = allowed.map((method) => `'${method}'`).join(', ')
  const form = random.int(1, 100)
  if (form <= 40)
    return exit(at, `${res}.status(405).json({ ${random.pick(['error', 'message'])}: 'Method not allowed' })`)
  if (form <= 55) return exit(at, `${res}.status(405).end()`)
  if (form <= 85)
    return [
      `${res}.setHeader('Allow', ${random.chance(0.7) ? `[${names}]` : `'${allowed.join(', ')}'`});`,
      ...exit(
        at,
        random.chance(0.5)
          ? `${res}.status(405).end(\`Method \${${req}.method} Not Allowed\`)`
          : `${res}.status(405).json({ error: \`Method \${${req}.method} not allowed\` })`,
      ),
    ]
  if (form <= 90) return exit(at, `${res}.status(404).json({ error: 'Not found' })`)
  if (form <= 93) return ["throw new Error('Method not supported');"]
  if (form <= 96) return [`${res}.status(405);`, ...exit(at, `${res}.send('Method Not Allowed')`)]
  return exit(at, `${res}.status(400).send({ message: \`Only ${allowed[0]} requests allowed\` })`)
}

function guard(place: Place): string[] {
  const { random } = place.draft
  const [method] = someMethods(place, 1, 1)
  const { lines, text } = methodText(place)
  const test = `${text} ${random.pick(['!==', '!==', '!='])} '${method}'`
  const refusal = refuse(place, [method], 'return')
  const head =
    refusal.length === 1 && random.chance(0.4) ? [`if (${test}) ${refusal[0]}`] : block(`if (${test})`, refusal)
  return [...lines, ...head, '', ...choose(inner(place, { methods: [method] }), 'arm')]
}

function sequentialIfs(place: Place): string[] {
  const methods = someMethods(place, 2, 3)
  const { lines, text } = methodText(place)
  const ifs = methods.flatMap((method) => [
    ...block(`if (${text} === '${method}')`, armOf(place, method, 'return')),
    '',
  ])
  return [...lines, ...ifs, ...refuse(place, methods)]
}

function singleIf(place: Place): string[] {
  const { random } = place.draft
  const [method] = someMethods(place, 1, 1)
  const { lines, text } = methodText(place)
  const test = `${text} === '${method}'`
  const form = random.int(1, 10)
  if (form <= 6)
    return [
      ...lines,
      `if (${test}) {`,
      ...indent(armOf(place, method)),
      '} else {',
      ...indent(refuse(place, [method])),
      '}',
      ...(place.end === 'break' ? ['break;'] : []),
    ]
  if (form <= 9) return [...lines, ...block(`if (${test})`, armOf(place, method, 'return')), ...refuse(place, [method])]
  return [...lines, ...block(`if (${test})`, armOf(place, method))]
}

function elseIfChain(place: Place): string[] {
  const methods = someMethods(place, 2, 4)
  const { lines, text } = methodText(place)
  const chain = methods.flatMap((method, i) => [
    `${i === 0 ? '' : '} else '}if (${text} === '${method}') {`,
    ...indent(armOf(place, method)),
  ])
  const last = place.draft.random.chance(0.9) ? ['} else {', ...indent(refuse(place, methods)), '}'] : ['}']
  return [...lines, ...chain, ...last, ...(place.end === 'break' ? ['break;'] : [])]
}

function methodSwitch(place: Place): string[] {
  const { random } = place.draft
  const methods = someMethods(place, 1, 4)
  const { lines, text } = methodText(place)
  const end = place.end === 'return' ? 'return' : 'break'
  const cases: string[][] = []
  for (let i = 0; i < methods.length; i++) {
    const method = methods[i] ?? 'GET'
    const following = methods[i + 1]
    if (following !== undefined && random.chance(0.12)) {
      // Grouped, or with work before it falls through.
      const shared = inner(place, { methods: [method, following] })
      const work = random.chance(0.4) ? choose(inner(place, { methods: [method] }), 'work') : []
      if (declares(work)) work.splice(0, work.length)
      const arm = choose(inner(shared, { end }), 'arm')
      cases.push([`case '${method}':`, ...indent(work), ...caseOf(`case '${following}':`, arm)])
      i++
      continue
    }
    cases.push(caseOf(`case '${method}':`, armOf(place, method, end)))
  }
  const form = random.int(1, 10)
  const refusal = refuse(place, methods, place.end === 'return' ? 'return' : form === 10 ? 'break' : 'tail')
  const last = caseOf('default:', refusal)
  if (form === 10) cases.unshift(last)
  else if (form >= 2) cases.push(last)
  const after = form === 1 ? (random.chance(0.6) ? refuse(place, methods) : []) : []
  const isSafe = form === 1 && after.length > 0
  // Where something follows the switch, no case may break out of it after its answer.
  const body = isSafe ? cases.flat().map((line) => line.replace(/^( *)break;$/, '$1return;')) : cases.flat()
  return [
    ...lines,
    ...block(`switch (${text})`, body),
    ...after,
    ...(place.end === 'break' && form !== 1 ? ['break;'] : []),
  ]
}

function caseOf(label: string, lines: readonly string[]): string[] {
  return declares(lines) ? block(label, lines) : [label, ...indent(lines)]
}

function table(place: Place): string[] {
  const { draft } = place
  if (place.isHelper || !place.isAsync) return choose(place, 'arm')
  const methods = someMethods(place, 1, 3)
  const entries = methods.map((method) => `${method}: ${callee(place, method)}`)
  const types = draft.isTyped ? ': Record<string, (req: NextApiRequest, res: NextApiResponse) => unknown>' : ''
  draft.declarations.delete('handlers')
  draft.declarations.set('handlers', [`const handlers${types} = { ${entries.join(', ')} };`])
  const name = fresh(place, 'run')
  const key = draft.isTyped ? `${draft.req}.method ?? ''` : `${draft.req}.method`
  const call = `${name}(${draft.req}, ${draft.res})`
  return [
    `const ${name} = handlers[${key}];`,
    ...block(`if (!${name})`, refuse(place, methods, 'return')),
    `return ${call};`,
  ]
}

function includes(place: Place): string[] {
  const { draft } = place
  const methods = someMethods(place, 2, 3)
  const { lines, text } = methodText(place)
  const cast = draft.isTyped ? ` ?? ''` : ''
  const names = methods.map((method) => `'${method}'`).join(', ')
  const test = draft.random.pick([
    `![${names}].includes(${text}${cast})`,
    `!new Set([${names}]).has(${text}${cast})`,
    `[${names}].indexOf(${text}${cast}) === -1`,
  ])
  const [first, ...others] = methods
  const ifs = draft.random.chance(0.5) ? block(`if (${text} === '${first}')`, armOf(place, first, 'return')) : []
  return [
    ...lines,
    ...block(`if (${test})`, refuse(place, methods, 'return')),
    ...ifs,
    ...choose(inner(place, { methods: ifs.length > 0 ? others : methods }), 'arm'),
  ]
}

function compound(place: Place): string[] {
  const { draft } = place
  const methods = someMethods(place, 2, 2)
  const [first, second = 'POST'] = methods
  const { lines, text } = methodText(place)
  if (draft.random.chance(0.5)) {
    draft.hints.methods.add('HEAD')
    return [
      ...lines,
      ...block(`if (${text} !== '${first}' && ${text} !== '${second}')`, refuse(place, methods, 'return')),
      ...choose(inner(place, { methods }), 'arm'),
    ]
  }
  const test = choose(inner(place, { methods: [first] }), 'test')
  const both = `${text} === '${first}' && ${/\|\||\?/.test(test) ? `(${test})` : test}`
  return [
    ...lines,
    ...block(`if (${both})`, armOf(place, first, 'return')),
    ...block(`if (${text} === '${second}' || ${text} === '${first}')`, armOf(place, second, 'return')),
    ...refuse(place, methods),
  ]
}

/** Stored tests. */
function nested(place: Place): string[] {
  const [method] = someMethods(place, 1, 1)
  const name = fresh(place, 'isAllowed')
  const { req } = place.draft
  const rest = choose(inner(place, { methods: [method] }), 'arm')
  return [
    `const ${name} = ${req}.method === '${method}';`,
    ...block(`if (!${name})`, refuse(place, [method], 'return')),
    ...rest,
  ]
}

function choice(place: Place): string[] {
  const { draft } = place
  if (place.isHelper || !place.isAsync) return choose(place, 'arm')
  const [first, second = 'POST'] = someMethods(place, 2, 2)
  return [
    `return ${draft.req}.method === '${first}' ? ${callee(place, first)}(${draft.req}, ${draft.res}) : ${callee(place, second)}(${draft.req}, ${draft.res});`,
  ]
}

/** Everything, the method's test included, in one try. */
function inTry(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const lines = choose(inner(place), 'dispatch')
  const caught = inner(place)
  const error = fresh(caught, 'error')
  return [
    'try {',
    ...indent(lines),
    `} catch (${error}) {`,
    ...indent([
      `console.error(${error});`,
      ...exit(caught, `${draft.res}.status(500).json({ error: 'Internal server error' })`),
    ]),
    '}',
  ]
}

function withPrelude(place: Place): string[] {
  const shared = inner(place, { methods: null })
  const lines = prelude(shared, 2)
  return [...lines, ...choose(inner(shared), 'dispatch')]
}
