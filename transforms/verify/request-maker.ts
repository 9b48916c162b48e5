import type { RouteParam } from '../model/project.ts'
import type { ReplayRequest } from '../model/verification.ts'
import { composeBody, jsonBody, oddBodies, type PickValue } from './body-drafts.ts'
import { coverPairs } from './pairs.ts'
import { plausibleValue } from './plausible.ts'
import { paramValue, renderRequest, type RequestDraft, textsOf } from './request-draft.ts'
import { cookieSpellings, headerSpellings, paramSpellings, querySpellings, spread, typeSpellings } from './spellings.ts'
import type { Field, Json, Surface } from './surface.ts'

/** The route that requests are made for. */
export interface Addressed {
  id: string
  params: readonly RouteParam[]
}

const MOST_PAIRS = 32
const MOST_COLUMNS = 7
const MOST_BRANCH_VALUES = 8
/** Of fields that are compared with nothing, which may still be there or not. */
const MOST_PRESENCES = 3

/** Makes the requests of one route, each of them the whole plausible request with one thing changed. */
export function createMaker(route: Addressed, surface: Surface) {
  const { fields, bodyForms } = surface
  const readsBody = bodyForms.size > 0 || fields.some(({ place }) => place === 'body')
  const named =
    surface.methods.length > 0
      ? surface.methods.filter((m) => m !== 'HEAD')
      : readsBody
        ? ['POST', 'GET']
        : ['GET', 'POST']
  const takesBody = (method: string) => readsBody && method !== 'GET' && method !== 'HEAD'
  const methodsOf = ({ methods, place }: Field): string[] => {
    const known = methods.size === 0 ? named : named.filter((method) => methods.has(method))
    const fitting = known.filter((method) => place !== 'body' || takesBody(method))
    return fitting.length > 0 ? fitting : known.slice(0, 1)
  }

  const draft = (method: string, pick: PickValue): RequestDraft => {
    const at = (place: Field['place']) => fields.filter((field) => field.place === place)
    const params: Record<string, string | readonly string[]> = {}
    for (const param of route.params) {
      const field = at('param').find(({ path }) => path[0] === param.name)
      const value = field ? pick(field) : '7'
      if (value !== undefined)
        params[param.name] = Array.isArray(value) ? value.map(String) : paramValue(param, String(value))
    }
    const texts = (place: Field['place']) =>
      Object.fromEntries(
        at(place).flatMap((field) => {
          const value = pick(field)
          return value === undefined ? [] : [[field.path[0] ?? '', textsOf(value).join(', ')]]
        }),
      )
    return {
      method,
      params,
      query: at('query').flatMap((field) => {
        const value = pick(field)
        return value === undefined ? [] : textsOf(value).map((text) => [field.path[0] ?? '', text] as const)
      }),
      rawQuery: null,
      headers: texts('header'),
      cookies: texts('cookie'),
      rawCookie: null,
      body: takesBody(method) ? jsonBody(composeBody(fields, pick)) : null,
    }
  }
  const render = (name: string, value: RequestDraft) => renderRequest(`${value.method} ${name}`, route.id, value)
  const withValue = (method: string, field: Field, value: Json | undefined) =>
    draft(method, (other) => (other === field ? value : plausibleValue(other)))
  const base = (method: string) => draft(method, plausibleValue)

  return {
    named,
    methodsOf,
    bodyMethods: named.filter(takesBody),
    base: (method: string) => render('with everything', base(method)),
    bare: (method: string) =>
      render('with nothing', {
        ...draft(method, (field) => (field.place === 'param' ? plausibleValue(field) : undefined)),
        body: null,
      }),
    without: (method: string, field: Field) =>
      render(
        `${labelOf(field)} absent`,
        withValue(method, field, isNeeded(field, route.params) ? emptyParam(field) : undefined),
      ),
    branches: (method: string, field: Field) =>
      branchValues(field).map((value) =>
        render(`${labelOf(field)} ${JSON.stringify(value)}`, withValue(method, field, value)),
      ),
    pairs(method: string): ReplayRequest[] {
      const own = fields.filter(
        (field) =>
          methodsOf(field).includes(method) &&
          (field.place !== 'body' || (takesBody(method) && field.path.length > 0)) &&
          !isNeeded(field, route.params),
      )
      const compared = fields.filter(
        (field) => field.values.length > 0 && (own.includes(field) || field.place === 'param'),
      )
      const present = own.filter((field) => field.values.length === 0).slice(0, MOST_PRESENCES)
      const columns = [...compared, ...present].slice(0, MOST_COLUMNS).map((field) => {
        const values = field.values.length > 0 ? field.values.slice(0, MOST_BRANCH_VALUES) : [plausibleValue(field)]
        return { field, values: [...values, undefined] }
      })
      if (compared.length === 0) return []
      if (columns.length < 2) return []
      return coverPairs(
        columns.map(({ values }) => values.length),
        MOST_PAIRS,
      ).map((row, index) =>
        render(
          `pair ${index + 1}`,
          draft(method, (field) => {
            const column = columns.findIndex((one) => one.field === field)
            const value = columns[column]?.values[row[column] ?? 0]
            return column < 0
              ? plausibleValue(field)
              : (value ?? (isNeeded(field, route.params) ? plausibleValue(field) : undefined))
          }),
        ),
      )
    },
    spellings(method: string, field: Field): ReplayRequest[] {
      const label = labelOf(field)
      const one = (name: string, value: Json) => render(`${label} ${name}`, withValue(method, field, value))
      if (field.place === 'param') return paramSpellings(route.params, field).map(([name, value]) => one(name, value))
      if (field.place === 'cookie')
        return cookieSpellings(field).map(([name, raw]) =>
          render(`${label} ${name}`, { ...base(method), rawCookie: raw }),
        )
      if (field.place === 'header') return headerSpellings(field).map(([name, value]) => one(name, value))
      if (field.place === 'body') return []
      const without = withValue(method, field, undefined)
      const key = encodeURIComponent(field.path[0] ?? '')
      const raw = (name: string, text: string) => render(`${label} ${name}`, { ...without, rawQuery: `${key}${text}` })
      const { values, texts } = querySpellings(field)
      return spread([values.map(([name, value]) => one(name, value)), texts.map(([name, text]) => raw(name, text))])
    },
    bodies(method: string): ReplayRequest[] {
      const isExpected = (name: string) =>
        (bodyForms.has('form') && name === 'a form') ||
        (bodyForms.has('multipart') && name === 'parts') ||
        (bodyForms.has('text') && name === 'JSON as text')
      const bodies = oddBodies(composeBody(fields, plausibleValue))
      return bodies
        .toSorted(([a], [b]) => Number(isExpected(b)) - Number(isExpected(a)))
        .map(([name, body]) => render(`with ${name}`, { ...base(method), body }))
    },
    types(method: string, field: Field): ReplayRequest[] {
      if (field.place !== 'body' || field.path.length === 0 || !takesBody(method)) return []
      return typeSpellings(field).map(([name, value]) =>
        render(`${labelOf(field)} ${name}`, withValue(method, field, value)),
      )
    },
    around(method: string): ReplayRequest[] {
      const plain = base(method)
      const headers = (extra: Readonly<Record<string, string>>): RequestDraft => ({
        ...plain,
        headers: { ...plain.headers, ...extra },
      })
      const [param] = route.params
      return [
        ...(param
          ? [render('query key named like the parameter', { ...plain, query: [...plain.query, [param.name, 'other']] })]
          : []),
        ...(param?.kind === 'optional-catch-all'
          ? [render('no segment but a query key of its name', { ...plain, params: {}, query: [[param.name, 'other']] })]
          : []),
        render('with Authorization', headers({ authorization: 'Bearer token-1' })),
        render('with Origin', headers({ origin: 'https://example.org' })),
        render('with a query key that nobody reads', { ...plain, query: [...plain.query, ['unexpected', '1']] }),
        render('with odd cookies', {
          ...plain,
          rawCookie: `${cookieText(plain.cookies)}flag; spaced = 1; quoted="q v"; bad=%zz`,
        }),
        render(
          'as a browser',
          headers({
            accept: 'text/html,*/*;q=0.8',
            'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
            referer: 'https://example.org/page',
          }),
        ),
        render('with If-None-Match', headers({ 'if-none-match': '"x"' })),
      ]
    },
  }
}

/** A value that is part of the path cannot be left out; a catch-all of the optional kind can. */
function isNeeded(field: Field, params: readonly RouteParam[]): boolean {
  return (
    field.place === 'param' && params.some(({ name, kind }) => name === field.path[0] && kind !== 'optional-catch-all')
  )
}

function emptyParam(field: Field): Json {
  return field.path[0] === undefined ? '7' : 'unknown'
}

function branchValues(field: Field): Json[] {
  const first = JSON.stringify(plausibleValue(field))
  const own = field.values.filter(
    (value) => JSON.stringify(value) !== first && !(field.place !== 'body' && value === ''),
  )
  if (field.kinds.has('boolean')) own.push(...(field.place === 'body' ? [false] : ['false']))
  return field.values.length > 0 ? [...own, 'other'] : own
}

function cookieText(cookies: Readonly<Record<string, string>>): string {
  return Object.entries(cookies)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}; `)
    .join('')
}

function labelOf({ place, path }: Field): string {
  const words = { param: 'parameter', query: 'query', header: 'header', cookie: 'cookie', body: 'body' }
  return `${words[place]} ${path.join('.').replaceAll('.[]', '[]')}`.trim()
}
