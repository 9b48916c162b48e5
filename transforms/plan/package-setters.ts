import type * as t from '@babel/types'
import type { FunctionModel } from '../model/route.ts'
import type { Recipe, RecipeContext } from '../recipes/recipe.ts'
import { outsider } from './function-flow.ts'

/** Stands for a package that puts cookies on the answer: nothing else, whenever it is. */
export const cookieWriter: FunctionModel = { ...outsider }

/** The same for one that looks at the cookies of the answer again. */
export const cookieStore: FunctionModel = { ...outsider }

/** What stands for a package whose recipe says that it sets headers. */
export function setterOf(recipe: Recipe | undefined): FunctionModel | null {
  if (!recipe) return null
  return recipe.readsBack ? cookieStore : cookieWriter
}

/** A recipe says of the package that it keeps the functions of this call. */
export function holdsIn(
  call: t.CallExpression | t.OptionalCallExpression,
  recipes: readonly Recipe[],
  context: RecipeContext,
): boolean {
  const imported = context.importOf(call.callee)
  return imported !== null && recipes.some((r) => r.packages.includes(imported.source) && r.holds?.(imported) === true)
}

/** A package that puts cookies on the answer, and nothing else. */
export const isCookiePackage = (callee: FunctionModel): boolean => callee === cookieWriter || callee === cookieStore
