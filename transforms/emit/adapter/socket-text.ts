/**
 * The adapter's socket. `http.ServerResponse` writes HTTP to it, so that `writeHead`, `write`, `pipe`, events and errors are those of Node.
 * A chunk counts as written when the reader of the Response asks for more, which is the back-pressure that the handler had; once it ends the
 * answer at once, so that `res.writableFinished` is true right after `res.end()`, as on a socket that takes what it is given.
 */
export const socketText = `/** What Node writes to the socket is read as clients read it: a head becomes the Response, what follows is its body. */
function openSocket(request: Request, resolve: (answer: Answer) => void, reject: (error: Error) => void): Socket {
  let head: string | null = '';
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  let written: (() => void) | undefined;
  let isLast = false;
  const goOn = () => {
    const done = written;
    written = undefined;
    done?.();
  };
  const answer = async (status: number, statusText: string, lines: string) => {
    const headers = new Headers();
    for (const line of lines.split('\\r\\n').slice(0, -1)) headers.append(...splitAt(asText(line), ': '));
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (body = controller),
        pull: goOn,
        cancel: () => void socket.destroy(),
      },
      { highWaterMark: 0 },
    );
    const isEmpty = request.method === 'HEAD' || [204, 205, 304].includes(status);
    if (isEmpty) body = undefined;
    return new Response(isEmpty ? null : stream, { status, statusText, headers });
  };
  const socket = new Writable({
    write(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      if (head !== null) {
        head += chunk.toString('latin1');
        const [found, status, statusText = '', lines = '', first = ''] = HEAD.exec(head) ?? [];
        if (!found) return done();
        head = null;
        rest = Buffer.from(first, 'latin1');
        resolve(answer(Number(status), statusText, lines));
      }
      if (!body || rest.length === 0) return done();
      written = done;
      body.enqueue(rest);
      if (isLast) goOn();
    },
    final(done) {
      body?.close();
      body = undefined;
      done();
    },
    destroy(error, done) {
      const reason = error ?? new Error('The connection was closed before the answer was complete');
      reject(reason);
      body?.error(reason);
      done(null);
    },
  });
  socket.once('last', () => {
    isLast = true;
    goOn();
  });
  request.signal.addEventListener('abort', () => {
    resolve(new Response(null));
    socket.destroy();
  });
  const same = () => socket;
  const address = request.headers.get('x-forwarded-for') ?? undefined;
  const added = { remoteAddress: address, setTimeout: same, setKeepAlive: same, setNoDelay: same };
  return Object.assign(socket, added) as unknown as Socket;
}

/** Node writes a head together with a text as UTF-8, by itself as latin1. */
function asText(line: string): string {
  const text = Buffer.from(line, 'latin1').toString();
  return /[^\\u0000-\\u00ff]/.test(text) ? line : text;
}

/** The first head that is not in between (\`100 Continue\`, \`103 Early Hints\`), and what has come after it. */
const HEAD = /^(?:HTTP\\/1\\.1 1(?:.+\\r\\n)+\\r\\n)*HTTP\\/1\\.1 ([2-9]\\d*) ?(.*)\\r\\n((?:.+\\r\\n)*)\\r\\n([^]*)$/;
`
