import type * as t from '@babel/types'
import { httpMethods } from '../../model/route.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName, uncast } from '../../syntax/match.ts'
import type { Binding } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { fillingStatement, isInKnown } from './filling.ts'
import type { Step, Unclear } from './router.ts'

/** One place where a router is made and filled: a file, or the body of a function that makes one. */
export interface Reading {
  module: SourceModule
  context: ShorthandContext
  /** What stands there. */
  body: readonly t.Statement[]
  steps: Step[]
  /** What a function of the project has registered before it gives the router back. */
  before: readonly Step[]
  statements: Set<t.Statement>
  bindings: Binding[]
  options: Node | null
  isHandled: boolean
  /** How many functions were entered. */
  depth: number
  unclear: Unclear | null
  /** The file that the router is written out in. */
  route: SourceModule
}

export function openReading(
  { module, body }: Pick<Reading, 'module' | 'body'>,
  context: ShorthandContext,
  depth: number,
  route: SourceModule,
): Reading {
  return {
    module,
    context,
    body,
    steps: [],
    before: [],
    statements: new Set(),
    bindings: [],
    options: null,
    isHandled: false,
    depth,
    unclear: null,
    route,
  }
}

export function stepOf(
  name: string | null,
  call: t.CallExpression,
  statement: t.Statement | null,
  { module }: Reading,
): Step | null {
  const method = name === 'use' ? 'use' : name === 'all' ? '' : httpMethods.find((m) => m.toLowerCase() === name)
  const functions = call.arguments.map((node) => ({ node, module }))
  return method === undefined ? null : { method, functions, statement }
}

/** Every other use of the router's name is a statement that fills it. */
export function readUses(binding: Binding, reading: Reading): Unclear | null {
  const { module } = reading
  for (const { node, kind } of binding.references) {
    if (kind === 'type') continue
    if (isInKnown(node, reading)) continue
    const statement = fillingStatement(node)
    if (!statement || !reading.body.includes(statement)) return { why: 'use', node, module }
    const own = reading.depth === 0 ? statement : null
    let call: Node = uncast(statement.expression)
    while (call.type === 'CallExpression' && isMember(call.callee)) {
      const step = stepOf(memberName(call.callee), call, own, reading)
      if (!step) return { why: 'use', node: call, module }
      reading.steps.push(step)
      call = uncast(call.callee.object)
    }
    reading.statements.add(statement)
  }
  return null
}
