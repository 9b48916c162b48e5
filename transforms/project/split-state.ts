import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { positionOf } from '../syntax/lines.ts'
import { startOf } from '../syntax/tree.ts'
import { createReachTest } from './compiled-walk.ts'
import { type LayerGraph, layerGraph } from './layer-graph.ts'
import { readOrEmpty } from './manifests.ts'
import { findState, type KeptState, mayKeepState } from './module-state.ts'
import { projectModules } from './modules.ts'
import { inDir } from './paths.ts'

/** Routes of one app, by their files in pages/api: those that a run moves, and those that it leaves there. */
export interface Parting {
  moving: readonly string[]
  staying: readonly string[]
}

/** What runs on the server of the Pages Router beside API routes, pages that are made again there among it. */
const isServed = (text: string): boolean =>
  /\bget(?:ServerSideProps|InitialProps)\b/.test(text) ||
  (/\bgetStaticProps\b/.test(text) && /\b(?:revalidate|fallback)\b/.test(text))

/**
 * Pages and App: modules are loaded once for all API routes and pages, and once more for all route handlers (measured on Next 13.5 to 16), so
 * that what a module keeps between requests is kept twice. Said once for each module that both sides reach.
 */
export function findSplitState(host: Host, app: NextApp, parting: Parting): Diagnostic[] {
  if (parting.moving.length === 0) return []
  const modules = projectModules(host, app)
  const graph = layerGraph(host, modules.resolve)
  const staying = new Set([...parting.staying, ...servedPages(host, app)])
  const moved = namedBy(parting.moving, graph)
  // The files of routes that move take what they keep along.
  for (const path of parting.moving) moved.delete(path)
  const both = [...namedBy(staying, graph)].filter((path) => moved.has(path)).sort()
  const states = both.flatMap((path) => {
    const module = mayKeepState(readOrEmpty(host, path)) ? modules.at(path) : null
    const state = module ? findState(module) : []
    return module && state.length > 0 ? [{ path, text: module.file.text, state }] : []
  })
  if (states.length === 0) return []
  const reachTest = createReachTest(graph)
  const shared = states.flatMap((one) => {
    const reaches = reachTest(one.path)
    const by = parting.moving.some(reaches) ? [...staying].filter(reaches).sort() : []
    return by.length > 0 ? [{ ...one, by }] : []
  })
  const made = shared.filter(({ state }) => state.every(({ isMadeOnce }) => isMadeOnce)).map(({ path }) => path)
  return [...shared.flatMap(keptTwice), ...(made.length > 0 ? [madeTwice(made)] : [])]
}

interface SharedState {
  path: string
  text: string
  state: readonly KeptState[]
  by: readonly string[]
}

function keptTwice({ path, text, state, by }: SharedState): Diagnostic[] {
  const changing = state.filter(({ isMadeOnce }) => !isMadeOnce).map(({ binding }) => binding)
  const [first] = changing
  if (!first) return []
  const start = startOf(first.id)
  const data = {
    file: path,
    names: changing.map(({ name }) => name),
    by: by.slice(0, SHOWN),
    more: Math.max(0, by.length - SHOWN),
  }
  const span = { file: path, start, end: start, ...positionOf(text, start) }
  return [{ code: 'PA035', level: 'review', span, data }]
}

/** Clients, connections and the like: each side makes its own. */
function madeTwice(files: readonly string[]): Diagnostic {
  const data = { files: files.slice(0, SHOWN), more: Math.max(0, files.length - SHOWN) }
  return { code: 'PA036', level: 'note', span: null, data }
}

const SHOWN = 3

/** All files that are named on the way, by imports of types too: nothing is parsed for this. */
function namedBy(files: Iterable<string>, graph: LayerGraph): Set<string> {
  const found = new Set(files)
  // It grows while it is walked.
  for (const path of found)
    for (const edge of graph.open(path)?.edges ?? []) if (!graph.isDropped(edge)) found.add(edge.to)
  return found
}

function servedPages(host: Host, { pagesDir, pageExtensions }: NextApp): string[] {
  const api = `${inDir(pagesDir, 'api')}/`
  return host
    .list(pageExtensions.map((extension) => `${pagesDir}/**/*.${extension}`))
    .filter((path) => !path.startsWith(api) && isServed(readOrEmpty(host, path)))
}
