import type { Host } from '../model/host.ts'
import type { TypeScriptConfig } from '../model/project.ts'
import { asObject, asString, asStrings } from './jsonc.ts'
import { readJson } from './manifests.ts'
import { ancestors, dirOf, inDir, joinPath } from './paths.ts'

/** Null: nobody said it. */
type Settings = Pick<TypeScriptConfig, 'baseUrl' | 'paths'> & {
  strict: boolean | null
  noImplicitAny: boolean | null
  strictNullChecks: boolean | null
}

/** Stands for the folder of the config that was asked for, whichever file says it. */
const CONFIG_DIR = /^\$\{configDir\}/

const EMPTY: Settings = { strict: null, noImplicitAny: null, strictNullChecks: null, baseUrl: null, paths: {} }

export interface TypeScriptSurroundings {
  /** Folder of a package of the workspace, for `extends` that names one. */
  packageDir: (name: string) => string | null
  /** From TypeScript 6 on, `strict` is on unless the config says otherwise. */
  strictByDefault?: boolean
}

/** tsconfig.json, else jsconfig.json, of a folder, with `extends` followed inside the repository. */
export function readTypeScriptConfig(
  host: Host,
  dir: string,
  { packageDir, strictByDefault = false }: TypeScriptSurroundings,
): TypeScriptConfig | null {
  for (const kind of ['tsconfig', 'jsconfig'] as const) {
    const path = inDir(dir, `${kind}.json`)
    if (!host.isFile(path)) continue
    const settings = readSettings({ host, packageDir, top: dir }, path, [])
    const strict = settings.strict ?? strictByDefault
    return {
      ...settings,
      path,
      kind,
      strict,
      noImplicitAny: settings.noImplicitAny ?? strict,
      strictNullChecks: settings.strictNullChecks ?? strict,
    }
  }
  return null
}

interface Reading {
  host: Host
  packageDir: (name: string) => string | null
  /** Folder of the config that was asked for: what configDir means. */
  top: string
}

function readSettings(reading: Reading, path: string, chain: readonly string[]): Settings {
  if (chain.includes(path)) return EMPTY
  const json = asObject(readJson(reading.host, path))
  const parents = typeof json.extends === 'string' ? [json.extends] : asStrings(json.extends)
  let settings = EMPTY
  for (const specifier of parents) {
    const parent = findExtended(reading, path, specifier)
    if (parent !== null) settings = override(settings, readSettings(reading, parent, [...chain, path]))
  }
  return ownSettings(settings, asObject(json.compilerOptions), { dir: dirOf(path), top: reading.top })
}

function override(under: Settings, over: Settings): Settings {
  return {
    strict: over.strict ?? under.strict,
    noImplicitAny: over.noImplicitAny ?? under.noImplicitAny,
    strictNullChecks: over.strictNullChecks ?? under.strictNullChecks,
    baseUrl: over.baseUrl ?? under.baseUrl,
    paths: Object.keys(over.paths).length > 0 ? over.paths : under.paths,
  }
}

function ownSettings(
  inherited: Settings,
  options: Readonly<Record<string, unknown>>,
  { dir, top }: { dir: string; top: string },
): Settings {
  const place = (target: string) =>
    CONFIG_DIR.test(target) ? joinPath(top, target.replace(CONFIG_DIR, '')) : joinPath(dir, target)
  const baseUrl = asString(options.baseUrl)
  const ownBase = baseUrl === null ? null : place(baseUrl)
  const paths: Record<string, string[]> = {}
  // Targets are relative to baseUrl where there is one (own or inherited), else to the file that lists them.
  const pathBase = ownBase ?? inherited.baseUrl
  for (const [pattern, targets] of Object.entries(asObject(options.paths))) {
    paths[pattern] = asStrings(targets).flatMap((target) => {
      const placed = pathBase === null || CONFIG_DIR.test(target) ? place(target) : joinPath(pathBase, target)
      return placed ?? []
    })
  }
  return {
    strict: asBoolean(options.strict) ?? inherited.strict,
    noImplicitAny: asBoolean(options.noImplicitAny) ?? inherited.noImplicitAny,
    strictNullChecks: asBoolean(options.strictNullChecks) ?? inherited.strictNullChecks,
    baseUrl: ownBase ?? inherited.baseUrl,
    paths: options.paths === undefined ? inherited.paths : paths,
  }
}

function asBoolean(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

/** `extends` names a file (with or without .json), or a package in a workspace or in node_modules. */
function findExtended({ host, packageDir }: Reading, from: string, specifier: string): string | null {
  const isRelative = specifier.startsWith('.')
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const rest = specifier.slice(name.length)
  const workspace = packageDir(name)
  const bases = isRelative
    ? [joinPath(dirOf(from), specifier)]
    : [
        workspace === null ? null : joinPath(workspace, rest),
        ...ancestors(dirOf(from)).map((dir) => inDir(dir, `node_modules/${specifier}`)),
      ]
  for (const base of bases) {
    if (base === null) continue
    const found = [base, `${base}.json`, inDir(base, 'tsconfig.json')].find((candidate) => host.isFile(candidate))
    if (found !== undefined) return found
  }
  return null
}
