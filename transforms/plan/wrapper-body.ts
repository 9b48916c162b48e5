import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import type { FunctionNode } from '../model/route.ts'
import type { MethodFunction, RouteContext } from './route-context.ts'
import type { Node } from '../syntax/tree.ts'
import type { Layer } from './shared-model.ts'

/**
 * Wrappers that read the body, and not that of a copy: the next one, or the handler, would find nothing. And a malformed body, which Next refused before any of
 * them, is an error of the wrapper now: whoever catches it must not serve it.
 */
export function blockBodies(
  layers: readonly Layer[],
  functions: readonly MethodFunction[],
  { fn, file }: { fn: FunctionNode; file: RouteContext['file'] },
): Diagnostic[] {
  const readers = layers.filter(({ wrapper }) => wrapper.callee.summary.readsBody)
  const [inner] = readers.slice(-1)
  if (!inner) return []
  const around = layers.slice(0, layers.indexOf(inner) + 1)
  const isServed = around.some(({ wrapper }) => wrapper.callee.wrapper.catches?.mayServe)
  const isReadInside = functions.some(({ plan }) => plan.readsBody)
  // What Next parses and what is read off the stream exclude each other.
  const isRaw = functions.some(({ plan }) => plan.readsBody === 'raw')
  const taker = readers.find(
    (one) => (isRaw || !leaves(one)) && (isReadInside || readers.indexOf(one) < readers.length - 1),
  )
  const blocker = (code: Code, node: Node, data: Data = {}): Diagnostic => ({
    code,
    level: 'blocker',
    span: spanOf(file, node),
    data,
  })
  return [
    ...(taker ? [blocker('PA125', fn, { text: snippet(file, taker.wrapper.written) })] : []),
    ...(isServed ? [blocker('PA534', fn)] : []),
  ]
}

function leaves({ wrapper }: Layer): boolean {
  return wrapper.callee.wrapper.leavesBody
}
