import type { Host } from '../model/host.ts'
import { isComputing } from './packages.ts'

/**
 * Modules that cannot be evaluated without their surroundings (a schema for `process.env`, a connection that is made at once, `await` at the
 * top) are closed: a stand-in takes their place on both sides, as if they were outside of the project.
 */
export interface ClosedModules {
  readonly paths: Set<string>
  /** Of some modules the first that may be closed: it is no file of a route, and the same on both sides. */
  closable(modules: readonly string[]): string | null
}

export function createClosedModules(before: Host, after: Host, files: ReadonlySet<string>): ClosedModules {
  const paths = new Set<string>()
  const mayClose = (path: string): boolean => !files.has(path) && !paths.has(path) && isSame(before, after, path)
  return { paths, closable: (modules) => modules.find(mayClose) ?? null }
}

function isSame(before: Host, after: Host, path: string): boolean {
  try {
    return before.read(path) === after.read(path)
  } catch {
    return false
  }
}

/**
 * Why an original is not judged. `text`: its bundle. What a package that only computes is asked for while modules are evaluated (a schema for
 * `process.env`) no stand-in knows, so that those that are not installed are the first thing to look at.
 */
export function describeUnloaded(error: string, text: string): string {
  const outside = [...text.matchAll(/\brequire\("outside:([^"]+)"\)/g)].map(([, specifier = '']) => specifier)
  const absent = [...new Set(outside.filter(isComputing))].sort()
  const why = `the original cannot be loaded here: ${error.replace('load: ', '')}`
  return absent.length === 0 ? why : `${why} (not installed here: ${absent.join(', ')})`
}

/**
 * Project modules on the stack of an error that was thrown while modules were evaluated: the one that was being evaluated first, then those
 * whose functions it called. `bundle` is the path of the CommonJS file, `text` what is in it: esbuild writes the name of each module above its
 * code.
 */
export function modulesOnStack(stack: string, bundle: string, text: string): string[] {
  const lines = text.split('\n')
  const frames = stack.split('\n').flatMap((frame) => {
    const at = frame.indexOf(`${bundle}:`)
    if (at < 0) return []
    const module = moduleAt(lines, Number.parseInt(frame.slice(at + bundle.length + 1), 10))
    // Code of a module has no function around it, or one that is called as the module is.
    const isEvaluation = !/^\s*at .* \(/.test(frame) || frame.includes('project:')
    return module === null ? [] : [{ module, isEvaluation }]
  })
  const inOrder = [...frames.filter((one) => one.isEvaluation), ...frames.filter((one) => !one.isEvaluation)]
  return [...new Set(inOrder.map(({ module }) => module))]
}

function moduleAt(lines: readonly string[], number: number): string | null {
  for (let line = Math.min(number, lines.length) - 1; line >= 0; line--) {
    const name = /^\s*\/\/ project:(.+)$/.exec(lines[line] ?? '')?.[1]
    if (name !== undefined) return name
  }
  return null
}
