import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isQuiet, uncast } from '../syntax/match.ts'
import type { Layer } from './shared-model.ts'

/**
 * Whether wrapping does more than to make a function: `const hits = new Map()` in a wrapper is one map for the route in Pages, and would be
 * one for each exported method in App. Values of the arguments count too: `withLimit(createLimiter())(handler)`.
 */
export function makesState({ call, wrapper, once = 0 }: Layer): boolean {
  const { levels, inner } = wrapper.callee.wrapper.shape
  const given = call.calls.flatMap((one, level) =>
    level < once ? [] : one.arguments.filter((_argument, index) => !isHandlerPlace(level, index, wrapper)),
  )
  return (
    given.some((argument) => !isQuiet(argument.type === 'SpreadElement' ? argument.argument : argument)) ||
    levels.some((fn, level) => level >= once && fn !== inner && runsCode(fn))
  )
}

function isHandlerPlace(level: number, index: number, { callee }: Layer['wrapper']): boolean {
  const { shape } = callee.wrapper
  return level === shape.level && index === shape.index
}

function runsCode({ params, body }: FunctionNode): boolean {
  const defaults = params.flatMap((param) => (param.type === 'AssignmentPattern' ? param.right : []))
  const statements = body.type === 'BlockStatement' ? body.body : []
  return defaults.some((value) => !isQuiet(value)) || statements.some((statement) => !isPassive(statement))
}

/** A name for a value that is there already, or a function: another one of it makes no difference. */
function isPassive(statement: t.Statement): boolean {
  if (statement.type === 'ReturnStatement' || statement.type === 'FunctionDeclaration') return true
  if (statement.type !== 'VariableDeclaration') return statement.type.startsWith('TS')
  return (
    statement.kind === 'const' &&
    statement.declarations.every(({ init }) => {
      const value = init ? uncast(init) : null
      return isQuiet(value) && value?.type !== 'ArrayExpression' && value?.type !== 'ObjectExpression'
    })
  )
}
