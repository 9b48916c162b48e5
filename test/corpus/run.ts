import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createHost } from '../../transforms/project/host.ts'
import { tabulate } from './table.ts'
import { type RepositoryResult, runRepository } from './run-repository.ts'

/**
 * `npm run corpus -- <folder of checkouts> [--assume-next <version>] [--show <code>] [--diff <repository>] [--json]`:
 * runs routeshift (nothing is written) over each checkout and prints outcomes and codes. Fails on a crash, output that does not parse
 * and a second run that changes something. `--assume-next` is the target for apps whose own Next has no App Router.
 */
const args = process.argv.slice(2)
const flag = (name: string): string | null => {
  const at = args.indexOf(name)
  return at >= 0 ? (args[at + 1] ?? null) : null
}
const folder = resolve(
  args.find((a, i) => !a.startsWith('--') && !['--assume-next', '--show', '--only'].includes(args[i - 1] ?? '')) ?? '',
)
if (args.length === 0 || !existsSync(folder)) {
  console.error('usage: npm run corpus -- <folder of checkouts> [--assume-next 15] [--show PA501] [--only name]')
  process.exit(1)
}
const only = flag('--only')
const results: RepositoryResult[] = []
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name)
  if (!statSync(path).isDirectory() || (only && !name.includes(only))) continue
  results.push(await runRepository(name, createHost(path), flag('--assume-next')))
}
const show = flag('--show')
if (show) {
  for (const result of results) {
    for (const found of result.found)
      if (found.code === show) console.log(`${result.name}/${found.file}:${found.line} ${found.message}`)
  }
}
console.log(tabulate(results))
const broken = results.flatMap((r) => r.broken.map((b) => `${r.name}: ${b}`))
for (const line of broken) console.log(`BROKEN ${line}`)
process.exitCode = broken.length > 0 ? 1 : 0
