// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { findCallers } from '../../transforms/project/callers.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const HANDLER = 'export default () => {}'
const BASE = {
  'package.json': '{ "dependencies": { "next": "15.0.0" } }',
  'next.config.js': "module.exports = { basePath: '/base' }",
  'pages/api/users/index.ts': HANDLER,
  'pages/api/users/[id].ts': HANDLER,
  'pages/api/users/me.ts': HANDLER,
  'pages/api/files/[...path].ts': HANDLER,
}

function callersOf(text: string, path = 'lib/a.tsx', more: Record<string, string> = {}) {
  const host = createMemoryHost({ ...BASE, ...more, [path]: text })
  const found = findCallers(host, loadProject(host, defaultOptions).apps)
  return Object.fromEntries(
    [...found].map(([source, methods]) => [source.replace('pages/api/', ''), methods.join(' ')]),
  )
}

describe('no call', () => {
  test.each([
    ["import x from '../pages/api/users'"],
    ["if (path === '/api/users') go()"],
    ["path.startsWith('/api/users')"],
    ["expect(fetch).toHaveBeenCalledWith('/api/users')"],
    ["console.log('/api/users')"],
    ["// fetch('/api/users')"],
    ["fetch('/api/other')"],
    ["fetch('/v2/api/users')"],
    ["fetch('https://api.example.org/api/users')"],
    ["export const config = { matcher: ['/api/users/:path*'] }"],
    ["const headers = [{ source: '/api/users', headers: [] }]"],
    ["const rules = { '/api/users': 'open' }"],
    ["switch (p) { case '/api/users': break }"],
    ["fetch('/api/users\n')"],
  ])('%s', (text) => expect(callersOf(text)).toEqual({}))
})

describe('methods of /api/users', () => {
  test.each([
    ["fetch('/api/users')", 'GET'],
    ["fetch('/api/users', { headers: { a: 'b' } })", 'GET'],
    ["await fetch(\n  '/api/users',\n  {\n    method: 'POST',\n  },\n)", 'POST'],
    ['fetch("/api/users?x=1", { body: JSON.stringify({ method: "card" }), method: "put" })', 'PUT'],
    ['fetch(`/api/users`, { method: isNew ? "POST" : "PATCH" })', 'PATCH POST'],
    ["fetch('/api/users', { method })", '?'],
    ["fetch('/api/users', { method: verb })", '?'],
    ["fetch('/api/users', options)", '?'],
    ["fetch('/api/users', { ...options })", '?'],
    ["fetch(new URL('/api/users', base), { method: 'DELETE' })", 'DELETE'],
    ["fetch(apiUrl('/api/users'), { method: 'POST' })", 'POST'],
    ["fetch(new Request('/api/users', { method: 'POST' }))", 'POST'],
    ['fetch(`${origin}/api/users`)', 'GET'],
    ["fetch('http://localhost:3000/api/users')", 'GET'],
    ["fetch('/base/api/users')", 'GET'],
    ["fetch('/api/users?page=' + page)", 'GET'],
    ['fetch(`/api/users${query}`)', 'GET'],
    ["const url = '/api/users'\nfetch(url, { method: 'POST' })", 'POST'],
    ["const url: string = cond ? '/api/users' : '/x'\nawait fetch(url)", 'GET'],
    ["export const USERS = '/api/users'", '?'],
    ["axios.get('/api/users')", 'GET'],
    ["axios.post<{ a: string; b: number }>('/api/users', body)", 'POST'],
    ["axios.delete('/api/users')", 'DELETE'],
    ["axios('/api/users', { method: 'patch' })", 'PATCH'],
    ["axios({ url: '/api/users', method: 'PUT' })", 'PUT'],
    ["axios({ url: '/api/users' })", 'GET'],
    ["ky.put('api/users')", 'PUT'],
    ["got.head('/api/users')", 'HEAD'],
    ["superagent.del('/api/users')", 'DELETE'],
    ["request(app).post('/api/users')", 'POST'],
    ["$.ajax({ url: '/api/users', type: 'POST', method: 'POST' })", 'POST'],
    ["xhr.open('PUT', '/api/users')", 'PUT'],
    ["callApi('/api/users', 'POST', body)", 'POST'],
    ["postJson('/api/users', body)", 'POST'],
    ["navigator.sendBeacon('/api/users', data)", 'POST'],
    ["useSWR('/api/users', fetcher)", 'GET'],
    ["useSWR(id ? '/api/users' : null, fetcher)", 'GET'],
    ["useSWR(['/api/users', token], fetcher)", 'GET'],
    ["useSWRMutation('/api/users', send)", '?'],
    ["send('/api/users')", '?'],
    ["router.push('/api/users')", 'GET'],
    ["window.location.href = '/api/users'", 'GET'],
    ['<a href="/api/users">x</a>', 'GET'],
    ['<form action="/api/users" className="a">', 'GET'],
    ['<form method="post" action="/api/users">', 'POST'],
    ["<form action={'/api/users'} method={verb}>", '?'],
  ])('%s', (text, methods) => expect(callersOf(text)).toEqual({ 'users/index.ts': methods }))
})

describe('which route', () => {
  test.each([
    ['fetch(`/api/users/${id}`)', { 'users/[id].ts': 'GET' }],
    ["fetch('/api/users/' + user.id)", { 'users/[id].ts': 'GET' }],
    ["fetch('/api/users/7')", { 'users/[id].ts': 'GET' }],
    ["fetch('/api/users/me')", { 'users/me.ts': 'GET' }],
    ["fetch('/api/users/me/')", { 'users/me.ts': 'GET' }],
    ['fetch(`/api/files/${a}/${b}`)', { 'files/[...path].ts': 'GET' }],
    ["fetch('/api/files')", {}],
    ['fetch(`/api/${kind}`)', { 'users/index.ts': 'GET' }],
  ])('%s', (text, expected) => expect(callersOf(text)).toEqual(expected))

  test('methods of several calls are joined', () =>
    expect(callersOf("fetch('/api/users'); axios.post('/api/users'); fetch('/api/users', o)")).toEqual({
      'users/index.ts': '? GET POST',
    }))

  test('a file of an app calls that app only', () => {
    const other = { 'apps/b/next.config.js': '', 'apps/b/pages/api/users.ts': HANDLER }
    expect(callersOf("fetch('/api/users')", 'apps/b/x.ts', other)).toEqual({ 'apps/b/users.ts': 'GET' })
  })
})

test.each([
  ["fetch('/api/users', { method: 'PUT' })", { 'apps/a/users.ts': 'PUT', 'apps/b/users.ts': 'PUT' }],
  ["send('/api/users')", {}],
])('beside several apps a guess about the method says nothing: %s', (text, expected) => {
  const app = (root: string) => ({
    [`${root}/package.json`]: BASE['package.json'],
    [`${root}/next.config.js`]: '',
    [`${root}/pages/api/users.ts`]: HANDLER,
  })
  const host = createMemoryHost({ 'package.json': '{}', ...app('apps/a'), ...app('apps/b'), 'shared/send.ts': text })
  const found = findCallers(host, loadProject(host, defaultOptions).apps)
  expect(
    Object.fromEntries([...found].map(([source, methods]) => [source.replace('pages/api/', ''), methods.join(' ')])),
  ).toEqual(expected)
})

/** A file that calls, and the modules that it calls by. */
const callsBy = (text: string, more: Record<string, string>) => callersOf(text, 'lib/a.tsx', more)

describe('no client of the API', () => {
  test.each([
    ["const seen = new Map(); seen.get('/users')", {}],
    ["import axios from 'axios'; axios.get('/users')", {}],
    ["import { GET } from 'some-client'; GET('/users')", {}],
    ["import express from 'express'; const app = express(); app.get('/users', list); app.use('/api', app)", {}],
    [
      "import { api } from './api'; api.get('/users')",
      { 'lib/api.ts': 'export const api = axios.create({ timeout: 9 })' },
    ],
    [
      "import { api } from './api'; api.get('/users')",
      { 'lib/api.ts': "export const api = axios.create({ baseURL: 'https://api.example.org/api' })" },
    ],
    [
      "import { api } from './api'; api.get('/users')",
      { 'lib/api.ts': 'export const api = axios.create({ baseURL: `${process.env.PARTNER_URL}/api` })' },
    ],
    [
      "import { cms } from './api'; cms.delete('/users')",
      { 'lib/api.ts': "export const api = axios.create({ baseURL: '/api' })\nexport const cms = axios.create({})" },
    ],
    [
      "import { api } from './api'; function f(api: Map<string, string>) { api.get('/users') }",
      { 'lib/api.ts': "export const api = axios.create({ baseURL: '/api' })" },
    ],
    [
      "import { GET } from './api'; GET('/users')",
      { 'lib/api.ts': "export const GET = (url: string) => { log('/api' + name); return fetch(url) }" },
    ],
    [
      "import { api } from './routes'; api.get('/users', list)",
      { 'lib/routes.ts': "export const api = new Hono().basePath('/api')" },
    ],
    ["import { a } from './a1'; a.get('/users')", { 'lib/a1.ts': 'export const a = b; const b = a' }],
    ["import { GET } from './api'; GET('/users')", { 'lib/api.ts': 'export const GET = (' }],
  ])('%s', (text, more) => expect(callsBy(text, more)).toEqual({}))
})

describe('clients of the API', () => {
  const AXIOS = { 'lib/api.ts': "export const api = axios.create({ timeout: 9, baseURL: '/api' })\nexport default api" }
  test.each([
    ["import { api } from './api'; api.delete('/users')", AXIOS, 'DELETE'],
    ["import api from './api'; api.put<User>('/users?full=1', data)", AXIOS, 'PUT'],
    ["import * as http from './api'; http.api.patch('/users', data)", AXIOS, 'PATCH'],
    ["const { api } = require('./api'); api.post('/users')", AXIOS, 'POST'],
    ["import { api } from './index'; api.get('/users')", { ...AXIOS, 'lib/index.ts': "export * from './api'" }, 'GET'],
    ["import { api } from './api'\r\napi.delete('/users')\r\n", AXIOS, 'DELETE'],
    ["const api = ky.create({ prefixUrl: '/api' }); api.delete('users')", {}, 'DELETE'],
    ["const api = withToken(axios.create({ baseURL: '/base/api' })); api.put('/users')", {}, 'PUT'],
    ["const BASE = '/api'; const api = axios.create({ baseURL: BASE }); api.put('/users')", {}, 'PUT'],
    ['const api = axios.create({ baseURL: `${window.origin}/api/` }); api.put("/users")', {}, 'PUT'],
    ["const http = { remove: (url) => fetch(`/api${url}`, { method: 'DELETE' }) }; http.del('/users')", {}, null],
    ["const http = { del: (url) => fetch(`/api${url}`, { method: 'DELETE' }) }; http.del('/users')", {}, 'DELETE'],
    ["const send = (path, options) => fetch('/api' + path, options); send('/users', { method: 'PUT' })", {}, 'PUT'],
    ["function apiFetch(path, o) { return fetch('/api' + path, o) }; apiFetch('/users', { method: 'PUT' })", {}, 'PUT'],
    [
      "import { DELETE } from './request'; export const drop = (id) => DELETE<{ id: string }>('/users', { id })",
      {
        'lib/request.ts':
          "import { ROOT } from './root'\nconst request = (url, method) => client.request({ baseURL: withBase(ROOT), url, method })\nexport function DELETE<T>(url: string, data = {}) { return request(url, 'DELETE', data) }",
        'lib/root.ts': "export const ROOT = '/api'",
      },
      'DELETE',
    ],
    ["const API = '/api'; const PUT = (path) => fetch(`${API}${path}`, { method: 'PUT' }); PUT('/users')", {}, 'PUT'],
  ])('%s', (text, more, methods) => expect(callsBy(text, more)).toEqual(methods ? { 'users/index.ts': methods } : {}))

  test('of one of its entries', () =>
    expect(callsBy("import { api } from './api'; api.delete(`/users/${id}`)", AXIOS)).toEqual({
      'users/[id].ts': 'DELETE',
    }))
})
