import { expect, test } from 'vitest'
import { findCallEffects, findLoadEffects } from '../../transforms/syntax/load-effects.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

function effectOf(text: string): string | null {
  const file = parseSource('a.tsx', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const node = findLoadEffects(file, analyseScopes(file.ast)).acts
  return node ? file.text.slice(node.start ?? 0, node.end ?? 0) : null
}

test.each([
  'globalThis.a = 1',
  'process.env.A = "1"',
  'const g = globalThis; g.a = 1',
  'import { x } from "x"; x.a = 1',
  'import { x } from "x"; x.a.b ??= 1',
  'import { x } from "x"; delete x.a',
  'import { x } from "x"; x.count++',
  'import { setUp } from "x"; setUp()',
  'import dayjs from "dayjs"; dayjs.extend(1)',
  'import { x } from "x"; const y = (x.a = 1)',
  'import { list } from "x"; list.push(1)',
  'import { make } from "x"; const made = make(); made.a = 1',
  'import { make } from "x"; const made = make(); made.on("a", () => {})',
  'function init() { globalThis.a = 1 } init()',
  'function init() { globalThis.a = 1 } export const a = init()',
  ';(() => { globalThis.a = 1 })()',
  'if (process.env.A) { globalThis.a = 1 }',
  'if (typeof window === "undefined") globalThis.a = 1',
  'if (typeof window !== "undefined") {} else globalThis.a = 1',
  'for (const a of [1]) register(a)',
  'try { register() } catch {}',
  'import { x } from "x"; for (const a of x) a.b = 1',
  'await start()',
  'new Worker("a")',
  'import { on } from "x"; class A { static a = on((globalThis.a = 1)) }',
  'class A { static { globalThis.a = 1 } }',
  'import { Entity } from "x"; @Entity() export class A {}',
  'import { x } from "x"; export default (x.a = 1)',
  'const names = new Set(); names.add(globalThis.a = 1)',
  'const list = [1]; list.forEach((one) => register(one))',
  'import { initializeApp } from "x"; export const app = initializeApp({})',
  'import { setupClient } from "x"; export const { use } = setupClient({})',
  'import i18n from "x"; export default i18n.use(1).init({})',
  'import { Map } from "x"; const names = new Map(); names.set(1, 2)',
  'class A { constructor() { globalThis.a = 1 } } export const a = new A()',
  'class A { b = register() } class C extends A {} export const a = new C()',
  'class A { constructor() { this.b() } b() { globalThis.a = 1 } } export const a = new A()',
  'class A { b() { globalThis.a = 1 } } const a = new A(); export const c = a.b()',
  'class A { static b() { globalThis.a = 1 } } export const c = A.b()',
  'const a = { b() { globalThis.a = 1 } }; export const c = a.b()',
  'export const list = ["A"].map((a) => { process.env[a] = "1"; return a })',
  'export const a = Promise.resolve().then(() => { globalThis.a = 1 })',
  'export const a = new Promise(() => { globalThis.a = 1 })',
  'const run = (fn) => fn(); export const a = run(() => { globalThis.a = 1 })',
  'export const a = Object.assign(process.env, { A: "1" })',
  'export const a = Object.defineProperty(globalThis, "a", {})',
  'import { x } from "x"; export const a = Object.assign(x, { b: 1 })',
  'import { x } from "x"; export const a = Object.freeze(x)',
  'import { list } from "x"; export const a = list.push(1)',
  'import { x } from "x"; export const a = x.list.unshift(1)',
  'import { schema } from "x"; export const env = schema.parse(process.env)',
  'import dotenv from "dotenv"; export const a = dotenv.config()',
  'import * as dotenv from "dotenv"; export const { parsed } = dotenv.config()',
  'import { loadEnvConfig } from "@next/env"; export const a = loadEnvConfig(".")',
  'export const timer = setInterval(() => {}, 1)',
  'export const a = process.on("exit", () => {})',
  'if (!process.env.A) throw new Error("no A")',
  '{ if (!process.env.A) { throw new Error("no A") } }',
  'function check() { if (!process.env.A) throw new Error("no A") } check()',
  'class A { static { if (!process.env.A) throw new Error() } }',
  'class A { constructor(a) { this.b = a; this.b.push(1) } } import { list } from "x"; export const a = new A(list)',
  'import { list } from "x"; const same = () => list; export const a = same().push(1)',
  'import invariant from "tiny-invariant"; invariant(process.env.A, "no A")',
  'let a = {}; a = globalThis; a.b = 1',
  'const box = { a: globalThis }; box.a.b = 1',
  'const { env } = { env: process.env }; env.A = "1"',
  'import { act } from "x"; const run = () => act(); export const a = run(); run()',
  'namespace A { globalThis.a = 1 }',
])('acts: %s', (text) => expect(effectOf(text)).not.toBeNull())

test.each([
  'import "./styles.css"',
  'import { create } from "x"; export const store = create(() => ({ set() { globalThis.a = 1 } }))',
  'import React from "react"; export const A = React.createContext(null)',
  'export function A() { globalThis.a = 1 }',
  'export const A = () => { register() }',
  'function A() {} A.displayName = "A"',
  'import { memo } from "x"; const A = memo(() => null); A.displayName = "A"',
  'import { forwardRef } from "react"; const A = forwardRef(() => null); A.Part = 1',
  'const names = new Set(); names.add(1)',
  'const lists = {}; for (const a of [1]) { lists[a] ??= []; lists[a].push(a) }',
  'const list = [{ a: 1 }]; for (const item of list) { item.a = 2 }',
  'let count = 0; count = 1',
  'if (typeof window !== "undefined") { window.a = 1 }',
  'if (typeof window !== "undefined" && window.b) window.a = 1',
  'import { z } from "x"; export const url = z.string().startsWith("https:")',
  'import { subscribeWithSelector } from "x"; export const store = subscribeWithSelector(() => 1)',
  'import { Link } from "x"; export const link = Link.extend({}).configure({})',
  'console.error("x")',
  'import { connect } from "x"; export default connect(() => ({}))(1)',
  'export type A = { b: 1 }; export interface C { d(): void }; declare global { var a: 1 }',
  'export enum A { b }',
  '"use client"; export const a = 1',
  'class A { static a = 1; b = globalThis.c; d() { globalThis.a = 1 } }',
  'class A { constructor() { this.b = 1 } d() { globalThis.a = 1 } } export const a = new A()',
  'const list = [1]; export const a = list.reduce((all, one) => { all[one] = 1; return all }, {})',
  'const names = { b: 1 }; export const a = Object.keys(names).sort()',
  'export const a = Object.assign(() => 1, { b: 1 })',
  'export const a = Object.freeze({ b: 1 })',
  'export const a = (process.env.A ?? "").split(","), b = process.env.B?.trim()',
  'import { memo } from "react"; export const A = memo(() => { throw new Error() })',
  'export const timer = typeof window !== "undefined" ? setInterval(() => {}, 1) : null',
  'export default () => { register() }',
])('is only made: %s', (text) => expect(effectOf(text)).toBeNull())

test.each([
  ['changes', 'const list = []; export function run(a) { list.push(a); return list }'],
  ['changes', 'let count = 0; export function run() { return ++count }'],
  ['changes', 'const all = new Map(); export class run { constructor() { all.set(this, 1) } }'],
  ['acts', 'export function run(a) { a.b = 1; return a }'],
  ['throws', 'export function run() { throw new Error() }'],
  ['calls', 'import { add } from "./list"; export function run(a) { return add(a) }'],
  ['nothing', 'export function run(a) { const list = []; list.push(a); return list }'],
  ['nothing', 'const list = []; export function run() { return (a) => list.push(a) }'],
])('a call %s: %s', (what, text) => {
  const file = parseSource('a.ts', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const tree = analyseScopes(file.ast)
  const { acts, throws, changes, calls } = findCallEffects(
    tree.program.bindings.get('run')?.declaration ?? file.ast,
    tree,
  )
  const found = {
    acts: acts !== null,
    throws: throws !== null,
    changes: changes !== null,
    calls: calls.length > 0,
    nothing: false,
  }
  expect(found).toEqual({
    acts: false,
    throws: false,
    changes: false,
    calls: false,
    nothing: false,
    ...(what === 'nothing' ? {} : { [what]: true }),
  })
})

test.each([
  ['function need(a) { if (!a) throw new Error("no A"); return a } export const a = need(process.env.A)', true],
  ['export const list = ["A"].map((a) => { if (!a) throw new Error("no A"); return a })', true],
  ['export const a = new (class { b = (() => { throw new Error() })() })()', true],
  ['import { memo } from "react"; export const A = memo(() => { throw new Error() })', false],
  ['export const a = () => { throw new Error() }', false],
])('a value that may not come: %s', (text, throws) => {
  const file = parseSource('a.ts', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const found = findLoadEffects(file, analyseScopes(file.ast))
  expect({ acts: found.acts, throws: found.throws !== null }).toEqual({ acts: null, throws })
})
