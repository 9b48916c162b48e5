import { expect, test } from 'vitest'
import type { Verification } from '../../transforms/model/verification.ts'
import type { Files } from '../support/fixture.ts'
import { replay, scenarios } from '../support/replay.ts'

/** Modules that cannot be evaluated without their surroundings. */

const LONG = 60_000
const check = `export function check(value: string) { if (value !== 'on') throw new Error('MODE must be on'); return value }
export const label = 'checked'`
const env = `import { check } from './check'
export const env = {
  MODE: check(process.env.MODE ?? ''),
}`

const pages = (imports: string, answer: string): string => `${imports}
export default function handler(req, res) { if (req.method === 'GET') return res.json(${answer}); res.status(405).end() }`
const app = (imports: string, answer: string): string => `${imports}
export function GET() { return Response.json(${answer}) }`

async function verify(before: Files, after: Files): Promise<Verification | undefined> {
  const [source, target] = ['pages/api/test.ts', 'app/api/test/route.ts']
  const route = { id: '/api/test', params: [], source, target, exported: ['GET'], codes: ['PA302'], isStrict: false }
  const requests = ['GET', 'POST'].map((method) => ({ name: method, method, path: '/api/test' }))
  const [verification] = await replay({ before, after }, [{ route, requests }], { target: 16, scenarios })
  return verification
}

test(
  'a schema of the environment is a stand-in, the functions that it calls are not',
  async () => {
    const lib: Files = { 'lib/env.ts': env, 'lib/check.ts': check }
    const imports = "import { env } from '@/lib/env'\nimport { label } from '@/lib/check'".replaceAll('@', '..')
    const answer = '{ mode: String(env.MODE), label }'
    const before = { ...lib, 'pages/api/test.ts': pages(imports.replaceAll('../', '../../'), answer) }
    const found = async (text: string) =>
      verify(before, { ...lib, 'app/api/test/route.ts': app(imports.replaceAll('../', '../../../'), text) })
    expect(await found(answer)).toMatchObject({ proof: 'partly', why: null, findings: [] })
    expect((await found(answer))?.coverage?.missed).toEqual([
      { line: 1, what: "'../../lib/env' of pages/api/test.ts cannot be loaded here" },
    ])
    // The label is the project's own on both sides: another one is seen.
    expect(await found("{ mode: String(env.MODE), label: 'other' }")).toMatchObject({ proof: 'differs' })
  },
  LONG,
)

test(
  'await at the top of a module',
  async () => {
    const lib: Files = { 'lib/flags.ts': 'export const flags = await load()\ndeclare function load(): Promise<object>' }
    const before = { ...lib, 'pages/api/test.ts': pages("import { flags } from '../../lib/flags'", 'String(flags)') }
    const after = {
      ...lib,
      'app/api/test/route.ts': app("import { flags } from '../../../lib/flags'", 'String(flags)'),
    }
    expect(await verify(before, after)).toMatchObject({ proof: 'partly', why: null })
  },
  LONG,
)

test(
  'a module that is another one on the other side is never replaced',
  async () => {
    const before = {
      'lib/env.ts': env,
      'lib/check.ts': check,
      'pages/api/test.ts': pages("import { env } from '../../lib/env'", 'env'),
    }
    const after = {
      'lib/env.ts': 'export const env = 1',
      'app/api/test/route.ts': app("import { env } from '../../../lib/env'", 'env'),
    }
    const found = await verify(before, after)
    expect(found?.proof).toBe('cannot-run')
    expect(found?.why).toContain('MODE must be on')
  },
  LONG,
)
