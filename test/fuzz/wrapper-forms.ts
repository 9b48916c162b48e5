import { block, choose, type Draft, fresh, indent, inner, type Place } from './grammar.ts'
import { exit } from './flows.ts'

/** A wrapper in a module of its own: what it does before the handler, how it calls it, and what becomes of errors. Gives its name. */
export function writeWrapper(place: Place): string {
  const { draft } = place
  const { random, isTyped } = draft
  const own: Draft = { ...draft, req: 'req', res: 'res', declarations: new Map(), imports: new Set() }
  const within = inner(
    { ...place, draft: own },
    {
      values: [],
      taken: new Set(['req', 'res', 'handler', 'named']),
      end: 'return',
      isAsync: true,
      methods: null,
      isHelper: true,
    },
  )
  const before: string[] = []
  if (random.chance(0.3)) before.push(...choose(within, 'effect'))
  if (random.chance(0.6)) before.push(...choose(within, 'guard'))
  if (random.chance(0.2)) before.push(...choose(within, 'effect'))
  const form = random.int(1, 10)
  const isNamed = random.chance(0.2)
  const given = isNamed ? 'handler(named, res);' : 'handler(req, res);'
  const called = form <= 5 ? [`return ${given}`] : form <= 7 ? [`await ${given}`] : [`return await ${given}`]
  const handing = random.chance(0.4) ? caught(within, before, called) : [...before, ...called]
  const lines = isNamed ? [...anotherName(isTyped), ...handing] : handing
  const types = isTyped ? [': NextApiHandler', ': NextApiRequest', ': NextApiResponse'] : ['', '', '']
  const inside = [`return async (req${types[1]}, res${types[2]}) => {`, ...indent(lines), '};']
  const isArrow = random.chance(0.5)
  const wrapper = isArrow
    ? [
        `export const withChecks = (handler${types[0]}) => async (req${types[1]}, res${types[2]}) => {`,
        ...indent(lines),
        '};',
      ]
    : block(`export function withChecks(handler${types[0]})`, inside)
  const imports = isTyped ? ["import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';"] : []
  draft.files[`lib/with-checks.${isTyped ? 'ts' : 'js'}`] =
    `${[...imports, ...own.imports, '', ...[...own.declarations.values()].flatMap((one) => [...one, '']), ...wrapper].join('\n')}\n`
  return 'withChecks'
}

/** The handler is handed the request under a name of its own, with a property more. */
function anotherName(isTyped: boolean): string[] {
  const type = isTyped ? ' as NextApiRequest & { checked?: boolean }' : ''
  return [`const named = req${type};`, 'named.checked = true;']
}

function caught(place: Place, before: readonly string[], called: readonly string[]): string[] {
  const { random, res } = place.draft
  const isInside = random.chance(0.6)
  const failing = inner(place, { values: [] })
  const error = fresh(failing, 'error')
  const answer = exit(failing, random.chance(0.8) ? `${res}.status(500).json({ error: 'failed' })` : undefined)
  return [
    ...(isInside ? [] : before),
    'try {',
    ...indent([
      ...(isInside ? before : []),
      ...called.map((line) => line.replace('return handler', 'return await handler')),
    ]),
    `} catch (${error}) {`,
    ...indent([`console.error('failed', ${error});`, ...answer]),
    '}',
  ]
}

/** The functions beside the handler, put into a module of their own; null where one of them is no function. */
export function moveDeclarations(draft: Draft): { names: readonly string[] } | null {
  const all = [...draft.declarations]
  if (
    all.length === 0 ||
    !all.every(([name, lines]) =>
      new RegExp(`^(?:async )?function ${name}\\b|^const ${name} = (?:async )?\\(`).test(lines[0] ?? ''),
    )
  )
    return null
  const imports = draft.isTyped ? ["import type { NextApiRequest, NextApiResponse } from 'next';"] : []
  const declared = all.flatMap(([, [first = '', ...rest]]) => [`export ${first}`, ...rest, ''])
  draft.files[`lib/helpers.${draft.isTyped ? 'ts' : 'js'}`] =
    `${[...imports, ...draft.imports, '', ...declared].join('\n')}\n`
  return { names: all.map(([name]) => name) }
}
