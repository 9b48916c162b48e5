import { builtinModules, createRequire } from 'node:module'
import { join, posix, sep } from 'node:path'
import type { PluginBuild } from 'esbuild'
import type { Host } from '../model/host.ts'
import type { Resolver } from '../project/resolve.ts'
import {
  declaredMajor,
  isAsDeclared,
  isComputing,
  isReact,
  isReplaced,
  isServerPartOfNext,
  packageOf,
} from './packages.ts'
import { isOwnPackage } from './worker/own-packages.ts'

/** An import that leads to no file of the project, or to one that is closed. */
export interface MissingModule {
  from: string
  specifier: string
  isClosed: boolean
}

export const PROJECT = 'project'

/** What imports are resolved with. */
export interface Resolving {
  host: Host
  resolve: Resolver
  packages: Map<string, string>
  closed: ReadonlySet<string>
  missing: Map<string, MissingModule[]>
}

/** Project files come from the host; all else stays outside of the bundle and is given by the worker. */
export function resolveAll(build: PluginBuild, { host, resolve, packages, closed, missing }: Resolving): void {
  build.onResolve({ filter: /.*/ }, ({ path: specifier, importer, kind }) => {
    if (kind === 'entry-point') return { path: specifier, namespace: PROJECT }
    const outside = (kind: string, name: string) => ({ path: `${kind}:${name}`, external: true })
    const miss = (isClosed: boolean): void => {
      missing.set(importer, [...(missing.get(importer) ?? []), { from: importer, specifier, isClosed }])
    }
    if (/^(?:builtin|outside|own|real|next):/.test(specifier)) return { path: specifier, external: true }
    const plain = specifier.replace(/^node:/, '')
    if (plain !== specifier || builtinModules.includes(plain)) return outside('builtin', plain)
    const installed = isReplaced(specifier) ? findPackage(host, importer, specifier) : null
    if (installed !== null && isAsDeclared(host, importer, specifier, versionAt(installed, specifier))) {
      packages.set(installed, specifier)
      return outside('real', installed)
    }
    // Before the project: the recipes know packages by their names, also in the repository of the package itself.
    if (isOwnPackage(specifier)) return outside('own', `${specifier}@${declaredMajor(host, importer, specifier)}`)
    const found = resolve(importer, specifier)
    if (found !== null) {
      if (found.endsWith('.d.ts')) return outside('outside', specifier)
      if (closed.has(found)) {
        miss(true)
        return outside('outside', found)
      }
      return isCode(found) ? { path: found, namespace: PROJECT } : outside('outside', found)
    }
    if (/^\.{1,2}(?:\/|$)|^[@~#]\/|^~/.test(specifier)) {
      // An image with a query, or a file that is made by a build.
      miss(false)
      // By its place in the project: the two sides stand in different folders.
      return outside(
        'outside',
        /^\.{1,2}(?:\/|$)/.test(specifier) ? posix.join(posix.dirname(importer), specifier) : specifier,
      )
    }
    if (isServerPartOfNext(specifier) || isReact(specifier)) return outside('next', specifier)
    const real = isComputing(specifier) ? findPackage(host, importer, specifier) : null
    if (real === null) return outside('outside', specifier)
    packages.set(real, specifier)
    return outside('real', real)
  })
}

const isCode = (path: string): boolean => /\.(?:[cm]?[jt]sx?|json)$/.test(path)

/** The version of an installed package, by a file in it; empty where nothing states one. */
function versionAt(file: string, specifier: string): string {
  const folder = `${sep}node_modules${sep}${packageOf(specifier).replaceAll('/', sep)}${sep}`
  const at = file.lastIndexOf(folder)
  try {
    return at < 0 ? '' : String(createRequire(file)(join(file.slice(0, at), folder, 'package.json')).version)
  } catch {
    return ''
  }
}

/** The entry of an installed package as Node finds it from the importing file. */
function findPackage(host: Host, importer: string, specifier: string): string | null {
  try {
    return createRequire(join(host.root, importer)).resolve(specifier)
  } catch {
    return null
  }
}
