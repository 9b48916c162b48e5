import type { HttpMethod } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { sliceOf } from './call.ts'
import type { EntryCall } from './recipe.ts'

/** `export default call` becomes a constant that is exported by each method; edits inside the call stay in effect. `above` is a line for it. */
export function entryEdits(
  { call, place, exporter, file, tree, style }: Omit<EntryCall, 'imported'>,
  methods: readonly HttpMethod[],
  above = '',
): Edit[] {
  const own =
    place.type === 'VariableDeclaration'
      ? place.declarations.find((d) => d.init && startOf(d.init) <= startOf(call) && endOf(d.init) >= endOf(call))
      : undefined
  const names = ['handler', 'authHandler', 'nextAuthHandler']
  const name =
    own?.id.type === 'Identifier' ? own.id.name : (names.find((n) => !tree.program.bindings.has(n)) ?? 'handler2')
  const list = `export { ${methods.map((method) => `${name} as ${method}`).join(', ')} }${style.semicolon}`
  if (own && exporter) return [{ start: startOf(exporter), end: endOf(exporter), pieces: [list] }]
  const edit: Edit = {
    start: startOf(place),
    end: endOf(place),
    pieces: [`${above}const ${name} = `, sliceOf(call), `${style.semicolon}\n\n${list}`],
  }
  return exporter && exporter !== place ? [edit, { ...removalRange(file, exporter), pieces: [] }] : [edit]
}
