import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const places = ['./worker/', './verify/worker/', '../transforms/verify/worker/', '../../transforms/verify/worker/']

/**
 * The program that worker processes run. A build has it beside the code that asks for it; from source it is made first, since Node
 * does not run TypeScript.
 */
export async function findWorker(folder: string): Promise<string> {
  for (const place of places) {
    const built = fileURLToPath(new URL(`${place}entry.js`, import.meta.url))
    if (existsSync(built)) return built
    const source = fileURLToPath(new URL(`${place}entry.ts`, import.meta.url))
    if (existsSync(source)) return buildWorker(source, folder)
  }
  throw new Error('the worker of verify is missing from this installation')
}

async function buildWorker(source: string, folder: string): Promise<string> {
  const { build } = await import('esbuild')
  const outfile = join(folder, 'worker', 'entry.mjs')
  mkdirSync(join(folder, 'worker'), { recursive: true })
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    tsconfigRaw: {},
  })
  return outfile
}
