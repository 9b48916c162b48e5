import type { SourceModule } from '../../syntax/imported.ts'
import { findLoadEffects } from '../../syntax/load-effects.ts'
import type { Node } from '../../syntax/tree.ts'

/**
 * What a module does when it is loaded, but for the statements that fill its router: `connect()` at the top of `lib/handler.js` would no longer
 * be done for a route that goes past the module.
 */
export function findLoads({ file, tree }: SourceModule, fills: ReadonlySet<Node> = new Set()): Node | null {
  const { ast } = file
  const body = ast.program.body.filter((statement) => !fills.has(statement))
  const bare = body.find(
    (one) => one.type === 'ImportDeclaration' && one.importKind !== 'type' && one.specifiers.length === 0,
  )
  return bare ?? findLoadEffects({ ast: { ...ast, program: { ...ast.program, body } } }, tree).acts
}
