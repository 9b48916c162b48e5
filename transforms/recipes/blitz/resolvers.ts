import type { RecipeContext } from '../recipe.ts'

/** Files that the loader of Blitz makes part of its route: `queries` and `mutations`. */
export interface Resolvers {
  files: readonly string[]
  /** One that `rpcAppHandler` cannot serve, or `next.config` when it names folders of other packages. */
  obstacle: { why: 'method' | 'folders'; file: string } | null
}

/**
 * @blitzjs/rpc@3.0.1 server/loader/utils/loader-utils.ts: every file below a folder of one of the two names, here of the whole app, and of
 * the packages that `includeRPCFolders` names. For a resolver with `httpMethod: 'GET'` its handler for route handlers reads a body, and
 * takes the input from the params of the route (index-server.ts): it fails for each request.
 */
export function findResolvers({ app: { root }, list, moduleAt }: RecipeContext): Resolvers {
  const inApp = (glob: string): string => (root === '' ? glob : `${root}/${glob}`)
  const files = list([inApp('**/{queries,mutations}/**/*.{js,jsx,ts,tsx}')]).filter(
    (path) => !/\.d\.ts$|\.(?:test|spec)\.\w+$/.test(path),
  )
  const config = list([inApp('next.config.{js,mjs,cjs,ts,mts}')]).find(mentions('includeRPCFolders'))
  if (config !== undefined) return { files, obstacle: { why: 'folders', file: config } }
  const file = files.find(mentions('httpMethod'))
  return { files, obstacle: file === undefined ? null : { why: 'method', file } }

  /** Also where the file cannot be read. */
  function mentions(word: string): (path: string) => boolean {
    return (path) => moduleAt(path)?.file.text.includes(word) ?? true
  }
}
