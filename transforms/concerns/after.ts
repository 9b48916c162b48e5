import type { Lowering } from './lowering.ts'
import { importedAs } from '../syntax/imported.ts'
import type { NewImport } from '../syntax/print.ts'
import { isNameTaken, type ScopeTree } from '../syntax/scope.ts'

const OTHER_NAME = 'afterResponse'

/**
 * `after` of next/server as a file calls it: by another name where its own is declared anywhere in the file for something else
 * (`const { after } = req.query`).
 */
export function afterIn(tree: ScopeTree): NewImport {
  const { program } = tree
  const known = program.bindings.get('after')
  const isOther = [...tree.scopeOf.values()].some(({ bindings }) => {
    const own = bindings.get('after')
    return own !== undefined && !(own === known && importedAs(own.id, tree)?.source === 'next/server')
  })
  const local = isOther && !isNameTaken(tree, OTHER_NAME, program.node) ? OTHER_NAME : 'after'
  return { source: 'next/server', name: 'after', local, isType: false }
}

/** What the file has to import for work after the answer; null where there is none, or it imports it already. */
export function afterImport(edits: Lowering['edits'], tree: ScopeTree): NewImport | null {
  const after = afterIn(tree)
  const isUsed = edits.some(({ pieces }) => pieces.includes(`${after.local}(`))
  return isUsed && !tree.program.bindings.has(after.local) ? after : null
}
