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
