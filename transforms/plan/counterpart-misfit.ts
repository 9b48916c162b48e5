import { spanOf } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { MethodFunction } from './route-context.ts'
import type { Layer } from './shared-model.ts'

/**
 * What does not fit the counterpart of a package's wrapper: it hands over the request alone, without the params, so that it must be the
 * innermost one; and one that reads the bytes of the body leaves nothing to parse, neither to Next nor to anyone else.
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
      ...(functions.some(({ plan }) => plan.takes.params) ? ['params'] : []),
      ...(known.readsRaw && config.bodyParser ? ['parsed'] : []),
      ...(known.readsRaw && isRead ? ['body'] : []),
    ]
    return why.map(
      (reason): Diagnostic => ({
        code: 'PA592',
        level: 'blocker',
        span: spanOf(file, layer.wrapper.written),
        data: { why: reason },
      }),
    )
  })
}
