import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createHost } from '../../transforms/project/host.ts'
import { tabulate } from './table.ts'
import { type RepositoryResult, runRepository } from './run-repository.ts'
import { type RepositoryTypes, typeRepository } from './type-repository.ts'
import { createMemory } from './remembered.ts'
import { type RepositoryProof, tabulateProofs, verifyRepository } from './verify-repository.ts'

/**
 * `npm run corpus -- <folder of checkouts> [--assume-next <version>] [--show <code>] [--diff <repository>] [--json]`:
 * runs routeshift (nothing is written) over each checkout and prints outcomes and codes. Fails on a crash, output that does not parse
 * and a second run that changes something. `--types` type-checks what is written against what it was made from. `--verify` replays each moved
 * route on the Next installed in that folder; `--remember` keeps the verdicts in a file and does not replay what has not changed. `--fallback adapter` runs with that option. `--assume-next` is the target for apps whose own Next has no App Router.
 */
const args = process.argv.slice(2)
const flag = (name: string): string | null => {
  const at = args.indexOf(name)
  return at >= 0 ? (args[at + 1] ?? null) : null
}
const folder = resolve(
  args.find(
    (a, i) =>
      !a.startsWith('--') &&
      !['--assume-next', '--show', '--only', '--verify', '--requests', '--remember', '--fallback'].includes(
        args[i - 1] ?? '',
      ),
  ) ?? '',
)
if (args.length === 0 || !existsSync(folder)) {
  console.error(
    'usage: npm run corpus -- <folder of checkouts> [--assume-next 15] [--fallback adapter] [--show PA501] [--only name] [--verify <folder with next> [--requests 60] [--remember <file>]]',
  )
  process.exit(1)
}
const only = flag('--only')
const next = flag('--verify')
const remembered = flag('--remember')
const memory = next && remembered ? await createMemory(resolve(remembered), resolve(next)) : null
const results: RepositoryResult[] = []
const proofs: RepositoryProof[] = []
const types: RepositoryTypes[] = []
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name)
  if (!statSync(path).isDirectory() || (only && !name.includes(only))) continue
  const host = createHost(path)
  const { result, migration } = await runRepository(
    name,
    host,
    flag('--assume-next'),
    flag('--fallback') === 'adapter' ? 'adapter' : null,
  )
  results.push(result)
  if (args.includes('--types')) types.push(typeRepository(name, host, migration))
  const requests = Number(flag('--requests') ?? 60)
  if (next) proofs.push(await verifyRepository(name, host, migration, resolve(next), requests, memory))
}
const show = flag('--show')
if (show) {
  for (const result of results) {
    for (const found of result.found)
      if (found.code === show) console.log(`${result.name}/${found.file}:${found.line} ${found.message}`)
  }
}
console.log(tabulate(results))
if (proofs.length > 0) console.log(`\n${tabulateProofs(proofs)}`)
for (const { name, files, before, after, fresh } of types) {
  if (files > 0)
    console.log(`types of ${name}: ${files} files, ${before} errors before, ${after} after, ${fresh.length} new`)
  for (const line of fresh) console.log(`  ${line}`)
}
const broken = results.flatMap((r) => r.broken.map((b) => `${r.name}: ${b}`))
for (const line of broken) console.log(`BROKEN ${line}`)
process.exitCode = broken.length > 0 ? 1 : 0
