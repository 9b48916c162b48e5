import { expect, test } from 'vitest'
import { findLoadEffect } from '../../transforms/syntax/load-effects.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

function effectOf(text: string): string | null {
  const file = parseSource('a.tsx', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const node = findLoadEffect(file, analyseScopes(file.ast))
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
  'import invariant from "tiny-invariant"; invariant(process.env.A, "no A")',
  'import { Link } from "x"; export const link = Link.extend({}).configure({})',
  'console.error("x")',
  'import { connect } from "x"; export default connect(() => ({}))(1)',
  'export type A = { b: 1 }; export interface C { d(): void }; declare global { var a: 1 }',
  'export enum A { b }',
  '"use client"; export const a = 1',
  'class A { static a = 1; b = globalThis.c; d() { globalThis.a = 1 } }',
])('is only made: %s', (text) => expect(effectOf(text)).toBeNull())
