import { HostError, UserError, type WritableHost } from '../../transforms/model/host.ts'
import type { RunState } from '../../transforms/model/journal.ts'
import { compileGlobs } from '../../transforms/project/glob.ts'
import { joinPath } from '../../transforms/project/paths.ts'

export interface MemoryHostOptions {
  root?: string
  inRepository?: boolean
  dirty?: readonly string[]
  /** The files of one commit, which every ref but `nowhere` names; without it nothing was committed. */
  committed?: Readonly<Record<string, string>>
  /** Symlinks: path to the path it leads to, null for one that leaves the root. Reading goes to the target. */
  links?: Readonly<Record<string, string | null>>
  /** Messages of files whose reading fails. */
  unreadable?: Readonly<Record<string, string>>
}

export interface MemoryHost extends WritableHost {
  files: Record<string, string>
}

/** A host whose tree is an object. Files under node_modules can be read but are not listed, as on disk. */
export function createMemoryHost(initial: Record<string, string>, options: MemoryHostOptions = {}): MemoryHost {
  const files: Record<string, string> = { ...initial }
  const links = options.links ?? {}
  const follow = (path: string) => links[path] ?? path
  const clean = (path: string) => joinPath(path) ?? '../'
  const isFile = (path: string) => Object.hasOwn(files, follow(clean(path)))
  const exists = (path: string) =>
    isFile(path) || Object.keys(files).some((file) => clean(path) === '' || file.startsWith(`${clean(path)}/`))

  return {
    root: options.root ?? '/memory',
    files,
    git: {
      inRepository: options.inRepository ?? true,
      dirty: () => [...(options.dirty ?? [])],
      resolve: (ref) => (ref === 'nowhere' || !options.committed ? null : ref),
      changedSince() {
        const before = options.committed ?? {}
        return [...new Set([...Object.keys(before), ...Object.keys(files)])]
          .filter((path) => before[path] !== files[path])
          .map((path) => ({ path, wasThere: Object.hasOwn(before, path) }))
      },
      prefix: () => '',
      findOutside: () => [],
      readAt: (_commit, path) => options.committed?.[path] ?? '',
    },
    read(path) {
      const failure = options.unreadable?.[clean(path)]
      if (failure !== undefined) throw new HostError(path, failure)
      const text = files[follow(clean(path))]
      if (text === undefined) throw new HostError(path, `cannot read ${path}: it does not exist`)
      return text
    },
    isFile,
    exists,
    list(globs) {
      const matches = compileGlobs(globs)
      return [...new Set([...Object.keys(files), ...Object.keys(links)])]
        .filter((path) => !/(?:^|\/)(?:node_modules|\.git)\//.test(path) && matches(path))
        .sort()
    },
    linkedFolders(globs) {
      const matches = compileGlobs(globs)
      const isFolder = (path: string) => matches(path) && !isFile(path) && exists(links[path] ?? '')
      return Object.keys(links).filter(isFolder).sort()
    },
    real(path) {
      if (Object.hasOwn(links, clean(path))) return links[clean(path)] ?? null
      return exists(path) ? joinPath(path) : null
    },
    modeOf: (path) => (isFile(path) ? 0o644 : null),
    write(path, text) {
      files[follow(clean(path))] = text
    },
    markStart() {},
    remove(path) {
      if (!Object.hasOwn(files, clean(path))) throw new HostError(path, `cannot delete ${path}: it does not exist`)
      delete files[clean(path)]
    },
    discard() {},
    runs: createMemoryRuns(),
    history: noHistory,
    formatters: { find: () => [], run: () => null },
  }
}

/** Commits are tested on real repositories (test/report/commits.test.ts). */
const noHistory: MemoryHost['history'] = {
  obstacle: () => 'This tree is in memory.',
  isOnBranch: () => true,
  subjects: () => [],
  write: () => ({ from: '', to: '' }),
  move() {},
  isPushed: () => false,
}

function createMemoryRuns(): RunState {
  const texts = new Map<string, string>()
  let isLocked = false
  return {
    read: (name) => texts.get(name) ?? null,
    write: (name, text) => void texts.set(name, text),
    remove: (name) => void texts.delete(name),
    list: () => [...texts.keys()].sort(),
    lock() {
      if (isLocked) throw new UserError('Another routeshift is writing here.')
      isLocked = true
      return () => {
        isLocked = false
      }
    },
  }
}
