import { expect, test } from 'vitest'
import { findAnsweredUrls } from '../../transforms/project/answered-urls.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { defaultOptions } from '../../transforms/model/options.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const refusing = "export function middleware() {\n  return NextResponse.json({ error: 'no' }, { status: 403 })\n}\n"
const matching = (...patterns: string[]): string => `export const config = { matcher: ${JSON.stringify(patterns)} }\n`

/** The ids of the routes that the middleware answers. */
function answered(middleware: string, files: Record<string, string> = {}): string[] {
  const handler = 'export default function handler(req, res) {\n  res.json({})\n}\n'
  const host = createMemoryHost({
    'package.json': '{ "dependencies": { "next": "15.1.0" } }',
    'pages/api/boats/_get.js': handler,
    'pages/api/boats/[id]/_get.js': handler,
    'pages/api/files/[...path].js': handler,
    'pages/api/index.js': handler,
    'middleware.js': middleware,
    ...files,
  })
  const [app] = loadProject(host, defaultOptions).apps
  if (!app) throw new Error('no app')
  const find = findAnsweredUrls(host, app)
  return app.routes.filter((route) => find(route) !== null).map(({ id }) => id)
}

const both = ['/api/boats/[id]/_get', '/api/boats/_get']

test.each([
  ['any folder before a name', ['/:path*/_get'], both],
  ['one segment for each parameter', ['/api/:folder/:name'], ['/api/boats/_get']],
  ['a rest of at least one', ['/api/boats/:rest+'], both],
  ['a static path', ['/api/boats/_get'], ['/api/boats/_get']],
  ['all of it', ['/:path*'], ['/api/boats/[id]/_get', '/api/boats/_get', '/api/files/[...path]', '/api']],
  ['a catch-all under a rest', ['/api/files/:path+'], ['/api/files/[...path]']],
  ['no route that a pattern takes in only in part', ['/api/boats/7/_get', '/api/files/:name'], []],
  ['no pattern that is more than segments', ['/((?!_next).*)'], []],
])('a middleware answers %s', (_, patterns, found) => {
  expect(answered(refusing + matching(...patterns))).toEqual(found)
})

test.each([
  [
    'goes on for some',
    'export function middleware(r) {\n  if (r.ok) return NextResponse.next()\n  return NextResponse.json({})\n}\n',
  ],
  ['goes on', 'export function middleware() {\n  return NextResponse.next()\n}\n'],
  ['rewrites', "export const middleware = () => NextResponse.rewrite('/x')\n"],
  ['gives nothing', 'export function middleware() {}\n'],
  ['is made by a call', 'export const middleware = guard(() => NextResponse.json({}))\n'],
  ['comes from another module', "export { middleware } from './lib/guard'\n"],
  ['is not there', 'export const other = 1\n'],
  ['is there twice', `${refusing}export default () => NextResponse.next()\n`],
])('a middleware that %s answers no URL', (_, text) => {
  expect(answered(text + matching('/:path*'))).toEqual([])
})

test.each([
  ['an arrow', 'export const middleware = () => new Response(null, { status: 404 })\n'],
  ['a default export', 'export default function guard() {\n  return new NextResponse(null, { status: 404 })\n}\n'],
  ['a proxy', "export function proxy() {\n  return Response.redirect('/')\n}\n"],
])('%s that only answers', (_, text) => {
  expect(answered(text + matching('/:path*/_get'))).toEqual(both)
})

test('a matcher of conditions, and none at all, are not followed', () => {
  expect(answered(refusing)).toEqual([])
  expect(answered(`${refusing}export const config = { matcher: [{ source: '/:path*', has: [] }] }\n`)).toEqual([])
})

test.each([
  ['hands on the end of the path', "{ source: '/v1/:rest*', destination: '/api/:rest*?v=1' }", both],
  ['leads elsewhere', "{ source: '/x', destination: '/about' }", both],
  ['leads to the route by another name', "{ source: '/x', destination: '/api/boats/_get' }", ['/api/boats/[id]/_get']],
  ['puts the name behind the rest', "{ source: '/v1/:rest*', destination: '/api/:rest*/_get' }", []],
  ['may end before the rest', "{ source: '/v1/:rest*', destination: '/api/boats/_get/:rest*' }", []],
  ['is not written out', '{ source: process.env.A, destination: make() }', []],
])('where a rewrite %s', (_, rewrite, found) => {
  const config = `module.exports = { rewrites: async () => [${rewrite}] }\n`
  expect(answered(refusing + matching('/:path*/_get'), { 'next.config.js': config })).toEqual(found)
})
