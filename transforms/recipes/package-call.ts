import type { Pass } from '../model/route.ts'
import { loadedAs } from '../syntax/imported.ts'
import type { PackageCall, Recipe, RecipeContext } from './recipe.ts'

/** A call that may be one of a package; null where all arguments are handed on as one. */
export function readPackageCall(
  call: Pass['call'],
  passes: readonly Pass[],
  context: RecipeContext,
): PackageCall | null {
  if (call.type === 'NewExpression' || passes.some(({ isWhole }) => isWhole)) return null
  const imported = context.importOf(call.callee)
  const loaded = imported ? null : loadedAs(call.callee, context.tree)
  return { call, passes, imported: imported ?? loaded, isLoaded: loaded !== null }
}

/** Whether a recipe answers for a call. */
export function answersFor(recipe: Recipe, found: PackageCall, context: RecipeContext): boolean {
  const imported = found.isLoaded && !recipe.takesLoaded ? null : found.imported
  const isOfPackage = imported !== null && recipe.packages.includes(imported.source)
  return isOfPackage || recipe.owns?.({ ...found, imported }, context) === true
}
