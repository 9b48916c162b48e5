import { expect, test } from 'vitest'
import type { Verification } from '../../transforms/model/verification.ts'
import { replay, scenarios } from '../support/replay.ts'

/** Handlers that do not work as they are: what is wrong with them already is no difference. */

const LONG = 60_000

async function verify(before: string, after: string, codes: readonly string[]): Promise<Verification | undefined> {
  const [source, target] = ['pages/api/test.js', 'app/api/test/route.js']
  const route = { id: '/api/test', params: [], source, target, exported: ['GET'], codes, isStrict: false }
  const requests = [{ name: 'GET', method: 'GET', path: '/api/test' }]
  const files = { before: { [source]: before }, after: { [target]: after } }
  const [verification] = await replay(files, [{ route, requests }], { target: 16, scenarios })
  return verification
}

test(
  'a module that is not there is the same one from another folder',
  async () => {
    const before = `import { label } from '../../lib/lost'
export default (req, res) => res.json({ label: label() })`
    const after = (name: string) => `import { label } from '../../../lib/${name}'
export const GET = () => Response.json({ label: label() })`
    expect(await verify(before, after('lost'), [])).toMatchObject({ proof: 'partly', findings: [] })
    expect(await verify(before, after('other'), [])).toMatchObject({ proof: 'differs' })
  },
  LONG,
)

test(
  'a missing status under a body that is shorter than the text of the error',
  async () => {
    const before = `const statuses = {}
export default (req, res) => res.status(statuses.known).json({})`
    const after = (status: number) => `const statuses = {}
export const GET = () => Response.json({}, { status: statuses.known ?? ${status} })`
    expect(await verify(before, after(500), ['PA204'])).toMatchObject({ proof: 'proven', findings: [] })
    expect(await verify(before, after(500), [])).toMatchObject({ proof: 'differs' })
    expect(await verify(before, after(200), ['PA204'])).toMatchObject({ proof: 'differs' })
  },
  LONG,
)
