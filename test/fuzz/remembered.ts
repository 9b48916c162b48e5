import { appendFileSync } from 'node:fs'
import { digest, readComparer, readRemembered } from '../support/comparer.ts'
import type { Compared, Verifier } from './verifier.ts'

/**
 * A verifier that does not ask again what it was shown: comparing is deterministic, so the same original, output, codes and requests give
 * the same answer as long as the code that compares is the same. `file` holds a line for each subject without a surprise
 * (`key exchanges reached total`); those with one are always asked. `next` is the name of the package that hosts.
 */
export async function remembering(verifier: Verifier, file: string, next: string): Promise<Verifier> {
  const comparer = await readComparer(['test/fuzz/verifier.ts'])
  const known = readRemembered(file)
  return {
    stop: () => verifier.stop(),
    async compare(subjects) {
      const keys = subjects.map((subject) => digest([comparer, next, subject]))
      const isAsked = keys.map((key) => !known.has(key))
      const found = await verifier.compare(subjects.filter((_, i) => isAsked[i]))
      return keys.flatMap((key, i) => {
        if (!isAsked[i]) return [recall(known.get(key) ?? '')]
        const compared = found.shift()
        if (compared !== undefined && compared.failure === null && compared.surprises.length === 0)
          appendFileSync(file, `${key} ${compared.exchanges} ${compared.branches.reached} ${compared.branches.total}\n`)
        return compared ?? []
      })
    },
  }
}

function recall(line: string): Compared {
  const [exchanges = 0, reached = 0, total = 0] = line.split(' ').map(Number)
  return { exchanges, surprises: [], failure: null, branches: { reached, total }, isRemembered: true }
}
