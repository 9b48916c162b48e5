import { block, choose, type Draft, indent, type Place, type Production } from './grammar.ts'
import { moveDeclarations, writeWrapper } from './wrapper-forms.ts'
import { serialised } from './wrapped.ts'

/** The whole text of a route file. */
export const modules: Production<string>[] = [
  {
    name: 'default-function',
    weight: 50,
    write: (place) =>
      moduleOf(place, (lines, draft, async) =>
        block(`export default ${async}function handler(${parameters(draft)})`, lines),
      ),
  },
  {
    name: 'const-then-export',
    weight: 14,
    write: (place) =>
      moduleOf(place, (lines, draft, async) => [
        ...block(`const handler = ${async}(${parameters(draft)}) =>`, lines, '};'),
        '',
        'export default handler;',
      ]),
  },
  {
    name: 'function-then-export',
    weight: 8,
    write: (place) =>
      moduleOf(place, (lines, draft, async) => [
        ...block(`${async}function handler(${parameters(draft)})`, lines),
        '',
        'export default handler;',
      ]),
  },
  {
    name: 'default-arrow',
    weight: 6,
    write: (place) =>
      moduleOf(place, (lines, draft, async) => block(`export default ${async}(${parameters(draft)}) =>`, lines, '};')),
  },
  {
    name: 'serialised',
    weight: 5,
    fits: ({ draft }) => draft.isTyped,
    write: (place) =>
      moduleOf(place, (lines, draft, async) => serialised(place, lines, `${async}(${parameters(draft)}) =>`)),
  },
  { name: 'handler-type', weight: 3, fits: ({ draft }) => draft.isTyped, write: handlerType },
  {
    name: 'anonymous',
    weight: 3,
    write: (place) =>
      moduleOf(place, (lines, draft, async) => block(`export default ${async}function (${parameters(draft)})`, lines)),
  },
  { name: 'arrow-expression', weight: 2, write: arrowExpression },
  { name: 'destructured-parameter', weight: 4, write: destructured },
  { name: 'wrapped', weight: 8, fits: ({ isAsync }) => isAsync, write: wrapped },
  { name: 'common-js', weight: 1, fits: ({ draft }) => !draft.isTyped, write: commonJs },
]

export function parameters({ req, res, isTyped, random }: Draft): string {
  if (!isTyped) return `${req}, ${res}`
  const body = random.chance(0.15) ? random.pick(['<Data>', '<any>', '<{ name: string } | { error: string }>']) : ''
  return `${req}: NextApiRequest, ${res}: NextApiResponse${body}`
}

type Around = (lines: readonly string[], draft: Draft, async: string) => string[]

function moduleOf(place: Place, around: Around, isCommonJs = false): string {
  const lines = choose(place, 'dispatch')
  return join(place, around(lines, place.draft, place.isAsync ? 'async ' : ''), isCommonJs)
}

/** The file around a handler: imports, declarations, config. */
export function join({ draft }: Place, handler: readonly string[], isCommonJs = false): string {
  const { random, isTyped } = draft
  const written = handler.join('\n')
  // The engine believes a type that says what is sent.
  const text = written.includes('.send(') ? written.replace(lie, 'NextApiResponse<any>') : written
  const imports = isTyped ? ["import type { NextApiRequest, NextApiResponse } from 'next';"] : []
  const type = text.includes('<Data>') ? ['type Data = any;', ''] : []
  const moved = !isCommonJs && random.chance(0.3) ? moveDeclarations(draft) : null
  const used = moved?.names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)) ?? []
  if (used.length > 0) draft.imports.add(`import { ${used.join(', ')} } from '@/lib/helpers';`)
  const helpers = moved ? [] : [...draft.declarations.values()].map((lines) => [...lines, ''])
  const config = random.chance(0.06) ? [random.pick(configs), ''] : []
  const [before, after] = random.chance(0.5) ? [helpers, []] : split(helpers)
  const lines = [
    ...imports,
    ...draft.imports,
    '',
    ...type,
    ...(random.chance(0.7) ? config : []),
    ...before.flat(),
    ...text.split('\n'),
    '',
    ...after.flat(),
  ]
  while (lines[lines.length - 1] === '') lines.pop()
  return finish(lines, draft)
}

const lie = 'NextApiResponse<{ name: string } | { error: string }>'

const configs: [string, ...string[]] = [
  "export const config = { api: { bodyParser: { sizeLimit: '4mb' } } };",
  'export const config = { api: { externalResolver: true } };',
  'export const config = { maxDuration: 30 };',
  'export const config = { api: { responseLimit: false } };',
]

/** Declarations that are hoisted may stand behind the handler. */
function split(helpers: readonly string[][]): [string[][], string[][]] {
  const isHoisted = (lines: readonly string[]): boolean => /^(?:async )?function /.test(lines[0] ?? '')
  return [helpers.filter((lines) => !isHoisted(lines)), helpers.filter(isHoisted)]
}

/** The handler inside a wrapper of another module. */
function wrapped(place: Place): string {
  const name = writeWrapper(place)
  place.draft.imports.add(`import { ${name} } from '@/lib/with-checks';`)
  const isInline = place.draft.random.chance(0.5)
  return moduleOf(place, (lines, draft, async) =>
    isInline
      ? [`export default ${name}(${async}(${parameters(draft)}) => {`, ...indent(lines), '});']
      : [...block(`${async}function handler(${parameters(draft)})`, lines), '', `export default ${name}(handler);`],
  )
}

function handlerType(place: Place): string {
  const text = moduleOf(place, (lines, { req, res }, async) => [
    ...block(`const handler: NextApiHandler = ${async}(${req}, ${res}) =>`, lines, '};'),
    '',
    'export default handler;',
  ])
  return text.replace('import type { NextApiRequest', 'import type { NextApiHandler, NextApiRequest')
}

function arrowExpression(place: Place): string {
  const answer = choose(place, 'answer')
  const { draft } = place
  const async = answer.includes('await ') ? 'async ' : ''
  return join(place, [`export default ${async}(${parameters(draft)}) => ${answer};`])
}

/** `handler({ query, body }, res)`, where nothing but parts of the request is used. */
function destructured(place: Place): string {
  const { draft } = place
  return moduleOf(place, (lines, _draft, async) => {
    const text = lines.join('\n')
    const names = [
      ...new Set([...text.matchAll(new RegExp(`\\b${draft.req}\\.(\\w+)`, 'g'))].map((found) => found[1] ?? '')),
    ]
    const rest = text.replace(new RegExp(`\\b${draft.req}\\.(\\w+)`, 'g'), '')
    const isTaken = names.some((name) => new RegExp(`(?:const|let) (?:\\{[^}]*|\\[[^\\]]*)?\\b${name}\\b`).test(rest))
    if (names.length === 0 || isTaken || new RegExp(`\\b${draft.req}\\b`).test(rest) || rest.includes('{ method }'))
      return block(`export default ${async}function handler(${parameters(draft)})`, lines)
    const typed = parameters(draft).replace(new RegExp(`^${draft.req}`), `{ ${names.join(', ')} }`)
    return block(`export default ${async}function handler(${typed})`, text.replaceAll(`${draft.req}.`, '').split('\n'))
  })
}

function commonJs(place: Place): string {
  return moduleOf(
    place,
    (lines, draft, async) => block(`module.exports = ${async}function handler(${parameters(draft)})`, lines, '};'),
    true,
  )
    .replace("import { db } from 'some-db'", "const { db } = require('some-db')")
    .replace("import { track } from '@/lib/track'", "const { track } = require('@/lib/track')")
}

/** The style of the file: semicolons, quotes, indent. */
function finish(lines: readonly string[], { random }: Draft): string {
  let styled = [...lines]
  if (random.chance(0.3))
    styled = styled.map((line, i) => (/^ *[([`+\-/.]/.test(styled[i + 1] ?? '') ? line : line.replace(/;$/, '')))
  const width = random.pick(['  ', '  ', '    ', '\t'])
  if (width !== '  ') styled = styled.map((line) => line.replace(/^ +/, (spaces) => width.repeat(spaces.length / 2)))
  if (random.chance(0.1))
    styled = styled.flatMap((line) =>
      /^\s+(?:if|const|return) /.test(line) && random.chance(0.15)
        ? [`${/^\s*/.exec(line)?.[0]}// then`, line]
        : [line],
    )
  return `${styled.join('\n')}\n`
}
