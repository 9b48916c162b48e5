import { block, choose, type Place, type Production } from './grammar.ts'
import { join } from './module-forms.ts'

/** Handlers that a wrapper of another module hands one object: `withUser(async ({ req, res, user }) => ...)`. */
export const contextObjects: Production<string>[] = [
  { name: 'context-object', weight: 5, fits: ({ draft }) => draft.isTyped, write: contextObject },
]

function contextObject(place: Place): string {
  const { draft, isAsync } = place
  const { random, req, res } = draft
  const lines = choose(place, 'dispatch')
  const field = (key: string, name: string): string => (key === name ? key : `${key}: ${name}`)
  const user = random.chance(0.5) ? [random.pick(['user: caller', 'user: { id: callerId }'])] : []
  const pattern = `{ ${[field('req', req), field('res', res), ...user].join(', ')} }`
  const async = isAsync ? 'async ' : ''
  draft.files['lib/with-user.ts'] = random.pick(wrappers)
  draft.imports.add("import { withUser } from '@/lib/with-user';")
  if (random.chance(0.6)) return join(place, block(`export default withUser(${async}(${pattern}) =>`, lines, '});'))
  draft.imports.add("import type { Context } from '@/lib/with-user';")
  const typed = `${pattern}: Context`
  const written = random.chance(0.5)
    ? block(`${async}function handler(${typed})`, lines)
    : block(`const handler = ${async}(${typed}) =>`, lines, '};')
  return join(place, [...written, '', 'export default withUser(handler);'])
}

const head = `import type { NextApiRequest, NextApiResponse } from 'next';

export interface Context {
  req: NextApiRequest;
  res: NextApiResponse;
  user: { id: string };
}

type Handler = (context: Context) => unknown;

`

/** What stands around the handler: nothing, a refusal before it, a catch; what it reads for the handler. */
const wrappers: [string, ...string[]] = [
  `${head}export const withUser = (handler: Handler) => async (req: NextApiRequest, res: NextApiResponse) => {
  const user = { id: 'one' };
  await handler({ req, res, user });
};
`,
  `${head}export function withUser(handler: Handler) {
  return async (req: NextApiRequest, res: NextApiResponse) => {
    if (req.headers['x-banned']) return res.status(403).json({ error: 'Forbidden' });
    return handler({ req, res, user: { id: String(req.headers['x-user'] ?? 'none') } });
  };
}
`,
  `${head}export const withUser = (handler: Handler) => async (req: NextApiRequest, res: NextApiResponse) => {
  const user = { id: 'two' };
  try {
    return await handler({ req, res, user });
  } catch (error) {
    console.error(error);
    res.status(500).json({ error: 'Internal error' });
  }
};
`,
  `${head}export const withUser = (handler: Handler) => async (req: NextApiRequest, res: NextApiResponse) => {
  const extra = { user: { id: JSON.stringify(Object.keys(req.query).sort()) } };
  return handler({ req, res, ...extra });
};
`,
]
