import { block, type Draft, type Place } from './grammar.ts'
import { hint } from './hints.ts'

/** A handler in a wrapper that answers with what it returns: `import { respond } from '@/lib/respond'`. */
export function serialised({ draft }: Place, handler: readonly string[], head: string): string[] {
  const { random } = draft
  const name = random.pick(['respond', 'api'])
  draft.imports.add(`import { ${name} } from '@/lib/${name}';`)
  const { before, after, result } = random.pick(forms)
  const lines = [
    ...(random.chance(0.3) ? ["res.setHeader('X-Wrapped', 'yes');"] : []),
    `const result = await handler(req, res);`,
    ...(random.chance(0.3) ? ["console.log('handled');"] : []),
    ...before,
    `res.status(200).json(${result});`,
    ...after,
  ]
  const body = random.chance(0.5)
    ? [
        'try {',
        ...lines.map((line) => `  ${line}`),
        '} catch (error) {',
        '  res.status(500).json({ failed: true });',
        '}',
      ]
    : lines
  const inner = block('async (req: NextApiRequest, res: NextApiResponse) =>', body)
  const typed = 'handler: (req: NextApiRequest, res: NextApiResponse) => any'
  const made = random.chance(0.4)
  draft.files[`lib/${name}.ts`] = [
    "import type { NextApiRequest, NextApiResponse } from 'next';",
    '',
    ...(made
      ? [
          ...block(
            `function create${name}()`,
            block(
              `return (${typed}) =>`,
              ['return (', ...inner, ');'].map((l) => l),
            ),
          ),
          '',
        ]
      : block(`export function ${name}(${typed})`, ['return (', ...inner, ');'])),
    ...(made ? [`export const ${name} = create${name}();`] : []),
    '',
  ].join('\n')
  return [
    `export default ${name}(`,
    ...block(
      head,
      handler.map((line) => returned(line, draft)),
      '}',
    ),
    ');',
  ]
}

interface Form {
  before: readonly string[]
  result: string
  after: readonly string[]
}

const forms: [Form, ...Form[]] = [
  { before: ['if (result && !res.writableEnded)'], result: 'result', after: [] },
  { before: ['if (res.headersSent) return;'], result: '{ data: result ?? null }', after: [] },
  { before: ['if (result !== undefined && !res.headersSent) {'], result: '{ result }', after: ['}'] },
  { before: [], result: '{ result: result ?? null }', after: [] },
]

/** Some answers are values that the wrapper answers with. */
export function returned(line: string, { res, random }: Draft): string {
  const found = new RegExp(`^(\\s*)(?:return )?${res}\\.(?:status\\(200\\)\\.)?json\\((.+)\\);$`).exec(line)
  return found && random.chance(0.6) ? `${found[1]}return ${found[2]};` : line
}

/** `await runMiddleware(req, res, cors)` */
export function runCors({ draft }: Place): string[] {
  const { random } = draft
  hint(draft.hints, { part: 'header', key: 'origin' }, 'https://a.example')
  hint(draft.hints, { part: 'header', key: 'access-control-request-headers' }, 'x-a')
  draft.imports.add("import { cors, runMiddleware } from '@/lib/cors';")
  const options = random.pick([
    '',
    '{ origin: true, credentials: true }',
    "{ origin: 'https://a.example', methods: ['GET'] }",
    "{ origin: ['https://a.example', 'https://b.example'], allowedHeaders: ['X-A'], maxAge: 10 }",
    '{ origin: process.env.NO_SUCH_ORIGIN, optionsSuccessStatus: 200 }',
  ])
  draft.files['lib/cors.ts'] = [
    "import Cors from 'cors';",
    '',
    'export function runMiddleware(req: any, res: any, fn: any) {',
    '  return new Promise((resolve, reject) => {',
    '    fn(req, res, (result: any) => (result instanceof Error ? reject(result) : resolve(result)));',
    '  });',
    '}',
    '',
    `export const cors = Cors(${options});`,
    '',
  ].join('\n')
  return [`await runMiddleware(${draft.req}, ${draft.res}, cors);`]
}
