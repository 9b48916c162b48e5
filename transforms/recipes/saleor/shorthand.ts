import type { Edit } from '../../syntax/edits.ts'
import { importedAs } from '../../syntax/imported.ts'
import { withCasts } from '../../syntax/match.ts'
import { endOf, parentOf, startOf, walk } from '../../syntax/tree.ts'
import type { Shorthand } from '../recipe.ts'
import { methodOf, PAGES_HANDLERS } from './factories.ts'

/** `createManifestHandler(options)` is the handler; written out: `(req, res) => createManifestHandler(options)(req, res)`. */
export const saleorShorthand: Shorthand = {
  id: 'saleor/shorthand',
  codes: [],
  packages: [PAGES_HANDLERS],
  expand: ({ file, tree }) => {
    const edits: Edit[] = []
    if (tree.program.bindings.has('req') || tree.program.bindings.has('res')) return { edits, notes: [], blockers: [] }
    walk(file.ast.program, (node) => {
      if (node.type !== 'CallExpression' || methodOf(importedAs(node.callee, tree)) === null) return undefined
      const whole = withCasts(node)
      const parent = parentOf(whole)
      if (parent?.type === 'CallExpression' && parent.callee === whole) return undefined
      edits.push(
        { start: startOf(whole), end: startOf(node), pieces: ['(req, res) => '] },
        { start: endOf(node), end: endOf(whole), pieces: ['(req, res)'] },
      )
      return undefined
    })
    return { edits, notes: [], blockers: [] }
  },
}
