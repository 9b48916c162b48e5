import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionNode } from '../model/route.ts'
import { isQuiet, keyName, uncast } from '../syntax/match.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import { type Given, keepsValues } from './factory-values.ts'
import type { RouteContext } from './route-context.ts'
import type { Layer } from './shared-model.ts'
import { allLayers } from './wrapped-entry.ts'

/** Each function is wrapped on its own: what a wrapper makes when it wraps would be made for each. */
export function repeatedWraps(layers: readonly Layer[], functions: number, { file }: RouteContext): Diagnostic[] {
  if (functions < 2) return []
  return layers.filter(makesStateAnew).map(({ wrapper }) => ({
    code: 'PA535',
    level: 'blocker',
    span: spanOf(file, wrapper.written),
    data: { name: wrapper.callee.source.name },
  }))
}

/** What it keeps for its handler would be kept twice, were there another handler like it beside. */
export function makesStateAnew(layer: Layer): boolean {
  return [...allLayers([layer]), ...nestedIn(layer)].some(makesState)
}

/** The wrapper and those that it is made of, also the ones that only hand the handler on. */
function nestedIn(layer: Layer): Layer[] {
  return [layer, ...layer.wrapper.callee.wrapper.around.flatMap(nestedIn)]
}

/**
 * Whether wrapping does more than to make a function: `const hits = new Map()` in a wrapper is one map for the route in Pages, and would be
 * one for each exported method in App. Values of the arguments count too: `withLimit(createLimiter())(handler)`.
 */
function makesState({ call, wrapper, once = 0 }: Layer): boolean {
  const { levels, inner, object, key, shortcuts } = wrapper.callee.wrapper.shape
  const passive = [...(object?.names ?? []), ...shortcuts]
  const gone = new Set<Node>(passive.map(({ statement }) => statement))
  const given = call.calls.flatMap((one, level) =>
    level < once
      ? []
      : one.arguments.flatMap((argument, index) =>
          isHandlerPlace(level, index, wrapper) ? otherOptions(argument, key) : [argument],
        ),
  )
  return (
    given.some((argument) => !isQuiet(argument.type === 'SpreadElement' ? argument.argument : argument)) ||
    levels.some((fn, level) => level >= once && fn !== inner && runsCode(fn, gone)) ||
    keepsValues(
      levels.slice(once).filter((fn) => fn !== inner),
      valuesOf(call.calls, wrapper).slice(once),
      wrapper.callee.source.module.tree,
    )
  )
}

/** The handler, and what holds nothing but handlers, are called and no more. */
function valuesOf(calls: Layer['call']['calls'], wrapper: Layer['wrapper']): Given {
  const { key } = wrapper.callee.wrapper.shape
  return calls.map((one, level) =>
    one.arguments.map((argument, index) =>
      key === null && isHandlerPlace(level, index, wrapper) ? HANDLER : argument,
    ),
  )
}

const HANDLER: Node = { type: 'Identifier', name: 'handler' } as t.Identifier

function isHandlerPlace(level: number, index: number, { callee }: Layer['wrapper']): boolean {
  const { shape } = callee.wrapper
  return level === shape.level && index === shape.index
}

/** What stands beside the handler in an object of options. */
function otherOptions(argument: Node, key: string | null): Node[] {
  const object = key === null ? null : uncast(argument)
  if (object?.type !== 'ObjectExpression') return []
  return object.properties.flatMap((property): Node[] => {
    if (property.type === 'SpreadElement') return [property]
    return property.type === 'ObjectProperty' && keyName(property) !== key ? [property.value] : []
  })
}

/** A call of the factory, with what it is given, does more than to make a function: each result has a state of its own. */
export function keepsState(made: t.CallExpression, factory: FunctionNode, tree: ScopeTree): boolean {
  const isBusy = (argument: Node): boolean => !isQuiet(argument.type === 'SpreadElement' ? argument.argument : argument)
  return made.arguments.some(isBusy) || runsCode(factory, new Set()) || keepsValues([factory], [made.arguments], tree)
}

function runsCode({ params, body }: FunctionNode, gone: ReadonlySet<Node>): boolean {
  const defaults = params.flatMap((param) => (param.type === 'AssignmentPattern' ? param.right : []))
  const statements = body.type === 'BlockStatement' ? body.body : []
  return (
    defaults.some((value) => !isQuiet(value)) ||
    statements.some((statement) => !gone.has(statement) && !isPassive(statement))
  )
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
