import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import type { BuildFailure, Loader, Message, OnLoadResult, Plugin, PluginBuild } from 'esbuild'
import { type Host, HostError } from '../model/host.ts'
import { createResolver } from '../project/resolve.ts'
import { type MissingModule, PROJECT, resolveAll } from './bundle-resolve.ts'
import { isReact, isServerPartOfNext } from './packages.ts'

/** The modules that a route is made of. */
export interface Bundle {
  /** Path of the CommonJS file on the disk. */
  path: string
  /** Project files in it, relative to the root. */
  files: readonly string[]
  missing: readonly MissingModule[]
}

/** `files`: those of the project that are at fault. */
export type BundleResult = { kind: 'bundle'; bundle: Bundle } | { kind: 'broken'; why: string; files: string[] }

export interface BundleRequest {
  host: Host
  /** Entry files, relative to the root. */
  entries: readonly string[]
  /** Folder for the results. It exists. */
  outdir: string
  /** Changes the text of a file before it is compiled. */
  transform: (path: string, text: string) => string
  /** Project files that stand-ins take the place of. */
  closed: ReadonlySet<string>
  /** Asked when files cannot be bundled: true where one of them was closed, so that it is worth another try. */
  close: (files: readonly string[]) => boolean
  /** Absolute paths of installed packages that were met. */
  packages: Map<string, string>
}

const TOO_MANY_ENTRIES = 200

/**
 * Bundles each entry by itself, so that it has its own copy of every project module. Project files come from the host; modules of Node,
 * packages and files that are no code stay outside and are given by the worker: `builtin:fs`, `outside:stripe`, `real:zod`, `next:next/server`.
 */
export async function bundleEntries(request: BundleRequest): Promise<Map<string, BundleResult>> {
  const results = new Map<string, BundleResult>()
  const entries = [...new Set(request.entries)]
  for (let at = 0; at < entries.length; at += TOO_MANY_ENTRIES)
    await bundleSome(request, entries.slice(at, at + TOO_MANY_ENTRIES), results)
  return results
}

async function bundleSome(
  request: BundleRequest,
  entries: readonly string[],
  results: Map<string, BundleResult>,
): Promise<void> {
  if (entries.length === 0) return
  const { build } = await import('esbuild')
  const missing = new Map<string, MissingModule[]>()
  const numbered = new Map(entries.map((path) => [path, `${request.outdir}/${nameOf(path)}`]))
  mkdirSync(request.outdir, { recursive: true })
  try {
    const { metafile } = await build({
      entryPoints: entries.map((path) => ({ in: path, out: nameOf(path) })),
      outdir: request.outdir,
      outExtension: { '.js': '.cjs' },
      absWorkingDir: request.outdir,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // `import()` of what stays outside asks the worker, as `require` does.
      supported: { 'dynamic-import': false },
      jsx: 'automatic',
      logLevel: 'silent',
      metafile: true,
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      plugins: [createPlugin(request, missing)],
    })
    for (const output of Object.values(metafile.outputs)) {
      const path = output.entryPoint?.replace(/^project:/, '')
      const out = path === undefined ? undefined : numbered.get(path)
      if (path === undefined || out === undefined) continue
      const files = Object.keys(output.inputs).map((input) => input.replace(/^project:/, ''))
      const lost = files.flatMap((from) => missing.get(from) ?? [])
      results.set(path, { kind: 'bundle', bundle: { path: `${out}.cjs`, files, missing: lost } })
    }
  } catch (error) {
    const messages = messagesOf(error)
    if (messages === null) throw error
    const files = messages.flatMap(({ location }) => location?.file.replace(/^project:/, '') ?? [])
    if (files.length > 0 && request.close(files)) return bundleSome(request, entries, results)
    const [only] = entries
    if (entries.length === 1 && only !== undefined) {
      results.set(only, { kind: 'broken', why: messages.map(describeMessage).join('; '), files })
      return
    }
    // A broken file costs only the routes that import it.
    const half = Math.ceil(entries.length / 2)
    await bundleSome(request, entries.slice(0, half), results)
    await bundleSome(request, entries.slice(half), results)
  }
}

/** A file name for an entry. */
const nameOf = (path: string): string => encodeURIComponent(path).replaceAll('%', '+')

function createPlugin(
  { host, transform, packages, closed }: BundleRequest,
  missing: Map<string, MissingModule[]>,
): Plugin {
  const resolve = createResolver(host, null, '')
  return {
    name: 'routeshift-verify',
    setup(build) {
      resolveAll(build, { host, resolve, packages, closed, missing })
      build.onLoad({ filter: /.*/, namespace: PROJECT }, ({ path }) => loadFile(host, transform, path))
    },
  }
}

const loaders: Readonly<Record<string, Loader>> = {
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  js: 'jsx',
  mjs: 'jsx',
  cjs: 'jsx',
  jsx: 'jsx',
  json: 'json',
}

function loadFile(host: Host, transform: BundleRequest['transform'], path: string): OnLoadResult {
  try {
    const text = host.read(path)
    const loader = loaders[/[^.]*$/.exec(path)?.[0] ?? ''] ?? 'js'
    return { contents: loader === 'json' ? text : transform(path, text), loader }
  } catch (error) {
    if (error instanceof HostError) return { errors: [{ text: error.message }] }
    throw error
  }
}

/** Bundles the packages that were met, all in one, each evaluated when it is asked for. Those that cannot be bundled are left out. */
export async function bundlePackages(packages: ReadonlyMap<string, string>, outdir: string): Promise<string | null> {
  const { build } = await import('esbuild')
  let left = [...packages.keys()].sort()
  mkdirSync(outdir, { recursive: true })
  const [entry, outfile] = [join(outdir, 'entry.cjs'), join(outdir, 'packages.cjs')]
  while (left.length > 0) {
    const lines = left.map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(path)})`)
    writeFileSync(entry, `module.exports = {\n${lines.join(',\n')}\n}\n`)
    try {
      await build({
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        logLevel: 'silent',
        plugins: [{ name: 'routeshift-builtins', setup: keepBuiltins }],
      })
      return outfile
    } catch (error) {
      const messages = messagesOf(error)
      if (messages === null) throw error
      const broken = left.filter((path) => messages.some(({ location }) => location?.file.includes(folderOf(path))))
      if (broken.length === 0) return null
      left = left.filter((path) => !broken.includes(path))
    }
  }
  return null
}

const folderOf = (path: string): string => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path

function keepBuiltins(build: PluginBuild): void {
  build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
    if (kind === 'entry-point') return undefined
    const plain = path.replace(/^node:/, '')
    if (plain !== path || (builtinModules.includes(plain) && !path.endsWith('/')))
      return { path: `builtin:${plain}`, external: true }
    return isServerPartOfNext(path) || isReact(path) ? { path: `next:${path}`, external: true } : undefined
  })
}

function messagesOf(error: unknown): Message[] | null {
  return isBuildFailure(error) ? error.errors : null
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors)

function describeMessage({ text, location }: Message): string {
  const file = location?.file.replace(/^project:/, '')
  return file === undefined ? text : `${file}:${location?.line} ${text}`
}

/** The text of a bundle that was written. */
export const readBundle = (path: string): string => readFileSync(path, 'utf8')
