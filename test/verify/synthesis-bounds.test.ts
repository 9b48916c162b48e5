import { describe, expect, test } from 'vitest'
import { defaultLimit } from '../../transforms/verify/synthesise.ts'
import { requestsFor } from './sources.ts'

describe('the whole', () => {
  const many = `export default (req, res) => res.json({ ${Array.from({ length: 30 }, (_u, i) => `k${i}: req.query.k${i}`).join()} })`

  test('the same sources give the same requests', () => {
    expect(requestsFor(many)).toEqual(requestsFor(many))
  })

  test('no request twice, and no more than asked for', () => {
    for (const limit of [5, 20, defaultLimit]) {
      const { requests } = requestsFor(many, { limit })
      expect(requests).toHaveLength(limit)
      expect(new Set(requests.map((request) => JSON.stringify({ ...request, name: '' }))).size).toBe(limit)
    }
  })

  test('names tell the requests apart', () => {
    const names = requestsFor(many).requests.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('one scenario for a handler that calls nothing outside, several for one that does', () => {
    const scenarios = (text: string) => requestsFor(text).scenarios.map(({ name }) => name)
    expect(scenarios('export default (req, res) => res.end()')).toEqual(['succeed'])
    const all = ['succeed', 'nothing', 'throw', 'mixed 1', 'mixed 2']
    expect(scenarios(`import db from 'db'; export default (req, res) => res.json(db.all())`)).toEqual(all)
    expect(scenarios('export default async (req, res) => res.json(await fetch("/"))')).toEqual(all)
  })

  test('a file that cannot be read gives requests all the same', () => {
    const { requests } = requestsFor('export default (req, res => ')
    expect(requests.length).toBeGreaterThan(6)
  })
})
