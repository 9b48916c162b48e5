import type * as t from '@babel/types'
import { functionOfBinding } from '../analyse/callees.ts'
import type { FoundMade } from '../analyse/module-functions.ts'
import { readWrapCall } from '../analyse/wrappers.ts'
import type { FunctionNode } from '../model/route.ts'
import { isCast, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, isPlainFunction, parentOf } from '../syntax/tree.ts'
import { findUnfit } from './handler-list.ts'
import type { Layer, SharedFunctions } from './shared-model.ts'

/** A handler of a module that is no route, with the wrappers around it: `export default withUser(list)`. */
export interface WrappedFunction {
  layers: readonly Layer[]
  fn: FunctionNode
  /** The name that the handler has in a statement of its own. */
  isNamed: boolean
  /** The name that its module exports it by, for others too. */
  exported: string | null
}

/** What wrappers of the project make of a function that stands in the same module; null for any other value. */
export function readWrapped(
  { module, made }: Pick<FoundMade, 'module' | 'made'>,
  shared: SharedFunctions,
): WrappedFunction | null {
  const layers: Layer[] = []
  for (let node: t.CallExpression = made; ; ) {
    const call = readWrapCall(node)
    const wrapper = shared.followWrapper(call.callee, module)
    const { shape } = wrapper?.callee.wrapper ?? {}
    const argument = shape && call.calls[shape.level]?.arguments[shape.index]
    if (!wrapper || !shape || shape.object || shape.key !== null || wrapper.callee.source.module.standsFor) return null
    if (call.calls.length !== shape.levels.length || !argument || findUnfit(shape, call.calls, module.file)) return null
    layers.push({ call, wrapper })
    const value = uncast(argument)
    const isWritten = value === argument && isPlainFunction(value) && !value.generator
    if (isPlainFunction(value)) return isWritten ? { layers, fn: value, isNamed: false, exported: null } : null
    if (value.type === 'CallExpression') {
      node = value
      continue
    }
    const binding = value.type === 'Identifier' ? bindingAt(module.tree, value) : null
    const fn = functionOfBinding(binding)
    const own = fn && module.file.ast.program.body.find((statement) => contains(statement, fn))
    // Nobody else has it in hand, here or elsewhere.
    if (!fn || fn.generator || binding?.references.some((one) => one.kind !== 'type' && one.node !== value)) return null
    const isExported = own?.type === 'ExportNamedDeclaration'
    const declared = isExported ? own.declaration : own
    if (isCast(parentOf(fn) ?? fn) || !declared || !/^(?:Function|Variable)Declaration$/.test(declared.type))
      return null
    return { layers, fn, isNamed: true, exported: isExported ? (binding?.name ?? null) : null }
  }
}
