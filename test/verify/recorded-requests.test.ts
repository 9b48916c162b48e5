import { describe, expect, test } from 'vitest'
import { readRecorded } from '../../transforms/verify/recorded-requests.ts'

const har = (...requests: object[]) =>
  JSON.stringify({ log: { version: '1.2', entries: requests.map((request) => ({ request })) } })

describe('a HAR file', () => {
  test('gives the requests to paths with a segment api, without what a connection sets', () => {
    const text = har(
      { method: 'GET', url: 'https://shop.test/_next/static/a.js', headers: [] },
      { method: 'GET', url: 'https://shop.test/capital/x', headers: [] },
      {
        method: 'POST',
        url: 'https://shop.test/base/api/cart?id=1&id=2',
        headers: [
          { name: ':authority', value: 'shop.test' },
          { name: 'Host', value: 'shop.test' },
          { name: 'Cookie', value: 'a=1' },
          { name: 'content-type', value: 'application/json' },
          { name: 'content-length', value: '7' },
          { name: 'accept-encoding', value: 'br' },
        ],
        postData: { mimeType: 'application/json', text: '{"a":1}' },
      },
    )
    expect(readRecorded('a.har', text)).toEqual([
      {
        name: 'POST /base/api/cart',
        method: 'POST',
        path: '/base/api/cart?id=1&id=2',
        headers: { Cookie: 'a=1', 'content-type': 'application/json' },
        body: '{"a":1}',
      },
    ])
  })

  test.each([
    [{ text: 'AAE=', encoding: 'base64' }, { base64: 'AAE=' }],
    [{ params: [{ name: 'a', value: 'x y' }] }, { body: 'a=x+y' }],
    [{ text: '' }, {}],
    [undefined, {}],
  ])('post data %j', (postData, body) => {
    const [request] = readRecorded('a.har', har({ method: 'POST', url: 'http://a/api/b', headers: [], postData }))
    expect(request).toEqual({ name: 'POST /api/b', method: 'POST', path: '/api/b', headers: {}, ...body })
  })
})

describe('a list', () => {
  test('names, headers and bodies may be left out, a body may be JSON itself', () => {
    const text = JSON.stringify([
      { path: '/api/a' },
      { name: 'n', method: 'post', path: '/api/b', headers: { x: 1 }, body: { a: 1 } },
    ])
    expect(readRecorded('a.json', text)).toEqual([
      { name: 'GET /api/a', method: 'GET', path: '/api/a', headers: {} },
      { name: 'n', method: 'POST', path: '/api/b', headers: { x: '1' }, body: '{"a":1}' },
    ])
  })
})

describe('refused', () => {
  test.each([
    ['{', /a\.json is not JSON/],
    ['{}', /neither a HAR file nor a list/],
    ['[{"method":"GET"}]', /neither a HAR file nor a list/],
    ['[{"path":"http://a/api"}]', /neither a HAR file nor a list/],
    ['{"log":{}}', /neither a HAR file nor a list/],
    ['[]', /holds no request/],
    [har({ method: 'GET', url: 'http://a/b', headers: [] }), /holds no request to a path with \/api\//],
    [har({ method: 'GET', url: 'no address', headers: [] }), /holds no request/],
  ])('%s', (text, message) => expect(() => readRecorded('a.json', text)).toThrow(message))
})
