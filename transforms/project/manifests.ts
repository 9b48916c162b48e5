import { type Host, HostError } from '../model/host.ts'
import { asObject, asString, type JsonObject, parseJsonc } from './jsonc.ts'
import { ancestors, dirOf, inDir } from './paths.ts'

/** The package.json files of the repository by folder. */
export type Manifests = ReadonlyMap<string, Manifest>

/** What a package.json says that matters here. */
export interface Manifest {
  dir: string
  name: string | null
  /** All declared versions as written; a dependency wins over a peer or dev dependency of the same name. */
  declared: Readonly<Record<string, string>>
  json: JsonObject
}

/** Reads every package.json of the repository once. One that is not JSON counts as empty. */
export function readManifests(host: Host): Manifests {
  const out = new Map<string, Manifest>()
  for (const path of host.list(['**/package.json'])) {
    const json = asObject(readJson(host, path))
    out.set(dirOf(path), { dir: dirOf(path), name: asString(json.name), declared: declaredIn(json), json })
  }
  return out
}

/** The manifests that apply in a folder, nearest first, the root last. */
export function manifestsAbove(manifests: Manifests, dir: string): Manifest[] {
  return ancestors(dir).flatMap((at) => manifests.get(at) ?? [])
}

/** The version of a package in the nearest node_modules, looking up to the root. */
export function installedVersion(host: Host, dir: string, name: string): string | null {
  for (const at of ancestors(dir)) {
    const path = inDir(at, `node_modules/${name}/package.json`)
    if (!host.isFile(path)) continue
    const version = asString(asObject(readJson(host, path)).version)
    if (version !== null) return version
  }
  return null
}

/** A JSON file (comments allowed), or null when it is missing, unreadable or broken. */
export function readJson(host: Host, path: string): unknown {
  return parseJsonc(readOrEmpty(host, path))
}

/** The text of a file, or '' when it cannot be read: for files that only inform, none of which is needed. */
export function readOrEmpty(host: Host, path: string): string {
  try {
    return host.read(path)
  } catch (error) {
    if (error instanceof HostError) return ''
    throw error
  }
}

function declaredIn(json: JsonObject): Record<string, string> {
  const out: Record<string, string> = {}
  for (const key of ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies']) {
    for (const [name, range] of Object.entries(asObject(json[key]))) {
      if (typeof range === 'string') out[name] = range
    }
  }
  return out
}
