import type { SourceModule } from '../syntax/imported.ts'
import { httpMethods } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, stringValue } from '../syntax/match.ts'
import { leaves } from '../syntax/completion.ts'
import { isFunction, isListHolder, listOf, type Node, parentOf, walk } from '../syntax/tree.ts'
import type { Constants } from './constants.ts'
import { calleeName, functionName, type Origins } from './origins.ts'

/** Under which methods a place of the sources runs, as far as the text shows; empty when nothing tells. */
export type MethodSites = (node: Node) => ReadonlySet<string>

const NONE: ReadonlySet<string> = new Set()
const DEEP = 6

/** Reads branches (`if (req.method === 'PUT')`, `case 'PUT':`, guards) and follows functions to where they are called. */
export function findMethodSites(modules: readonly SourceModule[], origins: Origins, constants: Constants): MethodSites {
  const callSites = new Map<string, Node[]>()
  for (const { file } of modules)
    walk(file.ast.program, (node) => {
      const name = isCall(node) ? calleeName(node.callee) : null
      if (name !== null) callSites.set(name, [...(callSites.get(name) ?? []), node])
      // A table of functions: `{ GET: list, POST: create }`, `router.post(create)`.
      const parent = node.type === 'Identifier' ? parentOf(node) : null
      if (node.type === 'Identifier' && parent && (parent.type === 'ObjectProperty' || isCall(parent)))
        callSites.set(node.name, [...(callSites.get(node.name) ?? []), node])
      return true
    })
  const isMethod = (node: Node) => origins.of(node).some((origin) => origin.join() === 'method')

  const methodsAt = (node: Node, depth: number, seen: Set<string>): ReadonlySet<string> => {
    let allowed: ReadonlySet<string> | null = null
    const narrow = (test: Test | null, isTrue: boolean) => {
      if (!test) return
      const found = test.isOnly === isTrue ? test.methods : httpMethods.filter((m) => !test.methods.has(m))
      allowed = new Set(allowed === null ? found : [...found].filter((method) => allowed?.has(method)))
    }
    let at = node
    for (let up = parentOf(at); up; at = up, up = parentOf(up)) {
      if (up.type === 'IfStatement' || up.type === 'ConditionalExpression') {
        if (at !== up.test) narrow(readTest(up.test, isMethod, constants), at === up.consequent)
      } else if (up.type === 'LogicalExpression' && at === up.right && up.operator !== '??')
        narrow(readTest(up.left, isMethod, constants), up.operator === '&&')
      if (up.type === 'SwitchCase') {
        const outer = parentOf(up)
        if (outer?.type === 'SwitchStatement' && isMethod(outer.discriminant) && at !== up.test)
          narrow(caseMethods(outer.cases, outer.cases.indexOf(up)), true)
      }
      if (isListHolder(up))
        for (const before of listOf(up)) {
          if (before === at) break
          if (before.type === 'IfStatement' && !before.alternate && leaves(before.consequent))
            narrow(readTest(before.test, isMethod, constants), false)
        }
      const named = namedMethod(at, up)
      if (named) return new Set([named])
      if (isFunction(up)) {
        if (allowed !== null) return allowed
        const name = functionName(up)
        if (name === null || seen.has(name) || depth === 0) continue
        const sites = callSites.get(name) ?? []
        const all = sites.map((site) => methodsAt(site, depth - 1, new Set([...seen, name])))
        if (all.length > 0)
          return all.some((methods) => methods.size === 0) ? NONE : new Set(all.flatMap((m) => [...m]))
      }
    }
    return allowed ?? NONE
  }
  return (node) => methodsAt(node, DEEP, new Set())
}

interface Test {
  methods: ReadonlySet<string>
  /** True: the test holds for these only; false: for all others. */
  isOnly: boolean
}

function readTest(test: Node, isMethod: (node: Node) => boolean, constants: Constants): Test | null {
  if (test.type === 'UnaryExpression' && test.operator === '!') {
    const inner = readTest(test.argument, isMethod, constants)
    return inner && { ...inner, isOnly: !inner.isOnly }
  }
  if (test.type === 'BinaryExpression' && /^[!=]==?$/.test(test.operator)) {
    const other = isMethod(test.left) ? test.right : isMethod(test.right) ? test.left : null
    const methods = other ? methodsIn(constants.valuesOf(other)) : []
    return methods.length === 0 ? null : { methods: new Set(methods), isOnly: test.operator.startsWith('=') }
  }
  if (test.type === 'LogicalExpression') {
    const [left, right] = [test.left, test.right].map((side) => readTest(side, isMethod, constants))
    if (!left || !right) return test.operator === '&&' ? (left ?? right ?? null) : null
    if (left.isOnly !== right.isOnly) return null
    const isUnion = (test.operator === '||') === left.isOnly
    const methods = isUnion
      ? [...left.methods, ...right.methods]
      : [...left.methods].filter((m) => right.methods.has(m))
    return { methods: new Set(methods), isOnly: left.isOnly }
  }
  if (isCall(test) && isMember(test.callee) && memberName(test.callee) === 'includes') {
    const [first] = test.arguments
    if (!first || !isMethod(first)) return null
    const methods = methodsIn(constants.valuesOf(test.callee.object))
    return methods.length === 0 ? null : { methods: new Set(methods), isOnly: true }
  }
  return null
}

function methodsIn(values: readonly unknown[]): string[] {
  return values.flatMap((value) => (typeof value === 'string' ? (asMethod(value) ?? []) : []))
}

/** The methods of a case, with those of the empty cases before it. */
function caseMethods(
  cases: readonly { test?: Node | null; consequent: readonly Node[] }[],
  index: number,
): Test | null {
  const methods: string[] = []
  for (let at = index; at >= 0 && (at === index || cases[at]?.consequent.length === 0); at--) {
    const test = cases[at]?.test
    if (!test) return null
    methods.push(...methodsIn([stringValue(test)]))
  }
  return methods.length === 0 ? null : { methods: new Set(methods), isOnly: true }
}

/** `{ POST: async () => {} }`, `router.post(async () => {})`, `function handlePost()`. */
function namedMethod(node: Node, parent: Node): string | null {
  if (parent.type === 'ObjectProperty' && parent.value === node) {
    const key = keyName(parent)
    if (key !== null && asMethod(key)) return asMethod(key)
  }
  if (isCall(parent) && isMember(parent.callee) && parent.callee !== node) {
    const name = memberName(parent.callee) ?? ''
    return /^(?:get|post|put|patch|delete|head|options)$/.test(name) && isHandler(node) ? name.toUpperCase() : null
  }
  const own = isFunction(node) ? functionName(node) : null
  const found =
    own === null
      ? []
      : (own.match(/(?<![a-z])(?:get|post|put|patch|delete)(?![a-z])|(?:Get|Post|Put|Patch|Delete)(?![a-z])/g) ?? [])
  return found.length === 1 && /hand|req|^(?:get|post|put|patch|delete)$|_/i.test(own ?? '')
    ? (found[0] ?? '').toUpperCase()
    : null
}

function isHandler(node: Node): boolean {
  return node.type === 'Identifier' || isFunction(node)
}

/** The method that a text names, whatever its case. */
export function asMethod(text: string): string | null {
  const upper = text.toUpperCase()
  return httpMethods.find((method) => method === upper) ?? null
}
