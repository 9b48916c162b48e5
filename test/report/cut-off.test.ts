import { expect, test } from 'vitest'
import { applyChanges } from '../../transforms/apply.ts'
import type { FileChange } from '../../transforms/model/change.ts'
import { HostError, UserError, type WritableHost } from '../../transforms/model/host.ts'
import { undoRun } from '../../transforms/undo.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/** What a run or an undo that came to no end leaves, and what becomes of it. */

const changes: FileChange[] = [
  { kind: 'create', path: 'app/new.ts', before: null, after: 'new' },
  { kind: 'edit', path: 'lib/edited.ts', before: 'old', after: 'edited' },
]
const before = { 'lib/edited.ts': 'old' }

test('an undo that the disk stops says so, and goes on where it was', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  const full: WritableHost = {
    ...host,
    write(path) {
      throw new HostError(path, 'the disk is full')
    },
  }
  expect(() => undoRun(full)).toThrow(UserError)
  expect(() => undoRun(full)).toThrow('only in part as it was: the disk is full. See to that')
  undoRun(host)
  expect(host.files).toEqual(before)
})

test('what a process that was killed left of a journal is none', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  host.runs.write('run-000002.json.tmp', '{"version":')
  undoRun(host)
  expect(host.files).toEqual(before)
})
