import type { Unreached } from '../analyse/unreached.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { placeOf } from '../syntax/expansion.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf } from '../syntax/tree.ts'

/** Names what leaves because no request came to it: a reviewer finds it missing, and should not have to ask why. */
export function unreachedNotes(list: readonly Unreached[], file: SourceFile): Diagnostic[] {
  return list.map(({ first, last }) => {
    const span = spanOf(file, first)
    const end = placeOf(file, endOf(last)).line
    const data = { text: snippet(file, first), ...(end > span.line ? { to: end } : {}) }
    return { code: 'PA346', level: 'note', span, data }
  })
}
