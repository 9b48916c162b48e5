import type { FileChange } from '../model/change.ts'
import type { Host } from '../model/host.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { NextApp } from '../model/project.ts'
import { restoreBytes, type SourceFile } from '../syntax/parse.ts'
import type { Style } from '../syntax/style.ts'

/** The module of the user's `lib/` that `--strict` reads bodies with. */
export interface ReaderModule {
  path: string
  typed: boolean
  /** Made by an earlier run. */
  isThere: boolean
}

/** `lib/read-body.ts` beside the app folder, under the first name that no other file has. */
export function chooseReaderModule(app: NextApp, host: Host, lang: MigrateOptions['lang']): ReaderModule {
  const typed = lang === 'ts' || (lang === 'keep' && app.hasTypeScript)
  const folder = app.appDir.replace(/app$/, 'lib')
  for (let i = 0; ; i++) {
    const stem = `${folder}/${STEMS[i] ?? `read-body-${i}`}`
    const found = ['ts', 'js'].find((extension) => isOurs(`${stem}.${extension}`, host))
    if (found) return { path: `${stem}.${found}`, typed: found === 'ts', isThere: true }
    if (!EXTENSIONS.some((extension) => host.exists(stem + extension)))
      return { path: `${stem}.${typed ? 'ts' : 'js'}`, typed, isThere: false }
  }
}

const STEMS = ['read-body', 'read-request-body']
const EXTENSIONS = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cjs', '.json']

/** Told apart from the user's own by its code, however a formatter has laid it out since. */
function isOurs(path: string, host: Host): boolean {
  const plain = (text: string): string => text.replaceAll(/[\s;,\uFEFF]/g, '').replaceAll('"', "'")
  return host.isFile(path) && plain(host.read(path)) === plain(printReader(path.endsWith('.ts'), DEFAULT_STYLE))
}

const DEFAULT_STYLE: Pick<Style, 'quote' | 'semicolon' | 'indent'> = { quote: "'", semicolon: ';', indent: '  ' }

/** The new file, in the dress of the route that asks for it; null when it is there already. */
export function readerChange(module: ReaderModule, style: Style, file: SourceFile): FileChange | null {
  if (module.isThere) return null
  const after = restoreBytes(printReader(module.typed, style), { ...file, bom: false })
  return { kind: 'create', path: module.path, before: null, after }
}

/** `semantics` of Next's parse-body (server/api-utils/node): exact media types, querystring, and its refusals without a content type. */
function printReader(typed: boolean, { quote, semicolon, indent }: typeof DEFAULT_STYLE): string {
  const type = (text: string): string => (typed ? text : '')
  const text = `import { parse } from 'node:querystring';

${type('/** Whatever the client sent. */\ntype Body = ReturnType<typeof JSON.parse>;\n\n')}/**
 * The body as \`req.body\` of a Pages API route was: parsed by its content type.
 * What Next refused before the handler ran comes back as the Response to send.
 */
export async function readBody(request${type(': Request')}, limit${type(': string | number')} = '1mb')${type(': Promise<Body>')} {
  const max = bytesIn(limit);
  const tooLarge = \`Body exceeded \${limit} limit\`;
  if (Number(request.headers.get('content-length')) > max) return refuse(413, tooLarge);
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > max) return refuse(413, tooLarge);
  const { mediaType, charset } = readContentType(request);
  const text = decode(bytes, charset);
  if (text === null) return refuse(400, 'Invalid body');
  if (mediaType === 'application/x-www-form-urlencoded') return parse(text);
  if (mediaType !== 'application/json' && mediaType !== 'application/ld+json') return text;
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return refuse(400, 'Invalid JSON');
  }
}

/** A malformed content type counts as plain text. */
function readContentType(request${type(': Request')}) {
  const grammar = /^\\s*([^\\s;]+)\\s*((?:; *[^\\s;="]+ *= *(?:"[^"]*"|[^\\s;"]+) *)*)$/;
  const header = request.headers.get('content-type') ?? '';
  const [, mediaType = '', parameters = ''] = grammar.exec(header) ?? [];
  const charset = /; *charset *= *"?([^\\s;"]+)/i.exec(parameters)?.[1] ?? 'utf-8';
  return { mediaType: mediaType.toLowerCase(), charset };
}

function decode(bytes${type(': ArrayBuffer')}, charset${type(': string')}) {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}

/** \`4mb\`, \`500kb\` or a number of bytes. */
function bytesIn(limit${type(': string | number')}) {
  const [, amount = limit, unit = 'b'] = /^([\\d.]+) *([kmgtp]?b)$/i.exec(String(limit)) ?? [];
  return Math.floor(Number(amount) * 1024 ** 'b kb mb gb tb pb'.split(' ').indexOf(unit.toLowerCase()));
}

/** Bytes, because a text would get a content type. */
function refuse(status${type(': number')}, message${type(': string')}) {
  return new Response(new TextEncoder().encode(message), { status, statusText: message });
}
`
  return dress(text, quote, semicolon, indent)
}

/** Text in single quotes, with semicolons and two spaces, in the dress of the project. */
export function dress(text: string, quote: string, semicolon: string, indent: string): string {
  const indented = text.replaceAll(/^(?: {2})+/gm, (spaces) => indent.repeat(spaces.length / 2))
  const ended = semicolon === '' ? indented.replaceAll(/;$/gm, '') : indented
  return quote === "'" ? ended : ended.replaceAll(/'([^'\n]*)'/g, `${quote}$1${quote}`)
}
