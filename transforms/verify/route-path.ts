/** Values of the dynamic segments of a path, as Next hands them to a handler. */
export type PathParams = Record<string, string | string[]>

/**
 * Matches a request path against a route id (`/api/users/[id]`). Null when the path is not this route's.
 * An optional catch-all without segments has no key, which is what both routers do.
 */
export function matchRoute(id: string, path: string): PathParams | null {
  const parts = splitPath(path.split('?')[0] ?? '')
  const pattern = splitPath(id)
  const params: PathParams = {}
  for (const [index, segment] of pattern.entries()) {
    const dynamic = /^\[(\[)?(\.\.\.)?([^\]]+)\]{1,2}$/.exec(segment)
    if (dynamic === null) {
      if (parts[index] !== segment) return null
      continue
    }
    const name = dynamic[3] ?? ''
    if (dynamic[2] === undefined) {
      const value = parts[index]
      if (value === undefined) return null
      params[name] = decodeURIComponent(value)
      continue
    }
    const rest = parts.slice(index).map(decodeURIComponent)
    if (rest.length === 0) return dynamic[1] === undefined ? null : params
    params[name] = rest
    return params
  }
  return parts.length === pattern.length ? params : null
}

const splitPath = (path: string): string[] => path.split('/').filter((part) => part !== '')
