import { describe, expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createMemoryHost } from '../support/memory-host.ts'
import { defaultPackageJson } from '../support/fixture.ts'
import { makeCase } from './cases.ts'
import { checkProject, withoutCode } from './check.ts'
import { shapes } from './shapes.ts'

/** A sample of `npm run hostile`: what is broken, odd or made to mislead is kept or failed, and never a crash. */

const COUNT = 300
const SEED = 11

test(`${COUNT} mutated sources`, async () => {
  const faults: string[] = []
  const outcomes = new Set<string>()
  for (let n = 0; n < COUNT; n++) {
    const { name, files } = makeCase(SEED, n)
    const checked = await checkProject(files)
    faults.push(...checked.faults.map((fault) => `case ${n} of seed ${SEED} (${name}): ${fault}`))
    for (const outcome of Object.keys(checked.outcomes)) outcomes.add(outcome)
  }
  expect(faults).toEqual([])
  expect([...outcomes]).toEqual(expect.arrayContaining(['failed', 'kept', 'migrated', 'review']))
}, 300_000)

const small = shapes.filter(({ name }) => !name.startsWith('5 MB') && !/^many |^a (?:very )?long/.test(name))

test.each(small.map(({ name, files }) => [name, files] as const))(
  '%s',
  async (_name, files) => {
    expect((await checkProject(files())).faults).toEqual([])
  },
  60_000,
)

test.each(small.map(({ name, files }) => [name, files] as const))(
  '%s, with the adapter',
  async (_name, files) => {
    expect((await checkProject(files(), {}, { fallback: 'adapter' })).faults).toEqual([])
  },
  60_000,
)

test('code that is too deep for us is kept, and says so (PA015)', async () => {
  const deep = `export default (req, res) => res.json(req${'.a'.repeat(40_000)})\n`
  const host = createMemoryHost({
    'package.json': defaultPackageJson,
    'pages/api/deep.ts': deep,
    'pages/api/plain.ts': 'export default (req, res) => res.json({})',
  })
  const { report } = await migrate({}, host)
  expect(report.routes.map(({ outcome, diagnostics }) => [outcome, diagnostics[0]?.code])).toEqual([
    ['kept', 'PA015'],
    ['review', 'PA301'],
  ])
}, 60_000)

test('a file that is too long is kept, and not followed from elsewhere (PA016)', async () => {
  const long = `export default (req, res) => res.json({})\n${'// a comment\n'.repeat(100_000)}`
  const host = createMemoryHost({
    'package.json': defaultPackageJson,
    'lib/long.ts': long,
    'pages/api/calls.ts': "import reply from '../../lib/long'\nexport default (req, res) => reply(req, res)\n",
    'pages/api/long.ts': long,
  })
  const { report } = await migrate({}, host)
  expect(report.routes.map(({ outcome, diagnostics }) => [outcome, diagnostics[0]?.code])).toEqual([
    ['kept', 'PA501'],
    ['kept', 'PA016'],
  ])
})

describe('what looks for text that is not inert', () => {
  test.each([
    ['`<b>` text', ' text'],
    ['``a`<b>`` c', ' c'],
    ['\\`<b>\\` c', '\\`<b>\\` c'],
    ['` <b>\n\nnext`', '` <b>\n\nnext`'],
  ])('%j', (markdown, prose) => expect(withoutCode(markdown)).toBe(prose))
})

/** Time of the processor, which does not depend on what else runs. */
async function timeOf(conditions: number): Promise<number> {
  const tests = Array.from({ length: conditions }, (_none, at) => `if (req.query.a === '${at}') return res.json(${at})`)
  const host = createMemoryHost({
    'package.json': defaultPackageJson,
    'lib/big.ts': `export default function handler(req, res) {\n${tests.join('\n')}\nres.end()\n}\n`,
    'pages/api/a.ts': "import handler from '../../lib/big'\nexport default (req, res) => handler(req, res)\n",
  })
  const before = process.cpuUsage()
  await migrate({}, host)
  return process.cpuUsage(before).user
}

test('four times as many conditions take about four times as long, not sixteen', async () => {
  const short = await timeOf(1_500)
  expect((await timeOf(6_000)) / short).toBeLessThan(9)
}, 180_000)
