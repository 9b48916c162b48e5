/**
 * The adapter begins: what a route handler is, and what Next does around an API route (next@16.4.3, 15.5 and 14.2
 * server/api-utils/node/api-resolver.js, apiResolver): the body is parsed or the request turned away, then the handler runs. An error before
 * the answer goes to Next, as it does for any route handler; after it, only the log shows it.
 */
export const runnerText = `import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { parse } from 'node:querystring';
import { Stream, Writable } from 'node:stream';
import { draftMode } from 'next/headers';

/**
 * Runs a handler of pages/api, \`(req, res) => ...\`, unchanged as a route handler. The request and the response are those
 * of Node, on a socket that leads nowhere; what Next adds to them is written out below. Not to be had here: preview data,
 * \`res.revalidate\`, trailers, the real socket. Made by routeshift: yours to change, and to delete in the end.
 */
export function pagesHandler(handler: Handler, config: Config = {}) {
  const run = async (request: Request, context: Context): Promise<Response> => {
    const params = await context.params;
    const draft = await draftMode();
    return new Promise((resolve, reject) => {
      const socket = openSocket(request, resolve, reject);
      const req = createRequest(request, socket, params, draft);
      const res = createResponse(req, socket, draft);
      serve(handler, config, req, res).catch((error: Error) => {
        if (res.headersSent) {
          console.error(error);
          if (!res.writableEnded) res.end('Internal Server Error');
        } else {
          // Next answers 500, and logs and reports the error.
          reject(error);
          try {
            res.writeHead(500, 'Internal Server Error').end();
          } catch {
            socket.destroy();
          }
        }
      });
    });
  };
  return { GET: run, HEAD: run, POST: run, PUT: run, PATCH: run, DELETE: run, OPTIONS: run };
}

/** Its parameters are what Next calls NextApiRequest and NextApiResponse, or what the project makes of them. */
type Handler = (...args: never[]) => unknown;
type Options<T = unknown> = T & { [name: string]: unknown };
type Config = Options<{ api?: Options<{ bodyParser?: boolean | { sizeLimit?: number | string } }> }>;
type Params = { [name: string]: string | string[] | undefined };
type Context = { params: Promise<Params> };
type Answer = Response | Promise<Response>;
type Draft = { isEnabled: boolean; enable: () => void; disable: () => void };

async function serve(handler: Handler, { api }: Config, req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  const parser = api?.bodyParser ?? true;
  if (parser !== false) {
    const { body, refusal } = await readBody(req, (parser !== true && parser.sizeLimit) || '1mb');
    if (refusal) return res.writeHead(...refusal).end(refusal[1]);
    Object.assign(req, { body });
  }
  return (handler as (req: IncomingMessage, res: ServerResponse) => unknown)(req, res);
}
`
