import { spanOf } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { MethodFunction } from './route-context.ts'
import type { Layer } from './shared-model.ts'

/**
 * What does not fit the counterpart of a package's wrapper: it hands over the request alone, without the params (unless its handlers stand
 * in an object), and nothing that a wrapper further out adds, so that it must be the innermost one; and one that reads the bytes of the body leaves nothing to parse, neither to Next nor to anyone else.
 */
export function counterpartMisfits(
  layers: readonly Layer[],
  functions: readonly MethodFunction[],
  { config, file }: { config: ConfigPlan; file: SourceFile },
): Diagnostic[] {
  const found = layers.flatMap((layer, index) => {
    const known = layer.wrapper.callee.source.module.standsFor?.package
    return known ? [{ layer, known, isInner: index === layers.length - 1 }] : []
  })
  return found.flatMap(({ layer, known, isInner }) => {
    const others = layers.filter((one) => one !== layer)
    const isRead =
      functions.some(({ plan, at }) => plan.readsBody || at.needs.some(({ kind }) => kind === 'raw')) ||
      others.some(({ wrapper }) => wrapper.callee.summary.readsBody)
    const why = [
      ...(isInner ? [] : ['inner']),
      ...(known.keyed
        ? typeMisfits(functions, known.keyed.takesThird)
        : functions.some(({ plan }) => plan.takes.params)
          ? ['params']
          : []),
      ...(known.readsRaw && config.bodyParser ? ['parsed'] : []),
      ...(known.readsRaw && isRead ? ['body'] : []),
    ]
    return why.map(
      (reason): Diagnostic => ({
        code: known.keyed ? 'PA591' : 'PA592',
        level: 'blocker',
        span: spanOf(file, layer.wrapper.written),
        data: { why: reason },
      }),
    )
  })
}

/** It says that its handlers take a Request, and the compiler refuses one that takes a NextRequest; for some Next counts their parameters. */
function typeMisfits(functions: readonly MethodFunction[], takesThird: boolean): string[] {
  const typed = functions.filter(({ at }) => at.typed)
  const isThird = !takesThird && typed.some(({ at }) => at.fn.params.length > 2)
  return [
    ...(typed.some(({ plan }) => plan.takes.request === 'NextRequest') ? ['request'] : []),
    ...(isThird ? ['third'] : []),
  ]
}
