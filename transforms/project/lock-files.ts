import { asObject, asString } from './jsonc.ts'
import { ancestors, inDir } from './paths.ts'

/** What is asked of a lock file. */
export interface LockQuestion {
  /** Folder of the declaring package.json, relative to the lock file. */
  place: string
  name: string
  /** The range as written, and as resolved from a catalog. */
  ranges: readonly string[]
}

/** What a lock file says of a package, as it says it; null when nothing. */
export type LockReader = (question: LockQuestion) => string | null

/** package-lock.json: `packages` by folder since version 2, `dependencies` by name before. */
export function readNpmLock(text: string): LockReader {
  let json: Readonly<Record<string, unknown>> = {}
  try {
    json = asObject(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch {
    // A lock with merge conflicts locks nothing.
  }
  const packages = asObject(json.packages)
  const flat = asObject(json.dependencies)
  return ({ place, name }) => {
    for (const at of ancestors(place)) {
      const version = asString(asObject(packages[inDir(at, `node_modules/${name}`)]).version)
      if (version !== null) return version
    }
    return asString(asObject(flat[name]).version)
  }
}

const YARN_ENTRY = /^(?! |#)(.+):\n(?: {2}.*\n)*? {2}version:? "?([^"\n]+)"?$/gm

/** yarn.lock, classic (`"next@^14", next@14:`) and berry (`"next@npm:^14, next@npm:14":`). */
export function readYarnLock(text: string): LockReader {
  const versions = new Map<string, string>()
  const byName = new Map<string, Set<string>>()
  for (const [, head = '', version = ''] of text.matchAll(YARN_ENTRY)) {
    for (const descriptor of head.replaceAll('"', '').split(', ')) {
      versions.set(descriptor, version)
      const name = descriptor.slice(0, descriptor.indexOf('@', 1))
      if (!version.startsWith('0.0.0-use')) byName.set(name, (byName.get(name) ?? new Set()).add(version))
    }
  }
  return ({ name, ranges }) => {
    const keys = ranges.flatMap((range) => [`${name}@${range}`, `${name}@npm:${range}`])
    const found = keys.map((key) => versions.get(key)).find((version) => version !== undefined)
    if (found !== undefined) return found
    // `resolutions` replace the descriptor; a single version in the whole lock must be the one.
    const only = [...(byName.get(name) ?? [])]
    return only.length === 1 ? (only[0] ?? null) : null
  }
}

/** pnpm-lock.yaml: dependencies of each importer, or of the only one at the top level. Read line by line up to `packages`. */
export function readPnpmLock(text: string): LockReader {
  const versions = new Map<string, string>()
  let stack: { indent: number; key: string }[] = []
  for (const line of text.slice(0, endOfImporters(text)).split('\n')) {
    const match = /^( *)(?:'([^']+)'|"([^"]+)"|([^\s'"#][^:]*)):(?: +(.*))?$/.exec(line)
    if (!match) continue
    const indent = (match[1] ?? '').length
    const key = match[2] ?? match[3] ?? match[4] ?? ''
    const value = (match[5] ?? '').replace(/^(['"])(.*)\1$/, '$2')
    stack = [...stack.filter((entry) => entry.indent < indent), { indent, key }]
    if (value === '') continue
    const path = stack.map((entry) => entry.key)
    // Version 6 and later nest `specifier` and `version` below the name.
    if (key === 'version') path.pop()
    const name = path.pop() ?? ''
    if (!/^(?:dependencies|devDependencies|optionalDependencies)$/.test(path.pop() ?? '')) continue
    const importer = path[0] === 'importers' ? (path[1] ?? '') : '.'
    versions.set(`${importer} ${name}`, value)
  }
  return ({ place, name }) => versions.get(`${place === '' ? '.' : place} ${name}`) ?? null
}

function endOfImporters(text: string): number {
  const end = text.search(/^(?:packages|snapshots):/m)
  return end < 0 ? text.length : end
}

/** bun.lock: `"next": ["next@14.0.1", ...]`. The binary bun.lockb cannot be read. */
export function readBunLock(text: string): LockReader {
  const versions = new Map<string, string>()
  for (const [, name = '', resolved = ''] of text.matchAll(/^\s+"([^"]+)": \["([^"]+)"/gm)) versions.set(name, resolved)
  return ({ name }) => versions.get(name) ?? null
}
