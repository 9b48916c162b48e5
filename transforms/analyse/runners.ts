import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import type { Node } from '../syntax/tree.ts'
import { findMember, isSteadyProperty, memberKey } from './class-members.ts'
import { findDeclared } from './module-bindings.ts'
import type { ModuleGraph } from './module-functions.ts'

/** A function that runs a callback exactly once and gives back what it gives (or its Promise), or throws. */
export interface Runner {
  /** Which argument the callback is. */
  index: number
  /** It does something between the callback and giving its value back: a commit, a clean-up. */
  endsLater: boolean
  /** What its types let through: the callback's own type, `unknown`, or something else than that. */
  typing: 'same' | 'unknown' | 'refused'
  /** It gives a Promise whatever the callback gives. */
  isAsync: boolean
}

/** What runners are looked up in. */
export interface RunnerSources {
  graph: ModuleGraph
  /** Versions of the packages that the app declares. */
  packages: Readonly<Record<string, string>>
}

/**
 * Functions of packages that are known for it:
 * - `run` and `exit` of an AsyncLocalStorage (node:async_hooks): return what the callback returns;
 * - `context.with` (@opentelemetry/api@1.9.0, context/NoopContextManager and every manager: `fn.call(thisArg, ...args)`), and
 *   `startActiveSpan` of a tracer (@opentelemetry/sdk-trace-base@1.30.0, Tracer: `return api.context.with(..., fn, undefined, span)`);
 * - `startSpan`, `startSpanManual` of Sentry (@sentry/core@7.120.0 and 8.40.0, tracing/trace: `handleCallbackErrors`); `withScope`,
 *   `withIsolationScope`, `withActiveSpan`, `continueTrace` and `withMonitor` from 8 on (in 7.60.0 withScope gave nothing back);
 * - `trace` of dd-trace@5.30.0 (dd-trace/src/tracer) with a callback of at most one parameter;
 * - `runExclusive` of async-mutex@0.5.0 (Semaphore: `return await callback(value)`, then the release);
 * - `$transaction` of Prisma with a callback (@prisma/client@5.22.0, `_transactionWithCallback`: one run, a commit, its value).
 */
export function findKnownRunner(call: t.CallExpression, from: SourceModule, sources: RunnerSources): Runner | null {
  const callee = uncast(call.callee)
  const last = call.arguments.length - 1
  const runner = (index: number, changes: Partial<Runner> = {}): Runner => ({
    index,
    endsLater: false,
    typing: 'same',
    isAsync: false,
    ...changes,
  })
  const imported = importedAs(callee, from.tree)
  if (imported?.source === '@opentelemetry/api') return imported.name === 'context.with' ? runner(1) : null
  if (imported && /^@sentry\//.test(imported.source)) {
    const name = imported.name.replace(/^default\./, '')
    return isSentryRunner(name, majorOf(sources.packages[imported.source])) ? runner(last) : null
  }
  if (imported?.source === 'dd-trace')
    return /^(?:default\.)?(?:tracer\.)?trace$/.test(imported.name) && takesOne(call.arguments[last])
      ? runner(last)
      : null
  if (!isMember(callee)) return null
  const name = memberName(callee)
  if (name === '$transaction') return runner(0, { endsLater: true, isAsync: true })
  const made = name === null || !MADE.has(name) ? null : makerOf(callee.object, from, sources.graph)
  if (made === 'AsyncLocalStorage') return name === 'run' ? runner(1) : name === 'exit' ? runner(0) : null
  if (made === 'Tracer') return name === 'startActiveSpan' ? runner(last) : null
  return made === 'Mutex' && name === 'runExclusive' ? runner(0, { isAsync: true }) : null
}

const MADE = new Set(['run', 'exit', 'startActiveSpan', 'runExclusive'])

function isSentryRunner(name: string, major: number): boolean {
  if (name === 'startSpan' || name === 'startSpanManual') return major >= 7
  return /^(?:withScope|withIsolationScope|withActiveSpan|continueTrace|withMonitor)$/.test(name) && major >= 8
}

function majorOf(range: string | undefined): number {
  return Number(/\d+/.exec(range ?? '')?.[0] ?? 0)
}

function takesOne(callback: Node | undefined): boolean {
  return (
    (callback?.type === 'ArrowFunctionExpression' || callback?.type === 'FunctionExpression') &&
    callback.params.length <= 1 &&
    callback.params.every(({ type }) => type === 'Identifier')
  )
}

/** What an object was made by: a constant, or a property of a class, here or in another module. */
function makerOf(object: Node, from: SourceModule, graph: ModuleGraph): string | null {
  const at = uncast(object)
  if (at.type === 'NewExpression' || at.type === 'CallExpression') return kindOf(at, from)
  if (at.type === 'Identifier') {
    const found = findDeclared(at, from, graph)
    const init = found?.binding.declaration.type === 'VariableDeclarator' ? found.binding.declaration.init : null
    return found && found.binding.kind === 'const' && init ? kindOf(uncast(init), found.module) : null
  }
  const name = isMember(at) ? memberKey(at) : null
  const found = isMember(at) && name !== null ? findMember(at.object, name, from, graph) : null
  if (!found || name === null || !isSteadyProperty(found, name)) return null
  const { member, module } = found
  const value = member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty' ? member.value : null
  return value ? kindOf(uncast(value), module) : null
}

function kindOf(made: Node, { tree }: SourceModule): string | null {
  if (made.type !== 'NewExpression' && made.type !== 'CallExpression') return null
  const imported = importedAs(made.callee, tree)
  if (made.type === 'CallExpression')
    return imported?.source === '@opentelemetry/api' && imported.name === 'trace.getTracer' ? 'Tracer' : null
  if (/^(?:node:)?async_hooks$/.test(imported?.source ?? ''))
    return imported?.name === 'AsyncLocalStorage' || imported?.name === 'default.AsyncLocalStorage'
      ? 'AsyncLocalStorage'
      : null
  return imported?.source === 'async-mutex' && /^(?:Mutex|Semaphore)$/.test(imported.name) ? 'Mutex' : null
}
