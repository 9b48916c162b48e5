import { type Host, HostError } from '../model/host.ts'
import type { Resolver } from './resolve.ts'
import { isBuiltForBoth } from './client-imports.ts'
import { findStaticImports, type StaticImport } from './static-imports.ts'

interface Loaded {
  path: string
  text: string
  to: readonly string[]
}

/** Routes load much the same. */
const known = new WeakMap<Host, Map<string, Loaded | null>>()

/** A file and everything of the project that it loads, by the text of imports; those of types alone are left out. */
export function findLoadedTexts(
  host: Host,
  resolve: Resolver,
  file: string,
): readonly { path: string; text: string }[] {
  const files = known.get(host) ?? new Map<string, Loaded | null>()
  known.set(host, files)
  const found: Loaded[] = []
  const queue = new Set([file])
  // It grows while it is walked.
  for (const path of queue) {
    const one = files.get(path) ?? open(path)
    files.set(path, one)
    if (!one) continue
    found.push(one)
    for (const to of one.to) queue.add(to)
  }
  return found

  function toProject(path: string) {
    return ({ specifier }: StaticImport): string[] =>
      isBuiltForBoth(specifier) ? [] : [resolve(path, specifier) ?? []].flat()
  }

  function open(path: string): Loaded | null {
    if (!/\.[cm]?[jt]sx?$/.test(path) || path.endsWith('.d.ts')) return null
    try {
      const text = host.read(path)
      return { path, text, to: findStaticImports(text).flatMap(toProject(path)) }
    } catch (error) {
      if (error instanceof HostError) return null
      throw error
    }
  }
}
