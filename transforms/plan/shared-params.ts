import type { RouteParam } from '../model/project.ts'
import { withCallees } from './callees-below.ts'
import type { SharedFunction } from './shared-model.ts'

/**
 * The segments that a function of another module reads from `req.query`, where every route that calls it has them all: it is handed the
 * params then. Where one route has a segment and another a query key of that name, there is no one form that reads both.
 */
export function sharedParams(
  { queryKeys, wrapper, handler }: SharedFunction,
  routes: readonly (readonly RouteParam[])[],
): readonly RouteParam[] {
  // A handler that reads all of the query reads all segments, where it is handed what Next gives.
  const isRead = ({ name }: RouteParam): boolean => (queryKeys === null ? handler !== undefined : queryKeys.has(name))
  const read = routes.map((params) => params.filter(isRead))
  const [first] = read
  if (!first || wrapper !== null) return []
  return read.every((one) => textOf(one) === textOf(first)) ? first : []
}

/** The name of what a route has in another form than the function expects; null when they fit. */
export function findMisfit(shared: SharedFunction, own: readonly RouteParam[]): string | null {
  for (const one of withCallees(shared)) {
    const found = misfitOf(one, own)
    if (found !== null) return found
  }
  return null
}

function misfitOf({ queryKeys, params, handler }: SharedFunction, own: readonly RouteParam[]): string | null {
  const isHanded = (param: RouteParam): boolean => params.some((one) => textOf([one]) === textOf([param]))
  const lacking = params.find((param) => !own.some((one) => textOf([one]) === textOf([param])))
  if (lacking) return lacking.name
  if (queryKeys === null && handler) return own.find((param) => !isHanded(param))?.name ?? null
  if (queryKeys === null) return own[0]?.name ?? null
  return own.find((param) => queryKeys.has(param.name) && !isHanded(param))?.name ?? null
}

function textOf(params: readonly RouteParam[]): string {
  return params
    .map(({ name, kind }) => `${kind} ${name}`)
    .sort()
    .join()
}
