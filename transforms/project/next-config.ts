import { parse } from '@babel/parser'
import type * as t from '@babel/types'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import { parserOptions } from '../syntax/parse.ts'
import { walk } from '../syntax/tree.ts'
import { readOrEmpty } from './manifests.ts'
import { inDir } from './paths.ts'

export interface NextConfig {
  path: string | null
  /** Null: not set, or not readable (then there is a diagnostic). */
  pageExtensions: readonly string[] | null
  basePath: string
  diagnostics: readonly Diagnostic[]
}

/** In the order in which Next looks for them. */
export const CONFIG_FILES = ['js', 'mjs', 'ts', 'mts', 'cjs'].map((extension) => `next.config.${extension}`)

/** Reads what matters from next.config without running it. What is there but not literal becomes PA005. */
export function readNextConfig(host: Host, appRoot: string): NextConfig {
  const path = CONFIG_FILES.map((name) => inDir(appRoot, name)).find((candidate) => host.isFile(candidate)) ?? null
  const absent: NextConfig = { path, pageExtensions: null, basePath: '', diagnostics: [] }
  if (path === null) return absent
  const text = readOrEmpty(host, path)
  const mentioned = text.search(/\bpageExtensions\b/)
  const scope = readScope(path, text)
  if (scope === null) return mentioned < 0 ? absent : { ...absent, diagnostics: [unreadable(path, text, mentioned)] }

  const objects = scope.exported.flatMap((expression) => findObjects(expression, scope, new Set()))
  const basePath = literalString(findProperty(objects, 'basePath'), scope) ?? ''
  const extensions = literalStrings(findProperty(objects, 'pageExtensions'), scope)
  // Also when it is set in a way not seen here, such as an assignment to a property.
  const isUnclear = extensions === null && mentioned >= 0 && isCode(scope.ast, mentioned)
  return {
    path,
    pageExtensions: extensions && extensions.length > 0 ? extensions : null,
    basePath: basePath.replace(/\/+$/, ''),
    diagnostics: isUnclear ? [unreadable(path, text, mentioned)] : [],
  }
}

interface Scope {
  ast: t.File
  exported: t.Node[]
  variables: Map<string, t.Node>
}

function readScope(path: string, text: string): Scope | null {
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

/** The object literals that an exported value is made of, outermost first. Calls are taken for wrappers of their arguments. */
function findObjects(node: t.Node, scope: Scope, seen: Set<t.Node>): t.ObjectExpression[] {
  if (seen.has(node)) return []
  seen.add(node)
  const follow = (next: t.Node | null | undefined): t.ObjectExpression[] => (next ? findObjects(next, scope, seen) : [])
  switch (node.type) {
    case 'ObjectExpression':
      return [node, ...node.properties.flatMap((item) => (item.type === 'SpreadElement' ? follow(item.argument) : []))]
    case 'Identifier':
      return follow(scope.variables.get(node.name))
    case 'CallExpression': {
      // `withMDX({ extension })(config)`: the arguments of the last call come first, those that configure the wrapper last.
      const inner = node.callee.type === 'Identifier' || node.callee.type === 'CallExpression' ? [node.callee] : []
      return [...node.arguments, ...inner].flatMap(follow)
    }
    case 'ArrayExpression':
      return node.elements.flatMap(follow)
    case 'ArrowFunctionExpression':
      return node.body.type === 'BlockStatement' ? returned(node.body).flatMap(follow) : follow(node.body)
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return returned(node.body).flatMap(follow)
    case 'ConditionalExpression':
      return [...follow(node.consequent), ...follow(node.alternate)]
    case 'LogicalExpression':
      return [...follow(node.left), ...follow(node.right)]
    case 'AwaitExpression':
    case 'SpreadElement':
      return follow(node.argument)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return follow(node.expression)
    default:
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

function findProperty(objects: readonly t.ObjectExpression[], key: string): t.Node | null {
  for (const item of objects.flatMap((object) => object.properties)) {
    if (item.type !== 'ObjectProperty' || item.computed) continue
    const name =
      item.key.type === 'Identifier' ? item.key.name : item.key.type === 'StringLiteral' ? item.key.value : ''
    if (name === key) return item.value
  }
  return null
}

function literalStrings(node: t.Node | null, scope: Scope): string[] | null {
  const value = node && unwrap(node, scope)
  if (value?.type !== 'ArrayExpression') return null
  const items = value.elements.map((item) => literalString(item, scope))
  return items.every((item) => item !== null) ? items : null
}

function literalString(node: t.Node | null, scope: Scope): string | null {
  const value = node && unwrap(node, scope)
  if (value?.type === 'StringLiteral') return value.value
  if (value?.type === 'TemplateLiteral' && value.expressions.length === 0) return value.quasis[0]?.value.cooked ?? null
  return null
}

function unwrap(node: t.Node, scope: Scope): t.Node {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return unwrap(node.expression, scope)
  const named = node.type === 'Identifier' ? scope.variables.get(node.name) : undefined
  return named && named.type !== 'Identifier' ? unwrap(named, scope) : node
}

function isCode(ast: t.File, offset: number): boolean {
  return !(ast.comments ?? []).some((comment) => (comment.start ?? 0) <= offset && offset < (comment.end ?? 0))
}

function unreadable(path: string, text: string, start: number): Diagnostic {
  const before = text.slice(0, start)
  const line = before.split('\n').length
  const column = start - (before.lastIndexOf('\n') + 1) + 1
  const span = { file: path, start, end: start + 'pageExtensions'.length, line, column }
  return { code: 'PA005', level: 'review', span, data: { file: path } }
}
