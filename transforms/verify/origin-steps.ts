import type * as t from '@babel/types'
import { isCall, isMember, memberName, stringValue, uncast } from '../syntax/match.ts'
import { isPlainFunction, type Node } from '../syntax/tree.ts'
import type { Origin } from './origins.ts'

type Call = t.CallExpression | t.OptionalCallExpression | t.NewExpression

/** Calls whose result stands for their argument. */
const CONVERSIONS = new Set([
  ...['String', 'Number', 'Boolean', 'BigInt', 'Date', 'parseInt', 'parseFloat', 'decodeURIComponent'],
  ...['encodeURIComponent', 'fromEntries', 'assign', 'freeze', 'from', 'isArray', 'structuredClone', 'values'],
])
/** Methods of a schema (zod, yup, joi, superstruct, valibot ...) that answer what they were given. */
const CHECKS = /^(?:parse|parseAsync|validate|validateAsync|validateSync|cast|assert|create|decode|attempt|compile)$/
/** The same, with the value under `data` or `value` of the result. */
const SAFE_CHECKS = /^(?:safeParse|safeParseAsync|spa|validate|tryParse)$/
/** Methods of a string or a list whose result is worth the same branch. */
const KEEPING =
  /^(?:trim|trimEnd|trimStart|toString|toLowerCase|toUpperCase|split|slice|substring|substr|replace|replaceAll|at|pop|shift|valueOf|concat|filter|sort|reverse|join|flat|normalize|padStart|text|json|toJSON)$/
const ITERATION = /^(?:map|forEach|filter|some|every|find|findIndex|flatMap|reduce)$/

/** Functions that read the whole request: `getRawBody(req)`, `buffer(req)`, `json(req)`. */
const READERS = /^(?:buffer|text|json|arrayBuffer)$|raw-?body|read\w*body|body-?parse|parse-?body/i

/** Marks the result of a check that holds the value under a name. */
const WRAPPED = '?'

/** The origin one name further on; null where it leaves the request. */
export function extend(origin: Origin, name: string): Origin | null {
  const [place, key] = origin
  if (origin[origin.length - 1] === WRAPPED)
    return /^(?:data|value|output|success\.data)$/.test(name) ? origin.slice(0, -1) : null
  if (place === undefined) return top(name)
  // What a parser of forms answers: `[fields, files]` or `{ fields, files }`.
  if (place === 'form') return /^(?:\[\]|fields|body)$/.test(name) ? ['body'] : null
  if (place === 'url') return /^(?:searchParams|query)$/.test(name) ? ['query'] : null
  if (place === 'method') return null
  if (name === 'length') return null
  if (place === 'headers' && key === 'cookie') return name === '[]' ? origin : ['cookies', name]
  if (place === 'body') return [...origin, /^\d+$/.test(name) ? '[]' : name]
  // The parts of a query key, header or cookie are worth the whole.
  return origin.length === 1
    ? name === '[]'
      ? null
      : [place, place === 'headers' ? name.toLowerCase() : name]
    : origin
}

/** A property of the request. */
function top(name: string): Origin | null {
  switch (name) {
    case 'query':
    case 'params':
      return ['query']
    // The chunks of its stream.
    case '[]':
    case 'body':
    case 'rawBody':
    case 'json':
    case 'text':
    case 'formData':
      return ['body']
    case 'headers':
    case 'cookies':
    case 'method':
    case 'url':
      return [name]
    case 'nextUrl':
      return ['url']
    default:
      return null
  }
}

/** What a call stands for by its form alone; null when that is for the called function to say. */
export function callOrigins(call: Call, originsOf: (node: Node) => readonly Origin[]): readonly Origin[] | null {
  const callee = uncast(call.callee)
  const [first] = call.arguments
  const given = first ? originsOf(first) : []
  const isWhole = given.length > 0 && given.every((origin) => origin.length === 0)
  if (callee.type === 'Identifier') {
    if (CONVERSIONS.has(callee.name)) return given
    if (isWhole && READERS.test(callee.name)) return [['body']]
    if (callee.name === 'URL' || callee.name === 'URLSearchParams') return given
    return cookieCall(callee.name, call, given, originsOf)
  }
  const name = isMember(callee) ? memberName(callee) : null
  if (!isMember(callee) || name === null) return null
  const object = originsOf(callee.object)
  const key = stringValue(first)
  if (/^(?:get|getAll|header|has)$/.test(name) && key !== null && object.length > 0)
    return object.flatMap((origin) => {
      const found = extend(origin.length === 0 && name === 'header' ? ['headers'] : origin, key)
      return found === null ? [] : [found]
    })
  if (object.length > 0 && object.every((origin) => origin.length === 0)) {
    const found = extend([], name)
    return found === null ? null : [found]
  }
  if (KEEPING.test(name) && object.length > 0) return object
  if (isWhole && name === 'parse') return [['form']]
  if (name === 'concat') return given
  if (given.length === 0) return cookieCall(name, call, given, originsOf)
  if (SAFE_CHECKS.test(name) && name !== 'validate') return given.map((origin) => [...origin, WRAPPED])
  if (name === 'validate') return [...given, ...given.map((origin) => [...origin, WRAPPED])]
  if (CHECKS.test(name) || CONVERSIONS.has(name)) return given
  return null
}

/** `getCookie('token', { req, res })`, `parseCookies({ req })`, `nookies.get(ctx)`. */
function cookieCall(
  name: string,
  call: Call,
  given: readonly Origin[],
  originsOf: (node: Node) => readonly Origin[],
): readonly Origin[] | null {
  if (!/cookie/i.test(name) && !(isMember(call.callee) && /cookie|nookies/i.test(textOf(call.callee.object))))
    return null
  const holdsRequest = call.arguments.some(
    (argument) =>
      originsOf(argument).some((origin) => origin.length === 0) ||
      (argument.type === 'ObjectExpression' &&
        argument.properties.some(
          (property) =>
            property.type === 'ObjectProperty' && originsOf(property.value).some((origin) => origin.length === 0),
        )),
  )
  if (!holdsRequest) return given.length > 0 ? given : null
  const key = call.arguments.map((argument) => stringValue(argument)).find((text) => text !== null)
  return [key === undefined || key === null ? ['cookies'] : ['cookies', key]]
}

function textOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : ''
}

/** What a call puts into a list: `chunks.push(chunk)`; null for other calls. */
export function pushedInto(call: Call): { list: Node; value: Node } | null {
  const [value] = call.arguments
  if (!value || !isMember(call.callee) || memberName(call.callee) !== 'push') return null
  return { list: call.callee.object, value }
}

/** The callback of `form.parse(req, (error, fields) => ...)`: its second parameter. */
export function formCallback(call: Call): { request: Node; fields: Node } | null {
  const [request, callback] = call.arguments
  if (!request || !isPlainFunction(callback) || !isMember(call.callee) || memberName(call.callee) !== 'parse')
    return null
  const fields = callback.params[1]
  return fields ? { request, fields } : null
}

/** The first parameters of functions that a list is handed to: `list.map((item) => ...)`. */
export function listCallbacks(call: Call): { callback: Node; of: Node }[] {
  if (!isCall(call) || !isMember(call.callee)) return []
  const name = memberName(call.callee)
  const [first] = call.arguments
  if (name === null || !ITERATION.test(name) || !isPlainFunction(first)) return []
  const callback = first.params[name === 'reduce' ? 1 : 0]
  return callback ? [{ callback, of: call.callee.object }] : []
}
