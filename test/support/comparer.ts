import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { repositoryRoot } from './fixture.ts'

/**
 * The code that compares, bundled and without its comments: what was compared with the same one need not be compared again. `entries`: paths
 * from the root of the project.
 */
export async function readComparer(entries: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [...entries, 'transforms/verify/worker/entry.ts'].map((path) => join(repositoryRoot, path)),
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    tsconfigRaw: {},
  })
  return digest([process.version, ...outputFiles.map(({ text }) => text)])
}

/** A short name for what is the same only if all of this is. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 24)

/** The lines of a file of what was compared, by the key that each begins with. */
export function readRemembered(file: string): Map<string, string> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
}
