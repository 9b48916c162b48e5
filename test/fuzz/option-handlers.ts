import { block, choose, indent, type Place, type Production } from './grammar.ts'
import { join } from './module-forms.ts'
import { returned } from './wrapped.ts'

/** Handlers that are an option of a wrapper of another module: `createRoute({ name: 'items', run: async ({ req, res }) => ... })`. */
export const optionHandlers: Production<string>[] = [
  { name: 'option-handler', weight: 5, fits: ({ draft }) => draft.isTyped, write: optionHandler },
]

function optionHandler(place: Place): string {
  const { draft, isAsync } = place
  const { random, req, res } = draft
  const isContext = random.chance(0.5)
  const isValue = random.chance(0.4)
  const written = choose(place, 'dispatch')
  const lines = isValue ? written.map((line) => returned(line, draft)) : written
  const field = (key: string, name: string): string => (key === name ? key : `${key}: ${name}`)
  const parameters = isContext
    ? `{ ${[field('req', req), field('res', res), ...(random.chance(0.3) ? ['user: caller'] : [])].join(', ')} }`
    : `${req}: NextApiRequest, ${res}: NextApiResponse`
  const isComposed = random.chance(0.3)
  draft.files['lib/create-route.ts'] = wrapperOf(place, { isContext, isValue, isComposed })
  const name = isComposed ? 'createOpenRoute' : 'createRoute'
  draft.imports.add(`import { ${name} } from '@/lib/create-route';`)
  const async = isAsync ? 'async ' : ''
  const before = random.pick([["name: 'items',"], ["name: 'items',", 'status: 201,'], []])
  const after = random.chance(0.3) ? ["tags: ['a', 'b'],"] : []
  const form = random.int(1, 3)
  if (form === 1 && !isContext)
    return join(place, [
      ...block(`${async}function run(${parameters})`, lines),
      '',
      `export default ${name}({ ${[...before, 'run,', ...after].join(' ')} });`,
    ])
  const handler =
    form === 2
      ? block(`${async}run(${parameters})`, lines, '},')
      : block(`run: ${async}(${parameters}) =>`, lines, '},')
  return join(place, [`export default ${name}({`, ...indent([...before, ...handler, ...after]), '});'])
}

interface Shape {
  isContext: boolean
  isValue: boolean
  isComposed: boolean
}

/** What stands around the handler: a refusal before it, a header, a catch; and whether what it returns is the answer. */
function wrapperOf({ draft }: Place, { isContext, isValue, isComposed }: Shape): string {
  const { random } = draft
  const form = random.int(1, 3)
  const options = form === 1 ? 'options' : form === 2 ? '{ status = 200, run }' : 'options'
  const own = form === 1 ? 'options.' : ''
  const status = form === 2 ? 'status' : `(${own}status ?? 200)`
  const call = `await ${own}run(${isContext ? "{ req, res, user: { id: String(req.headers['x-user'] ?? 'none') } }" : 'req, res'})`
  const answer = isValue
    ? [
        `const value = ${call};`,
        ...(random.chance(0.5)
          ? [`res.status(res.statusCode !== 200 ? res.statusCode : ${status}).json({ value: value ?? null });`]
          : ['if (res.headersSent) return;', `res.status(${status}).json({ value: value ?? null });`]),
      ]
    : [random.chance(0.5) ? `return ${call};` : `${call};`]
  const guard = random.chance(0.5)
    ? ["if (req.headers['x-banned']) return res.status(403).json({ error: 'Forbidden' });"]
    : []
  const header = random.chance(0.3) ? ["res.setHeader('X-Route', 'one');"] : []
  const inside = [...guard, ...header, ...answer]
  const caught = random.chance(0.4)
    ? [...block('try', inside, '} catch (error) {'), ...indent(["res.status(500).json({ error: 'failed' });"]), '}']
    : inside
  const run = isContext
    ? 'run: (context: { req: NextApiRequest; res: NextApiResponse; user: { id: string } }) => any;'
    : random.pick([
        'run: (req: NextApiRequest, res: NextApiResponse) => any;',
        'run(req: NextApiRequest, res: NextApiResponse): any;',
      ])
  const inner = block('return async (req: NextApiRequest, res: NextApiResponse) =>', caught, '};')
  const taken = form === 3 ? ['const { status, run } = options;'] : []
  const composed = isComposed
    ? ['', "export const createOpenRoute = (options: RouteOptions) => createRoute({ ...options, tags: ['open'] });"]
    : []
  return [
    "import type { NextApiRequest, NextApiResponse } from 'next';",
    '',
    ...block('export interface RouteOptions', ['name?: string;', 'status?: number;', 'tags?: string[];', run]),
    '',
    ...block(`export function createRoute(${options}: RouteOptions)`, [...taken, ...inner]),
    ...composed,
    '',
  ].join('\n')
}
