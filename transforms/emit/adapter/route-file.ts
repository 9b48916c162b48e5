import { httpMethods } from '../../model/route.ts'
import { restoreBytes, type SourceFile } from '../../syntax/parse.ts'
import { quoted, type Style } from '../../syntax/style.ts'
import { adapterName } from './text.ts'

/** What the three lines of an adapted route are made of. */
export interface AdaptedRoute {
  /** As the route file imports the adapter and the old handler. */
  adapter: string
  handler: string
  hasConfig: boolean
  /** `maxDuration` and the like, as they are written. */
  segments: readonly { name: string; value: string }[]
}

/** Every method is exported: a handler of pages/api sees them all. With POST among them, GET is never made static (Next 13 and 14). */
export function printAdaptedRoute(
  { adapter, handler, hasConfig, segments }: AdaptedRoute,
  style: Style,
  file: SourceFile,
): string {
  const end = style.semicolon
  const lines = [
    `import { ${adapterName} } from ${quoted(style, adapter)}${end}`,
    `import handler${hasConfig ? ', { config }' : ''} from ${quoted(style, handler)}${end}`,
    '',
    ...segments.map(({ name, value }) => `export const ${name} = ${value}${end}`),
    ...(segments.length > 0 ? [''] : []),
    `export const { ${httpMethods.join(', ')} } = ${adapterName}(handler${hasConfig ? ', config' : ''})${end}`,
  ]
  return restoreBytes(`${lines.join('\n')}\n`, { ...file, bom: false })
}
