import type * as t from '@babel/types'
import type { HttpMethod } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { findLoads } from './loads.ts'
import { isSteadyOutside } from './steady.ts'
import { openReading, type Reading, readUses, stepOf } from './reading.ts'
import { findFunction, findValue, type Item } from './functions.ts'
import { givenBack, refersInside, withArguments } from './given-back.ts'

/** `.get(check, handler)`: functions for one method, for all of them (`''`), or in front of others (`use`). */
export interface Step {
  method: HttpMethod | '' | 'use'
  functions: readonly Item[]
  /** The statement of the route's file that is there for this step alone. */
  statement: t.Statement | null
}

/** What was registered on a router, wherever it was. */
export interface Routing {
  /** 0 for `nc(options)`, 1 for `createRouter()`. */
  major: 0 | 1
  /** The types of the request and the response, where they are stated in the file of the route. */
  types: readonly Node[]
  /** Those of `nc(options)` and of `router.handler(options)`. */
  options: Item | null
  steps: readonly Step[]
  /** `router.handler()` makes it a function. */
  isHandled: boolean
}

/** The router that a file exports, as far as it is written in modules of the project. */
export interface Router extends Routing {
  exported: t.ExportDefaultDeclaration
  /** Statements of the file that only make or fill the router. */
  statements: readonly t.Statement[]
}

/** The part of a router that is not understood. */
export interface Unclear {
  why: string
  node: Node
  module: SourceModule
}

const MOST_FUNCTIONS = 3

/** Null where the default export is no router of next-connect. */
export function readRouter(module: SourceModule, context: ShorthandContext): Router | Unclear | null {
  const { body } = module.file.ast.program
  const exported = body.find((s) => s.type === 'ExportDefaultDeclaration')
  if (exported?.type !== 'ExportDefaultDeclaration') return null
  const reading = openReading({ module, body }, context, 0, module)
  const routing = readRouting(exported.declaration, reading)
  if (!routing || 'why' in routing) return routing
  if ((routing.major === 1) !== routing.isHandled) return { why: 'export', node: exported, module }
  return { ...routing, exported, statements: [...reading.statements] }
}

/** The router that a value is, by its name or made by a function of the project; it must not be a handler yet. */
export function readInner(
  { node, module }: Item,
  context: ShorthandContext,
  route: SourceModule,
): Routing | Unclear | null {
  const value = uncast(node)
  const found =
    value.type === 'Identifier' ? findValue(value, module, context) : { node: value, module, declared: null }
  if (!found || uncast(found.node).type !== 'CallExpression') return null
  const { body } = found.module.file.ast.program
  const own = found.declared ?? found.node
  const routing = readRouting(own, openReading({ module: found.module, body }, context, 1, route))
  if (routing && !('why' in routing) && !isSteadyOutside(found, context))
    return { why: 'use', node: found.node, module: found.module }
  return routing && !('why' in routing) && routing.isHandled ? null : routing
}

function readRouting(value: Node, reading: Reading): Routing | Unclear | null {
  const { module } = reading
  const base = readValue(value, reading)
  if (!base) return reading.unclear
  for (const binding of reading.bindings) {
    const unclear = readUses(binding, reading)
    if (unclear) return unclear
  }
  const loaded = module === reading.route ? null : findLoads(module, reading.statements)
  if (loaded) return { why: 'loads', node: loaded, module }
  const steps = [...reading.before, ...[...reading.steps].sort((a, b) => placeOf(a) - placeOf(b))]
  for (const { functions } of steps) {
    const path = functions.find(({ node }) => isPath(node))
    if (path) return { why: 'path', ...path }
  }
  const isHandled = reading.isHandled || base.isHandled
  const options = reading.options ? { node: reading.options, module } : base.options
  return { ...base, options, steps, isHandled }
}

/** By the functions: each chain is read from its end. */
function placeOf({ functions }: Step): number {
  return functions[0]?.node.start ?? 0
}

/** The router that a value is: by name, filled in a chain, made a handler, given back by a function of the project. */
function readValue(node: Node, reading: Reading): Routing | null {
  const value = uncast(node)
  const { module } = reading
  if (value.type === 'Identifier') return readNamed(value, reading)
  if (value.type !== 'CallExpression') return null
  const imported = importedAs(value.callee, module.tree)
  if (imported?.source === 'next-connect') {
    if (!/^(?:default|createRouter)$/.test(imported.name)) return null
    const major = imported.name === 'createRouter' ? 1 : 0
    const options = major === 0 ? (value.arguments[0] ?? null) : null
    const stated = value.typeParameters?.type === 'TSTypeParameterInstantiation' ? value.typeParameters.params : []
    const types = reading.depth === 0 ? stated : []
    return { major, types, options: options && { node: options, module }, steps: [], isHandled: false }
  }
  if (!isMember(value.callee)) return readFactory(value, reading)
  const name = memberName(value.callee)
  const made = readValue(value.callee.object, reading)
  if (!made) return null
  if (name === 'handler') {
    reading.isHandled = true
    reading.options = value.arguments[0] ?? null
    return made
  }
  const step = stepOf(name, value, null, reading)
  if (!step) return null
  reading.steps.push(step)
  return made
}

function readNamed(value: t.Identifier, reading: Reading): Routing | null {
  const binding = bindingAt(reading.module.tree, value)
  const declarator = binding?.kind === 'const' ? binding.declaration : null
  const statement = declarator ? parentOf(declarator) : null
  if (!binding || declarator?.type !== 'VariableDeclarator' || !declarator.init) return null
  if (statement?.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return null
  const whole = parentOf(statement)?.type === 'ExportNamedDeclaration' ? parentOf(statement) : statement
  if (!reading.body.some((one) => one === whole)) return null
  const made = readValue(declarator.init, reading)
  if (!made) return null
  reading.statements.add(statement)
  reading.bindings.push(binding)
  return made
}

/** `createHandler(...middleware)`, a function of the project that makes a router, registers what all routes have, and gives it back. */
function readFactory(call: t.CallExpression, reading: Reading): Routing | null {
  const { module, context, depth } = reading
  if (depth >= MOST_FUNCTIONS) return null
  const found = findFunction(call.callee, module, context)
  const given = found && givenBack(found)
  if (!found || !given) return null
  const { body } = found.fn
  const own = body.type === 'BlockStatement' ? body.body : []
  const inner = openReading({ module: found.module, body: own }, context, depth + 1, reading.route)
  const routing = readRouting(given, inner)
  if (!routing) return null
  if ('why' in routing) {
    reading.unclear = routing
    return null
  }
  const others = inner.body.filter((one) => one.type !== 'ReturnStatement' && !isFilling(one, inner))
  const [other] = others
  if (other) {
    reading.unclear = { why: 'factory', node: other, module: found.module }
    return null
  }
  const handed = (item: Item): Item[] => withArguments(item, found, { node: call, module }, item === routing.options)
  const items = [...routing.steps.flatMap(({ functions }) => functions), ...(routing.options ? [routing.options] : [])]
  const tied = items.flatMap(handed).find((item) => item.module === found.module && refersInside(item.node, found))
  if (tied) {
    reading.unclear = { why: 'tied', ...tied }
    return null
  }
  reading.before = routing.steps.map((step) => ({ ...step, functions: step.functions.flatMap(handed) }))
  return { ...routing, options: routing.options && (handed(routing.options)[0] ?? null), steps: [] }
}

function isFilling(statement: t.Statement, { statements }: Reading): boolean {
  return statements.has(statement)
}

/** A path or pattern in front of the functions: only `/` of `use` stands for everything, and nobody writes that. */
function isPath(node: Node): boolean {
  return /^(?:StringLiteral|TemplateLiteral|RegExpLiteral)$/.test(node.type)
}
