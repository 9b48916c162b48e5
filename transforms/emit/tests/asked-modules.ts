import type * as t from '@babel/types'
import { rootOf, uncast } from '../../syntax/match.ts'
import { isParseFailure, parseSource } from '../../syntax/parse.ts'
import { analyseScopes, type Binding, bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, walk } from '../../syntax/tree.ts'

/** Resolves a specifier of a file to one of the project; null for packages. */
export type Resolve = (from: string, specifier: string) => string | null

/** A function of another module. */
export interface Call {
  key: string
  name: string
}

/** What a file asks of other modules. */
export interface ReadModule {
  /** By module. */
  names: Map<string, Set<string>>
  /** Imported functions that are handed the request or the answer. */
  handed: Call[]
  /** Imported functions that are called without. */
  unhanded: Call[]
}

export function readModule(path: string, text: string, resolve: Resolve): ReadModule | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const tree = analyseScopes(file.ast)
  const module: ReadModule = { names: new Map(), handed: [], unhanded: [] }
  const locals = new Map<Binding, Call>()
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const key = keyOf(path, statement.source.value, resolve)
    for (const one of statement.specifiers) {
      if (one.type === 'ImportSpecifier' && one.importKind === 'type') continue
      const binding = bindingAt(tree, one.local)
      // A type that is imported as a value is nothing at run time.
      if (!binding || binding.references.every(({ kind }) => kind === 'type')) continue
      const name = importedName(one)
      locals.set(binding, { key, name })
      module.names.set(key, (module.names.get(key) ?? new Set()).add(name))
    }
  }
  walk(file.ast.program, (node) => {
    if (node.type !== 'CallExpression') return undefined
    const root = rootOf(node.callee)
    const binding = root ? bindingAt(tree, root) : null
    const called = binding ? locals.get(binding) : undefined
    if (called) (node.arguments.some(isOfRequest) ? module.handed : module.unhanded).push(called)
    return undefined
  })
  return module
}

export function importedName(one: t.ImportSpecifier | t.ImportDefaultSpecifier | t.ImportNamespaceSpecifier): string {
  if (one.type === 'ImportDefaultSpecifier') return 'default'
  if (one.type === 'ImportNamespaceSpecifier') return '*'
  return one.imported.type === 'Identifier' ? one.imported.name : one.imported.value
}

/** `req`, `{ req }`, or a function that takes them: a handler that is wrapped. */
function isOfRequest(argument: Node): boolean {
  const at = uncast(argument)
  if (at.type === 'Identifier') return OF_REQUEST.test(at.name)
  if (at.type === 'ObjectExpression')
    return at.properties.some((one) => one.type === 'ObjectProperty' && isOfRequest(one.value))
  return isPlainFunction(at) && at.params.some((one) => isOfRequest(one))
}

const OF_REQUEST = /^_?(?:req|request|res|response|handler|ctx|context)\d*$/i

/** The path of a module, or the name of the package. */
export function keyOf(from: string, specifier: string, resolve: Resolve): string {
  return resolve(from, specifier) ?? specifier.replace(/^node:/, '')
}
