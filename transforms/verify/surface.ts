/** A part of the request that a value comes in with. */
export type Place = 'param' | 'query' | 'header' | 'cookie' | 'body'

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What the code does with a value, which says what it may be. */
export type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object'

/** One value that the handler reads. */
export interface Field {
  place: Place
  /** `['id']`; for bodies from the outside in, `[]` standing for every element: `['items', '[]', 'price']`. */
  path: readonly string[]
  /** Values that the code compares with, in the order found: each may lead to a branch. */
  values: readonly Json[]
  kinds: ReadonlySet<Kind>
  /** The methods under which it is read; empty when nothing tells. */
  methods: ReadonlySet<string>
}

/** How the handler takes its body. */
export type BodyForm = 'json' | 'text' | 'form' | 'multipart'

/** All that requests can be made from: what the sources of a handler name. */
export interface Surface {
  /** In the order found. */
  methods: readonly string[]
  fields: readonly Field[]
  /** Empty when nothing reads a body. */
  bodyForms: ReadonlySet<BodyForm>
}
