import { unique } from './constants.ts'
import type { Origin } from './origins.ts'
import type { Field, Json, Kind, Place } from './surface.ts'

/** Collects what is found out about the values that a handler reads. */
export interface Fields {
  /** A value is read, under these methods (none: nothing tells). */
  add(path: Origin, methods: ReadonlySet<string>): void
  /** What a known value may be. */
  tell(path: Origin, values: readonly Json[], kind: Kind | null): void
  list(): Field[]
}

const MOST_VALUES = 12
const DEEPEST = 5

const places: Readonly<Record<string, Place>> = { query: 'query', headers: 'header', cookies: 'cookie', body: 'body' }
/** Parts of every list, promise and object: no field of their own. */
const NO_FIELD = /^(?:then|catch|finally|length|hasOwnProperty|toString)$/
/** Not for a client to choose, or said by the body. */
const NO_HEADER = /^(?:cookie|host|content-type|content-length|transfer-encoding|connection)$/

interface Draft {
  place: Place
  path: readonly string[]
  values: Json[]
  kinds: Set<Kind>
  methods: Set<string>
  isAnywhere: boolean
}

/** `params`: names of the dynamic segments, which come in with the query. */
export function createFields(params: readonly string[]): Fields {
  const drafts = new Map<string, Draft>()
  const at = (path: Origin): Draft | null => {
    const place = places[path[0] ?? '']
    const rest = path.slice(1)
    if (place === undefined || rest.length > DEEPEST || rest.some((key) => key === '?')) return null
    if (rest.length === 0 && place !== 'body') return null
    const keys =
      place === 'body'
        ? cutAtMethod(rest)
        : rest.slice(0, 1).map((key) => (place === 'header' ? key.toLowerCase() : key))
    const [first = ''] = keys
    if (place !== 'body' && (first === '[]' || NO_FIELD.test(first) || (place === 'header' && NO_HEADER.test(first))))
      return null
    const found: Place = place === 'query' && params.includes(first) ? 'param' : place
    const id = `${found} ${keys.join('\n')}`
    const known = drafts.get(id)
    if (known) return known
    const draft: Draft = {
      place: found,
      path: keys,
      values: [],
      kinds: new Set(),
      methods: new Set(),
      isAnywhere: false,
    }
    drafts.set(id, draft)
    return draft
  }
  for (const name of params) at(['query', name])
  return {
    add(path, methods) {
      const draft = at(path)
      if (!draft) return
      if (methods.size === 0) draft.isAnywhere = true
      for (const method of methods) draft.methods.add(method)
    },
    tell(path, values, kind) {
      const draft = at(path)
      if (!draft) return
      if (kind) draft.kinds.add(kind)
      draft.values.push(...values)
    },
    list: () => [...drafts.values()].map(finish),
  }
}

function finish({ place, path, values, kinds, methods, isAnywhere }: Draft): Field {
  const isList = kinds.has('array')
  const isAuthorization = place === 'header' && path[0] === 'authorization'
  const fitting =
    place === 'body'
      ? values.filter((value) => !isList || typeof value !== 'string')
      : values.filter((value) => value !== null && typeof value !== 'object').map(String)
  return {
    place,
    path,
    values: unique(isAuthorization ? fitting.flatMap(withScheme) : fitting).slice(0, MOST_VALUES),
    kinds,
    methods: isAnywhere ? new Set() : methods,
  }
}

/** `body.items.map` is the items. */
function cutAtMethod(path: readonly string[]): readonly string[] {
  const end = path.findIndex((key) => NO_FIELD.test(key))
  return end < 0 ? path : path.slice(0, end)
}

/** A secret that is compared with what follows the scheme: with the scheme first, then alone. */
function withScheme(value: Json): Json[] {
  const text = String(value)
  return /^(?:Bearer|Basic|Token)\b|alpha/i.test(text) ? [value] : [`Bearer ${text}`, value]
}
