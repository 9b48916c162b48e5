import type { Diagnostic } from '../model/diagnostic.ts'
import type { Route } from '../model/project.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { analysedText } from '../syntax/parse.ts'
import type { ConfigRewrite } from './config-rules.ts'
import { aboutFile } from './diagnostics.ts'
import type { ProjectModules } from './modules.ts'
import { type Sight, sightOfKey } from './query-key.ts'

/** A text of a file, and where it begins there. */
interface PartOfFile {
  path: string
  text: string
  start: number
  /** As it is analysed; the file itself, if none is given. */
  module?: SourceModule
}

/**
 * A rewrite onto an API route, or onto the source of another such rewrite, adds query keys: those of its destination, and the parameters of its
 * source when the path of the destination uses none of them. Pages: in `req.query`, where they take the place of what the client sent by that name.
 * App: `request.url` stays that of the source, with what the client sent (measured on next 13.5, 14, 15 and 16), so a route that reads such a key
 * cannot move.
 */
export function findRewriteHazard(
  route: Route,
  rewrites: readonly ConfigRewrite[],
  others: readonly Route[],
): ((part: PartOfFile, modules: ProjectModules) => Diagnostic | null) | null {
  const found = rewrites.flatMap((rewrite) => {
    const keys = addedKeys(rewrite).filter((key) => route.params.every((param) => param.name !== key))
    const isHere = keys.length > 0 && leads(rewrite, { route, rewrites, others })
    return isHere ? keys.map((key) => ({ source: rewrite.source, key })) : []
  })
  if (found.length === 0) return null
  return (part, modules) => {
    if (!/\bquery\b/.test(part.text)) return null
    const seen = found.map((one) => ({ ...one, sight: sightIn(part, one.key, modules) }))
    const told = seen.find(({ sight }) => sight === 'seen') ?? seen.find(({ sight }) => sight === 'unread')
    if (!told) return null
    const { source, key } = told
    return told.sight === 'seen'
      ? aboutFile(route.source, 'PA020', 'blocker', { source, key })
      : aboutFile(route.source, 'PA155', 'note', { source, key })
  }
}

/** Text that cannot be read as a program, or is not that of its file, may do anything with the query. */
function sightIn({ path, text, start, module: own }: PartOfFile, key: string, modules: ProjectModules): Sight {
  const module = own ?? modules.at(path)
  const part = analysedText(text)
  if (!module || !module.file.text.startsWith(part, start)) return 'seen'
  return sightOfKey({ key, module, modules }, { start, end: start + part.length })
}

/** Next goes on with a path that is no page to the rewrites that follow, in order and once: what the first has added stays (measured, as above). */
function leads(
  rewrite: ConfigRewrite,
  { route, rewrites, others }: { route: Route; rewrites: readonly ConfigRewrite[]; others: readonly Route[] },
): boolean {
  const reached = new Set([rewrite])
  for (const one of reached) {
    if (reaches(one, route, others)) return true
    const path = segmentsOf(one.destination)
    for (const next of rewrites.slice(rewrites.indexOf(one) + 1))
      if (mayOverlap(path, segmentsOf(next.source))) reached.add(next)
  }
  return false
}

const segmentsOf = (pattern: string): string[] => pathOf(pattern).replace(/\/+$/, '').split('/').slice(1)

/** Could a path of one pattern be one of the other. */
function mayOverlap(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one[0], other[0]]
  if ([a, b].some((part) => part !== undefined && /:\w+(?:\(.*\))?[*+?]|[(\0]/.test(part))) return true
  if (a === undefined || b === undefined) return a === b
  return (a.includes(':') || b.includes(':') || a === b) && mayOverlap(one.slice(1), other.slice(1))
}

/** The rewrites by which a request may arrive at the route under another path: `request.url` then has that path. */
export function findRewritesTo(
  route: Route,
  rewrites: readonly ConfigRewrite[],
  others: readonly Route[],
): readonly ConfigRewrite[] {
  return rewrites.filter(
    (rewrite) => pathOf(rewrite.source) !== pathOf(rewrite.destination) && reaches(rewrite, route, others),
  )
}

const pathOf = (pattern: string): string => pattern.split(/[?#]/)[0] ?? ''

function addedKeys({ source, destination, conditions }: ConfigRewrite): string[] {
  const [path = '', query = ''] = destination.split('#')[0]?.split('?') ?? []
  const own = query.split('&').flatMap((pair) => (pair === '' ? [] : decode(pair.split('=')[0] ?? '')))
  const params = [...namesIn(source), ...conditions]
  const isUsed = namesIn(path).some((name) => params.includes(name))
  return [...new Set([...own, ...(isUsed ? [] : params)])].filter((key) => key !== '')
}

function namesIn(pattern: string): string[] {
  return Array.from(pattern.matchAll(/:([A-Za-z_]\w*)/g), ([, name = '']) => name)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Could a request that is rewritten arrive at the route. */
function reaches({ destination }: ConfigRewrite, route: Route, others: readonly Route[]): boolean {
  const path = (destination.split(/[?#]/)[0] ?? '').replace(/\/+$/, '')
  if (others.some(({ id }) => id === path)) return route.id === path
  return mayMeet(path.split('/').slice(1), route.id.split('/').slice(1))
}

function mayMeet(path: readonly string[], id: readonly string[]): boolean {
  const [segment, part] = [path[0], id[0]]
  // The rest of either side may be anything.
  if ((segment !== undefined && /:\w+[*+?]|\0/.test(segment)) || part?.startsWith('[...') || part?.startsWith('[['))
    return true
  if (segment === undefined || part === undefined) return segment === part
  const isOpen = /[:(]/.test(segment) || part.startsWith('[')
  return (isOpen || segment === part) && mayMeet(path.slice(1), id.slice(1))
}
