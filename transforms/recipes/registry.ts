import type { Recipe } from './recipe.ts'

/** Every package that routeshift knows. */
export const recipes: readonly Recipe[] = []
