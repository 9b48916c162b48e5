import { isNameTaken, type ScopeTree } from '../../syntax/scope.ts'
import { functionAround, type Node, parentOf } from '../../syntax/tree.ts'
import type { HandlerCall } from './handler-calls.ts'
import type { HandlerImport } from './handler-imports.ts'
import type { Refusals } from './irregular.ts'

/** Names that the converted test has. */
export interface TestNames {
  /** `POST`, or `route.POST` */
  method: (handler: HandlerImport, method: string) => string
  /** The name of the whole module; it has one where a method is not exported, or where a name alone would say too little. */
  module: (handler: HandlerImport) => string
  /** What is imported by name; null where the module is. */
  named: (handler: HandlerImport) => readonly string[] | null
  ofCall: (call: HandlerCall) => { request: string; response: string; data: string; body: string }
}

interface Use {
  handler: HandlerImport
  method: string
  /** The module is named, not what it exports. */
  isWhole: boolean
}

export function createTestNames(
  handlers: readonly HandlerImport[],
  uses: readonly Use[],
  { tree, refuse }: { tree: ScopeTree; refuse: Refusals['refuse'] },
): TestNames | null {
  const program = tree.program.node
  const modules = new Map<HandlerImport, string>()
  const given = new Map<Node, Set<string>>()
  for (const handler of handlers) {
    const own = uses.filter((use) => use.handler === handler)
    const around = functionAround(handler.place) ?? program
    const isClear = own.every(({ method }) => !isNameTaken(tree, method, around))
    // A name of its own says which route it is, also where another run converts the rest of the file.
    const isPlain = handler.form !== 'member' && moduleName(handler.binding.name) === 'route'
    if (isPlain && isClear && own.every(({ isWhole }) => !isWhole)) continue
    const wanted = moduleName(handler.binding.name)
    const free = [wanted, `${wanted}File`].find((name) => !isNameTaken(tree, name, around))
    if (free === undefined) return refuse('name', handler.literal)
    modules.set(handler, free)
  }
  // Modules of one place have different names, as their handlers had.
  const clash = [...modules].find(([a, name]) =>
    [...modules].some(([b, other]) => a !== b && name === other && isBeside(a, b)),
  )
  if (clash) return refuse('name', clash[0].literal)
  return {
    method: (handler, method) => {
      const module = modules.get(handler)
      return module === undefined ? method : `${module}.${method}`
    },
    module: (handler) => modules.get(handler) ?? '',
    named: (handler) => {
      if (modules.has(handler)) return null
      return [...new Set(uses.filter((use) => use.handler === handler).map(({ method }) => method))].sort()
    },
    ofCall: (call) => {
      const around = functionAround(call.statement) ?? program
      const known = given.get(around) ?? new Set<string>()
      given.set(around, known)
      const free = (...names: string[]): string => {
        const name =
          names.find((one) => !known.has(one) && !isNameTaken(tree, one, around)) ?? `${names[0] ?? ''}OfTest`
        known.add(name)
        return name
      }
      const response = free(lengthened(call.responseBinding.name, 'res', 'response'), 'newResponse')
      const number = /\d*$/.exec(response)?.[0] ?? ''
      return {
        request: free(lengthened(call.requestBinding?.name ?? 'req', 'req', 'request'), 'newRequest'),
        response,
        data: free(`data${number}`, `json${number}`, `answer${number}`),
        body: free(`body${number}`, `payload${number}`, `sent${number}`),
      }
    },
  }
}

/** One of them is visible where the other is declared. */
function isBeside(a: HandlerImport, b: HandlerImport): boolean {
  const [one, other] = [functionAround(a.place), functionAround(b.place)]
  return one === other || isInside(one, other) || isInside(other, one)
}

function isInside(inner: Node | null, outer: Node | null): boolean {
  if (outer === null) return true
  for (let at = inner; at; at = parentOf(at)) if (at === outer) return true
  return false
}

/** `linkHandler` is of `linkRoute`. */
function moduleName(handler: string): string {
  if (/^(?:default)?handler$/i.test(handler)) return 'route'
  if (handler === 'pagesHandler') return 'appHandler'
  return /handler$/i.test(handler) ? handler.replace(/handler$/i, 'Route') : `${handler}Route`
}

/** `res` is `response`, `res2` is `response2`, `mockRes` is `mockResponse`; another name stays. */
function lengthened(name: string, short: string, long: string): string {
  const upper = (text: string): string => (text[0] ?? '').toUpperCase() + text.slice(1)
  if (new RegExp(`^${short}\\d*$`).test(name)) return name.replace(short, long)
  return new RegExp(`${upper(short)}\\d*$`).test(name)
    ? name.replace(new RegExp(`${upper(short)}(?=\\d*$)`), upper(long))
    : name
}
