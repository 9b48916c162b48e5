import { describe, expect, test } from 'vitest'
import { applyChanges } from '../../transforms/apply.ts'
import type { FileChange } from '../../transforms/model/change.ts'
import { HostError, UserError, type WritableHost } from '../../transforms/model/host.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const changes: FileChange[] = [
  { kind: 'create', path: 'app/new.ts', before: null, after: 'new' },
  { kind: 'delete', path: 'pages/gone.ts', before: 'gone', after: null },
  { kind: 'edit', path: 'lib/edited.ts', before: 'old', after: 'edited' },
  { kind: 'move', from: 'pages/from.ts', path: 'app/to.ts', before: 'from', after: 'to' },
]
const before = { 'lib/edited.ts': 'old', 'pages/from.ts': 'from', 'pages/gone.ts': 'gone' }

test('writes everything, deletions last', () => {
  const { host, files, log } = createHost(before)
  applyChanges(changes, host)
  expect(files).toEqual({ 'app/new.ts': 'new', 'app/to.ts': 'to', 'lib/edited.ts': 'edited' })
  expect(log.map((entry) => entry.split(' ')[0])).toEqual(['write', 'write', 'write', 'remove', 'remove'])
})

describe('writes nothing when', () => {
  const cases: [string, Record<string, string>, string][] = [
    ['an edited file was changed', { ...before, 'lib/edited.ts': 'other' }, 'lib/edited.ts was changed'],
    ['a moved file was changed', { ...before, 'pages/from.ts': 'other' }, 'pages/from.ts was changed'],
    ['a deleted file is gone', { 'lib/edited.ts': 'old', 'pages/from.ts': 'from' }, 'pages/gone.ts was deleted'],
    ['a new file exists', { ...before, 'app/new.ts': '' }, 'app/new.ts was created'],
    ['the target of a move exists', { ...before, 'app/to.ts': '' }, 'app/to.ts was created'],
  ]
  test.each(cases)('%s', (_name, tree, message) => {
    const { host, files, log } = createHost(tree)
    expect(() => applyChanges(changes, host)).toThrow(UserError)
    expect(() => applyChanges(changes, host)).toThrow(message)
    expect(log).toEqual([])
    expect(files).toEqual(tree)
  })
})

test.each([1, 2, 3, 4, 5])('a failure at step %i puts everything back', (step) => {
  const { host, files } = createHost(before, (at) => at === step)
  expect(() => applyChanges(changes, host)).toThrow(/disk is full.*the tree is as it was/)
  expect(files).toEqual(before)
  // There is nothing to undo.
  expect(host.runs.list()).toEqual([])
})

test('a file that comes back has its mode again', () => {
  const { host, log } = createHost(before, (at) => at === 5)
  expect(() => applyChanges(changes, { ...host, modeOf: () => 0o755 })).toThrow(/disk is full/)
  expect(log).toContain('write pages/gone.ts 755')
})

test('when what comes after fails, the changes stay and the run counts as finished', () => {
  const { host, files } = createHost(before)
  const fails = () => {
    throw new UserError('no formatter')
  }
  expect(() => applyChanges(changes, host, [fails])).toThrow('no formatter')
  expect(files).toHaveProperty(['app/new.ts'], 'new')
  applyChanges([{ kind: 'edit', path: 'app/new.ts', before: 'new', after: 'newer' }], host)
  expect(files).toHaveProperty(['app/new.ts'], 'newer')
})

test('names what could not be put back, and puts back the rest', () => {
  const { host, files } = createHost(before, (at) => at === 3 || at === 4)
  expect(() => applyChanges(changes, host)).toThrow(/run routeshift undo: lib\/edited.ts$/)
  expect(files).toEqual({ ...before, 'lib/edited.ts': 'edited' })
})

/** A host in memory that keeps a log and fails at the operations asked for. */
function createHost(tree: Record<string, string>, fails: (operation: number) => boolean = () => false) {
  const host = createMemoryHost(tree)
  const log: string[] = []
  const act = (verb: string, path: string, run: () => void) => {
    log.push(`${verb} ${path}`)
    if (fails(log.length)) throw new HostError(path, `cannot ${verb} ${path}: the disk is full`)
    run()
  }
  const logged: WritableHost = {
    ...host,
    write: (path, text, mode) =>
      act('write', mode === undefined ? path : `${path} ${mode.toString(8)}`, () => host.write(path, text)),
    remove: (path) => act('remove', path, () => host.remove(path)),
  }
  return { host: logged, files: host.files, log }
}
