import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { FormatterRun, Formatters } from '../model/formatters.ts'

interface Kind {
  name: string
  package: string
  /** Files that set it up. */
  configs: RegExp
  /** Key of package.json that does, too. */
  key: string | null
  /** A config is not needed where package.json names it, and no other formatter is set up. */
  isNamedEnough: boolean
  args: (version: string) => readonly string[]
  /** Exit codes that leave files behind which are in order: findings that are left are not our business. */
  done: readonly number[]
}

const BIOME: Kind = {
  name: 'biome',
  package: '@biomejs/biome',
  configs: /^\.?biome\.jsonc?$/,
  key: null,
  isNamedEnough: false,
  // `--write` is new in @biomejs/biome@1.8.
  args: (version) => ['check', /^1\.[0-7]\./.test(version) ? '--apply' : '--write', '--no-errors-on-unmatched'],
  done: [0, 1],
}

/**
 * In the order in which projects run them (fixes, then layout). What a program of this name is without being set up may be an inner
 * part of another package. Names of files that exist are no globs to eslint and prettier: https://prettier.io/docs/cli#file-patterns,
 * eslint@9 lib/eslint/eslint-helpers.js (findFiles).
 */
const KINDS: readonly Kind[] = [
  {
    name: 'eslint',
    package: 'eslint',
    configs: /^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.(?:c?js|json|ya?ml))?)$/,
    key: 'eslintConfig',
    isNamedEnough: false,
    args: () => ['--fix', '--no-error-on-unmatched-pattern'],
    done: [0, 1],
  },
  BIOME,
  {
    name: 'prettier',
    package: 'prettier',
    configs: /^(?:\.prettierrc(?:\.(?:json5?|ya?ml|toml|[cm]?[jt]s))?|prettier\.config\.[cm]?[jt]s)$/,
    key: 'prettier',
    isNamedEnough: true,
    args: () => ['--write'],
    done: [0],
  },
]

/** Of a command line; Windows takes 32,767 characters. */
const MOST_CHARACTERS = 20_000
const TIME_LIMIT = 10 * 60_000

/** Looks from each file up to `top`, the folder of the repository; `base` is the root. */
export function createFormatters(base: string, findTop: () => string): Formatters {
  return {
    find(paths) {
      const top = findTop()
      const runs = new Map<string, FormatterRun & { paths: string[] }>()
      for (const kind of KINDS) {
        for (const path of paths) {
          const found = findFor(kind, foldersAbove(dirname(join(base, path)), top))
          if (found === null) continue
          const key = `${kind.name}\0${found.program}\0${found.folder}`
          const run = runs.get(key) ?? { name: kind.name, ...found, paths: [] }
          run.paths.push(path)
          runs.set(key, run)
        }
      }
      return [...runs.values()]
    },
    run: (run) => runAll(run, base),
  }
}

function foldersAbove(from: string, top: string): string[] {
  const folders = [from]
  for (let at = from; at !== top && at !== dirname(at); at = dirname(at)) folders.push(dirname(at))
  return folders
}

function findFor(kind: Kind, folders: readonly string[]): Pick<FormatterRun, 'program' | 'version' | 'folder'> | null {
  const home = folders.find((folder) => fs.existsSync(join(folder, 'node_modules', kind.package, 'package.json')))
  if (home === undefined) return null
  const setUp = folders.find((folder) => isSetUp(kind, folder))
  const isFree = kind.isNamedEnough && !folders.some((folder) => isSetUp(BIOME, folder))
  const named = isFree ? folders.find((folder) => isNamed(kind, folder)) : undefined
  const folder = setUp ?? named
  if (folder === undefined) return null
  const place = join(home, 'node_modules', kind.package)
  const { bin, version } = readManifest(place)
  const program = typeof bin === 'string' ? bin : memberOf(bin, kind.name)
  if (typeof program !== 'string' || typeof version !== 'string') return null
  return { program: join(place, program), version, folder }
}

function isSetUp({ configs, key }: Kind, folder: string): boolean {
  return namesIn(folder).some((name) => configs.test(name)) || (key !== null && key in readManifest(folder))
}

function isNamed(kind: Kind, folder: string): boolean {
  const { dependencies, devDependencies } = readManifest(folder)
  return [dependencies, devDependencies].some((list) => memberOf(list, kind.package) !== undefined)
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}

function readManifest(folder: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(fs.readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : {}
  } catch {
    return {}
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

function runAll(run: FormatterRun, base: string): string | null {
  const kind = KINDS.find(({ name }) => name === run.name)
  if (kind === undefined) return `${run.name} is not known`
  const folder = resolve(run.folder)
  // `./` keeps a name that begins with a dash from being an option.
  const names = run.paths.map((path) => `.${sep}${relative(folder, join(base, path))}`)
  for (const some of inChunks(names)) {
    const answer = spawnSync(process.execPath, [run.program, ...kind.args(run.version), ...some], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT,
      maxBuffer: 64 * 1024 * 1024,
    })
    if (answer.error) return answer.error.message
    if (answer.status === null || !kind.done.includes(answer.status))
      return firstLines(answer.stderr) || firstLines(answer.stdout) || `exit code ${answer.status ?? answer.signal}`
  }
  return null
}

function inChunks(names: readonly string[]): string[][] {
  const chunks: string[][] = []
  let room = 0
  for (const name of names) {
    if (room < name.length + 1) {
      chunks.push([])
      room = MOST_CHARACTERS
    }
    chunks.at(-1)?.push(name)
    room -= name.length + 1
  }
  return chunks
}

const firstLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' ')
    .slice(0, 500)
