/**
 * The adapter's request: `http.IncomingMessage` with what Next adds (next@16.4.3 server/api-utils/node/api-resolver.js). Cookies as `cookie`
 * 0.4 parses them (server/api-utils/get-cookie-parser.js), the query as `node:querystring` does, with the params over it.
 */
export const requestText = `function createRequest(request: Request, socket: Socket, params: Params, { isEnabled }: Draft): IncomingMessage {
  const { pathname, search } = new URL(request.url);
  const req = new IncomingMessage(socket);
  const version = { httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 };
  Object.assign(req, version, { method: request.method, url: pathname + search });
  request.headers.forEach((value, name) => {
    req.headers[name] = value;
    req.rawHeaders.push(name, value);
  });
  const chunks = request.body?.getReader();
  const read = req._read.bind(req);
  req._read = async (size) => {
    try {
      read(size);
      const chunk = await chunks?.read();
      req.complete = chunk?.value === undefined;
      req.push(chunk?.value ?? null);
    } catch (error) {
      req.destroy(error as Error);
    }
  };
  request.signal.addEventListener('abort', () => req.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
  return Object.assign(req, {
    query: { ...parse(search.slice(1)), ...params },
    cookies: readCookies(req.headers.cookie ?? ''),
    previewData: isEnabled && {},
    preview: isEnabled || undefined,
    draftMode: isEnabled || undefined,
  });
}
`
