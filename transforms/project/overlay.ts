import type { FileChange } from '../model/change.ts'
import { type Host, HostError } from '../model/host.ts'
import { compileGlobs } from './glob.ts'

/** What a path holds instead: a text, made when it is asked for or at once; null when it is not there. */
export type Overlay = ReadonlyMap<string, string | null | (() => string)>

/** A host whose tree is another one's, but for some files. Symbolic links are those of the host below. */
export function overlayHost(host: Host, changed: Overlay): Host {
  const isGone = (path: string): boolean => changed.get(path) === null
  const isThere = (path: string): boolean => changed.has(path) && !isGone(path)
  const there = [...changed.keys()].filter(isThere)
  const texts = new Map<string, string>()
  return {
    ...host,
    root: host.root,
    git: host.git,
    read(path) {
      const text = texts.get(path) ?? changed.get(path)
      if (text === null) throw new HostError(path, `cannot read ${path}: it does not exist`)
      if (text === undefined) return host.read(path)
      const found = typeof text === 'string' ? text : text()
      texts.set(path, found)
      return found
    },
    exists: (path) =>
      isThere(path) || there.some((file) => file.startsWith(`${path}/`)) || (!isGone(path) && host.exists(path)),
    isFile: (path) => isThere(path) || (!isGone(path) && host.isFile(path)),
    real: (path) => (isThere(path) && !host.exists(path) ? path : host.real(path)),
    list(globs) {
      const matches = compileGlobs(globs)
      const below = host.list(globs).filter((path) => !isGone(path))
      return [...new Set([...below, ...there.filter(matches)])].sort()
    },
  }
}

/** The tree with files that a run makes: enough to resolve imports, while their texts are not written yet. */
export function withFiles(host: Host, made: ReadonlySet<string>): Host {
  return overlayHost(host, new Map([...made].map((path) => [path, () => ''] as const)))
}

/** The tree after changes that are not written. */
export function overlayChanges(host: Host, changes: readonly FileChange[]): Host {
  const moved = changes.flatMap((change) => (change.kind === 'move' ? [[change.from, null] as const] : []))
  return overlayHost(host, new Map([...moved, ...changes.map(({ path, after }) => [path, after] as const)]))
}
