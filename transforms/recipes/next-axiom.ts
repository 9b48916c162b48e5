import type { WrapperRecipe } from './recipe.ts'

/**
 * `withAxiom(handler)` of next-axiom 0.17 and 0.18 (next-axiom@0.18.1 src/withAxiom.ts): outside of the edge runtime every function is taken for a
 * Pages handler (`isApiHandler`), and what it returns is thrown away (`withAxiomNextApiHandler`), so that a route handler would answer
 * nothing. Version 1 wraps route handlers only, and cannot be installed beside it. The logger itself knows neither (src/logger.ts), so the
 * new wrapper makes it as the old one did (src/platform/generic.ts: `generateRequestMeta`) and sends it off where the answer was sent.
 * Forks are published as `@scope/next-axiom`.
 */
export const nextAxiom: WrapperRecipe = {
  id: 'next-axiom',
  codes: ['PA322'],
  packages: ['next-axiom'],
  model: ({ source, name }, app, typed) => {
    if (!/^(?:@[^/]+\/)?next-axiom$/.test(source) || name !== 'withAxiom') return null
    if (!/^[~^]?0\.1[78]\.\d+$/.test(app.packages[source] ?? '')) return null
    return { stem: 'with-axiom', name: 'withAxiomRoute', mark: 'withAxiom` of', text: print(source, typed) }
  },
}

function print(source: string, typed: boolean): string {
  const type = (text: string): string => (typed ? text : '')
  return `import { Logger } from '${source}';
${type(`import type { NextApiRequest, NextApiResponse } from 'next';

interface AxiomRequest extends NextApiRequest {
  log: Logger;
}
`)}
/** \`withAxiom\` of ${source}, which only wraps Pages handlers, for route handlers. */
export function withAxiomRoute(handler${type(': (req: AxiomRequest, res: NextApiResponse) => unknown')}) {
  return async (req${type(': AxiomRequest')}, res${type(': NextApiResponse')}) => {
    const report = {
      startTime: Date.now(),
      path: req.url,
      method: req.method,
      host: req.headers.host || '',
      userAgent: req.headers['user-agent'] || '',
      scheme: 'https',
      ip: req.headers['x-forwarded-for'] || '',
      region: process.env.VERCEL_REGION || process.env.REGION,
    };
    const log = new Logger({}, report, false, 'lambda');
    req.log = log;
    try {
      await handler(req, res);
      log.attachResponseStatus(res.statusCode);
      await log.flush();
    } catch (error) {
      log.error('Error in API handler', { error });
      log.attachResponseStatus(500);
      await log.flush();
      throw error;
    }
  };
}
`
}
