import { spanOf } from '../concerns/lowering.ts'
import { httpMethods, type HttpMethod } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { sliceOf } from './call.ts'
import type { EntryCall, EntryRecipe } from './recipe.ts'
import { parseRange } from './version-range.ts'

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT']

/**
 * `export default serve({ client, functions })` of inngest/next, inngest@3.40.1 next.js (and 1.9.4, 2.7.2, 4.0.0): the handler answers both
 * routers, and carries a function for each method, which its documentation exports from route handlers. PA606: what it reads of the request.
 */
export const inngest: EntryRecipe = {
  id: 'inngest',
  codes: ['PA301', 'PA606'],
  packages: ['inngest/next'],
  rewrite: (found, { app }) => {
    const { call, imported, file } = found
    const raw = app.packages.inngest
    const isOld = raw !== undefined && parseRange(raw)?.lets([1, 9, 4]) === false
    if (imported.name !== 'serve' || isOld) return null
    const span = spanOf(file, call)
    const lost = httpMethods.filter((one) => !METHODS.includes(one) && one !== 'HEAD' && one !== 'OPTIONS')
    return {
      kind: 'rewrite',
      edits: exportEdits(found),
      methods: [...METHODS],
      notes: [
        { code: 'PA606', level: 'note', span, data: {} },
        { code: 'PA301', level: 'note', span, data: { methods: METHODS, lost } },
      ],
    }
  },
}

/** `export const { GET, POST, PUT } = serve(options)` */
function exportEdits({ call, place, exporter, style }: EntryCall): Edit[] {
  const list = `export const { ${METHODS.join(', ')} } = `
  if (place.type !== 'VariableDeclaration' || !exporter)
    return [{ start: startOf(place), end: endOf(place), pieces: [list, sliceOf(call), style.semicolon] }]
  const id = place.declarations.find((one) => one.init && endOf(one.init) >= endOf(call))?.id
  if (id?.type !== 'Identifier') return []
  return [{ start: startOf(exporter), end: endOf(exporter), pieces: [`${list}${id.name}${style.semicolon}`] }]
}
