import type { Style } from '../../syntax/style.ts'

export const REQUEST_HOLDER = 'toApiRequest'
export const RESPONSE_HOLDER = 'toApiResponse'

/**
 * Those functions that a text calls for what stands for `req` and `res` in a context: the parts of a Pages request that a plain object can hold, and
 * a response whose headers go with the answer of tRPC (`resHeaders`, @trpc/server@10.45.2 and 11.0.0 adapters/fetch/fetchRequestHandler.ts:
 * they are read when all procedures have run, and `responseMeta` comes after them, as in adapters/node-http).
 */
export function printHolders(
  body: string,
  { semicolon: end, indent: i, trailingComma }: Style,
  typed: boolean,
): Holders {
  const type = (text: string): string => (typed ? text : '')
  const comma = trailingComma ? ',' : ''
  const all = [
    {
      name: REQUEST_HOLDER,
      type: 'NextApiRequest',
      text: `/** What a context may read of \`req\`. */
function ${REQUEST_HOLDER}(request${type(': NextRequest')}) {
${i}return {
${i}${i}method: request.method,
${i}${i}url: request.nextUrl.pathname + request.nextUrl.search,
${i}${i}headers: Object.fromEntries(request.headers),
${i}${i}cookies: Object.fromEntries(request.cookies.getAll().map((cookie) => [cookie.name, cookie.value]))${comma}
${i}}${type(' as NextApiRequest')}${end}
}`,
    },
    {
      name: RESPONSE_HOLDER,
      type: 'NextApiResponse',
      text: `/** A \`res\` for contexts, on which headers can be set. */
function ${RESPONSE_HOLDER}(headers${type(': Headers')}) {
${i}const setHeader = (name${type(': string')}, value${type(': number | string | readonly string[]')}) => {
${i}${i}if (value === undefined) throw new TypeError(\`Invalid value "undefined" for header "\${name}"\`)${end}
${i}${i}headers.delete(name)${end}
${i}${i}for (const one of [value].flat()) headers.append(name, String(one))${end}
${i}}${end}
${i}return { setHeader }${type(' as unknown as NextApiResponse')}${end}
}`,
    },
  ].filter(({ name }) => body.includes(`${name}(`))
  return { texts: all.map(({ text }) => text), names: all.map(({ name }) => name), types: all.map((one) => one.type) }
}

/** Functions, by their names, and the types of Next that they name. */
export interface Holders {
  texts: readonly string[]
  names: readonly string[]
  types: readonly string[]
}
