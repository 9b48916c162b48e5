import { asObject } from './jsonc.ts'
import type { Manifest } from './manifests.ts'
import { joinPath } from './paths.ts'

/**
 * Further roots for imports, set where only the shell looks: `"dev": "NODE_PATH=src next dev"`. Next's bundler asks them after
 * node_modules (next@15.5.26 build/webpack-config.js, `nodePathList`). A specifier that starts with a package that is declared is that package.
 */
export function nodePathTargets(manifests: readonly Manifest[], specifier: string): string[] {
  const [name = ''] = specifier.split('/')
  if (specifier.startsWith('@') || manifests.some(({ declared }) => name in declared)) return []
  return manifests.flatMap(({ dir, json }) => {
    const scripts = Object.values(asObject(json.scripts)).filter((script) => typeof script === 'string')
    const written = scripts.flatMap((script) => [...script.matchAll(/\bNODE_PATH=["']?([\w./:-]+)/g)])
    const roots = new Set(written.flatMap(([, list = '']) => list.split(':')))
    return [...roots].flatMap((root) => joinPath(dir, `${root}/${specifier}`) ?? [])
  })
}
