import { spawn } from 'node:child_process'
import fs, { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UserError } from '../../transforms/model/host.ts'
import { createRunState } from '../../transforms/project/run-state.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'routeshift-state-')), 'state')
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const open = () => createRunState(() => folder)

test('keeps texts by name', () => {
  const state = open()
  expect(state.list()).toEqual([])
  expect(state.read('b')).toBeNull()
  expect(existsSync(folder)).toBe(false)
  state.write('b', 'two')
  state.write('a', 'one')
  state.write('a', 'uno')
  expect(open().list()).toEqual(['a', 'b'])
  expect(open().read('a')).toBe('uno')
  state.remove('a')
  state.remove('a')
  expect(open().list()).toEqual(['b'])
})

test('a text that the disk does not take leaves the old one', () => {
  open().write('a', 'one')
  vi.spyOn(fs, 'fsyncSync').mockImplementation(() => fail('ENOSPC'))
  syncBuiltinESMExports()
  expect(() => open().write('a', 'another')).toThrow(/cannot write .*: the disk is full/)
  expect(open().read('a')).toBe('one')
})

test('a lock is held once, and can be taken again when it was given back', () => {
  const release = open().lock()
  expect(() => open().lock()).toThrow(UserError)
  expect(() => open().lock()).toThrow(new RegExp(`process ${process.pid}, since 20.*delete .*/state/lock`))
  release()
  open().lock()()
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that another process has taken since is not given back', () => {
  const release = open().lock()
  const theirs = '1 2026-01-01T00:00:00.000Z\n'
  open().write('lock', theirs)
  release()
  expect(open().read('lock')).toBe(theirs)
})

test('the lock of a living process stays', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  try {
    await new Promise((resolve) => child.once('spawn', resolve))
    open().write('lock', `${child.pid} 2026-01-01T00:00:00.000Z\n`)
    expect(() => open().lock()).toThrow(`process ${child.pid}, since 2026-01-01`)
  } finally {
    child.kill('SIGKILL')
  }
})

test('the lock of a process of another user stays', () => {
  vi.spyOn(process, 'kill').mockImplementation(() => fail('EPERM'))
  open().write('lock', '4242 2026-01-01T00:00:00.000Z\n')
  expect(() => open().lock()).toThrow('process 4242, since 2026-01-01')
})

test('a lock that comes in the place of one of a dead process stays', () => {
  const asked = vi.spyOn(process, 'kill').mockImplementation(() => true)
  asked.mockImplementationOnce(() => {
    open().write('lock', '5252 2026-01-02T00:00:00.000Z\n')
    return fail('ESRCH')
  })
  open().write('lock', '4242 2026-01-01T00:00:00.000Z\n')
  expect(() => open().lock()).toThrow('process 5252, since 2026-01-02')
  expect(readdirSync(folder)).toEqual(['lock'])
})

test('a disk without hard links locks too', () => {
  vi.spyOn(fs, 'linkSync').mockImplementation(() => fail('EPERM'))
  syncBuiltinESMExports()
  const release = open().lock()
  expect(() => open().lock()).toThrow('Another routeshift')
  release()
  open().lock()()
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['of a dead process', () => deadPid()],
  // Containers give the same number to each run.
  ['of a dead process with our number', async () => process.pid],
  ['without a number', async () => Number.NaN],
])('the lock %s counts for nothing', async (_name, pid) => {
  open().lock()()
  open().write('lock', `${await pid()} 2026-01-01T00:00:00.000Z\n`)
  const release = open().lock()
  expect(() => open().lock()).toThrow('Another routeshift')
  release()
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that cannot be made is named', () => {
  writeFileSync(join(folder, '..', 'file'), '')
  const state = createRunState(() => join(folder, '..', 'file', 'state'))
  expect(() => state.lock()).toThrow(/cannot write .*a part of its path is a file/)
  expect(() => state.write('a', '')).toThrow(/cannot write/)
})

function fail(code: string): never {
  throw Object.assign(new Error(code), { code })
}

function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  return new Promise((resolve) => child.once('exit', () => resolve(child.pid ?? 0)))
}
