import type { Host } from '../model/host.ts'
import { asObject } from './jsonc.ts'
import { type Manifests, manifestsAbove, readOrEmpty } from './manifests.ts'
import { ancestors, inDir } from './paths.ts'

/** Catalog name -> package -> range. `''` and `default` are the same catalog. */
type Catalogs = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Resolves a `catalog:` or `catalog:name` range of a package; any other range comes back as it is, an unknown one as null. */
export function createCatalogs(host: Host, manifests: Manifests) {
  const cache = new Map<string, Catalogs>()
  return (dir: string, name: string, range: string): string | null => {
    if (!range.startsWith('catalog:')) return range
    const catalog = range.slice('catalog:'.length).trim() || 'default'
    for (const at of ancestors(dir)) {
      const known = cache.get(at) ?? readCatalogs(host, manifests, at)
      cache.set(at, known)
      const found = known[catalog]?.[name]
      if (found !== undefined) return found
    }
    return null
  }
}

function readCatalogs(host: Host, manifests: Manifests, dir: string): Catalogs {
  const out: Record<string, Record<string, string>> = {}
  const add = (catalog: string, name: string, range: string) => {
    out[catalog] = { ...out[catalog], [name]: range }
  }
  // pnpm and yarn write the same two keys in their own files; bun writes them in package.json.
  for (const file of ['pnpm-workspace.yaml', '.yarnrc.yml']) {
    const path = inDir(dir, file)
    if (host.isFile(path)) parseCatalogLines(readOrEmpty(host, path), add)
  }
  const own = manifestsAbove(manifests, dir).find((manifest) => manifest.dir === dir)?.json ?? {}
  for (const place of [own, asObject(own.workspaces)]) {
    for (const [name, range] of Object.entries(asObject(place.catalog))) add('default', name, String(range))
    for (const [catalog, entries] of Object.entries(asObject(place.catalogs)))
      for (const [name, range] of Object.entries(asObject(entries))) add(catalog, name, String(range))
  }
  return out
}

/** Not YAML in general: only block maps of plain or quoted scalars, which is how package managers write catalogs. */
function parseCatalogLines(text: string, add: (catalog: string, name: string, range: string) => void): void {
  let section: 'catalog' | 'catalogs' | null = null
  let group: { name: string; indent: number } | null = null
  for (const line of text.split(/\r?\n/)) {
    const match = /^(\s*)(?:'([^']+)'|"([^"]+)"|([^\s'"#:][^:]*))\s*:(?:\s+(.*))?$/.exec(line)
    if (!match) continue
    const indent = (match[1] ?? '').length
    const key = (match[2] ?? match[3] ?? match[4] ?? '').trim()
    const value = (match[5] ?? '')
      .replace(/\s+#.*$/, '')
      .trim()
      .replace(/^(['"])(.*)\1$/, '$2')
    if (indent === 0) {
      section = key === 'catalog' || key === 'catalogs' ? key : null
      group = null
    } else if (section === 'catalog' && value !== '') add('default', key, value)
    else if (section === 'catalogs' && value === '') group = { name: key, indent }
    else if (section === 'catalogs' && group && indent > group.indent) add(group.name, key, value)
  }
}
