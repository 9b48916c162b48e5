// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { findLayerHazard } from '../../transforms/project/layer-hazard.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { findAppHazards } from '../../transforms/project/surroundings.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const READS = 'export default (req, res) => res.json(req.query.item)'

function codesOf(files: Record<string, string>, next = '16.0.0') {
  const dependencies = { dependencies: { next } }
  const host = createMemoryHost({ 'package.json': JSON.stringify(dependencies), 'pages/api/shop.ts': READS, ...files })
  return loadProject(host, defaultOptions).apps.flatMap((app) => [
    ...app.routes.flatMap((route) => route.diagnostics.map(({ code }) => `${code} ${route.id}`)),
    ...findAppHazards(host, app).map(({ code }) => code),
  ])
}

const rewriting = (list: string) => ({ 'next.config.js': `module.exports = { async rewrites() { return ${list} } }` })

describe('rewrites', () => {
  const plain = `[{ source: '/a/:slug', destination: '/api/shop?item=:slug' }]`
  test.each([
    ['an added key', plain],
    ['in a phase', `{ beforeFiles: ${plain} }`],
    ['behind a condition', `[...(process.env.X ? ${plain} : []), false && {}].filter(Boolean)`],
    ['a parameter that the path does not use', `[{ source: '/a/:item', destination: '/api/shop' }]`],
    ['a parameter in the path', `[{ source: '/a/:rest*', destination: '/api/:rest*?item=1' }]`],
    [
      'a condition',
      `[{ source: '/a', has: [{ type: 'query', key: 'q', value: '(?<item>.*)' }], destination: '/api/shop' }]`,
    ],
    ['a template', '[{ source: "/a", destination: `/api/shop?item=${process.env.X}` }]'],
    [
      'a path that a later rewrite takes',
      `[{ source: '/a/:x', destination: '/b/:x?item=1' }, { source: '/:any*', destination: '/api/:any*' }]`,
    ],
  ])('%s (PA020)', (_, list) => expect(codesOf(rewriting(list))).toEqual(['PA020 /api/shop']))

  test.each([
    ['another route', `[{ source: '/a/:item', destination: '/api/other?item=:item' }]`],
    ['another key', `[{ source: '/a', destination: '/api/shop?size=1' }]`],
    ['a parameter that the path uses', `[{ source: '/:item/:rest', destination: '/api/:rest' }]`],
    ['another server', '[{ source: "/a/:item", destination: `${process.env.API}/api/shop?item=:item` }]'],
    [
      'a path that an earlier rewrite took',
      `[{ source: '/b/:x', destination: '/api/shop' }, { source: '/a/:x', destination: '/b/:x?item=1' }]`,
    ],
    ['none', '[]'],
  ])('%s', (_, list) => expect(codesOf(rewriting(list))).toEqual([]))

  test.each([
    ['the whole query', 'export default (req, res) => res.json({ ...req.query })', true],
    ['a query that is taken', 'export default ({ query }, res) => res.json(query)', true],
    ['a pattern', 'export default (req, res) => { const { item } = req.query; res.json(item) }', true],
    ['a pattern without it', 'export default (req, res) => { const { a } = req.query; res.json(a) }', false],
    ['another key', "export default ({ query }, res) => res.json(query.a + query['b'])", false],
    ['a database', 'export default async (req, res) => res.json(await db.query(1))', false],
  ])('reading %s: %s', (_, text, isFound) =>
    expect(codesOf({ ...rewriting(plain), 'pages/api/shop.ts': text })).toEqual(isFound ? ['PA020 /api/shop'] : []))

  test.each<[string, string, string, string[]]>([
    ['a key that is a segment too', 'items/[item]', '/api/items/1?item=2', []],
    ['an encoded key', 'other', '/api/other?%69tem=1', ['PA020 /api/other']],
    ['a route beside the one that it names', '[any]', '/api/shop?item=1', ['PA020 /api/shop']],
    ['a route that takes all', 'all/[...rest]', '/api/all/a/b?item=1', ['PA020 /api/all/[...rest]']],
    ['a route that takes all and nothing', 'all/[[...rest]]', '/api/all?item=1', ['PA020 /api/all/[[...rest]]']],
  ])('onto %s', (_, route, destination, codes) => {
    const list = `[{ source: '/a', destination: '${destination}' }]`
    expect(codesOf({ ...rewriting(list), [`pages/api/${route}.ts`]: READS })).toEqual(codes)
  })

  test.each([
    ['imported', `const { rewrites } = require('./rewrites')\nmodule.exports = { rewrites }`],
    ['in parts', `module.exports = { rewrites: async () => [...other()] }`],
    ['assigned', `config.rewrites = f\nmodule.exports = config`],
    ['broken', `module.exports = { rewrites: [`],
  ])('%s (PA021)', (_, text) => expect(codesOf({ 'next.config.js': text })).toEqual(['PA021']))
})

describe('headers', () => {
  const headers = (source: string, name: string) => ({
    'next.config.js': `module.exports = { headers: async () => [{ source: '${source}', headers: [{ key: '${name}', value: '1' }] }] }`,
  })

  test.each(['Set-Cookie', 'vary'])('%s, to which handlers add', (name) => {
    const text = `export default (q, res) => { res.setHeader('${name}', '2'); res.end() }`
    expect(codesOf({ ...headers('/api/:path*', name), 'pages/api/shop.ts': text })).toEqual([])
  })
  const sets = (value: string) => ({
    'pages/api/shop.ts': `export default (q, res) => { res.setHeader('x-a', ${value}); res.end() }`,
  })

  test.each([
    '/api/:path*',
    '/:path*',
    '/(.*)',
    '/api/(.*)',
    '/api/:p(shop|cart)',
    '/api/shop',
  ])('%s (PA022)', (source) =>
    expect(codesOf({ ...headers(source, 'X-A'), ...sets("'2'") })).toEqual(['PA022 /api/shop']))

  test.each([
    ['another path', '/api/:p(\\\\d+)', 'X-A', "'2'", '16.0.0'],
    ['another name', '/:path*', 'X-B', "'2'", '16.0.0'],
    ['one that adds', '/:path*', 'Vary', "'2'", '16.0.0'],
    ['the same value', '/:path*', 'X-A', "'1'", '16.0.0'],
    ['13.4, where the handler wins', '/:path*', 'X-A', "'2'", '13.4.0'],
  ])('%s', (_, source, name, value, next) =>
    expect(codesOf({ ...headers(source, name), ...sets(value) }, next)).toEqual([]))

  test('the same value twice is sent twice on 14', () =>
    expect(codesOf({ ...headers('/:path*', 'X-A'), ...sets("'1'") }, '14.0.0')).toEqual(['PA022 /api/shop']))
})

describe('404 and cache components', () => {
  test.each<[string, Record<string, string>, string, string[]]>([
    ['pages/404 on 16', { 'pages/404.tsx': '' }, '16.0.0', ['PA023']],
    ['pages/_error on 16', { 'pages/_error.js': '' }, '16.0.0', ['PA023']],
    ['pages/404 on 15', { 'pages/404.tsx': '' }, '15.0.0', []],
    ['pages/404 beside app/', { 'pages/404.tsx': '', 'app/page.tsx': '' }, '16.0.0', []],
    ['cacheComponents', { 'next.config.js': 'export default { cacheComponents: true }' }, '16.0.0', ['PA024']],
    ['cacheComponents off', { 'next.config.js': 'export default { cacheComponents: false }' }, '16.0.0', []],
  ])('%s', (_, files, next, codes) => expect(codesOf(files, next)).toEqual(codes))
})

describe('layer', () => {
  function hazardOf(files: Record<string, string>) {
    const host = createMemoryHost({ 'package.json': '{"dependencies":{"next":"16.0.0"}}', ...files })
    const app = loadProject(host, defaultOptions).apps[0]
    const found = app ? findLayerHazard(host, projectModules(host, app).resolve, 'pages/api/x.ts') : null
    return found && `${found.code} ${found.file} ${found.line}:${found.column}`
  }
  const route = "import fs from 'fs'\nimport { a } from '../../lib/a'\nexport default (q, res) => res.json(a(fs))"

  test.each([
    ["import { renderToString as r } from 'react-dom/server'\nexport const a = r", 'PA025 lib/a.ts 2:1'],
    ["export * from './b'", 'PA025 lib/b.ts 2:1'],
    ["import b from './b'\nexport const a = () => b", 'PA025 lib/b.ts 2:1'],
    ["import Router from 'next/router'\nexport const a = Router", 'PA026 lib/a.ts 2:1'],
    ["import React, { type FC, useState } from 'react'\nexport const a = useState", 'PA026 lib/a.ts 2:1'],
    ["import { Component } from 'react'\nexport class a extends Component {}", 'PA026 lib/a.ts 2:1'],
    // It becomes an import of types.
    ["import { Component } from 'react'\nexport const a = (x: Component) => 1", null],
    ["import R, { Component } from 'react'\nexport const a = (x: Component) => R", 'PA026 lib/a.ts 2:1'],
    ["import type { Component } from 'react'\nexport const a = (x: Component) => 1", null],
    ["import { b } from './b'\nexport const a = (x: typeof b) => 1", 'PA025 lib/b.ts 2:1'],
    ["import React from 'react'\nexport const a = React.createContext(null)", 'PA026 lib/a.ts 2:1'],
    ["import * as R from 'react'\nexport class a extends R.Component<object> {}", 'PA026 lib/a.ts 2:1'],
    ["import React from 'react'\nexport const a = (x: React.Component, y: React.ComponentType) => 1", null],
    ["import { useRouter } from 'next/navigation'\nexport const a = useRouter", 'PA026 lib/a.ts 2:1'],
    ["import { redirect } from 'next/navigation'\nexport const a = redirect", null],
    ["import { flushSync } from 'react-dom'\nexport const a = flushSync", 'PA026 lib/a.ts 2:1'],
    ["import 'client-only'\nexport const a = 1", 'PA026 lib/a.ts 2:1'],
    ["import { createRoot } from 'react-dom/client'\nexport const a = createRoot", 'PA026 lib/a.ts 2:1'],
    ["/* x */\n'use client'\nexport const a = 1", 'PA026 lib/a.ts 2:1'],
    ["import type { b } from './b'\nexport const a = 1", null],
    ["import { type b } from './b'\nexport const a = 1", null],
    ["import { b } from './b'\nexport const a = (x: b) => 1", null],
    ["export const a = () => import('./b')", 'PA025 lib/b.ts 2:1'],
    ["export const a = (x: import('./b').b): typeof import('./b') | null => null", null],
    ["export const a = async () => (await import('react-dom/server')).renderToString", null],
    ["// import './b'\n/* import './b' */\nexport const a = `import './b'`", null],
    ["import { useMemo } from 'react'\nimport './a'\nexport const a = 'use client'", null],
  ])('%s: %s', (text, found) =>
    expect(
      hazardOf({
        'pages/api/x.ts': route,
        'lib/a.ts': text,
        'lib/b.ts': "import 'react-dom/server'\nexport type b = 1",
      }),
    ).toBe(found))
})
