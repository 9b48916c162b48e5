import { type Edit, EditConflict, render } from '../syntax/edits.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { findErasure } from './erasure.ts'
import { isSameProgram } from './same-program.ts'

/** `at`: the offset of what has no form in JavaScript that is only the text without its types. */
export type Erased = { text: string } | { what: string; at: number }

/**
 * TypeScript to JavaScript by taking away text: nothing else moves, comments and line breaks of what stays are as they were. What TypeScript
 * makes code of (enums, namespaces, parameter properties) is refused. The result is parsed and compared with the tree it came from, so
 * that a precedence or a semicolon that only the types held can never change the program.
 */
export function eraseTypes(text: string, extension: 'ts' | 'tsx' = 'ts'): Erased {
  const file = parseSource(`erase.${extension}`, text)
  if (isParseFailure(file)) return { what: file.message, at: 0 }
  const erasure = findErasure(file, analyseScopes(file.ast))
  if ('what' in erasure) return erasure
  const out = renderSafely(file.text, erasure.edits)
  if (out === null) return { what: 'crossing edits', at: 0 }
  const parsed = parseSource('erase.js', out)
  if (isParseFailure(parsed)) return { what: parsed.message, at: 0 }
  return isSameProgram(file.ast.program, parsed.ast.program, erasure.gone)
    ? { text: out }
    : { what: 'precedence', at: 0 }
}

/** A file that we cannot write as JavaScript keeps its language; it is no reason to keep the route. */
function renderSafely(text: string, edits: readonly Edit[]): string | null {
  try {
    return render(text, edits, 0, text.length)
  } catch (error) {
    if (error instanceof EditConflict) return null
    throw error
  }
}
