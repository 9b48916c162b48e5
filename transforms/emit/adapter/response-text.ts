/**
 * The adapter's response: `http.ServerResponse` with what Next adds (next@16.4.3 server/api-utils/node/api-resolver.js: sendData, sendJson;
 * server/lib/etag.js; compiled/fresh; `write` and `end` are called without `res`, too). `setHeader` is as `next start` has it (server/base-server.js, server/lib/patch-set-header.js).
 */
export const responseText = `function createResponse(req: IncomingMessage, socket: Socket, draft: Draft): ServerResponse {
  const res = new ServerResponse(req);
  // The server around the route handler sends these, and cuts the body into chunks where it must.
  for (const name of ['Connection', 'Date', 'Transfer-Encoding']) res.removeHeader(name);
  Object.defineProperty(res, 'chunkedEncoding', { get: () => false, set: () => {} });
  res.assignSocket(socket);
  socket.on('drain', () => res.emit('drain'));
  for (const stream of [req, res, socket]) stream.on('error', () => {});
  res.on('finish', () => {
    socket.end();
    if (!req.readableDidRead) req.resume();
  });
  const setHeader = res.setHeader.bind(res);
  res.setHeader = (name, value) => {
    if (res.headersSent) return res;
    const isList = Array.isArray(value) && name.toLowerCase() === 'set-cookie';
    return setHeader(name, isList ? Array.from(new Set(value)) : value);
  };
  const write = res.write.bind(res);
  const end: (...args: never[]) => ServerResponse = res.end.bind(res);
  const refuse = (name: string) => (): never => {
    throw new Error(\`res.\${name}() has no counterpart in route handlers\`);
  };
  return Object.assign(res, {
    write,
    end: (...args: never[]) => {
      socket.emit('last');
      return end(...args);
    },
    status: (statusCode: number) => Object.assign(res, { statusCode }),
    send: (body: unknown) => void send(req, res, body),
    json: (body: unknown) => {
      res.setHeader('Content-Type', JSON_TYPE);
      send(req, res, JSON.stringify(body));
    },
    redirect: (first: number | string, second?: string) => {
      const [code, url] = typeof first === 'string' ? [307, first] : [first, second];
      if (typeof code !== 'number' || typeof url !== 'string') throw new Error(BAD_REDIRECT);
      res.writeHead(code, { Location: url }).write(url);
      return res.end();
    },
    setDraftMode: ({ enable } = { enable: true }) => {
      draft[enable ? 'enable' : 'disable']();
      return res;
    },
    setPreviewData: refuse('setPreviewData'),
    clearPreviewData: refuse('clearPreviewData'),
    revalidate: refuse('revalidate'),
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';
const BAD_REDIRECT = \`Invalid redirect arguments. Please use a single argument URL, e.g. res.redirect('/destination') or use a status code and URL, e.g. res.redirect(307, '/destination').\`;

function send(req: IncomingMessage, res: ServerResponse, body: unknown): void {
  if (body === null || body === undefined) return void res.end();
  if (res.statusCode === 204 || res.statusCode === 304) {
    for (const name of ['Content-Type', 'Content-Length', 'Transfer-Encoding']) res.removeHeader(name);
    return void res.end();
  }
  const type = res.getHeader('Content-Type') || 'application/octet-stream';
  if (body instanceof Stream) {
    res.setHeader('Content-Type', type);
    return void body.pipe(res);
  }
  const isJson = ['object', 'number', 'boolean'].includes(typeof body);
  const text = isJson ? JSON.stringify(body) : (body as string);
  const etag = createEtag(text);
  res.setHeader('ETag', etag);
  if (isFresh(req, etag)) {
    res.statusCode = 304;
    return void res.end();
  }
  if (isJson) res.setHeader('Content-Type', Buffer.isBuffer(body) ? type : JSON_TYPE);
  const bytes = Buffer.isBuffer(body) ? body : text;
  res.setHeader('Content-Length', Buffer.byteLength(bytes));
  res.end(bytes);
}

/** FNV-1a with 64 bits, folded to 52, in two halves: the tags that clients got from Next stay good. */
function createEtag(text: string): string {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (let i = 0; i < text.length; i++) {
    const mixed = (low ^ text.charCodeAt(i)) >>> 0;
    low = (mixed * 0x1b3) >>> 0;
    high = (high * 0x1b3 + Math.floor((mixed * 0x1b3) / 2 ** 32) + ((mixed << 8) >>> 0)) >>> 0;
  }
  const hash = (high & 0xfffff) * 2 ** 32 + ((low ^ (high >>> 20)) >>> 0);
  return \`"\${hash.toString(36)}\${text.length.toString(36)}"\`;
}

function isFresh({ headers }: IncomingMessage, etag: string): boolean {
  const known = headers['if-none-match'];
  if (!known || headers['if-modified-since']) return false;
  if (/(?:^|,)\\s*?no-cache\\s*?(?:,|$)/.test(headers['cache-control'] ?? '')) return false;
  return known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\\//, '') === etag);
}
`
