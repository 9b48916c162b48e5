import { describe, expect, test } from 'vitest'
import type { Observation } from '../../transforms/model/verification.ts'
import { bodyOf, cookiesOf, headerOf } from '../../transforms/verify/compare.ts'
import { targets } from '../support/fixture.ts'
import { observeBoth, type Trial } from '../support/observe.ts'

/** What real servers were measured to do, on both sides and on each version that is installed. */

const LONG = 60_000
const json = { 'content-type': 'application/json' }
const say = (observation: Observation | undefined) => {
  const answer = observation?.answer ?? { kind: 'hang' as const }
  return answer.kind === 'response' ? `${answer.status} ${bodyOf(answer)}` : answer.kind
}

describe.each(targets)('Next %i', (target) => {
  const observe = (trial: Omit<Trial, 'target'>) => observeBoth({ target, ...trial })

  test(
    'bodies of API routes',
    async () => {
      const seen = await observe({
        pages: 'export default (req, res) => res.json({ body: req.body, type: typeof req.body })',
        requests: [
          { method: 'POST', headers: json, body: '{"a":1}' },
          { method: 'POST', headers: json },
          { method: 'POST', headers: json, body: '{"a"' },
          { method: 'POST' },
          { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1&a=2&b=x+y' },
          { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"a":1}' },
          { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(1_100_000)) },
        ],
      })
      expect(seen.map(({ before }) => say(before))).toEqual([
        '200 {"body":{"a":1},"type":"object"}',
        '200 {"body":{},"type":"object"}',
        '400 Invalid JSON',
        '200 {"body":"","type":"string"}',
        '200 {"body":{"a":["1","2"],"b":"x y"},"type":"object"}',
        '200 {"body":"{\\"a\\":1}","type":"string"}',
        '413 Body exceeded 1mb limit',
      ])
    },
    LONG,
  )

  test(
    'the body of a request that App cannot parse is an error',
    async () => {
      const [empty, unread] = await observe({
        app: `export async function POST(request) { return Response.json(await request.json()) }
            export async function GET(request) { return Response.json({ body: request.body }) }`,
        requests: [{ method: 'POST', headers: json }, { method: 'GET' }],
      })
      expect(say(empty?.after)).toBe('500 ')
      expect(say(unread?.after)).toBe('200 {"body":null}')
    },
    LONG,
  )

  test(
    'methods that a route does not export',
    async () => {
      const seen = await observe({
        app: "export function GET() { return new Response('got', { headers: { 'x-a': '1' } }) }",
        requests: ['GET', 'HEAD', 'POST', 'OPTIONS', 'PROPFIND'].map((method) => ({ method })),
      })
      expect(seen.map(({ after }) => say(after))).toEqual(['200 got', '200 ', '405 ', '204 ', '400 '])
      const [, head, post, options] = seen.map(({ after }) => after.answer)
      expect(head && headerOf(head, 'x-a')).toBe('1')
      expect(post && headerOf(post, 'allow')).toBe('')
      expect(options && headerOf(options, 'allow')).toBe('GET, HEAD, OPTIONS')
    },
    LONG,
  )

  test(
    'errors that nobody catches',
    async () => {
      const [seen] = await observe({
        pages: "export default (req, res) => { res.setHeader('x-a', '1'); throw new Error('boom') }",
        app: "export function GET() { throw new Error('boom') }",
        requests: [{}],
      })
      expect(say(seen?.before)).toBe('500 Internal Server Error')
      expect(seen && headerOf(seen.before.answer, 'x-a')).toBe('1')
      expect(say(seen?.after)).toBe('500 ')
      expect(seen?.before.rejections).toEqual([])
    },
    LONG,
  )

  test(
    "an error of Next's own class has no say in the status",
    async () => {
      const [seen] = await observe({
        pages: `import { ApiError } from 'next/dist/server/api-utils'
              export default () => { throw new ApiError(409, 'taken') }`,
        requests: [{}],
      })
      expect(say(seen?.before)).toBe('500 Internal Server Error')
    },
    LONG,
  )

  test(
    'params are decoded once, and win over the query',
    async () => {
      const [seen] = await observe({
        route: '/api/users/[id]',
        pages: 'export default (req, res) => res.json(req.query)',
        app: 'export async function GET(request, { params }) { return Response.json(await params) }',
        requests: [{ path: '/api/users/a%2Fb%20c%25?id=9&x=1&x=2' }],
      })
      expect(JSON.parse(seen ? bodyOf(seen.before.answer) : '')).toEqual({ id: 'a/b c%', x: ['1', '2'] })
      expect(JSON.parse(seen ? bodyOf(seen.after.answer) : '')).toEqual({ id: 'a/b c%' })
    },
    LONG,
  )

  test(
    'cookies, as read and as set',
    async () => {
      const [seen] = await observe({
        pages: `export default (req, res) => {
        res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT'])
        res.json(req.cookies)
      }`,
        app: `import { cookies } from 'next/headers'
        export async function GET(request) {
          const store = await cookies()
          store.set('c', '3')
          return Response.json({ a: store.get('a')?.value, q: request.cookies.get('q')?.value }, {
            headers: [['Set-Cookie', 'a=1; Path=/'], ['Set-Cookie', 'b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT']],
          })
        }`,
        requests: [{ headers: { cookie: 'a=1; a=2; q="x y"' } }],
      })
      expect(say(seen?.before)).toBe('200 {"a":"1","q":"x y"}')
      expect(say(seen?.after)).toBe('200 {"a":"2","q":"\\"x y\\""}')
      expect(seen && cookiesOf(seen.before.answer)).toBe('a=1; Path=/\nb=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT')
      expect(seen && cookiesOf(seen.after.answer).split('\n').sort()).toEqual([
        'a=1; Path=/',
        // Next writes the lines of the handler anew where the store was written to.
        'b=2; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT',
        'c=3; Path=/',
      ])
    },
    LONG,
  )

  test(
    'both sides are told the same host and client',
    async () => {
      const [seen] = await observe({
        pages: `export default (req, res) => res.json([req.headers.host, req.headers['x-forwarded-for'], req.url])`,
        app: `import { headers } from 'next/headers'
        export async function GET(request) {
          const { pathname, search } = request.nextUrl
          return Response.json([(await headers()).get('host'), request.headers.get('x-forwarded-for'), pathname + search])
        }`,
        requests: [{ path: '/api/test?a=1' }],
      })
      expect(seen && bodyOf(seen.after.answer)).toBe(seen && bodyOf(seen.before.answer))
      expect(say(seen?.before)).toBe('200 ["localhost:3000","::ffff:127.0.0.1","/api/test?a=1"]')
    },
    LONG,
  )

  test(
    'draft mode sets the same cookie on both sides',
    async () => {
      const [seen] = await observe({
        pages: 'export default (req, res) => { res.setDraftMode({ enable: true }); res.end() }',
        app: `import { draftMode } from 'next/headers'
            export async function GET() { (await draftMode()).enable(); return new Response(null) }`,
        requests: [{}],
      })
      const [before, after] = [seen?.before, seen?.after].map((side) => (side ? cookiesOf(side.answer) : ''))
      expect(before).toMatch(/^__prerender_bypass=\w{32};/)
      expect(
        after
          ?.split(';')
          .map((part) => part.trim().toLowerCase())
          .sort(),
      ).toEqual(
        before
          ?.split(';')
          .map((part) => part.trim().toLowerCase())
          .sort(),
      )
    },
    LONG,
  )

  test(
    'streams, and what goes on after the answer',
    async () => {
      const [seen] = await observe({
        pages: `export default async (req, res) => {
        res.write('a')
        await new Promise((resolve) => setTimeout(resolve, 60000))
        res.end('b')
        setTimeout(() => console.log('later'), 1000)
      }`,
        app: `export function GET() {
        const body = new ReadableStream({ async start(controller) {
          controller.enqueue(new TextEncoder().encode('a'))
          await new Promise((resolve) => setTimeout(resolve, 60000))
          controller.enqueue(new TextEncoder().encode('b'))
          controller.close()
          setTimeout(() => console.log('later'), 1000)
        } })
        return new Response(body)
      }`,
        requests: [{}],
      })
      expect([say(seen?.before), seen?.before.log]).toEqual(['200 ab', ['log: later']])
      expect([say(seen?.after), seen?.after.log]).toEqual(['200 ab', ['log: later']])
    },
    LONG,
  )

  test(
    'an answer that never comes',
    async () => {
      const [seen] = await observe({
        pages: 'export default () => undefined',
        app: 'export function GET() { return new Promise(() => undefined) }',
        requests: [{}],
      })
      expect([say(seen?.before), say(seen?.after)]).toEqual(['hang', 'hang'])
    },
    LONG,
  )

  test(
    'each request meets a fresh module, a sequence meets one',
    async () => {
      const trial = {
        pages: 'let count = 0; export default (req, res) => res.json(++count)',
        app: 'let count = 0; export const GET = () => Response.json(++count)',
        requests: [{}, {}],
      }
      const [fresh, kept] = [await observe(trial), await observe({ ...trial, isSequence: true })]
      expect(fresh.map(({ before, after }) => [say(before), say(after)])).toEqual([
        ['200 1', '200 1'],
        ['200 1', '200 1'],
      ])
      expect(kept.map(({ before, after }) => [say(before), say(after)])).toEqual([
        ['200 1', '200 1'],
        ['200 2', '200 2'],
      ])
    },
    LONG,
  )
})

test(
  'work after the answer runs within after()',
  async () => {
    const [seen] = await observeBoth({
      target: 16,
      app: `import { after } from 'next/server'
          export function GET() { after(() => console.log('after')); return new Response('done') }`,
      requests: [{}],
    })
    expect([say(seen?.after), seen?.after.log]).toEqual(['200 done', ['log: after']])
  },
  LONG,
)
