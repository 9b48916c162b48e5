import { block, choose, indent, inner, type Place, type Production } from './grammar.ts'
import { join, parameters } from './module-forms.ts'

/** Handlers by method in an object that a wrapper of another module is given. */
export const methodObjects: Production<string>[] = [
  { name: 'method-object', weight: 6, fits: ({ draft }) => draft.isTyped, write: methodObject },
]

const verbs = ['GET', 'POST', 'PUT', 'DELETE'] as const

function methodObject(place: Place): string {
  const { draft } = place
  const { random } = draft
  const wrapper = random.pick(wrappers)
  const methods = verbs.filter((_, i) => random.chance(i < 2 ? 0.8 : 0.3))
  const lower = wrapper.includes('toLowerCase')
  const named: string[][] = []
  const entries = (methods.length > 0 ? methods : (['GET'] as const)).flatMap((method) => {
    draft.hints.methods.add(method)
    const lines = handlerOf(place, method)
    const key = lower ? method.toLowerCase() : method
    if (random.chance(0.3)) {
      const name = `on${method}`
      named.push([...block(`const ${name} = async (${parameters(draft)}) =>`, lines, '};'), ''])
      return [`${key}: ${name},`]
    }
    return random.chance(0.15)
      ? block(`async ${key}(${parameters(draft)})`, lines, '},')
      : block(`${key}: async (${parameters(draft)}) =>`, lines, '},')
  })
  draft.files['lib/api.ts'] = wrapper
  draft.imports.add("import { api } from '@/lib/api';")
  const options = wrapper.includes('options') && random.chance(0.6)
  const object = ['{', ...indent(entries), '}']
  const written = random.chance(0.2)
    ? [
        'const handlers = {',
        ...indent(entries),
        '};',
        '',
        `export default api(handlers${options ? ', { quiet: true }' : ''});`,
      ]
    : options
      ? ['export default api(', ...indent([...object.slice(0, -1), '},', '{ quiet: true },']), ');']
      : ['export default api({', ...indent(entries), '});']
  return join(place, [...named.flat(), ...written])
}

function handlerOf(place: Place, method: string): string[] {
  const own: Place = {
    ...inner(place, { methods: [method], end: 'tail' }),
    values: [],
    taken: new Set(),
    isAsync: true,
  }
  return choose(own, 'arm')
}

const head = `import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';

type Handlers = { [method: string]: NextApiHandler };

`

/** What a wrapper of an object does: looks up, refuses in some way, logs, sets a header, catches. */
const wrappers: [string, ...string[]] = [
  `${head}export function api(handlers: Handlers) {
  return async (req: NextApiRequest, res: NextApiResponse) => {
    const handler = handlers[req.method as string];
    if (!handler) {
      res.setHeader('Allow', Object.keys(handlers));
      return res.status(405).end();
    }
    return handler(req, res);
  };
}
`,
  `${head}export const api = (handlers: Handlers) => async (req: NextApiRequest, res: NextApiResponse) => {
  const method = req.method!.toLowerCase();
  if (!(method in handlers)) return res.status(405).json({ message: 'Method not allowed' });
  await handlers[method](req, res);
};
`,
  `${head}export function api(handlers: Handlers, options: { quiet?: boolean } = {}) {
  const allowed = Object.keys(handlers).join(', ');
  return async (req: NextApiRequest, res: NextApiResponse) => {
    if (!options.quiet) console.info(req.method);
    const handler = handlers[req.method ?? ''];
    if (handler) return await handler(req, res);
    res.setHeader('Allow', allowed);
    res.status(405).send('Method not allowed');
  };
}
`,
  `${head}class Refused extends Error {
  status = 405;
}

export function api(handlers: Handlers, options?: { quiet?: boolean }) {
  return async (req: NextApiRequest, res: NextApiResponse) => {
    try {
      const { method } = req;
      if (!handlers[method as string]) throw new Refused('Method not allowed');
      return await handlers[method as string](req, res);
    } catch (error) {
      if (!options?.quiet) console.error(error);
      if (error instanceof Refused) return res.status(error.status).json({ error: error.message });
      return res.status(500).json({ error: 'Internal error' });
    }
  };
}
`,
  `${head}export const api = (handlers: Handlers) => async (req: NextApiRequest, res: NextApiResponse) => {
  res.setHeader('X-Api', 'one');
  if (req.method === 'OPTIONS') return res.status(204).end();
  const handler = handlers[req.method as string];
  if (typeof handler !== 'function') return res.status(405).json({ error: 'not allowed' });
  return handler(req, res);
};
`,
]
