import { block } from '../../concerns/lowering.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { behind, type Behind } from './behind.ts'
import { reasons } from './reasons.ts'

/**
 * Packages that work on the Node request and response and have no form for route handlers that is the same, or none in the version of the
 * project: the route is kept, with the name of the package and what it does (PA605). The callee may be a function of the package, or what one
 * of them has made: `limiter(req, res, next)` of `const limiter = rateLimit(options)`.
 */
export const nodePackages: Recipe = {
  id: 'node-packages',
  codes: ['PA605'],
  packages: [],
  mayAnswer: true,
  owns: (found, context) => packageOf(found, context) !== null,
  lower: (found, at, context) => {
    const known = packageOf(found, context)
    if (!known) return false
    const { source, name } = known
    block(at, 'PA605', found.call, { package: source, name, why: reasons.get(source) ?? '' })
    return true
  },
}

function packageOf({ call }: PackageCall, context: RecipeContext): Behind | null {
  const own = { path: context.file.path, file: context.file, tree: context.tree }
  const found = behind(call.callee, own, context)
  return found && reasons.has(found.source) ? found : null
}
