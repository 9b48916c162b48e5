import { describe, expect, test } from 'vitest'
import { eraseTypes } from '../../transforms/emit/erase-types.ts'
import { doesParse } from '../support/source.ts'

describe('stays TypeScript', () => {
  test.each([
    ['enum', 'enum Color { Red }', 'enum'],
    ['const enum', 'export const enum Color { Red }', 'enum'],
    ['namespace', 'namespace A { export const b = 1 }', 'namespace'],
    ['parameter property', 'class A { constructor(private readonly b: string) {} }', 'parameter property'],
    ['import =', `import fs = require('fs')`, 'import ='],
    ['export =', 'export = handler', 'export ='],
    ['decorator', '@sealed class A {}', 'decorator'],
    ['a cast that held an expression together', 'const a = 1 + b as number * 2', 'precedence'],
  ])('%s', (_case, text, what) => expect(eraseTypes(text)).toMatchObject({ what }))
})

const cases: readonly [name: string, typed: string, plain: string][] = [
  ['nothing to erase', 'const a = b ? (c) : d\n', 'const a = b ? (c) : d\n'],
  ['comparisons are no generics', 'const a = b < c && d > (e)', 'const a = b < c && d > (e)'],

  ['annotations', 'const a: string = f(b as X), c: number[] = []', 'const a = f(b), c = []'],
  ['an annotation over lines', 'const a: Map<\n  string,\n  number\n> = new Map()', 'const a = new Map()'],
  ['parameters', 'function f(a: A, b?: B, c: C = d, ...e: E[]) {}', 'function f(a, b, c = d, ...e) {}'],
  ['patterns', 'const f = ({ a }: { a: A }, [b]: B[] = []) => a', 'const f = ({ a }, [b] = []) => a'],
  ['an optional parameter without a type', 'const f = (a?) => a', 'const f = (a) => a'],
  ['this', 'function f(this: A, b: B) {}\nfunction g(this: A) {}', 'function f(b) {}\nfunction g() {}'],
  ['return types', 'async function f(): Promise<A> {}', 'async function f() {}'],
  ['predicates', 'function f(a): a is A {}\nfunction g(a): asserts a {}', 'function f(a) {}\nfunction g(a) {}'],
  ['arrow return type', 'const f = (a): Promise<\n  A\n> => a', 'const f = (a) => a'],
  ['arrow in a conditional', 'const f = a ? (b): c => d : e', 'const f = a ? (b) => d : e'],
  ['catch', 'try {} catch (error: unknown) {}', 'try {} catch (error) {}'],
  ['definite assignment', 'let a!: string', 'let a'],

  ['generic function', 'function f<T extends A = B>(a: T) {}', 'function f(a) {}'],
  ['generic arrow', 'const f = <T>(a: T) => a', 'const f = (a) => a'],
  ['generic arrow after return', 'function f() { return <T>\n(a: T) => a }', 'function f() { return (a) => a }'],
  ['generic async arrow', 'const f = async <T,>(a: T): Promise<T> => a', 'const f = async (a) => a'],
  ['generic calls', 'f<A>(b); new G<A>(); a?.b<C>(); h<A>`b`', 'f(b); new G(); a?.b(); h`b`'],
  ['instantiation', 'const f = g<A>', 'const f = g'],

  ['as const', `const a = ['b'] as const`, `const a = ['b']`],
  ['satisfies', 'const a = { b } satisfies A', 'const a = { b }'],
  ['casts of casts', 'const a = b as unknown as A', 'const a = b'],
  ['non-null', 'a!.b![c!]!()', 'a.b[c]()'],
  ['non-null in an optional chain', 'a?.b!.c', 'a?.b.c'],
  ['non-null before a comparison', 'a! == b! && c! !== d', 'a == b && c !== d'],
  ['assignment to a cast', '(a as any) = b', 'a = b'],
  ['parentheses of a cast', '(req.body as A).b; f((a as B)!.c)', 'req.body.b; f(a.c)'],
  ['parentheses of an optional chain', '(a?.b as A).c', '(a?.b).c'],
  ['parentheses of an object', 'const f = () => ({ a } as A)', 'const f = () => ({ a })'],
  ['parentheses of await', '(await a as A).b', '(await a).b'],
  ['parentheses after a word', 'typeof(a as A)', 'typeof(a)'],
  ['parentheses of a new callee', 'new (a() as A)()', 'new (a())()'],
  ['parentheses for a cast', 'f((a ?? b) as A, c); const d = ((e, f) as A)', 'f(a ?? b, c); const d = ((e, f))'],
  ['parentheses for more than a cast', 'const a = ((b ?? c) as A) || d', 'const a = ((b ?? c)) || d'],
  ['old casts', 'const a = <A>b; (<any>c).d', 'const a = b; c.d'],
  ['an old cast of an object', 'const f = () => <A>{ b: 1 }', 'const f = () => ({ b: 1 })'],
  ['an old cast between signs', 'const a = -<number>-b', 'const a = - -b'],

  ['interface and alias', 'interface A {}\ntype B = A\n\nf()\n', 'f()\n'],
  ['types in a row', 'a()\n\ntype A = B\ntype C = D\n\ninterface E {}\n\nb()\n', 'a()\n\nb()\n'],
  ['types at the end', 'a()\n\ntype A = B\n', 'a()\n'],
  ['comments of types go along', 'a()\n\n/** Of a. */\ntype A = B // here\n\nb()\n', 'a()\n\nb()\n'],
  ['declarations', 'declare const a: A\ndeclare global { interface B {} }\nf()\n', 'f()\n'],
  ['overloads', 'function f(a: A): B\nfunction f(a: C): D\nfunction f(a: any) {}', 'function f(a) {}'],
  ['exported types', 'export type A = B\nexport interface C {}\nexport const d = 1\n', 'export const d = 1\n'],
  [
    'type imports',
    `import type { A } from './a'\nimport { type B, c } from './b'\nc()\n`,
    `import { c } from './b'\nc()\n`,
  ],
  ['imports of types without the word', `import { A, b } from './a'\nb as A\n`, `import { b } from './a'\nb\n`],
  ['an import of nothing but types', `import { A } from './a'\nimport './b'\nlet c: A\n`, `import './b'\nlet c\n`],
  ['exported names of types', 'type A = B\nconst c = 1\nexport { A, c, type A as D }\n', 'const c = 1\nexport { c }\n'],
  ['the type of a value', `import { a } from './a'\nlet b: typeof a\n`, 'let b\n'],

  ['implements', 'class A<T> extends B<T> implements C, D<T> { e }', 'class A extends B { e }'],
  [
    'abstract class',
    'export default abstract class A { abstract b(): void; c() {} }',
    'export default class A { c() {} }',
  ],
  [
    'modifiers',
    'class A extends B { private static readonly a = 1; public b!: B; override c?(): void {} }',
    'class A extends B { static a = 1; b; c() {} }',
  ],
  [
    'fields named like modifiers',
    'class A { readonly = 1; private = 2; declare = 3 }',
    'class A { readonly = 1; private = 2; declare = 3 }',
  ],
  [
    'class overloads and signatures',
    'class A {\n  [k: string]: any\n  b(): B\n  b(c?: C) {}\n}',
    'class A {\n  b(c) {}\n}',
  ],
  ['a private name', 'class A { readonly #a: B = 1 }', 'class A { #a = 1 }'],

  ['a type that ended a line before (', 'const a = b as A\n(c)()', 'const a = b;\n(c)()'],
  ['a type that ended a line before [', 'const a = b satisfies A\n// c\n[d].e()', 'const a = b;\n// c\n[d].e()'],
  ['a type that ended a line before a template', 'a = b as A\n`c`.d()', 'a = b;\n`c`.d()'],
  ['an alias between a value and (', 'const a = b\ntype A = B\n;(c)()', 'const a = b\n;(c)()'],
  ['an interface between a value and [', 'const a = b\ninterface A {}\n[c].d()', 'const a = b\n;[c].d()'],
  ['a field named get', 'class A {\n  get: B\n  c() {}\n}', 'class A {\n  get;\n  c() {}\n}'],
  [
    'a member between a field and [',
    'class A {\n  a = 1\n  declare b: B\n  [c] = 2\n}',
    'class A {\n  a = 1\n  ;[c] = 2\n}',
  ],
]

describe('erases', () => {
  test.each(cases)('%s', (_name, typed, plain) => {
    expect(eraseTypes(typed)).toEqual({ text: plain })
    expect(doesParse('a.js', plain)).toBe(true)
  })

  test('types beside JSX', () => {
    expect(eraseTypes('const a = <T,>(b: T) => <C<T> d={b as E}>{f!}</C>', 'tsx')).toEqual({
      text: 'const a = (b) => <C d={b}>{f}</C>',
    })
  })
})
