import { createRandom } from '../fuzz/random.ts'
import { type Files, findFixtures } from '../support/fixture.ts'
import { mutate } from './mutate.ts'

/** A project of the fixtures in which one file, mostly a route, was mutated. */
export interface HostileCase {
  name: string
  files: Files
}

interface Source {
  fixture: string
  path: string
  files: Files
}

let known: readonly [Source, ...Source[]] | null = null

/** Case n of a seed is always the same. */
export function makeCase(seed: number, n: number): HostileCase {
  known ??= listSources()
  const random = createRandom(seed, n)
  const { fixture, path, files } = random.pick(known)
  const other = random.pick(known)
  const text = mutate(files[path] ?? '', other.files[other.path] ?? '', random)
  return { name: `${fixture}: ${path}`, files: { ...files, [path]: text } }
}

/** Routes twice as often as modules, and settings too. */
function listSources(): readonly [Source, ...Source[]] {
  const all = findFixtures().flatMap(({ id, input }) =>
    Object.keys(input)
      .filter((path) => /\.[cm]?[jt]sx?$|^(?:package|tsconfig)\.json$/.test(path))
      .flatMap((path) => {
        const source = { fixture: id, path, files: input }
        return /(?:^|\/)pages\/api\//.test(path) ? [source, source] : [source]
      }),
  )
  const [first, ...rest] = all
  if (first === undefined) throw new Error('no fixtures')
  return [first, ...rest]
}
