import type * as t from '@babel/types'
import type { HttpMethod } from '../../model/route.ts'
import { type Imported, importedAs } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'

/** A package whose function makes a handler that answers both routers. */
export interface Adapter {
  kind: 'yoga' | 'apollo'
  package: string
  factory: string
  /** For a constant that has no name yet. */
  name: string
  /** What it does not refuse with 405. */
  methods: readonly HttpMethod[]
  /** Options that neither router is seen in; `context` is looked at. */
  options: ReadonlySet<string>
}

const adapters: readonly Adapter[] = [
  {
    kind: 'yoga',
    package: 'graphql-yoga',
    factory: 'createYoga',
    name: 'yoga',
    methods: ['GET', 'POST', 'OPTIONS'],
    options: new Set([
      'schema',
      'graphqlEndpoint',
      'context',
      'graphiql',
      'landingPage',
      'logging',
      'maskedErrors',
      'cors',
      'batching',
      'multipart',
      'healthCheckEndpoint',
      'parserAndValidationCache',
    ]),
  },
  {
    kind: 'apollo',
    package: '@as-integrations/next',
    factory: 'startServerAndCreateNextHandler',
    name: 'graphqlHandler',
    methods: ['GET', 'POST'],
    options: new Set(['context']),
  },
]

export const PACKAGES: readonly string[] = adapters.map((adapter) => adapter.package)

/** A handler and the call that makes it. */
export interface Made {
  adapter: Adapter
  factory: t.CallExpression
}

/** The call of a factory, or the constant of the file that holds what it gave. */
export function madeBy(node: Node, tree: ScopeTree): Made | null {
  const value = uncast(node)
  if (value.type === 'CallExpression') {
    const adapter = adapterOf(importedAs(value.callee, tree))
    return adapter ? { adapter, factory: value } : null
  }
  const binding = value.type === 'Identifier' ? bindingAt(tree, value) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  if (declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || !declaration.init)
    return null
  return uncast(declaration.init).type === 'CallExpression' ? madeBy(declaration.init, tree) : null
}

const adapterOf = (imported: Imported | null): Adapter | null =>
  adapters.find((adapter) => imported?.source === adapter.package && imported.name === adapter.factory) ?? null
