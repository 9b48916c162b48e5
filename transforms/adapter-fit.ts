import { readConfig, segmentExports } from './concerns/module/config.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { NextApp, Project, Route } from './model/project.ts'
import { findEntry } from './analyse/entry.ts'
import { layerBlocker } from './import-bypasses.ts'
import { layerGraph } from './project/layer-graph.ts'
import { findLayerHazard } from './project/layer-hazard.ts'
import { findTypeHazard } from './project/type-reach.ts'
import { type ProjectModules, projectModules } from './project/modules.ts'
import { findSharedHazards, type SharedText } from './project/surroundings.ts'
import type { SourceFile } from './syntax/parse.ts'
import type { ScopeTree } from './syntax/scope.ts'
import { readReach } from './verify/handler-sources.ts'

/** A handler that may run behind the adapter. */
export interface Fitting {
  route: Route
  app: NextApp
  file: SourceFile
  tree: ScopeTree
  /** Why it would have been kept. */
  because: readonly Diagnostic[]
  /** What the Next config does to its requests and answers. */
  around: readonly Diagnostic[]
  /** All that it reaches. */
  texts: readonly string[]
}

/** Why the adapter does not help: words in report/codes (PA436), and what is to be said beside the reasons that are known. */
export interface Misfit {
  why: 'around' | 'broken' | 'edge' | 'socket' | 'preview' | 'status' | 'place' | 'config' | 'server' | 'importer'
  more?: Diagnostic
  importer?: string
}

/** Reasons to keep a route that are not about the code of its handler: elsewhere the same code would do something else, or break the build. */
const AROUND = new Set<string>([
  'PA004',
  'PA006',
  'PA007',
  'PA008',
  'PA009',
  'PA010',
  'PA014',
  'PA019',
  'PA020',
  'PA025',
  'PA026',
  'PA422',
  'PA434',
  'PA574',
])
const ABOUT: Readonly<Record<string, Misfit['why']>> = {
  PA401: 'broken',
  PA404: 'edge',
  PA141: 'socket',
  PA202: 'status',
  PA232: 'socket',
  PA240: 'preview',
}

/**
 * An adapter is right where the reason for keeping a route is the code of its handler. What the adapter cannot give is looked for by text, in
 * all that the handler reaches: what was found first may not be all that there is.
 */
export function fitAdapter(
  { route, diagnostics }: RouteResult,
  { app, project, host }: { app: NextApp; project: Project; host: Host },
): Fitting | Misfit {
  if (diagnostics.some(({ code }) => AROUND.has(code))) return { why: 'around' }
  const about = diagnostics.flatMap(({ code }) => ABOUT[code] ?? [])[0]
  if (about) return { why: about }
  const modules = projectModules(host, app)
  const module = modules.at(route.source)
  if (!module) return { why: 'broken' }
  const { file, tree } = module
  const config = readConfig(file)
  const isUnclear = config.blockers.length > 0
  if (config.isEdge || (isUnclear && /\bruntime\b|\bmaxDuration\b|\bregions\b/.test(file.text))) return { why: 'edge' }
  if (config.isFromStar || segmentExports(file, config).some(({ isPlain }) => !isPlain)) return { why: 'config' }
  if (/\bexports\.config\b|\bmodule\.exports\b/.test(file.text) && /\bconfig\b/.test(file.text))
    return { why: 'config' }
  if (findEntry(file.ast, tree).kind === 'none') return { why: 'broken' }
  if (PLACE.test(file.text)) return { why: 'place' }
  const reached = reachedTexts(route, modules)
  const texts = reached.map(({ text }) => text)
  if (texts.some((text) => SOCKET.some((word) => word.test(text)))) return { why: 'socket' }
  if (texts.some((text) => PREVIEW.test(text))) return { why: 'preview' }
  const isOpenToServer = project.customServers.includes(app.root)
  if (isOpenToServer && (diagnostics.some(isAboutPackage) || texts.some(readsOfServer))) return { why: 'server' }
  const hazard =
    findLayerHazard(host, modules.resolve, route.source) ??
    findTypeHazard(layerGraph(host, modules.resolve), route.source)
  if (hazard) return { why: 'around', more: layerBlocker(route, hazard) }
  const around = findSharedHazards(host, app, route, reached)
  const rewrite = around.find(({ level }) => level === 'blocker')
  if (rewrite) return { why: 'around', more: rewrite }
  return { route, app, file, tree, because: diagnostics, around, texts }
}

/** Means another file from another place. */
const PLACE =
  /\b__dirname\b|\b__filename\b|\bimport\.meta\b|\b(?:import|require)\(\s*`\.|\brequire\.context\b|\bdeclare\s+module\s+['"]\.|\/\/\/\s*<reference\s+path\b/

/**
 * The address is there (from a header), and `setTimeout` and the like do no harm where nothing waits for the timeout. Whatever the request is
 * called: only what is clearly something else (an import, a text, the connection of mongoose) does not count.
 */
const SOCKET = [
  /(?<!\bmongoose\s*\??)\.\s*(?:socket|connection|trailers)\b(?!['"\]\s]*\??\.(?:remoteAddress|set(?:Timeout|KeepAlive|NoDelay))\b)/,
  /\[\s*['"`](?:socket|connection|trailers)\b(?!['"`\]\s]*\??\.remoteAddress\b)/,
  /[{,]\s*(?:socket|connection|trailers)\s*(?:[,}=]|:(?!\s*['"`\d]))(?![^{}]*\}\s*(?:from\b|=\s*require\b))/,
  /\b(?:rawTrailers|trailersDistinct|headersDistinct)\b|\.(?:addTrailers|assignSocket|detachSocket)\b/,
  /(?<!\b(?:global|globalThis|window|self|timers)\s*\??)\.\s*setTimeout\((?:[^(),]|\([^()]*\))+,\s*[^)\s]/,
  /\.(?:on|once|addListener|prependListener)\(\s*['"]timeout['"]/,
]

/** `setDraftMode`, `preview` and `draftMode` are there. Of `revalidate` only the segment config, the option of `fetch` and a path do not count. */
const PREVIEW =
  /\bpreviewData\b|\b(?:set|clear)PreviewData\b|(?<!\bexport const |\/)\b(?:unstable_)?revalidate\b(?!\s*:\s*(?:\d|false\b))/

/** Express and the like hang things on the request that no route handler gets; a package that is handed it may look for them. */
const isAboutPackage = ({ code }: Diagnostic): boolean => /^PA(?:50[123]|510|54\d|57\d|58\d|59\d)$/.test(code)

function readsOfServer(text: string): boolean {
  const members = [...text.matchAll(/\breq(?:uest)?\b\s*(?:as [^.)]+\))?\??\.\s*(\w+)/g)].map(([, name = '']) => name)
  const taken = [...text.matchAll(/\{([^{}]*)\}\s*=\s*req(?:uest)?\b/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.split(/[:=]/)[0]?.trim() ?? ''),
  )
  return [...members, ...taken].some((name) => name !== '' && !OF_NEXT.has(name)) || /\breq(?:uest)?\s*\[/.test(text)
}

/** What a request has of Node and of Next, web requests included. */
const OF_NEXT = new Set(
  (
    'aborted body close complete connection cookies destroy destroyed draftMode emit formData get headers httpVersion json method nextUrl ' +
    'off on once pause pipe preview query rawHeaders read readable readableEnded removeListener resume setEncoding setTimeout signal socket ' +
    'text trailers unpipe url'
  ).split(' '),
)

function reachedTexts({ source }: Route, modules: ProjectModules): SharedText[] {
  return readReach(source, modules).modules.map(({ path, file }) => ({ path, text: file.text, start: 0, line: 1 }))
}
