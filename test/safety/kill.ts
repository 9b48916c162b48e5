import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../fuzz/random.ts'
import { copyApp, isSame, readTree, type Tree, writeApp } from './tree.ts'

export interface Kills {
  /** Folder of routeshift, built. */
  root: string
  kills: number
  /** Of the app that is migrated. */
  routes: number
  seed: number
}

/** How often a run and an undo were killed, how the tree was left, and how many operations on the disk each has. */
export interface KillTally {
  run: number
  undo: number
  before: number
  after: number
  between: number
  operations: { run: number; undo: number }
}

/** Everything that a run does to a tree. */
const WHOLE = ['--format', '--commits']

type Left = 'before' | 'after' | 'between'
type Start = (command: readonly string[], dir: string, env?: Readonly<Record<string, string>>) => Ended

interface Ended {
  status: number | null
  signal: string | null
  stderr: string
}

/**
 * Kills the built routeshift while it writes, or undoes, before an operation on the disk that is drawn by the seed. `routeshift undo` must
 * then restore the tree to the byte, and another run do what the killed one was to do; throws where not.
 */
export function killMany({ root, kills, routes, seed }: Kills): KillTally {
  const folder = mkdtempSync(join(tmpdir(), 'routeshift-safety-'))
  try {
    const trees = { before: join(folder, 'before'), after: join(folder, 'after'), undone: join(folder, 'undone') }
    const start = starter(root)
    const count = counter(start, join(folder, 'count'))
    writeApp(trees.before, routes)
    copyApp(trees.before, trees.after)
    const run = count(WHOLE, trees.after)
    copyApp(trees.after, trees.undone)
    const undo = count(['undo'], trees.undone)
    const [before, after] = [readTree(trees.before), readTree(trees.after)]
    if (!isSame(readTree(trees.undone), before)) throw new Error('undo did not restore the tree')
    const tally: KillTally = { run: 0, undo: 0, before: 0, after: 0, between: 0, operations: { run, undo } }
    for (let at = 0; at < kills; at++) {
      const command = at % 3 === 2 ? 'undo' : 'run'
      const operation = createRandom(seed, at).int(1, tally.operations[command])
      const dir = join(folder, 'killed')
      rmSync(dir, { recursive: true, force: true })
      copyApp(command === 'run' ? trees.before : trees.after, dir)
      const where = `${command} killed before operation ${operation}`
      const ended = start(command === 'run' ? WHOLE : ['undo'], dir, { KILL_AT: String(operation) })
      if (ended.signal !== 'SIGKILL') throw new Error(`${where}: it lived (${ended.status}) ${ended.stderr}`)
      tally[command] += 1
      tally[check(start, dir, { before, after }, where)] += 1
    }
    return tally
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function starter(root: string): Start {
  const [killer, cli] = [join(root, 'test/safety/killer.mjs'), join(root, 'dist/bin/routeshift.js')]
  return (command, dir, env = {}) => {
    const line = ['--import', killer, cli, ...command, dir, '--quiet']
    const { status, signal, stderr } = spawnSync(process.execPath, line, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    return { status, signal, stderr }
  }
}

/** Runs a command to its end and answers how many operations on the disk it had. */
function counter(start: Start, file: string): (command: readonly string[], dir: string) => number {
  return (command, dir) => {
    rmSync(file, { force: true })
    const ended = start(command, dir, { COUNT_TO: file })
    if (ended.status !== 0) throw new Error(ended.stderr)
    return Number(readFileSync(file, 'utf8').trim())
  }
}

/** How the tree was left. */
function check(start: Start, dir: string, { before, after }: { before: Tree; after: Tree }, where: string): Left {
  const found = readTree(dir)
  const left = isSame(found, before) ? 'before' : isSame(found, after) ? 'after' : 'between'
  const undo = start(['undo'], dir)
  if (undo.status !== 0 && !(left === 'before' && /nothing to undo/.test(undo.stderr)))
    throw new Error(`${where}: ${left}, and undo failed: ${undo.stderr}`)
  if (!isSame(readTree(dir), before)) throw new Error(`${where}: ${left}, and undo did not restore the tree`)
  const again = start(WHOLE, dir)
  if (again.status !== 0 || !isSame(readTree(dir), after)) throw new Error(`${where}: no other run: ${again.stderr}`)
  return left
}
