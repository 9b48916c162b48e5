import { describe, expect, test } from 'vitest'
import { printStage } from '../../transforms/migrate.ts'
import { defaultPackageJson } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const files = {
  'package.json': defaultPackageJson,
  'pages/api/broken.ts': 'export default function (',
  'pages/api/kept.ts': 'export default function handler(req, res) {\n  save(res)\n}\n',
  'lib/auth.ts': `import { refuseAll } from './refuse'

export const withUser = (handler) => async (req, res) => {
  if (!req.headers.authorization) return refuseAll(res)
  return handler(req, res)
}
`,
  'lib/refuse.ts': `export function refuseAll(res) {
  res.socket.destroy()
  res.status(401).end()
}
`,
  'pages/api/wrapped.ts': `import { withUser } from '../../lib/auth'

export default withUser((req, res) => res.json({ ok: true }))
`,
  'pages/api/none.ts': `export { default } from '../../lib/handler'\n`,
  'pages/api/notes/[id].ts': `export const config = { maxDuration: 30 }

function refuse(req, res) {
  if (req.headers.authorization) return false
  res.status(401).end()
  return true
}

export default async function handler(req, res) {
  if (refuse(req, res)) return
  const { id } = req.query
  if (req.method === 'POST') {
    res.setHeader('X-Note', id)
    return res.status(201).json(req.body.text)
  }
  res.json({ id, all: Object.keys(req.query) })
}
`,
}

// The shape is documented in docs/print.md; what changes here changes there.
describe('--print', () => {
  test.each(['uses', 'model', 'plan'] as const)('%s', async (stage) => {
    await expect(await printStage(stage, {}, createMemoryHost(files))).toMatchFileSnapshot(
      `__snapshots__/print-${stage}.json`,
    )
  })
})
