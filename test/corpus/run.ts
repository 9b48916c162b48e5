import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createHost } from '../../transforms/project/host.ts'
import { renderDiff } from '../../transforms/report/diff.ts'
import { readFlags } from './flags.ts'
import { tabulate } from './table.ts'
import { type RepositoryResult, runRepository } from './run-repository.ts'
import { type RepositoryTypes, typeRepository } from './type-repository.ts'
import { createMemory } from './remembered.ts'
import { type RepositoryProof, tabulateProofs, verifyRepository } from './verify-repository.ts'

/**
 * `npm run corpus -- <folder of checkouts>`: runs routeshift (nothing is written) over each checkout and prints outcomes and codes; `flags.ts`
 * says what else it does. Fails on a crash, output that does not parse and a second run that changes something.
 */
const flags = readFlags(process.argv.slice(2))
const next = flags.verify === undefined ? null : resolve(flags.verify)
const memory = next && flags.remember !== undefined ? await createMemory(resolve(flags.remember), next) : null
const replay = { requests: Number(flags.requests), outcome: flags.outcome ?? null, route: flags.route, memory }
const results: RepositoryResult[] = []
const proofs: RepositoryProof[] = []
const types: RepositoryTypes[] = []
for (const name of readdirSync(flags.folder).sort()) {
  const path = join(flags.folder, name)
  if (!statSync(path).isDirectory() || !name.includes(flags.only)) continue
  const host = createHost(path)
  const fallback = flags.fallback === 'adapter' ? 'adapter' : null
  const { result, migration } = await runRepository(name, host, flags['assume-next'] ?? null, fallback, flags.once)
  results.push(result)
  if (flags.diff) process.stdout.write(renderDiff(migration.changes, { prefix: `${name}/` }))
  if (flags.types) types.push(typeRepository(name, host, migration))
  if (next) proofs.push(...(await verifyRepository(name, host, migration, next, replay)))
}
for (const result of results) {
  for (const found of result.found)
    if (found.code === flags.show) console.log(`${result.name}/${found.file}:${found.line} ${found.message}`)
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
