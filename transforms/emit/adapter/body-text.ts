/**
 * The adapter's body parser (next@16.4.3 server/api-utils/node/parse-body.js; the cookie parser is compiled/cookie): exact media types, the charset of the header, limits as `bytes` reads them.
 */
export const bodyText = `/** The body by its content type, or the status and reason with which Next turned such a request away. */
async function readBody(req: IncomingMessage, limit: number | string): Promise<Body> {
  const [, amount = parseInt(\`\${limit}\`, 10), unit = 'b'] = /^([\\d.]+) *([kmgtp]?b)$/i.exec(\`\${limit}\`) ?? [];
  const max = Math.floor(Number(amount) * 1024 ** 'b kb mb gb tb pb'.split(' ').indexOf(unit.toLowerCase()));
  const tooLarge: Body = { refusal: [413, \`Body exceeded \${limit} limit\`] };
  if (Number(req.headers['content-length']) > max) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    length += chunks.push(chunk) && chunk.length;
    if (length > max) return tooLarge;
  }
  // A malformed header counts as plain text.
  const grammar = /^\\s*([^\\s;]+)\\s*((?:; *[^\\s;="]+ *= *(?:"[^"]*"|[^\\s;"]+) *)*)$/;
  const [, type = '', parameters = ''] = grammar.exec(req.headers['content-type'] ?? '') ?? [];
  const [, charset = 'utf-8'] = /; *charset *= *"?([^\\s;"]+)/i.exec(parameters) ?? [];
  const isJson = /^application\\/(?:ld\\+)?json$/i.test(type);
  try {
    const text = new TextDecoder(charset).decode(Buffer.concat(chunks));
    if (/^application\\/x-www-form-urlencoded$/i.test(type)) return { body: parse(text) };
    return { body: isJson ? JSON.parse(text || '{}') : text };
  } catch (error) {
    return { refusal: [400, error instanceof SyntaxError ? 'Invalid JSON' : 'Invalid body'] };
  }
}

type Body = { body?: unknown; refusal?: [status: number, reason: string] };

/** The first of a name counts; quotes are dropped, and what cannot be decoded stays as it is. */
function readCookies(header: string): { [name: string]: string } {
  const cookies: { [name: string]: string } = {};
  for (const pair of header.split(/; */).filter((pair) => pair.includes('='))) {
    const [name, text] = splitAt(pair, '=');
    const value = /^"/.test(text) ? text.slice(1, -1) : text;
    try {
      cookies[name] ??= decodeURIComponent(value);
    } catch {
      cookies[name] ??= value;
    }
  }
  return cookies;
}

function splitAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at).trim(), text.slice(at + mark.length).trim()];
}
`
