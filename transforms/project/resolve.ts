import type { Host } from '../model/host.ts'
import type { NextApp, TypeScriptConfig } from '../model/project.ts'
import { asObject, type JsonObject } from './jsonc.ts'
import { type Manifest, type Manifests, manifestsAbove, readManifests } from './manifests.ts'
import { nodePathTargets } from './node-path.ts'
import { ancestors, dirOf, inDir, isInside, joinPath } from './paths.ts'
import { readTypeScriptConfig } from './tsconfig.ts'

/** The project file that a specifier in a file means; null for packages and for what cannot be resolved. */
export type Resolver = (fromFile: string, specifier: string) => string | null

const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '.json', '.d.ts']
/** A specifier may name the compiled file of a source. */
const COMPILED: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

/**
 * Resolves as Next's bundler does: relative paths, then tsconfig paths and baseUrl, then packages of the workspace, then NODE_PATH.
 * `scope` gives the aliases for files under `root`; tsconfig files nearer to a file,
 * up to the root, are asked first. Answers are cached.
 */
export function createResolver(host: Host, scope: NextApp | TypeScriptConfig | null, root: string): Resolver {
  const given = scope !== null && 'config' in scope ? scope.config : scope
  const tree = createTree(host)
  return (fromFile, specifier) => {
    const dir = dirOf(fromFile)
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
      const target = joinPath(dir, specifier)
      return target === null ? null : tree.file(target)
    }
    if (specifier === '' || specifier.startsWith('/') || /^[a-z]+:/.test(specifier)) return null
    const own = tree.configs(dir)
    const isScoped = given !== null && isInside(fromFile, root) && own.every(({ path }) => path !== given.path)
    const configs = isScoped ? [...own, given] : own
    for (const config of configs) {
      const found = resolveAlias(config, specifier, tree.file)
      if (found) return found
    }
    return tree.packageFile(specifier) ?? tree.nodePathFile(dir, specifier)
  }
}

/** Name -> folder of the packages inside the repository; a name that two folders claim is nobody's. */
export function packageDirs(manifests: Manifests): (name: string) => string | null {
  const byName = new Map<string, Manifest | null>()
  for (const manifest of manifests.values()) {
    if (manifest.name !== null) byName.set(manifest.name, byName.has(manifest.name) ? null : manifest)
  }
  return (name) => byName.get(name)?.dir ?? null
}

interface Tree {
  file: (path: string) => string | null
  /** The tsconfig files that may apply in a folder, nearest first. */
  configs: (dir: string) => readonly TypeScriptConfig[]
  packageFile: (specifier: string) => string | null
  /** Below a root that NODE_PATH names. */
  nodePathFile: (dir: string, specifier: string) => string | null
}

function createTree(host: Host): Tree {
  const files = new Map<string, string | null>()
  const configs = new Map<string, readonly TypeScriptConfig[]>()
  let packages: Packages | null = null
  const readAll = (): Packages => {
    if (packages === null) {
      const manifests = readManifests(host)
      packages = { manifests, dirOfName: packageDirs(manifests) }
    }
    return packages
  }
  const file = (path: string): string | null => {
    let found = files.get(path)
    if (found === undefined) {
      const there = candidates(path).find((candidate) => host.isFile(candidate))
      // By way of links, as bundlers do: one file has one name, and what lies outside of the root is nobody's to change.
      found = there === undefined ? null : host.real(there)
      files.set(path, found)
    }
    return found
  }
  const configsOf = (dir: string): readonly TypeScriptConfig[] => {
    let found = configs.get(dir)
    if (found === undefined) {
      const own = readTypeScriptConfig(host, dir, { packageDir: (name) => readAll().dirOfName(name) })
      const above = dir === '' ? [] : configsOf(dirOf(dir))
      found = own === null ? above : [own, ...above]
      configs.set(dir, found)
    }
    return found
  }
  const nodePathFile = (dir: string, specifier: string): string | null => {
    for (const path of nodePathTargets(manifestsAbove(readAll().manifests, dir), specifier)) {
      const found = file(path)
      if (found !== null) return found
    }
    return null
  }
  const packageFile = (specifier: string): string | null => resolvePackage(readAll(), specifier, file)
  return { file, configs: configsOf, packageFile, nodePathFile }
}

function candidates(path: string): string[] {
  const out = [path, ...EXTENSIONS.map((extension) => path + extension)]
  for (const [compiled, sources] of Object.entries(COMPILED)) {
    if (path.endsWith(compiled)) out.push(...sources.map((source) => path.slice(0, -compiled.length) + source))
  }
  return [...out, ...EXTENSIONS.map((extension) => inDir(path, `index${extension}`))]
}

function resolveAlias(config: TypeScriptConfig, specifier: string, file: Tree['file']): string | null {
  const patterns = Object.keys(config.paths)
    .filter((pattern) => matchStar(pattern, specifier) !== null)
    // The most specific pattern wins, as in TypeScript; one without a star is the most specific of all.
    .sort((a, b) => specificity(b) - specificity(a))
  for (const pattern of patterns) {
    const rest = matchStar(pattern, specifier) ?? ''
    for (const target of config.paths[pattern] ?? []) {
      const found = file(target.replace('*', rest))
      if (found !== null) return found
    }
  }
  const based = config.baseUrl === null ? null : joinPath(config.baseUrl, specifier)
  return based === null ? null : file(based)
}

function specificity(pattern: string): number {
  const star = pattern.indexOf('*')
  return star < 0 ? Number.POSITIVE_INFINITY : star
}

/** What `*` stands for (`''` when there is none), or null when the pattern does not match. */
function matchStar(pattern: string, text: string): string | null {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text ? '' : null
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)]
  if (text.length < before.length + after.length || !text.startsWith(before) || !text.endsWith(after)) return null
  return text.slice(before.length, text.length - after.length)
}

interface Packages {
  manifests: Manifests
  dirOfName: (name: string) => string | null
}

function resolvePackage({ manifests, dirOfName }: Packages, specifier: string, file: Tree['file']): string | null {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const dir = dirOfName(name)
  const json = dir === null ? undefined : manifests.get(dir)?.json
  if (dir === null || json === undefined) return null
  const rest = specifier.slice(name.length)
  const stated =
    rest === ''
      ? [...exported(json, '.'), ...strings([json.source, json.module, json.main, json.types])]
      : exported(json, `.${rest}`)
  // What is stated is often the build output, which need not be there: its source has the same name under src/.
  const guesses = rest === '' ? ['index', 'src/index', 'src/main'] : [rest, `src${rest}`]
  for (const target of [...stated.flatMap((path) => [path, ...sourcesOf(path)]), ...guesses]) {
    const path = joinPath(dir, target)
    const found = path === null ? null : file(path)
    if (found !== null && !ancestors(found).some((at) => at.endsWith('node_modules'))) return found
  }
  return null
}

function sourcesOf(path: string): string[] {
  const moved = path.replace(/^(?:\.\/)?(?:dist|build|lib|out)\//, '')
  return moved === path
    ? []
    : [`src/${moved}`, moved].map((source) => source.replace(/\.(?:d\.)?([cm]?)(?:js|ts)$/, '.$1js'))
}

function exported(json: JsonObject, key: string): string[] {
  const map = json.exports
  if (typeof map === 'string') return key === '.' ? [map] : []
  const entries = Object.entries(asObject(map))
  const isConditions = entries.every(([name]) => !name.startsWith('.'))
  if (isConditions) return key === '.' ? strings([map]) : []
  for (const [pattern, target] of entries) {
    const rest = matchStar(pattern, key)
    if (rest !== null) return strings([target]).map((path) => path.replace('*', rest))
  }
  return []
}

/** All strings in nested conditions, in the order written. */
function strings(values: readonly unknown[]): string[] {
  return values.flatMap((value) => {
    if (typeof value === 'string') return [value]
    return typeof value === 'object' && value !== null ? strings(Object.values(value)) : []
  })
}
