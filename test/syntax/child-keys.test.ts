import { readFileSync } from 'node:fs'
import glob from 'fast-glob'
import { expect, test } from 'vitest'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { eachChild, type Node } from '../../transforms/syntax/tree.ts'

const shapes = `
@seal class Box<T> extends Base<T> implements Shape<T> {
  @bind() put<U>(@inject item: U, @from('x') { key }: T, [first = 1]: T[] = []): U { return item }
  @observe value?: T = 1
  #hidden<U>(): U { return this.#hidden<U>() }
  constructor(private readonly left: T, public right?: T) { super() }
  static { start() }
  declare label: string; [key: string]: unknown
}
const plain = <T,>(item: T): T => item
const waits = async (item: string): Promise<string> => item
outer: for await (const part of parts) { switch (part) { case 1: continue outer; default: break } }
const made = new Map<string, number>([]); const called = plain<string>('x'); const maybe = made?.get?.<number>('y')
const text = tag<string>\`a\${made}b\`; import data from './data.json' with { type: 'json' }; export * as all from './all'
type Part<T> = T extends infer U extends string ? { readonly [K in keyof U as \`x\${K}\`]?: U[K] } : import('./x').Y<T>
enum Level { Low = 1, 'High' } namespace Inner { export const one = 1 } declare module 'm' { export = plain }
`

const jsx = `const page = <A.B<string> one={1} {...rest} x:y="z">{...list}{/* no */}text<b />{two}</A.B>
const list = <>a{one}</>`

/** Every child that a loop over all properties of a node finds, in its order. */
function childrenByLoop(node: Node): [string, unknown][] {
  const own = Object.entries(node).filter(([key]) => !['loc', 'extra', 'errors', 'comments', 'tokens'].includes(key))
  return own.flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((item): [string, unknown][] =>
      isNode(item) ? [[key, item]] : [],
    ),
  )
}

function isNode(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function childrenByTable(node: Node): [string, unknown][] {
  const found: [string, unknown][] = []
  eachChild(node, (child, key) => found.push([key, child]))
  return found
}

test('the table of children agrees with a loop over the properties', () => {
  const paths = glob.sync(['fixtures/**/*.{js,jsx,ts,tsx}', 'transforms/**/*.ts', 'test/**/*.ts'])
  const texts = paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  const wrong: string[] = []
  let seen = 0
  for (const { path, text } of [...texts, { path: 'shapes.ts', text: shapes }, { path: 'shapes.tsx', text: jsx }]) {
    const file = parseSource(path, text)
    if (isParseFailure(file)) continue
    const open: Node[] = [file.ast]
    for (let node = open.pop(); node; node = open.pop()) {
      const children = childrenByLoop(node)
      seen++
      const known = childrenByTable(node)
      const isSame =
        known.length === children.length &&
        known.every(([key, child], i) => key === children[i]?.[0] && child === children[i]?.[1])
      if (!isSame)
        wrong.push(`${path}: ${node.type} has ${children.map(([key]) => key)}, found ${known.map(([key]) => key)}`)
      open.push(...children.map(([, child]) => child as Node))
    }
  }
  expect(parseSource('shapes.ts', shapes)).toHaveProperty('ast')
  expect(parseSource('shapes.tsx', jsx)).toHaveProperty('ast')
  expect(seen).toBeGreaterThan(100_000)
  expect([...new Set(wrong)]).toEqual([])
})
