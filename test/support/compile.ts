import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from './fixture.ts'

/** Errors of a program, grouped by the fixture they are in; `''` holds those of the program as a whole. */
export type TypeErrors = ReadonlyMap<string, readonly string[]>

/** Runs tsc over a folder written by type-tree.ts. `typescript` is the folder of the compiler in node_modules. */
export async function compile(root: string, typescript: string, ids: readonly string[]): Promise<TypeErrors> {
  const tsc = join(repositoryRoot, 'node_modules', typescript, 'bin/tsc')
  const output = await runNode([tsc, '-p', root, '--pretty', 'false'], root)
  const errors = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    if (!/\berror TS\d+/.test(line)) continue
    const id = ids.find((id) => line.startsWith(`${id}/`)) ?? ''
    errors.set(id, [...(errors.get(id) ?? []), id === '' ? line : line.slice(id.length + 1)])
  }
  return errors
}

function runNode(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // tsc exits with 1 or 2 when it found errors; without any output it did not run at all.
      if (error !== null && stdout === '') reject(new Error(stderr || error.message))
      else resolve(stdout)
    })
  })
}
