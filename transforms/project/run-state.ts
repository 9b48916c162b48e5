import * as fs from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../model/host.ts'
import type { RunState } from '../model/journal.ts'
import { explainFailure } from './file-failures.ts'

const LOCK = 'lock'
/** Locks that this process holds: its number alone says little where containers give it again. */
const held = new Set<string>()

/** A RunState in a folder on the disk, which is made when something is first written. */
export function createRunState(findFolder: () => string): RunState {
  let folder: string | null = null
  const place = (name: string): string => {
    folder ??= findFolder()
    return join(folder, name)
  }
  return {
    read(name) {
      try {
        return fs.readFileSync(place(name), 'utf8')
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw explainFailure(error, place(name), 'read')
      }
    },
    write: (name, text) => writeDurably(place(''), place(name), text),
    remove: (name) => fs.rmSync(place(name), { force: true }),
    list() {
      try {
        return fs.readdirSync(place('')).sort()
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return []
        throw explainFailure(error, place(''), 'read')
      }
    },
    lock() {
      const mine = `${process.pid} ${new Date().toISOString()}\n`
      takeLock(place(''), place(LOCK), mine)
      held.add(place(LOCK))
      return () => {
        held.delete(place(LOCK))
        if (readOrNull(place(LOCK)) === mine) fs.rmSync(place(LOCK), { force: true })
      }
    },
  }
}

function writeDurably(folder: string, path: string, text: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
    const file = fs.openSync(`${path}.tmp`, 'w')
    try {
      fs.writeFileSync(file, text, 'utf8')
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
    fs.renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw explainFailure(error, path, 'write')
  }
}

function takeLock(folder: string, path: string, mine: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
    for (;;) {
      if (createExclusively(path, mine)) return
      const holder = readOrNull(path)
      if (holder !== null && isAlive(holder, path)) throw lockedBy(holder, path)
      if (holder !== null) clearLock(path, holder)
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw explainFailure(error, path, 'write')
  }
}

/** Whether the file is new. A link and not a write: it is never there without its text. */
function createExclusively(path: string, text: string): boolean {
  const own = `${path}.${process.pid}`
  fs.writeFileSync(own, text)
  try {
    fs.linkSync(own, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // File systems without hard links.
    return writeExclusively(path, text)
  } finally {
    fs.rmSync(own, { force: true })
  }
}

function writeExclusively(path: string, text: string): boolean {
  try {
    fs.writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Whether the process that holds a lock is alive, or may be. */
function isAlive(holder: string, path: string): boolean {
  const pid = Number(/^\d+/.exec(holder)?.[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return held.has(path)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** Takes away the lock of a dead process, and no other one that another process may have put there since. */
function clearLock(path: string, holder: string): void {
  const away = `${path}.old-${process.pid}`
  try {
    fs.renameSync(path, away)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (readOrNull(away) !== holder) {
    try {
      fs.linkSync(away, path)
    } catch {
      // Somebody has a new one already.
    }
  }
  fs.rmSync(away, { force: true })
}

function lockedBy(holder: string, path: string): UserError {
  const [pid = '', since = ''] = holder.trim().split(' ')
  return new UserError(
    `Another routeshift (process ${pid}, since ${since}) is writing here. Nothing was written; wait for it. If there is no such process, delete ${path}.`,
  )
}

function readOrNull(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
