import { expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/** Who writes one file cannot change the others that it needs: such a route stays. */

const base = {
  'package.json': '{ "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }',
  'pages/api/sum.ts': "import { sum } from '../../lib'\nexport default (req, res) => res.json({ sum: sum(1, 2) })\n",
}
const sum = 'export const sum = (a: number, b: number): number => a + b\n'
const cases: Record<string, Record<string, string>> = {
  'past a module with client code': {
    'lib/index.ts': "export { sum } from './sum'\nexport { Button } from './button'\n",
    'lib/sum.ts': sum,
    'lib/button.tsx': "'use client'\nexport const Button = () => null\n",
  },
  'out of a module with client code': {
    'lib/index.ts': `import { useState } from 'react'\n${sum}export const useSum = () => useState(sum(1, 1))\n`,
  },
  'imports of types': {
    'lib/index.ts': `import { NextRouter } from 'next/router'\n${sum}export const open = (r: NextRouter) => r.push('/')\n`,
  },
}

test.each(Object.keys(cases))('%s', async (name) => {
  const host = createMemoryHost({ ...base, ...cases[name] })
  const [alone] = (await migrate({}, host, { scope: 'file' })).routes
  expect([alone?.outcome, alone?.diagnostics.map(({ code }) => code)]).toEqual(['kept', ['PA026']])
  const [whole] = (await migrate({}, host)).routes
  expect(whole?.target).toBe('app/api/sum/route.ts')
})
