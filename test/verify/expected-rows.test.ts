import { beforeAll, describe, expect, test } from 'vitest'
import type { ReplayRequest, Verification } from '../../transforms/model/verification.ts'
import { type Replayed, replay } from '../support/replay.ts'
import { adapter } from './rows/adapter.ts'
import { blitz } from './rows/blitz.ts'
import { cookies } from './rows/cookies.ts'
import { listener } from './rows/listener.ts'
import { middleware } from './rows/middleware.ts'
import { promised } from './rows/promised.ts'
import { refusal } from './rows/refusal.ts'
import { refusedBeside } from './rows/refused-beside.ts'
import { request } from './rows/request.ts'
import type { Row } from './rows/row.ts'
import { status } from './rows/status.ts'
import { written } from './rows/written.ts'

/** What a row of expected.ts lets through, and what looks alike and must be found although the report names the code. */

const rows: readonly Row[] = [
  ...middleware,
  ...promised,
  ...blitz,
  ...cookies,
  ...status,
  ...request,
  ...listener,
  ...refusal,
  ...refusedBeside,
  ...written,
  ...adapter,
]
const found = new Map<string, Verification>()

beforeAll(async () => {
  const [before, after]: [Record<string, string>, Record<string, string>] = [{}, {}]
  const replayed: (Replayed & { name: string })[] = []
  for (const [i, { id, codes, named, files = {}, pages, app, requests, mutants }] of rows.entries()) {
    const texts = [{ name: 'right', app, pages }, ...mutants.map((mutant) => ({ app, pages, ...mutant }))]
    for (const [k, text] of texts.entries()) {
      const place = `r${i}-${k}`
      const [source, target] = [`${place}/pages/api/test.ts`, `${place}/app/api/test/route.ts`]
      for (const [path, content] of Object.entries(files))
        before[`${place}/lib/${path}`] = after[`${place}/lib/${path}`] = content
      before[source] = text.pages
      after[target] = text.app
      const exported = ['GET', 'POST', 'HEAD'].filter((method) => new RegExp(`\\b${method}\\b`).test(text.app))
      const route = {
        id: '/api/test',
        params: [],
        source,
        target,
        exported,
        codes,
        ...(named ? { named } : {}),
        isStrict: false,
      }
      replayed.push({ name: `${id} ${text.name}`, route, requests: requests.map(withName) })
    }
  }
  const verified = await replay({ before, after }, replayed, { target: 16 })
  for (const [i, verification] of verified.entries()) found.set(replayed[i]?.name ?? '', verification)
}, 300_000)

describe.each(rows.map((row) => [row.id, row] as const))('%s', (id, { mutants }) => {
  test('explains what the code names', () => {
    const verification = found.get(`${id} right`)
    expect(verification?.why).toBeNull()
    expect(verification?.findings).toEqual([])
    expect(verification?.expected[id]).toBeGreaterThan(0)
  })

  test.each(mutants.map(({ name, aspects }) => [name, aspects] as const))('not %s', (name, aspects) => {
    const { proof, findings } = found.get(`${id} ${name}`) ?? {}
    expect(proof).toBe('differs')
    const told = findings?.flatMap(({ differences }) => differences.map(({ aspect }) => aspect))
    expect(told).toEqual(expect.arrayContaining([...aspects]))
  })
})

const withName = (request: Omit<ReplayRequest, 'name'>): ReplayRequest => ({
  name: `${request.method} ${request.path}`,
  ...request,
})
