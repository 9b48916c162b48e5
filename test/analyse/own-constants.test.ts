import { expect, test } from 'vitest'
import { runEngine } from '../support/run-fixture.ts'

/** Only what a request decides is decided: constants of the project are its own, whatever they say today. */
test.each([
  [
    'a switch for logs',
    `const DEBUG = false\n`,
    `if (DEBUG) console.log('asked')\n  res.json({ rows: 1 })`,
    'if (DEBUG)',
  ],
  [
    'a value that will be read later',
    `// TODO: take it from the session\nconst tier = 'pro'\n`,
    `res.json({ rows: tier === 'pro' ? 20 : 10 })`,
    `tier === 'pro' ? 20 : 10`,
  ],
  [
    'one beside the method',
    `const OPEN = true\n`,
    `if (OPEN && req.method === 'GET') return res.json({ rows: 1 })\n  res.status(405).end()`,
    'if (OPEN)',
  ],
])('%s stays', async (_name, constants, body, left) => {
  const files = {
    'package.json': '{ "dependencies": { "next": "15.0.0" } }',
    'pages/api/rows.ts': `${constants}export default function handler(req, res) {\n  ${body}\n}\n`,
  }
  const { after } = await runEngine(files, {})
  expect(after['app/api/rows/route.ts']).toContain(left)
})
