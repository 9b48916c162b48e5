import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../support/fixture.ts'
import { killMany } from './kill.ts'

/** The program as it is built, killed for real; `npm run safety` does it more often. `npm test` builds it first. */
test.runIf(existsSync(join(repositoryRoot, 'dist/bin/routeshift.js')))(
  'nothing is lost when a run or an undo is killed',
  () => {
    const tally = killMany({ root: repositoryRoot, kills: 9, routes: 6, seed: 3 })
    expect(tally).toMatchObject({ run: 6, undo: 3 })
    expect(tally.before + tally.after + tally.between).toBe(9)
    expect(tally.operations.run).toBeGreaterThan(50)
  },
  120_000,
)
