import type { Host } from '../model/host.ts'
import { positionOf } from '../syntax/lines.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { placeAsked } from '../syntax/own-place.ts'
import { startOf, walk } from '../syntax/tree.ts'
import { findLoadedTexts } from './loaded-texts.ts'
import { readOrEmpty } from './manifests.ts'
import type { Resolver } from './resolve.ts'

/** Where code asks for its own place on the disk. */
export interface PlaceHazard {
  file: string
  /** `__dirname` or `__filename`; of the route's own file `import.meta.url` and the like. */
  name: string
  start: number
  /** 1-based. */
  line: number
  column: number
}

const known = new WeakMap<Host, Map<string, PlaceHazard | null>>()

/**
 * The first file that a route loads, itself included, and that asks where it lies. What it is told is the place of what is compiled for the
 * route: `.next/server/pages/api` before and a folder in `.next/server/app` after, one level deeper for each segment (next@15 with webpack;
 * Turbopack in next@16 says `/ROOT/` and the place of the source). `import.meta.url` is the place of the source for bundlers: only the route's own
 * file gets another.
 */
export function findPlaceHazard(host: Host, resolve: Resolver, source: string): PlaceHazard | null {
  const own = readOwnPlace(source, readOrEmpty(host, source))
  if (own) return own
  const files = known.get(host) ?? new Map<string, PlaceHazard | null>()
  known.set(host, files)
  for (const { path, text } of findLoadedTexts(host, resolve, source)) {
    const before = files.get(path)
    const found = before === undefined ? readPlace(path, text) : before
    files.set(path, found)
    if (found) return found
  }
  return null
}

/** CommonJS's own names, not a constant that a file makes of its URL. */
function readPlace(path: string, text: string): PlaceHazard | null {
  if (!/\b__(?:dirname|filename)\b/.test(text)) return null
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const { globals } = analyseScopes(file.ast)
  for (const name of ['__dirname', '__filename']) {
    const node = globals.get(name)?.find(({ kind }) => kind !== 'type')?.node
    if (node) return { file: path, name, start: startOf(node), ...positionOf(file.text, startOf(node)) }
  }
  return null
}

function readOwnPlace(path: string, text: string): PlaceHazard | null {
  if (!/\bimport\s*\.\s*meta\b/.test(text)) return null
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  analyseScopes(file.ast)
  const found: PlaceHazard[] = []
  walk(file.ast.program, (node) => {
    const name = found.length > 0 ? null : placeAsked(node)
    if (name) found.push({ file: path, name, start: startOf(node), ...positionOf(file.text, startOf(node)) })
    return undefined
  })
  return found[0] ?? null
}
