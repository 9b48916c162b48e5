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
  const files = list([inApp(root, '**/{queries,mutations}/**/*.{js,jsx,ts,tsx}')]).filter(
    (path) => !/\.d\.ts$|\.(?:test|spec)\.\w+$/.test(path),
  )
  const config = list([inApp(root, 'next.config.{js,mjs,cjs,ts,mts}')]).find(mentions('includeRPCFolders'))
  if (config !== undefined) return { files, obstacle: { why: 'folders', file: config } }
  const file = files.find(mentions('httpMethod'))
  return { files, obstacle: file === undefined ? null : { why: 'method', file } }

  /** Also where the file cannot be read. */
  function mentions(word: string): (path: string) => boolean {
    return (path) => moduleAt(path)?.file.text.includes(word) ?? true
  }
}

const inApp = (root: string, glob: string): string => (root === '' ? glob : `${root}/${glob}`)

/** `SecurePassword` of @blitzjs/auth, by any of its names. */
const NATIVE = /\bSecurePassword\b|['"](?:@blitzjs\/auth\/secure-password|secure-password|sodium-native)['"]/

/**
 * The file through which some others, or the route, load sodium-native, where next.config does not name that package. Pages leaves packages
 * out of the bundle, App does not: run with Next 15.0.1 and Blitz 3.0.1, a resolver that hashes a password failed with "No native build
 * was found", since the package looks for its builds beside the bundle. Named in `serverExternalPackages`, it works.
 */
export function findNative(context: RecipeContext, files: readonly string[] = []): string | null {
  const { app, list, moduleAt, loadedTexts } = context
  const configs = list([inApp(app.root, 'next.config.{js,mjs,cjs,ts,mts}')])
  if (configs.some((path) => moduleAt(path)?.file.text.includes('sodium-native'))) return null
  const loaded = [undefined, ...files].flatMap((file) => loadedTexts(file))
  return loaded.find(({ text }) => NATIVE.test(text))?.path ?? null
}
