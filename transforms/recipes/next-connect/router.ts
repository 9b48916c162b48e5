import type * as t from '@babel/types'
import type { HttpMethod } from '../../model/route.ts'
import { httpMethods } from '../../model/route.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/** `.get(check, handler)`: functions for one method, for all of them (`''`), or in front of others (`use`). */
export interface Step {
  method: HttpMethod | '' | 'use'
  functions: readonly Node[]
  /** The statement that is there for this step alone. */
  statement: t.Statement | null
}

/** The router that a file exports, as far as it is written in the file. */
export interface Router {
  /** 0 for `nc(options)`, 1 for `createRouter()`. */
  major: 0 | 1
  /** The call that makes it. */
  made: t.CallExpression
  /** Those of `nc(options)` and of `router.handler(options)`. */
  options: Node | null
  steps: readonly Step[]
  exported: t.ExportDefaultDeclaration
  /** Statements that only make or fill the router. */
  statements: readonly t.Statement[]
}

/** The part of a router's file that is not understood. */
export interface Unclear {
  why: string
  node: Node
}

interface Reading {
  module: SourceModule
  steps: Step[]
  statements: Set<t.Statement>
  bindings: Binding[]
  options: Node | null
  isHandled: boolean
}

/** Null where the default export is no router of next-connect. */
export function readRouter(module: SourceModule): Router | Unclear | null {
  const { body } = module.file.ast.program
  const exported = body.find((s) => s.type === 'ExportDefaultDeclaration')
  if (exported?.type !== 'ExportDefaultDeclaration') return null
  const reading: Reading = {
    module,
    steps: [],
    statements: new Set(),
    bindings: [],
    options: null,
    isHandled: false,
  }
  const made = readValue(exported.declaration, exported, reading)
  if (!made) return null
  const name = importedAs(made.callee, module.tree)?.name
  const major = name === 'createRouter' ? 1 : 0
  if (major === 1 && !reading.isHandled) return { why: 'export', node: exported }
  if (major === 0 && reading.isHandled) return { why: 'export', node: exported }
  for (const binding of reading.bindings) {
    const unclear = readUses(binding, reading)
    if (unclear) return unclear
  }
  const unknown = reading.steps.flatMap(({ functions }) => functions).find(isPath)
  if (unknown) return { why: 'path', node: unknown }
  const options = major === 0 ? (made.arguments[0] ?? null) : reading.options
  const steps = [...reading.steps].sort((a, b) => placeOf(a) - placeOf(b))
  return { major, made, options, steps, exported, statements: [...reading.statements] }
}

/** By the functions: each chain is read from its end. */
function placeOf({ functions }: Step): number {
  return functions[0]?.start ?? 0
}

/** The call that makes the router, where a value is one: by name, filled in a chain, made a handler. */
function readValue(node: Node, holder: t.Statement, reading: Reading): t.CallExpression | null {
  const value = uncast(node)
  const { tree, file } = reading.module
  if (value.type === 'Identifier') {
    const binding = bindingAt(tree, value)
    const declarator = binding?.kind === 'const' ? binding.declaration : null
    const statement = declarator ? parentOf(declarator) : null
    if (!binding || declarator?.type !== 'VariableDeclarator' || !declarator.init) return null
    if (statement?.type !== 'VariableDeclaration' || !file.ast.program.body.includes(statement)) return null
    if (statement.declarations.length !== 1) return null
    const made = readValue(declarator.init, statement, reading)
    if (!made) return null
    reading.statements.add(statement)
    reading.bindings.push(binding)
    return made
  }
  if (value.type !== 'CallExpression') return null
  const imported = importedAs(value.callee, tree)
  if (imported?.source === 'next-connect') return /^(?:default|createRouter)$/.test(imported.name) ? value : null
  if (!isMember(value.callee)) return null
  const name = memberName(value.callee)
  const made = readValue(value.callee.object, holder, reading)
  if (!made) return null
  if (name === 'handler') {
    reading.isHandled = true
    reading.options = value.arguments[0] ?? null
    return made
  }
  const step = stepOf(name, value, null)
  if (!step) return null
  reading.steps.push(step)
  return made
}

function stepOf(name: string | null, call: t.CallExpression, statement: t.Statement | null): Step | null {
  const method = name === 'use' ? 'use' : name === 'all' ? '' : httpMethods.find((m) => m.toLowerCase() === name)
  return method === undefined ? null : { method, functions: call.arguments, statement }
}

/** Every other use of the router's name is a statement that fills it. */
function readUses(binding: Binding, reading: Reading): Unclear | null {
  for (const { node, kind } of binding.references) {
    if (kind === 'type') continue
    if (isInKnown(node, reading)) continue
    const statement = fillingStatement(node)
    if (!statement || !reading.module.file.ast.program.body.includes(statement)) return { why: 'use', node }
    let call: Node = uncast(statement.expression)
    while (call.type === 'CallExpression' && isMember(call.callee)) {
      const step = stepOf(memberName(call.callee), call, statement)
      if (!step) return { why: 'use', node: call }
      reading.steps.push(step)
      call = uncast(call.callee.object)
    }
    reading.statements.add(statement)
  }
  return null
}

/** In the statement that exports it, or that makes another router or handler of it. */
function isInKnown(node: Node, { statements }: Reading): boolean {
  for (let up = parentOf(node); up; up = parentOf(up)) {
    if (up.type === 'ExportDefaultDeclaration') return true
    if (up.type === 'VariableDeclaration' && statements.has(up)) return true
    if (up.type === 'ExpressionStatement' || up.type === 'BlockStatement') return false
  }
  return false
}

/** `router.use(a).get(b)` */
function fillingStatement(node: Node): t.ExpressionStatement | null {
  let at: Node = node
  for (let up = parentOf(at); up; up = parentOf(at)) {
    if (up.type === 'ExpressionStatement') return up
    const isChain = (isMember(up) && up.object === at) || (up.type === 'CallExpression' && up.callee === at)
    if (!isChain) return null
    at = up
  }
  return null
}

/** A path or pattern in front of the functions: only `/` of `use` stands for everything, and nobody writes that. */
function isPath(node: Node): boolean {
  return /^(?:StringLiteral|TemplateLiteral|RegExpLiteral)$/.test(node.type)
}
