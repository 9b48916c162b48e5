import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { Shorthand } from '../recipe.ts'
import { madeBy, PACKAGES } from './adapters.ts'

/**
 * `export default createYoga(options)` and `export default startServerAndCreateNextHandler(server)`, written out: a constant, and
 * `(req, res) => yoga(req, res)`. The server is made once, as before.
 */
export const graphqlShorthand: Shorthand = {
  id: 'graphql/shorthand',
  codes: [],
  packages: PACKAGES,
  expand: (module) => ({ edits: spellExport(module), notes: [], blockers: [] }),
}

function spellExport({ file, tree }: SourceModule): Edit[] {
  const statement = file.ast.program.body.find((one) => one.type === 'ExportDefaultDeclaration')
  if (statement?.type !== 'ExportDefaultDeclaration') return []
  const value = statement.declaration
  const made = madeBy(value, tree)
  if (!made || tree.program.bindings.has('req') || tree.program.bindings.has('res')) return []
  const range = { start: startOf(statement), end: endOf(statement) }
  const { semicolon } = detectStyle(file)
  const named = uncast(value)
  if (named.type === 'Identifier')
    return [{ ...range, pieces: [`export default (req, res) => ${named.name}(req, res)${semicolon}`] }]
  const names = [made.adapter.name, 'graphql', 'graphqlServer', 'graphqlServer2']
  const name = names.find((one) => !tree.program.bindings.has(one) && !tree.globals.has(one))
  if (name === undefined) return []
  const handler = `export default (req, res) => ${name}(req, res)${semicolon}`
  return [{ ...range, pieces: [`const ${name} = `, sliceOf(value), `${semicolon}\n\n${handler}`] }]
}
