import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { generateProject } from './generate.ts'
import { listInvolved, runTask, type TaskName, type TaskResult } from './tasks.ts'

/**
 * `npm run bench [-- <folder of checkouts>] [--routes 2000] [--seed 1] [--rounds 3]`
 *
 * CPU per route, whole process, of (a) @babel/parser parsing the handlers, (b) routeshift's migrate(), (c) jscodeshift's identity
 * transform; then over all files that (b) parses, those that routes only reach included: (d) @babel/parser and (e) jscodeshift, whose parser
 * is recast, parsing them. Each round in a fresh process, the five in turn, the minimum counts. Then the memory of (b) and the start-up time of --help.
 */
const args = process.argv.slice(2)
const [task, folder = ''] = args[0] === '--task' ? args.slice(1) : []
if (task === 'list') await listInvolved(folder, args[3] ?? '')
else if (task) process.stdout.write(JSON.stringify(await runTask(task as TaskName, folder)))
else runBench()

function runBench(): void {
  const routes = option('--routes', 2000)
  const rounds = option('--rounds', 3)
  const checkouts = args.find((arg, i) => !arg.startsWith('--') && !args[i - 1]?.startsWith('--'))
  const scratch = mkdtempSync(join(tmpdir(), 'routeshift-bench-'))
  try {
    writeProject(scratch, routes, option('--seed', 1))
    const list = `${scratch}.json`
    print(`${routes} generated handlers`, measure(scratch, rounds, list), true)
    if (checkouts) print(`handlers of ${resolve(checkouts)}`, measure(resolve(checkouts), rounds, list), false)
    printStartUp()
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    rmSync(`${scratch}.json`, { force: true })
  }
}

function option(name: string, fallback: number): number {
  const at = args.indexOf(name)
  return at >= 0 ? Number(args[at + 1]) : fallback
}

function writeProject(root: string, count: number, seed: number): void {
  for (const [path, text] of Object.entries(generateProject(count, seed))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  spawnSync('git', ['init', '--quiet'], { cwd: root })
}

type Measures = Record<TaskName, TaskResult>

/** Interleaved, so that a busy minute of the machine meets all three alike. */
function measure(root: string, rounds: number, list: string): Measures {
  runProcess('list', root, list)
  const names: readonly TaskName[] = ['parse', 'migrate', 'identity', 'involved', 'opened']
  const best: Partial<Measures> = {}
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const result = JSON.parse(runProcess(name, name === 'involved' || name === 'opened' ? list : root)) as TaskResult
      const known = best[name]
      if (!known || result.cpu < known.cpu)
        best[name] = { ...result, memory: Math.max(result.memory, known?.memory ?? 0) }
    }
  }
  return best as Measures
}

function runProcess(name: string, ...rest: readonly string[]): string {
  const child = spawnSync(process.execPath, [process.argv[1] ?? '', '--task', name, ...rest], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (child.status !== 0) throw new Error(`${name} failed: ${child.stderr}`)
  return child.stdout
}

function print(title: string, { parse, migrate, identity, involved, opened }: Measures, isGenerated: boolean): void {
  const row = (name: string, { cpu, routes, memory }: TaskResult) =>
    `  ${name.padEnd(34)} ${(cpu / routes / 1000).toFixed(3).padStart(8)} ms  ${(cpu / 1e6).toFixed(2).padStart(7)} s  ${memory.toFixed(0).padStart(5)} MB`
  const ratio = (a: TaskResult, b: TaskResult) => (a.cpu / a.routes / (b.cpu / b.routes)).toFixed(2)
  console.log(
    `${title}: ${parse.routes} files, ${parse.lines} lines (${(parse.lines / parse.routes).toFixed(0)} each); ${migrate.moved} of ${migrate.routes} migrated or review`,
  )
  console.log(`  ${'CPU'.padEnd(34)} ${'per route'.padStart(11)} ${'whole run'.padStart(10)} ${'peak'.padStart(8)}`)
  console.log(row('(a) parse with @babel/parser', parse))
  console.log(row('(b) routeshift', migrate))
  console.log(row('(c) jscodeshift, nothing changed', identity))
  console.log(row(`(d) parse of ${involved.routes} files involved`, { ...involved, routes: parse.routes }))
  console.log(row('(e) the same opened by jscodeshift', { ...opened, routes: parse.routes }))
  console.log(
    `  (b)/(a) ${ratio(migrate, parse)}${isGenerated ? ' (target 3)' : ''}   (c)/(a) ${ratio(identity, parse)}   (b)/(c) ${ratio(migrate, identity)}   (b)/(d) ${(migrate.cpu / involved.cpu).toFixed(2)}   (b)/(e) ${(migrate.cpu / opened.cpu).toFixed(2)}`,
  )
  if (isGenerated) console.log(`  memory of (b) ${migrate.memory.toFixed(0)} MB (target 400)`)
}

function printStartUp(): void {
  const command = resolve('dist/bin/routeshift.js')
  if (!existsSync(command)) {
    console.log('start-up: not measured, run npm run build first')
    return
  }
  const help: number[] = []
  const bare: number[] = []
  for (let i = 0; i < 15; i++) {
    help.push(timeOf([command, '--help']))
    bare.push(timeOf(['-e', '0']))
  }
  const [a, b] = [median(help), median(bare)]
  console.log(
    `start-up: --help ${a.toFixed(0)} ms, node -e 0 ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)} (target 1.5)`,
  )
}

function timeOf(argv: readonly string[]): number {
  const start = process.hrtime.bigint()
  spawnSync(process.execPath, argv, { stdio: 'ignore' })
  return Number(process.hrtime.bigint() - start) / 1e6
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
