import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseArguments, parseVerifyArguments } from '../../transforms/cli/parse.ts'
import { run } from '../../transforms/cli/run.ts'
import { runVerify, type VerifyEngine } from '../../transforms/cli/run-verify.ts'
import type { Proof } from '../../transforms/model/verification.ts'
import { readRecorded } from '../../transforms/verify/recorded-requests.ts'
import { createComparison } from '../report/comparison-sample.ts'
import { createMigration } from '../report/sample.ts'
import { createMemoryHost } from '../support/memory-host.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'routeshift-verify-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

interface World {
  proofs?: readonly Proof[]
  isTTY?: boolean
}

/** Runs the command over a comparison made by hand; notes what the engine was asked. */
async function start(line: string, { proofs, isTTY = false }: World = {}) {
  const asked: { verify: unknown[]; live: unknown[] } = { verify: [], live: [] }
  const [out, err]: string[][] = [[], []]
  const io = {
    stdout: { write: (text: string) => out?.push(text) },
    stderr: { write: (text: string) => err?.push(text), isTTY },
    isTTY,
    cwd,
    env: {},
  }
  const report = createComparison(proofs)
  const shown = proofs?.length === 0 ? { ...report, unserved: [] } : report
  const engine: VerifyEngine = {
    createHost: (root) => createMemoryHost({}, { root }),
    verify: async (options, host, hooks) => {
      asked.verify.push({ ...options, root: host.root })
      for (let done = 0; done <= 10; done++) hooks?.onProgress?.(done, 10)
      return shown
    },
    readRecorded,
    verifyLive: async ({ before, after, requests, timeLimit }) => {
      asked.live.push({ before, after, requests, timeLimit })
      return shown
    },
  }
  const exit = await runVerify(parseVerifyArguments(line === '' ? [] : line.split(' ')), io, engine)
  return { exit, stdout: (out ?? []).join(''), stderr: (err ?? []).join(''), asked }
}

describe('exit code', () => {
  test.each<[number, string, Proof[]]>([
    [0, 'all is proven or partly', ['proven', 'partly']],
    [1, 'a route cannot run', ['proven', 'cannot-run']],
    [2, 'a route differs', ['proven', 'differs', 'cannot-run']],
  ])('%d when %s', async (expected, _why, proofs) => expect((await start('', { proofs })).exit).toBe(expected))

  test('nothing that moved is an error that says what to do', async () => {
    await expect(start('--from v1', { proofs: [] })).rejects.toThrow(/No route has moved .* since v1.*--from/)
  })
})

describe('what is printed and written', () => {
  test('text, in colour only on a terminal', async () => {
    const { stdout } = await start('')
    expect(stdout).toContain('4 routes compared: HEAD and working tree')
    expect(stdout).not.toContain('\u001b[')
    expect((await start('', { isTTY: true })).stdout).toContain('\u001b[')
    expect((await start('--no-color', { isTTY: true })).stdout).not.toContain('\u001b[')
  })

  test('--json prints the report alone, --quiet nothing', async () => {
    expect(JSON.parse((await start('--json')).stdout)).toMatchObject({ version: 1, summary: { differs: 1 } })
    expect((await start('--quiet', { isTTY: true })).stdout).toBe('')
  })

  test('--report writes each file by its ending', async () => {
    await start('--report a.json --report sub/b.md')
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toMatchObject({ version: 1 })
    expect(readFileSync(join(cwd, 'sub/b.md'), 'utf8')).toMatch(/^# Answers before and after/)
  })

  test('a bar on a terminal, which is gone in the end', async () => {
    const { stderr } = await start('', { isTTY: true })
    expect(stderr).toContain('% of 10 routes')
    expect(stderr).toMatch(/\r +\r$/)
    expect((await start('')).stderr).toBe('')
  })
})

describe('what is asked of the engine', () => {
  test('everything on the line, folders absolute', async () => {
    mkdirSync(join(cwd, 'web'))
    mkdirSync(join(cwd, 'lib'))
    const line =
      'web --from v1 --include a --exclude b --next 15 --lang js --strict --next-from lib --seed 7 --time-limit 9 --workers 3'
    const { asked } = await start(line)
    expect(asked.verify).toEqual([
      {
        root: join(cwd, 'web'),
        from: 'v1',
        include: ['a'],
        exclude: ['b'],
        next: '15',
        lang: 'js',
        strict: true,
        keepTested: false,
        fallback: null,
        adapterFile: null,
        nextFrom: join(cwd, 'lib'),
        seed: 7,
        timeLimit: 9,
        workers: 3,
      },
    ])
  })

  test('a folder that is not there is an error', async () => {
    await expect(start('--next-from nowhere')).rejects.toThrow('There is no folder')
  })

  test('--live reads the requests and asks for nothing else', async () => {
    writeFileSync(join(cwd, 'r.json'), '[{ "path": "/api/a" }]')
    const { asked } = await start('--live http://a http://b --requests r.json')
    const requests = [{ name: 'GET /api/a', method: 'GET', path: '/api/a', headers: {} }]
    expect(asked).toEqual({ verify: [], live: [{ before: 'http://a', after: 'http://b', requests, timeLimit: 2000 }] })
  })

  test('a file of requests that is not there is an error', async () => {
    await expect(start('--live http://a http://b --requests no.har')).rejects.toThrow('Cannot read no.har')
  })
})

test('routeshift --verify migrates with the engine that replays', async () => {
  const calls: unknown[] = []
  const host = createMemoryHost({}, { root: cwd })
  const io = { stdout: { write: () => {} }, stderr: { write: () => {} }, isTTY: false, cwd, env: {} }
  const migration = createMigration(undefined, cwd)
  const engine = {
    createHost: () => host,
    migrate: async () => {
      throw new Error('the engine that does not replay was asked')
    },
    migrateVerified: async (options: unknown) => {
      calls.push(options)
      return migration
    },
    printStage: async () => '',
  }
  await run(parseArguments(['--dry-run', '--verify', '--seed', '3']), io, engine)
  expect(calls).toEqual([
    expect.objectContaining({ seed: 3, timeLimit: 2000, workers: null, nextFrom: null, strict: false }),
  ])
})
