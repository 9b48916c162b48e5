import type { Host } from '../model/host.ts'
import { type SourceCollector, scanSources } from './scan.ts'
import { listSpecifiers } from './specifiers.ts'

/** Every source file of the repository, in path order, with the specifiers that its text names; one in a comment may be among them. */
export type SpecifierTable = ReadonlyMap<string, readonly string[]>

const tables = new WeakMap<Host, SpecifierTable>()

/** Filled by the pass over all sources when the project was loaded; by a pass of its own when it was not. */
export function specifierTable(host: Host): SpecifierTable {
  if (!tables.has(host)) scanSources(host, [createSpecifierCollector(host)])
  return tables.get(host) ?? new Map()
}

export function createSpecifierCollector(host: Host): SourceCollector {
  const table = new Map<string, readonly string[]>()
  const texts = new Map<string, string>()
  tables.set(host, table)
  return {
    visit(path, text) {
      const named = new Set(listSpecifiers(text))
      if (named.size > 0) table.set(path, [...named].map(once))
    },
  }

  /** A part of a text keeps the whole of it in memory, a copy does not. */
  function once(specifier: string): string {
    const known = texts.get(specifier)
    if (known !== undefined) return known
    const copy = Buffer.from(specifier).toString()
    texts.set(copy, copy)
    return copy
  }
}
