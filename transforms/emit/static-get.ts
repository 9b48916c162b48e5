import type { HandlerPlan, RouteContext } from '../plan/route-context.ts'

/**
 * Whether Next would evaluate GET once at build time, or cache what it fetches, where Pages ran it for each request.
 *
 * Next 13 and 14 do so for a file whose only methods are GET and HEAD. Next 14 forgets PUT among the methods that prevent it
 * (next@14.2.35 server/future/route-modules/app-route/module.js, hasNonStaticMethods; measured). Next 15 and 16 do so only
 * for a path that ends like a metadata file (next@15.5.26 export/routes/app-route.js with lib/metadata/is-metadata-route.js).
 */
export function canBeStatic({ functions, config, rewrite }: HandlerPlan, { app, route, file }: RouteContext): boolean {
  const methods = config.isEdge ? (rewrite?.methods ?? []) : functions.flatMap((f) => f.methods)
  const { major } = app.next
  if (!methods.includes('GET') || methods.some((method) => preventing.has(method))) return false
  if (major !== 14 && methods.includes('PUT')) return false
  if (major > 14 && !metadataPath.test(route.id)) return false
  return !/export const (revalidate|dynamic)\b/.test(file.text)
}

const preventing: ReadonlySet<string> = new Set(['POST', 'DELETE', 'PATCH', 'OPTIONS'])

/** A variant may have a digit or the suffix of a route group; extensions are optional in this check of Next. */
const metadataPath =
  /\/(?:sitemap(?:\.xml)?|(?:apple-icon|icon|opengraph-image|twitter-image)\d?(?:-\w{6})?(?:\.(?:gif|ico|jpe?g|png|svg))?)$/
