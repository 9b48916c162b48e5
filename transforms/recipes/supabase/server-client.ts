import type { Recipe } from '../recipe.ts'

/**
 * `createServerClient(url, key, { cookies })`, @supabase/ssr@0.8.0 dist/main/createServerClient.js and cookies.js: the functions that it is given
 * for cookies read the session and write it when it is renewed, changed or ended, each time before the promise of the call that did so is
 * settled (`await applyServerStorage`; until 0.3.0 from the storage itself, dist/index.js `setItem`). They are the project's own, on `req` and `res`
 * of the function around: in their new form they set headers of the answers that follow. The package itself is not handed either.
 */
export const supabaseServerClient: Recipe = {
  id: 'supabase/server-client',
  codes: [],
  packages: ['@supabase/ssr'],
  holds: ({ name }) => name === 'createServerClient',
  lower: () => false,
}
