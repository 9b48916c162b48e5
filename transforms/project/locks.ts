import type { Host } from '../model/host.ts'
import { type LockReader, readBunLock, readNpmLock, readPnpmLock, readYarnLock } from './lock-files.ts'
import { type Manifests, readOrEmpty } from './manifests.ts'
import { ancestors, inDir } from './paths.ts'
import { isOlderThan } from './version.ts'

/** A package as a package.json declares it. */
export interface Declared {
  /** Folder of the package.json. */
  dir: string
  name: string
  range: string
  /** The range without `catalog:`; null where it is not known. */
  resolved: string | null
}

/** The exact version that the lock file of the declaring package has for it, or null. */
export type Locks = (declared: Declared) => string | null

/** The order in which Next itself looks for a package manager; a manager that package.json names comes first. */
const FILES: readonly { file: string; manager: string; read: (text: string) => LockReader }[] = [
  { file: 'yarn.lock', manager: 'yarn', read: readYarnLock },
  { file: 'pnpm-lock.yaml', manager: 'pnpm', read: readPnpmLock },
  { file: 'package-lock.json', manager: 'npm', read: readNpmLock },
  { file: 'npm-shrinkwrap.json', manager: 'npm', read: readNpmLock },
  { file: 'bun.lock', manager: 'bun', read: readBunLock },
]

/** Lock files of the folder, then of those above it. Each is read once, and only when something is asked of its folder. */
export function createLocks(host: Host, manifests: Manifests): Locks {
  const known = new Map<string, readonly LockReader[]>()
  const readersAt = (dir: string): readonly LockReader[] => {
    const before = known.get(dir)
    if (before) return before
    const named = String(manifests.get(dir)?.json.packageManager ?? '').split('@')[0]
    const present = FILES.filter(({ file }) => host.isFile(inDir(dir, file)))
    const sorted = present.toSorted((a, b) => Number(b.manager === named) - Number(a.manager === named))
    const readers = sorted.map(({ file, read }) => read(readOrEmpty(host, inDir(dir, file)).replaceAll('\r\n', '\n')))
    known.set(dir, readers)
    return readers
  }
  return ({ dir, name, range, resolved }) => {
    const ranges = resolved === null || resolved === range ? [range] : [range, resolved]
    for (const at of ancestors(dir)) {
      const place = at === '' ? dir : dir.slice(at.length + 1)
      for (const read of readersAt(at)) {
        const version = exactVersion(read({ place, name, ranges }))
        // A lock that was forgotten when package.json went on says nothing any more.
        if (version !== null && !isOlderThan(version, resolved ?? range)) return version
      }
    }
    return null
  }
}

const EXACT = /^(?:(?:npm:)?\/?(?:@[\w.-]+\/)?(?!\d)[\w.-]+@(?:npm:)?)?(\d+\.\d+\.\d+(?:-[\w.-]+)?)(?:[(_+]|$)/

/** `14.0.1(react@18.2.0)` and `npm:@acme/next@14.0.1` without what is around the version; null for links and addresses. */
function exactVersion(text: string | null): string | null {
  const version = EXACT.exec(text ?? '')?.[1] ?? null
  // Berry's version of a package of the workspace.
  return version?.startsWith('0.0.0-use') ? null : version
}
