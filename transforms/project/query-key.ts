import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, withCasts } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import type { ProjectModules } from './modules.ts'
import { callAround, schemaOfParse, keyUseOf } from './schema-keys.ts'

/** How code sees a key of `req.query`: not at all; only as one that a schema takes or misses and nobody reads; or in a way that may matter. */
export type Sight = 'unseen' | 'unread' | 'seen'

interface Reading {
  key: string
  module: SourceModule
  modules: ProjectModules
}

/**
 * Whether a part of a module sees a key of a query, where everything called `query` may be one. What is read by another name does not see it; neither
 * does a zod schema that takes it away (`keyUseOf`). Whoever is handed the object otherwise sees all of it.
 */
export function sightOfKey(reading: Reading, part: { start: number; end: number }): Sight {
  const found: Sight[] = []
  walk(reading.module.file.ast.program, (node) => {
    if (startOf(node) < part.start || endOf(node) > part.end)
      return startOf(node) < part.end && endOf(node) > part.start
    if (isMember(node) && memberName(node) === 'query' && !isCallee(node)) found.push(sightOf(node, reading))
    if (node.type === 'ObjectPattern')
      for (const property of node.properties)
        if (property.type === 'ObjectProperty' && keyName(property) === 'query')
          found.push(sightOfTarget(property.value, reading))
    return true
  })
  return worst(found)
}

const ORDER: readonly Sight[] = ['unseen', 'unread', 'seen']

function worst(found: readonly Sight[]): Sight {
  return ORDER[Math.max(0, ...found.map((one) => ORDER.indexOf(one)))] ?? 'seen'
}

/** What is done with an expression that is an object with the key. */
function sightOf(node: Node, reading: Reading): Sight {
  const at = withCasts(node)
  const parent = parentOf(at)
  if (!parent) return 'seen'
  if (isMember(parent) && parent.object === at) {
    const name = memberName(parent)
    if (name === reading.key && !isCallee(parent)) return sightOfValue(parent, reading)
    return name === null || isCallee(parent) ? 'seen' : 'unseen'
  }
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init === at ? sightOfTarget(parent.id, reading) : 'seen'
    case 'ExpressionStatement':
      return 'unseen'
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test === at ? 'unseen' : parent.type === 'IfStatement' ? 'seen' : sightOf(parent, reading)
    case 'UnaryExpression':
      return /^(?:!|typeof|void)$/.test(parent.operator) ? 'unseen' : 'seen'
    case 'LogicalExpression':
      return sightOf(parent, reading)
    case 'SpreadElement': {
      const object = parentOf(parent)
      return object?.type === 'ObjectExpression' ? sightOf(object, reading) : 'seen'
    }
    default:
      return sightOfParse(at, reading)
  }
}

/** The value itself, where it goes into an object again: `schema.parse({ version: req.query.version })`. */
function sightOfValue(member: Node, reading: Reading): Sight {
  const value = withCasts(member)
  const property = parentOf(value)
  const object = property && parentOf(property)
  if (property?.type !== 'ObjectProperty' || property.value !== value || object?.type !== 'ObjectExpression')
    return 'seen'
  const key = property.computed ? null : keyName(property)
  return key === null ? 'seen' : sightOf(object, { ...reading, key })
}

/** A name or a pattern that takes the object. */
function sightOfTarget(target: Node, reading: Reading): Sight {
  if (target.type === 'AssignmentPattern') return sightOfTarget(target.left, reading)
  if (target.type === 'ObjectPattern') return worst(target.properties.map((one) => sightOfProperty(one, reading)))
  const binding = target.type === 'Identifier' ? bindingAt(reading.module.tree, target) : null
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return 'seen'
  const parent = parentOf(binding.declaration)
  if (parent?.type === 'VariableDeclaration' && parentOf(parent)?.type === 'ExportNamedDeclaration') return 'seen'
  return worst(binding.references.map(({ node, kind }) => (kind === 'type' ? 'unseen' : sightOf(node, reading))))
}

function sightOfProperty(property: t.ObjectPattern['properties'][number], reading: Reading): Sight {
  if (property.type === 'RestElement') return sightOfTarget(property.argument, reading)
  const name = property.computed ? null : keyName(property)
  return name === null || name === reading.key ? 'seen' : 'unseen'
}

/** `schema.parse(query)`: what the schema lets through, and who reads it. */
function sightOfParse(argument: Node, reading: Reading): Sight {
  const call = callAround(argument)
  const schema = call && schemaOfParse(call)
  const use = schema ? keyUseOf(schema, reading.key, reading.module, reading.modules) : null
  if (!call || use === null) return 'seen'
  if (use === 'dropped') return 'unseen'
  return sightOfResult(call, reading) === 'unseen' ? 'unread' : 'seen'
}

function sightOfResult(call: t.CallExpression | t.OptionalCallExpression, reading: Reading): Sight {
  const isSafe = isMember(call.callee) && memberName(call.callee)?.startsWith('safe') === true
  const outer = withCasts(call)
  const awaited = parentOf(outer)
  const value = awaited?.type === 'AwaitExpression' ? awaited : call
  return isSafe ? sightOfSafe(value, reading) : sightOf(value, reading)
}

/** `{ success, error, data }`: the object is in `data`. */
function sightOfSafe(value: Node, reading: Reading): Sight {
  const parent = parentOf(withCasts(value))
  const binding =
    parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
      ? bindingAt(reading.module.tree, parent.id)
      : null
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'ObjectPattern')
    return worst(parent.id.properties.map((one) => sightOfPart(one, reading)))
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return 'seen'
  return worst(
    binding.references.map(({ node }) => {
      const member = parentOf(withCasts(node))
      if (!isMember(member)) return 'seen'
      const name = memberName(member)
      return name === 'data' ? sightOf(member, reading) : /^(?:success|error)$/.test(name ?? '') ? 'unseen' : 'seen'
    }),
  )
}

function sightOfPart(property: t.ObjectPattern['properties'][number], reading: Reading): Sight {
  if (property.type === 'RestElement' || property.computed) return 'seen'
  const name = keyName(property)
  return name === 'data' ? sightOfTarget(property.value, reading) : name === null ? 'seen' : 'unseen'
}

function isCallee(node: Node): boolean {
  const at = withCasts(node)
  const parent = parentOf(at)
  return isCall(parent) && parent.callee === at
}
