import { parse } from '@babel/parser'
import type * as t from '@babel/types'
import { parserOptions } from '../syntax/parse.ts'
import { walk } from '../syntax/tree.ts'

/** A config file, parsed, with what its names stand for. */
export interface Scope {
  ast: t.File
  exported: t.Node[]
  variables: Map<string, t.Node>
}

/** Null for what does not parse. */
export function readScope(path: string, text: string): Scope | null {
  let ast: t.File
  try {
    ast = parse(text, parserOptions(path))
  } catch {
    return null
  }
  const variables = new Map<string, t.Node>()
  const exported: t.Node[] = []
  walk(ast.program, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init)
      variables.set(node.id.name, node.init)
    if (node.type === 'FunctionDeclaration' && node.id) variables.set(node.id.name, node)
    if (node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment')
      exported.push(node.type === 'TSExportAssignment' ? node.expression : node.declaration)
    if (node.type === 'AssignmentExpression' && isModuleExports(node.left)) exported.push(node.right)
    return true
  })
  return { ast, exported, variables }
}

function isModuleExports(node: t.Node): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return false
  const name = node.property.type === 'Identifier' ? node.property.name : ''
  return `${node.object.name}.${name}` === 'module.exports' || `${node.object.name}.${name}` === 'exports.default'
}

/** What following a value came across. */
export interface Trail {
  seen: Set<t.Node>
  /** Nodes whose value could not be followed. */
  lost: t.Node[]
}

export const newTrail = (): Trail => ({ seen: new Set(), lost: [] })

/** The object literals that a value is made of, outermost first. Calls are taken for wrappers of their arguments. */
export function findObjects(node: t.Node, scope: Scope, trail: Trail): t.ObjectExpression[] {
  if (trail.seen.has(node)) return []
  trail.seen.add(node)
  const follow = (next: t.Node | null | undefined): t.ObjectExpression[] =>
    next ? findObjects(next, scope, trail) : []
  switch (node.type) {
    case 'ObjectExpression':
      return [node, ...node.properties.flatMap((item) => (item.type === 'SpreadElement' ? follow(item.argument) : []))]
    case 'Identifier': {
      const named = scope.variables.get(node.name)
      if (!named && !/^(?:undefined|Boolean)$/.test(node.name)) trail.lost.push(node)
      return follow(named)
    }
    case 'CallExpression': {
      // `withMDX({ extension })(config)`: the arguments of the last call come first, those that configure the wrapper last.
      const { callee } = node
      if (callee.type === 'Identifier' || callee.type === 'CallExpression')
        return [...node.arguments, callee].flatMap(follow)
      // `[...].filter(Boolean)`, `a.concat(b)`
      if (callee.type === 'MemberExpression') return [callee.object, ...node.arguments].flatMap(follow)
      trail.lost.push(node)
      return node.arguments.flatMap(follow)
    }
    case 'ArrayExpression':
      return node.elements.flatMap(follow)
    case 'ArrowFunctionExpression':
      return node.body.type === 'BlockStatement' ? returned(node.body).flatMap(follow) : follow(node.body)
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ObjectMethod':
      return returned(node.body).flatMap(follow)
    case 'ConditionalExpression':
      return [...follow(node.consequent), ...follow(node.alternate)]
    case 'LogicalExpression':
      return [...(node.operator === '&&' ? [] : follow(node.left)), ...follow(node.right)]
    case 'AwaitExpression':
    case 'SpreadElement':
      return follow(node.argument)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return follow(node.expression)
    case 'NullLiteral':
    case 'BooleanLiteral':
    case 'StringLiteral':
      return []
    default:
      trail.lost.push(node)
      return []
  }
}

function returned(body: t.Node): t.Node[] {
  const out: t.Node[] = []
  walk(body, (node) => {
    if (node.type === 'ReturnStatement' && node.argument) out.push(node.argument)
    return node === body || !/Function|ObjectMethod|ClassMethod/.test(node.type)
  })
  return out
}

/** The value of a key, or the method that gives it. */
export function findProperty(objects: readonly t.ObjectExpression[], key: string): t.Node | null {
  for (const item of objects.flatMap((object) => object.properties)) {
    if (item.type === 'SpreadElement' || item.computed) continue
    const name =
      item.key.type === 'Identifier' ? item.key.name : item.key.type === 'StringLiteral' ? item.key.value : ''
    if (name === key) return item.type === 'ObjectMethod' ? item : item.value
  }
  return null
}

export function literalStrings(node: t.Node | null, scope: Scope): string[] | null {
  const value = node && unwrap(node, scope)
  if (value?.type !== 'ArrayExpression') return null
  const items = value.elements.map((item) => literalString(item, scope))
  return items.every((item) => item !== null) ? items : null
}

export function literalString(node: t.Node | null, scope: Scope): string | null {
  const value = node && unwrap(node, scope)
  if (value?.type === 'StringLiteral') return value.value
  if (value?.type === 'TemplateLiteral' && value.expressions.length === 0) return value.quasis[0]?.value.cooked ?? null
  return null
}

export function unwrap(node: t.Node, scope: Scope): t.Node {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return unwrap(node.expression, scope)
  const named = node.type === 'Identifier' ? scope.variables.get(node.name) : undefined
  return named && named.type !== 'Identifier' ? unwrap(named, scope) : node
}
