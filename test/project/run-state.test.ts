import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../../transforms/model/host.ts'
import { createRunState } from '../../transforms/project/run-state.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'routeshift-state-')), 'state')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

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

test('a lock is held once, and can be taken again when it was given back', () => {
  const release = open().lock()
  expect(() => open().lock()).toThrow(UserError)
  expect(() => open().lock()).toThrow(new RegExp(`process ${process.pid}, since 20.*delete .*/state/lock`))
  release()
  open().lock()()
  expect(readdirSync(folder)).toEqual([])
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

test.each([
  ['of a dead process', () => deadPid()],
  // Containers give the same number to each run.
  ['of a dead process with our number', async () => process.pid],
  ['without a number', async () => Number.NaN],
])('the lock %s counts for nothing', async (_name, pid) => {
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

function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  return new Promise((resolve) => child.once('exit', () => resolve(child.pid ?? 0)))
}
