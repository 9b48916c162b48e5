import { describe, expect, test } from 'vitest'
import { migrateVerified, type Verifier } from '../../transforms/migrate-verified.ts'
import type { Proof, Verification } from '../../transforms/model/verification.ts'
import { createVerification } from '../report/comparison-sample.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const route = (text: string) => `export default function handler(req, res) { res.status(200).json({ ${text} }) }\n`

const files = {
  'package.json': '{ "dependencies": { "next": "16.0.0", "typescript": "5.0.0" } }',
  'pages/api/good.js': route('a: req.query.a'),
  'pages/api/bad.js': `export const shared = 1\n${route('b: shared')}`,
  'pages/api/user.js': `import { shared } from './bad'\n${route('c: shared')}`,
}

/** Answers by route what is given; `partly` for the others. Notes what it was asked. */
function createVerifier(proofs: Readonly<Record<string, Proof>>) {
  const asked: string[][] = []
  const verifier: Verifier = async (_migration, _host, _options, hooks) => {
    const sources = [...(hooks?.only ?? [])].sort()
    asked.push(sources)
    return new Map(
      sources.map((source): [string, Verification] => {
        const id = source.replace(/^pages|\.js$/g, '')
        return [source, createVerification(id, proofs[id] ?? 'partly')]
      }),
    )
  }
  return { verifier, asked }
}

describe('a migration that is replayed', () => {
  test('keeps the route that differs, and plans the others without it', async () => {
    const { verifier, asked } = createVerifier({ '/api/bad': 'differs' })
    const { report, changes } = await migrateVerified({}, createMemoryHost(files), verifier)
    const outcomes = Object.fromEntries(report.routes.map(({ route: id, outcome }) => [id, outcome]))
    expect(outcomes['/api/bad']).toBe('kept')
    expect(outcomes['/api/good']).not.toBe('kept')
    // What bad exports stays in pages/, and so does the import of it.
    expect(changes.map(({ path }) => path)).not.toContain('pages/api/bad.js')
    const user = changes.find(({ path }) => path === 'app/api/user/route.ts')
    expect(user?.after).toMatch(/from ['"].*pages\/api\/bad['"]/)
    expect(asked[0]).toEqual(['pages/api/bad.js', 'pages/api/good.js', 'pages/api/user.js'])
    // Only what was written anew is replayed again.
    expect(asked[1]).toEqual(['pages/api/user.js'])
    expect(asked).toHaveLength(2)
  })

  test('the report holds the verdicts, and for the kept route the request and both answers', async () => {
    const { verifier } = createVerifier({ '/api/bad': 'differs', '/api/good': 'proven' })
    const { report } = await migrateVerified({}, createMemoryHost(files), verifier)
    const byId = new Map(report.routes.map((one) => [one.route, one]))
    expect(byId.get('/api/good')?.verification?.proof).toBe('proven')
    const bad = byId.get('/api/bad')
    expect(bad?.verification?.findings[0]?.curl).toMatch(/^curl -i -X POST/)
    expect(bad?.diagnostics[0]).toMatchObject({ code: 'PA903', level: 'blocker' })
    expect(bad?.diagnostics[0]?.message).toContain(
      'differs in `status`, `body`, `calls` for the request `POST body name absent`',
    )
    expect(report.summary).toMatchObject({ kept: 1, codes: { PA903: 1 } })
  })

  test('without a difference it is planned once', async () => {
    const { verifier, asked } = createVerifier({})
    await migrateVerified({}, createMemoryHost(files), verifier)
    expect(asked).toHaveLength(1)
  })

  test('every route may differ', async () => {
    const { verifier } = createVerifier({ '/api/bad': 'differs', '/api/good': 'differs', '/api/user': 'differs' })
    const { changes, report } = await migrateVerified({}, createMemoryHost(files), verifier)
    expect(changes).toEqual([])
    expect(report.summary.kept).toBe(3)
  })
})
