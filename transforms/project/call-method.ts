/**
 * The HTTP method of a call, read from the text around its URL. `?` when there is a call whose method cannot be read;
 * nothing at all when the URL is only compared, logged or tested.
 */

const VERB = /^(get|post|put|patch|delete|del|head|options)(?=$|[A-Z_])/
const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/
const LOOKS_ONLY =
  /^(?:startsWith|endsWith|includes|indexOf|match|matches|test|replace|split|log|info|warn|error|debug)$/
const NOT_A_CALL = /^(?:describe|it|to[A-Z]\w*|stringContaining|stringMatching)$/
const NAVIGATES = /^(?:useSWR\w*|open|push|replace|prefetch|redirect|permanentRedirect|assign|EventSource|visit|goto)$/
const FETCHES = /fetch|^axios$|^ky$|^got$|^request$|^Request$|^superagent$|^ajax$/i
const BUILDS_URL = /(?:^|\.)(?:\w*(?:URL|[uU]rl|Path|Href)|normalizeApiRoute|encodeURI|String)$/
const REACH = 2000

/** Methods of the call whose URL stands at these offsets. */
export function methodsAt(text: string, start: number, end: number): string[] {
  const before = text.slice(Math.max(0, start - 200), start)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  if (/^\s*(?:\/\/|\*|\/\*)/.test(line)) return []
  if (/[!=]==?\s*$|\bcase\s+$/.test(before) || /^\s*[!=]==?/.test(text.slice(end, end + 10))) return []

  const attribute = /\s(action|formAction|href|src)=\{?\s*$/.exec(before)?.[1]
  if (attribute) return attribute.endsWith('ction') ? formMethods(text, start, end) : ['GET']
  if (/\blocation(?:\.href)?\s*=\s*$/.test(before)) return ['GET']

  const opener = openerBefore(text, start)
  if (opener?.char === '{') return objectMethods(text, { open: opener.at, start, end })
  const callee = opener ? calleeBefore(text, opener.at) : null
  if (!opener || !callee) return variableMethods(text, start)
  const close = closerAfter(text, end)
  // fetch(new URL('/api/x', base), ...), fetch(apiUrl('/api/x'), ...): what is around it is the call.
  const rest = text.slice(end, close)
  if (BUILDS_URL.test(callee.name) && !/['"][A-Z]+['"]|\{/.test(rest)) return methodsAt(text, callee.start, close + 1)
  return callMethods(callee.name, text.slice(opener.at + 1, start), rest)
}

function callMethods(callee: string, first: string, rest: string): string[] {
  const name = callee.split('.').at(-1) ?? callee
  if (LOOKS_ONLY.test(name) && !/\b(?:router|Router|location)\b/.test(callee)) return []
  if (NOT_A_CALL.test(name)) return []
  // xhr.open('POST', url), call(url, 'POST')
  const stated =
    /['"]([A-Z]+)['"]\s*,\s*(?:\/\/[^\n]*\s*)?$/.exec(first)?.[1] ?? /^\s*,\s*['"]([A-Z]+)['"]/.exec(rest)?.[1]
  if (stated && METHOD.test(stated)) return [stated]
  const verb = METHOD.test(name) ? name : VERB.exec(name)?.[1]
  if (verb) return [verb === 'del' ? 'DELETE' : verb.toUpperCase()]
  if (name === 'sendBeacon') return ['POST']
  if (/^useSWRMutation/.test(name)) return ['?']
  if (NAVIGATES.test(name)) return ['GET']
  const options = shallow(rest)
  const methods = optionMethods(options, name === 'ajax')
  if (methods) return methods
  // Options that are computed elsewhere may hold a method.
  const isOpen = /\.\.\./.test(options) || /^\s*,\s*[A-Za-z_$]/.test(rest)
  return FETCHES.test(name) && !isOpen ? ['GET'] : ['?']
}

/** `{ url: '/api/x', method: 'POST' }`; also a block or a template around a URL, which says nothing. */
function objectMethods(text: string, { open, start, end }: { open: number; start: number; end: number }): string[] {
  const before = text.slice(open, start)
  const isKey = /^\s*\]?\s*:/.test(text.slice(end, end + 20)) && !/[?:]\s*$/.test(before)
  const key = /([\w$]+)['"]?\s*:\s*$/.exec(before)?.[1]
  // A key of a table, or a pattern of next.config headers.
  if (isKey || key === 'source') return []
  if (key === undefined) return variableMethods(text, start)
  const body = shallow(text.slice(open, closerAfter(text, open + 1) + 1))
  return optionMethods(body, false) ?? (/^(?:url|uri|href|src)$/.test(key) && !body.includes('...') ? ['GET'] : ['?'])
}

function optionMethods(options: string, isAjax: boolean): string[] | null {
  const match = (isAjax ? /\b(?:method|type)['"]?\s*:\s*([^,}]*)/ : /\bmethod['"]?\s*:\s*([^,}]*)/).exec(options)
  if (!match) return /[{,]\s*method\s*[,}]/.test(options) ? ['?'] : null
  const value = (match[1] ?? '').trim()
  const literal = /^(['"`])(\w+)\1(?:\s+as\s+\w+)?$/.exec(value)?.[2]?.toUpperCase()
  if (literal) return [METHOD.test(literal) ? literal : '?']
  const choice = /\?\s*['"`](\w+)['"`]\s*:\s*['"`](\w+)['"`]$/.exec(value)
  const both = choice ? [choice[1] ?? '', choice[2] ?? ''].map((method) => method.toUpperCase()) : []
  return both.length > 0 && both.every((method) => METHOD.test(method)) ? both : ['?']
}

/** `const url = '/api/x'` and then `fetch(url, ...)` in the same file. */
function variableMethods(text: string, start: number): string[] {
  const before = text.slice(Math.max(0, start - 200), start)
  const name = /([\w$]+)(?:\s*:[^=;\n]*)?\s*=(?![=>])[^=;]*$/.exec(before)?.[1]
  if (name === undefined) return ['?']
  const pattern = new RegExp(`[(,{]\\s*(?:url:\\s*)?${name.replaceAll('$', '\\$')}\\b(?!\\s*[:.(])`, 'g')
  const uses = [...text.matchAll(pattern)].filter((use) => use.index > start).slice(0, 8)
  const methods = uses.flatMap((use) => {
    const end = use.index + use[0].length
    const opener = openerBefore(text, end - name.length)
    const callee = opener?.char === '(' ? calleeBefore(text, opener.at) : null
    if (!opener || !callee) return ['?']
    const first = text.slice(opener.at + 1, end - name.length)
    return callMethods(callee.name, first, text.slice(end, closerAfter(text, end)))
  })
  return methods.length > 0 ? methods : ['?']
}

function formMethods(text: string, start: number, end: number): string[] {
  const tag = text.slice(text.lastIndexOf('<', start), end + 300).replace(/([^=])>[\s\S]*$/, '$1')
  const method = /\s(?:method|formMethod)=(?:(['"])(\w+)\1|\{(['"])(\w+)\3\}|(\{))/.exec(tag)
  if (!method) return ['GET']
  const literal = (method[2] ?? method[4] ?? '').toUpperCase()
  return [METHOD.test(literal) ? literal : '?']
}

/** The nearest bracket before an offset that is still open there; lists are looked through. */
function openerBefore(text: string, start: number): { at: number; char: string } | null {
  let depth = 0
  for (let at = start - 1; at >= Math.max(0, start - REACH); at--) {
    const char = text.charAt(at)
    if (char === ')' || char === '}' || char === ']') depth += 1
    else if (char === '[' && depth === 0) continue
    else if (char === '(' || char === '{' || char === '[') {
      if (depth === 0) return { at, char }
      depth -= 1
    }
  }
  return null
}

/** Offset of the bracket that closes what is open at an offset. */
function closerAfter(text: string, from: number): number {
  let depth = 0
  const limit = Math.min(text.length, from + REACH)
  for (let at = from; at < limit; at++) {
    const char = text.charAt(at)
    if (char === '(' || char === '{' || char === '[') depth += 1
    else if (char === ')' || char === '}' || char === ']') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return limit
}

/** Name before `(` and where it begins, type arguments left out; null for `if (`, arrow functions and other parentheses. */
function calleeBefore(text: string, open: number): { name: string; start: number } | null {
  const from = Math.max(0, open - 600)
  const before = withoutTypeArguments(text.slice(from, open))
  const match = /(?:\bnew\s+)?([\w$]+(?:\s*[?!]?\.\s*[\w$]+)*)\s*(?:\?\.)?\s*$/.exec(before)
  if (!match) return null
  const name = (match[1] ?? '').replace(/[\s?!]/g, '')
  if (/^(?:if|while|switch|for|return|await|async|typeof|in|of|catch|function)$/.test(name)) return null
  return { name, start: from + match.index }
}

/** Cuts `<...>` off the end; a `>` that belongs to an arrow does not open. */
function withoutTypeArguments(text: string): string {
  const trimmed = text.trimEnd()
  if (!trimmed.endsWith('>') || trimmed.endsWith('=>')) return text
  let depth = 0
  for (let at = trimmed.length - 1; at >= 0; at--) {
    if (trimmed[at] === '>' && trimmed[at - 1] !== '=') depth += 1
    else if (trimmed[at] === '<' && --depth === 0) return trimmed.slice(0, at)
  }
  return text
}

/** Text of arguments or of an object without what is nested more than one bracket deep. */
function shallow(text: string): string {
  let out = ''
  let depth = 0
  for (const char of text) {
    if (char === ')' || char === '}' || char === ']') depth -= 1
    if (depth <= 1) out += char
    if (char === '(' || char === '{' || char === '[') depth += 1
  }
  return out
}
