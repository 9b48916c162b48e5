import type { RouteParam } from '../model/project.ts'
import type { ReplayRequest } from '../model/verification.ts'
import type { Json } from './surface.ts'

/** A body with the content type that it is sent with; null sends none. */
export interface DraftBody {
  type: string | null
  text: string
}

/** A request before it is put on the wire. */
export interface RequestDraft {
  method: string
  /** Values of the dynamic segments; an optional catch-all without any is left out. */
  params: Readonly<Record<string, string | readonly string[]>>
  /** In order; a key may come several times. Values are sent encoded, unless `rawQuery` is set. */
  query: readonly (readonly [string, string])[]
  /** Added to the query string as it is. */
  rawQuery: string | null
  headers: Readonly<Record<string, string>>
  cookies: Readonly<Record<string, string>>
  /** The cookie header as it is, instead of the cookies. */
  rawCookie: string | null
  body: DraftBody | null
}

/** Puts the parts of a request together. `id`: `/api/users/[id]`. */
export function renderRequest(name: string, id: string, draft: RequestDraft): ReplayRequest {
  const { method, query, rawQuery, body } = draft
  const pairs = query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
  const search = [...pairs, ...(rawQuery === null ? [] : [rawQuery])].join('&')
  const path = fillPath(id, draft.params) + (search === '' ? '' : `?${search}`)
  const cookie =
    draft.rawCookie ??
    Object.entries(draft.cookies)
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join('; ')
  const headers = {
    ...draft.headers,
    ...(cookie === '' ? {} : { cookie }),
    ...(body?.type ? { 'content-type': body.type } : {}),
  }
  return {
    name,
    method,
    path,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === null ? {} : { body: body.text }),
  }
}

/** The path of a route with its dynamic segments filled in; each segment is encoded. */
export function fillPath(id: string, params: RequestDraft['params']): string {
  const segments = id.split('/').flatMap((segment) => {
    const name = /^\[{1,2}(?:\.\.\.)?([^\]]+)\]{1,2}$/.exec(segment)?.[1]
    if (name === undefined) return [encodeURI(segment)]
    const value = params[name]
    return (typeof value === 'object' ? value : value === undefined ? [] : [value]).map(encodeURIComponent)
  })
  return segments.join('/')
}

/** A value for a dynamic segment of each kind: for a catch-all, a text may name several segments. */
export function paramValue({ kind }: RouteParam, value: string): string | readonly string[] {
  return kind === 'single' ? value : value.split('/')
}

/** The text of a value outside of bodies; a list has one text for each of its values. */
export function textsOf(value: Json): string[] {
  if (isList(value)) return value.flatMap(textsOf)
  return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
