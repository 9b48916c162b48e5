import type { Host } from '../model/host.ts'
import { positionOf } from '../syntax/lines.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { startOf } from '../syntax/tree.ts'
import { findLoadedTexts } from './loaded-texts.ts'
import type { Resolver } from './resolve.ts'

/** Where code asks for its own place on the disk. */
export interface PlaceHazard {
  file: string
  /** `__dirname` or `__filename`. */
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
 * Turbopack in next@16 says `/ROOT/` and the place of the source).
 */
export function findPlaceHazard(host: Host, resolve: Resolver, source: string): PlaceHazard | null {
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
