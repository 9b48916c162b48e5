import type { RouteParam } from '../model/project.ts'
import { plausibleValue } from './plausible.ts'
import { textsOf } from './request-draft.ts'
import type { Field, Json } from './surface.ts'

/** A value with what is special about it. */
export type Spelling = readonly [string, Json]

/** Values of a dynamic segment; lists are several segments. */
export function paramSpellings(params: readonly RouteParam[], field: Field): Spelling[] {
  const kind = params.find(({ name }) => name === field.path[0])?.kind ?? 'single'
  const single: Spelling[] = [
    ['text', 'alpha'],
    ['numeric', '42'],
    ['percent-encoded', 'a b&c=é'],
    ['with a slash inside', 'a/b'],
    ['with a plus', 'a+b'],
    ['zero', '0'],
    ['with a dot', 'a.json'],
    ['with a percent sign', '100%'],
  ]
  if (kind === 'single') return single
  return [
    ['of three segments', ['a', '2', 'c']],
    ['of five segments', ['a', 'b', 'c', 'd', 'e']],
    ['of two segments', ['alpha', 'beta']],
    ['with an encoded segment', ['a b', 'c/d']],
    ...single.slice(0, 2).map(([name, value]) => [name, [String(value)]] as const),
  ]
}

/** Values of a header. */
export function headerSpellings(field: Field): Spelling[] {
  if (field.path[0] === 'authorization')
    return [
      ['Bearer', 'Bearer token-1'],
      ['Basic', 'Basic dXNlcjpwYXNz'],
      ['lower case', 'bearer token-1'],
      ['without a token', 'Bearer'],
      ['without a scheme', 'token-1'],
      ['with two spaces', 'Bearer  token-1'],
      ['empty', ''],
    ]
  return [
    ['empty', ''],
    ['numeric', '42'],
    ['a list', 'alpha, beta'],
    ['other', 'other'],
  ]
}

/** Whole cookie headers. */
export function cookieSpellings(field: Field): (readonly [string, string])[] {
  const name = field.path[0] ?? ''
  return [
    ['empty', `${name}=`],
    ['encoded', `${name}=a%20b%3D`],
    ['twice', `${name}=alpha; ${name}=beta`],
    ['quoted', `${name}="q v"`],
    ['JSON', `${name}=${encodeURIComponent('{"id":7}')}`],
    ['badly encoded', `${name}=%zz`],
    ['bare', name],
    ['with spaces', `${name} = alpha`],
  ]
}

/** Values of a query key, and texts that are put after it as they are. */
export function querySpellings(field: Field): { values: Spelling[]; texts: (readonly [string, string])[] } {
  const [first = ''] = textsOf(plausibleValue(field))
  return {
    values: [
      ['repeated', [first, 'beta']],
      ['empty', ''],
      ['numeric', field.kinds.has('number') ? '-1' : '42'],
      ['no number', 'alpha'],
      ['zero', '0'],
      ['repeated and empty', ['', first]],
    ],
    texts: [
      ['percent-encoded', '=a%20b%2Fc%26d%3D%C3%A9'],
      ['with a plus', '=a+b'],
      ['without a value', ''],
      ['badly encoded', '=%zz'],
      ['in brackets', '[]=a'],
    ],
  }
}

/** Values of other types for a field of a body. */
export function typeSpellings({ kinds }: Field): Spelling[] {
  return [
    ['empty', ''],
    ['null', null],
    kinds.has('number') ? ['text', 'alpha'] : ['number', 0],
    kinds.has('array') ? ['no list', 'alpha'] : ['list', ['alpha', 'beta']],
    ['false', false],
    ['object', { key: 'alpha' }],
    ['text of a number', '12'],
    ['odd text', 'é "quoted" <b>&amp; \u2028'],
  ]
}

/** The first of each, then the second of each: no field has to wait for another's last variation. */
export function spread<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_unused, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat()
}
