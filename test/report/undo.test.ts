import { describe, expect, test } from 'vitest'
import { type AfterWrite, applyChanges } from '../../transforms/apply.ts'
import { formatRun } from '../../transforms/format.ts'
import type { FileChange } from '../../transforms/model/change.ts'
import { HostError, UserError, type WritableHost } from '../../transforms/model/host.ts'
import type { RunState } from '../../transforms/model/journal.ts'
import { undoRun } from '../../transforms/undo.ts'
import { createMemoryHost, type MemoryHost } from '../support/memory-host.ts'

const changes: FileChange[] = [
  { kind: 'create', path: 'app/new.ts', before: null, after: 'new' },
  { kind: 'delete', path: 'pages/gone.ts', before: '\uFEFFgone\r\n', after: null },
  { kind: 'edit', path: 'lib/edited.ts', before: 'old', after: 'edited' },
  { kind: 'move', from: 'pages/from.ts', path: 'app/to.ts', before: 'from', after: 'to' },
]
const before = { 'lib/edited.ts': 'old', 'pages/from.ts': 'from', 'pages/gone.ts': '\uFEFFgone\r\n', 'other.ts': '' }
const after = { 'app/new.ts': 'new', 'app/to.ts': 'to', 'lib/edited.ts': 'edited', 'other.ts': '' }

test('takes a run back', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  expect(host.files).toEqual(after)
  expect(undoRun(host)).toMatchObject({
    restored: ['pages/gone.ts', 'lib/edited.ts', 'pages/from.ts'],
    removed: ['app/new.ts', 'app/to.ts'],
  })
  expect(host.files).toEqual(before)
  expect(() => undoRun(host)).toThrow('There is nothing to undo in /memory')
})

test('brings files back before it deletes others', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  const done: string[] = []
  undoRun({
    ...host,
    write: (path) => void done.push(`write ${path}`),
    remove: (path) => void done.push(`remove ${path}`),
  })
  expect(done.map((step) => step.split(' ')[0])).toEqual(['write', 'write', 'write', 'remove', 'remove'])
})

test('clears away what a write that was cut off left beside each file', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  const discarded: string[] = []
  undoRun({ ...host, discard: (path) => void discarded.push(path) })
  expect(discarded.sort()).toEqual(['app/new.ts', 'app/to.ts', 'lib/edited.ts', 'pages/from.ts', 'pages/gone.ts'])
})

test('takes back one run after the other, the last one first', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  const second: FileChange = { kind: 'edit', path: 'lib/edited.ts', before: 'edited', after: 'again' }
  applyChanges([second], host)
  undoRun(host)
  expect(host.files).toEqual(after)
  undoRun(host)
  expect(host.files).toEqual(before)
})

test('keeps the notes of ten runs', () => {
  const host = createMemoryHost({ 'a.ts': '0' })
  for (let at = 0; at < 12; at++)
    applyChanges([{ kind: 'edit', path: 'a.ts', before: String(at), after: String(at + 1) }], host)
  for (let at = 0; at < 10; at++) undoRun(host)
  expect(host.files).toEqual({ 'a.ts': '2' })
  expect(() => undoRun(host)).toThrow('nothing to undo')
})

describe('writes nothing when', () => {
  test.each([
    ['a new file was changed', 'app/new.ts', 'mine'],
    ['an edited file was changed', 'lib/edited.ts', 'mine'],
    ['a deleted file is there again', 'pages/gone.ts', 'mine'],
  ])('%s', (_name, path, text) => {
    const host = createMemoryHost(before)
    applyChanges(changes, host)
    host.write(path, text)
    expect(() => undoRun(host)).toThrow(new RegExp(`have changed since the run.*\\n  ${path}\\n`))
    expect(host.files).toEqual({ ...after, [path]: text })
  })

  test('another process is writing', () => {
    const host = createMemoryHost(before)
    applyChanges(changes, host)
    const release = host.runs.lock()
    expect(() => undoRun(host)).toThrow('Another routeshift is writing')
    expect(() => applyChanges([], host)).not.toThrow()
    expect(() => applyChanges(changes, host)).toThrow('Another routeshift is writing')
    release()
    undoRun(host)
    expect(host.files).toEqual(before)
  })
})

test('what is already as before is left alone', () => {
  const host = createMemoryHost(before)
  applyChanges(changes, host)
  host.write('lib/edited.ts', 'old')
  host.remove('app/new.ts')
  expect(undoRun(host)).toMatchObject({ restored: ['pages/gone.ts', 'pages/from.ts'], removed: ['app/to.ts'] })
  expect(host.files).toEqual(before)
})

/** Operations on the disk in a run of the changes above: the journal, five steps, the journal. */
const operations = 7

describe('a process that is killed', () => {
  test.each(Array.from({ length: operations + 1 }, (_none, at) => at))('in a run, after operation %i', (at) => {
    const memory = createMemoryHost(before)
    const mortal = createMortal(memory, at)
    try {
      applyChanges(changes, mortal)
    } catch {
      // Dead.
    }
    const host = withoutLock(memory)
    if (at === 0) {
      expect(host.files).toEqual(before)
      return
    }
    if (at < operations) expect(() => applyChanges(changes, host)).toThrow(/was cut off .*routeshift undo/)
    else expect(host.files).toEqual(after)
    undoRun(host)
    expect(host.files).toEqual(before)
    applyChanges(changes, host)
    expect(host.files).toEqual(after)
  })

  test.each(Array.from({ length: operations + 1 }, (_none, at) => at))('in an undo, after operation %i', (at) => {
    const memory = createMemoryHost(before)
    applyChanges(changes, memory)
    try {
      undoRun(createMortal(memory, at))
    } catch {
      // Dead.
    }
    const host = withoutLock(memory)
    if (at < operations) undoRun(host)
    expect(host.files).toEqual(before)
    expect(() => undoRun(host)).toThrow('nothing to undo')
  })
})

test('a run that was cut off while a formatter wrote is taken back, whatever the formatter left', () => {
  const memory = createMemoryHost(before)
  const isOver = { now: false }
  const runs: RunState = {
    ...memory.runs,
    write: (name, text) => (isOver.now ? undefined : memory.runs.write(name, text)),
  }
  const killed: AfterWrite = (_journal, note) => {
    note({ formatting: ['app/new.ts', 'lib/edited.ts'] })
    memory.write('lib/edited.ts', 'half a te')
    isOver.now = true
    throw new Error('killed')
  }
  expect(() => applyChanges(changes, { ...memory, runs }, [killed])).toThrow('killed')
  expect(memory.files).not.toEqual(before)
  undoRun(memory)
  expect(memory.files).toEqual(before)
})

test('the journal names the files that a formatter may change before it starts', () => {
  const memory = createMemoryHost(before)
  const seen: unknown[] = []
  const host: WritableHost = {
    ...memory,
    formatters: {
      find: (paths) => [{ name: 'prettier', version: '3', paths, folder: '', program: '' }],
      run: () => {
        seen.push(JSON.parse(memory.runs.read(memory.runs.list()[0] ?? '') ?? '{}').formatting)
        return null
      },
    },
  }
  applyChanges(changes, host, [formatRun(changes, host, () => undefined)])
  expect(seen).toEqual([['app/new.ts', 'lib/edited.ts', 'app/to.ts']])
})

test('a run whose files could not be put back can be undone', () => {
  const memory = createMemoryHost(before)
  let writes = 0
  const failing: WritableHost = {
    ...memory,
    write(path, text) {
      writes += 1
      if (writes > 2) throw new HostError(path, 'the disk is full')
      memory.write(path, text)
    },
    remove(path) {
      throw new HostError(path, 'permission denied')
    },
  }
  expect(() => applyChanges(changes, failing)).toThrow(/see to that and run routeshift undo: /)
  expect(memory.files).not.toEqual(before)
  undoRun(memory)
  expect(memory.files).toEqual(before)
})

test('notes of another version are not guessed at', () => {
  const host = createMemoryHost(before)
  host.runs.write('run-000001.json', '{"version":2,"files":[]}')
  expect(() => undoRun(host)).toThrow(UserError)
  expect(() => undoRun(host)).toThrow('(run-000001.json) cannot be read')
})

/** A host whose process dies after so many operations: nothing is done any more, not even in `catch` and `finally`. */
function createMortal(host: MemoryHost, operationsLeft: number): WritableHost {
  let left = operationsLeft
  const live = (act: () => void): void => {
    left -= 1
    if (left < 0) throw new Error('killed')
    act()
  }
  const runs: RunState = {
    ...host.runs,
    write: (name, text) => live(() => host.runs.write(name, text)),
    remove: (name) => live(() => host.runs.remove(name)),
  }
  return {
    ...host,
    runs,
    write: (path, text) => live(() => host.write(path, text)),
    remove: (path) => live(() => host.remove(path)),
  }
}

/** The lock of a dead process counts for nothing (test/project/run-state.test.ts). */
const withoutLock = (host: MemoryHost): MemoryHost => ({ ...host, runs: { ...host.runs, lock: () => () => undefined } })
