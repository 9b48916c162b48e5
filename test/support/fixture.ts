import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import glob from 'fast-glob'
import type { MigrateOptions } from '../../transforms/model/options.ts'

/** Texts by path relative to a project root, with `/`. */
export type Files = Readonly<Record<string, string>>

/**
 * One request of `requests.json`. `path` may carry a query string; `body` is sent as UTF-8, `base64` as bytes.
 * `served`: the handler shows that it expects such a request, so no code in the report excuses another answer.
 */
export interface FixtureRequest {
  name: string
  method: string
  path: string
  headers?: Readonly<Record<string, string>>
  body?: string
  base64?: string
  served?: true
}

/** One folder `fixtures/<family>/<concern>/<case>`. */
export interface Fixture {
  /** `request/query/repeated-key` */
  id: string
  family: string
  dir: string
  /** The whole project the engine sees: `input/` and the files the harness adds. */
  input: Files
  options: Partial<MigrateOptions>
  /** Null when the case has no requests.json. */
  requests: readonly FixtureRequest[] | null
  /** The case name begins with `keeps-`: the run must leave everything as it is. */
  isKept: boolean
}

/** Commands run from a bundle in `.cache/`, tests from where they stand. */
export const repositoryRoot = findRoot(dirname(fileURLToPath(import.meta.url)))
export const fixturesRoot = join(repositoryRoot, 'fixtures')
export const targets = [14, 15, 16] as const
export type Target = (typeof targets)[number]
export const defaultTarget: Target = 16

export const defaultPackageJson = `${JSON.stringify(
  {
    name: 'fixture',
    private: true,
    dependencies: { next: '16.0.0', react: '19.0.0', 'react-dom': '19.0.0' },
    devDependencies: { '@types/node': '20.0.0', typescript: '5.9.0' },
  },
  null,
  2,
)}\n`

const defaultTsconfig = `${JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler' } }, null, 2)}\n`

/** All cases, sorted by id. The demo app is a project of its own, not a case. */
export function findFixtures(): Fixture[] {
  const roots = glob.sync('*/*/*/input', { cwd: fixturesRoot, onlyDirectories: true, ignore: ['demo/**'] }).sort()
  return roots.map((path) => readFixture(dirname(path)))
}

/** Every file below a folder; an absent folder has none. */
export function readTree(dir: string): Files {
  const paths = glob.sync('**/*', { cwd: dir, dot: true, followSymbolicLinks: false }).sort()
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(dir, path), 'utf8')]))
}

function readFixture(id: string): Fixture {
  const dir = join(fixturesRoot, id)
  return {
    id,
    family: id.split('/')[0] ?? '',
    dir,
    input: completeProject(readTree(join(dir, 'input'))),
    options: readJson<Partial<MigrateOptions>>(join(dir, 'options.json')) ?? {},
    requests: readJson<FixtureRequest[]>(join(dir, 'requests.json')),
    isKept: basename(id).startsWith('keeps-'),
  }
}

/**
 * A case shows only what it is about; what every Next project has is added here. A case that brings its own
 * package.json, or whose routes are all JavaScript, decides itself whether it has a tsconfig.
 */
function completeProject(files: Files): Files {
  if (files['package.json'] !== undefined) return files
  const isJavaScript = Object.keys(files).every((path) => !/\.tsx?$/.test(path))
  const hasConfig = files['tsconfig.json'] !== undefined || files['jsconfig.json'] !== undefined
  const config = isJavaScript || hasConfig ? {} : { 'tsconfig.json': defaultTsconfig }
  return { ...files, 'package.json': defaultPackageJson, ...config }
}

function readJson<T>(path: string): T | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
}

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder))
}
