import { expect, test } from 'vitest'
import { parseArguments } from '../../transforms/cli/parse.ts'
import { run } from '../../transforms/cli/run.ts'
import { createMemoryHost } from '../support/memory-host.ts'

test('a tree that a run left half written is not read', async () => {
  const host = createMemoryHost({ 'pages/api/a.ts': '' })
  host.runs.write('run-000001.json', '{ "version": 1, "started": "then", "state": "writing", "files": [] }')
  const sink = { write: () => expect.unreachable() }
  const io = { stdout: sink, stderr: sink, isTTY: false, cwd: '.', env: {} }
  const never = () => expect.unreachable()
  const engine = { createHost: () => host, migrate: never, migrateVerified: never, printStage: never }
  await expect(run(parseArguments(['--dry-run']), io, engine)).rejects.toThrow('routeshift undo')
})
