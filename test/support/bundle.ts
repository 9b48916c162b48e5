import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Message, type Plugin } from 'esbuild'
import { type Files, repositoryRoot } from './fixture.ts'
import { usesNextAuth5 } from './type-tree.ts'

/** A file of a project in memory that is to become a module that can be loaded. */
export interface Entry {
  /** Unique; also the name of the bundle. */
  id: string
  files: Files
  path: string
}

export type Bundle =
  | { kind: 'module'; path: string; exports: readonly string[] }
  | { kind: 'broken'; errors: readonly string[] }

/**
 * Bundles all entries with one esbuild call into .cache/, as CommonJS to be loaded here or as modules that Next compiles. Each bundle has its own copy of the project's modules, so
 * an in-memory store of a fixture is not shared by the two sides. Packages stay outside and come from node_modules.
 */
export async function bundleAll(
  entries: readonly Entry[],
  folder: string,
  format: 'cjs' | 'esm' = 'cjs',
): Promise<Map<string, Bundle>> {
  const root = join(repositoryRoot, '.cache', folder)
  rmSync(root, { recursive: true, force: true })
  for (const entry of entries) writeTree(join(root, 'trees', entry.id), entry.files)
  const bundles = new Map<string, Bundle>()
  let left = [...entries]
  // A broken entry must cost only its own case: drop it and build the rest again.
  while (left.length > 0) {
    const built = await buildEntries(left, root, format)
    for (const [id, bundle] of built) bundles.set(id, bundle)
    left = left.filter(({ id }) => !built.has(id))
  }
  return bundles
}

/** Loads a fresh instance of a bundle. */
export function loadBundle(path: string): unknown {
  const require = createRequire(import.meta.url)
  delete require.cache[path]
  return require(path)
}

const extensions = { cjs: '.cjs', esm: '.js' } as const

async function buildEntries(
  entries: readonly Entry[],
  root: string,
  format: 'cjs' | 'esm',
): Promise<Map<string, Bundle>> {
  const trees = join(root, 'trees')
  try {
    const { metafile } = await build({
      entryPoints: entries.map(({ id, path }) => ({ in: join(trees, id, path), out: id })),
      outdir: join(root, 'bundles'),
      outExtension: { '.js': extensions[format] },
      bundle: true,
      platform: 'node',
      format,
      target: 'node20',
      packages: 'external',
      logLevel: 'silent',
      absWorkingDir: root,
      metafile: true,
      plugins: [makeStandIns(entries, trees)],
    })
    return new Map(
      entries.map(({ id }) => {
        const path = join('bundles', `${id}${extensions[format]}`)
        return [id, { kind: 'module', path: join(root, path), exports: metafile.outputs[path]?.exports ?? [] }]
      }),
    )
  } catch (error) {
    const messages = readMessages(error)
    const broken = new Map<string, Bundle>()
    for (const entry of entries) {
      const own = messages.filter(({ location }) =>
        location === null ? false : !relative(join(trees, entry.id), join(root, location.file)).startsWith('..'),
      )
      if (own.length > 0)
        broken.set(entry.id, {
          kind: 'broken',
          errors: own.map(({ text, location }) => `${location?.file}:${location?.line} ${text}`),
        })
    }
    if (broken.size === 0) throw error
    return broken
  }
}

function readMessages(error: unknown): Message[] {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)
    ? error.errors
    : []
}

function writeTree(dir: string, files: Files): void {
  // esbuild looks for a tsconfig upwards; without one it would find ours, which keeps unused type imports.
  const config = files['jsconfig.json'] === undefined ? { 'tsconfig.json': '{}' } : {}
  for (const [path, text] of Object.entries({ ...config, ...files })) {
    const file = join(dir, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Installed under a name for each major, where several are: what a case declares is what runs. */
const installed: Readonly<Record<string, (major: number) => string | null>> = {
  '@trpc/server': (major) => (major === 10 || major === 11 ? `trpc-server${major}` : null),
  cors: () => 'cors',
  formidable: (major) => (major === 3 ? 'formidable' : null),
  'iron-session': (major) => (/^[689]$/.test(String(major)) ? `iron-session${major}` : null),
  micro: () => 'micro',
  'next-api-middleware': () => 'next-api-middleware',
  'next-axiom': (major) => (major <= 1 ? `next-axiom${major}` : null),
  'next-connect': (major) => (major === 0 ? 'next-connect0' : 'next-connect'),
  'nextjs-cors': () => 'nextjs-cors',
  'raw-body': () => 'raw-body',
  'request-ip': () => 'request-ip',
}

/** The package as it is installed here, `next-connect0` or `trpc-server11/adapters/fetch`; null where it is not. */
function installedAs(specifier: string, files: Files): string | null {
  const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? []
  const declared = Object.entries(files).flatMap(([path, text]) =>
    /(?:^|\/)package\.json$/.test(path) ? (new RegExp(`"${name}"\\s*:\\s*"\\D*(\\d+)`).exec(text)?.[1] ?? []) : [],
  )
  const folder = installed[name]?.(Number(declared[0] ?? Number.POSITIVE_INFINITY)) ?? null
  return folder === null ? null : folder + rest
}

/** Packages that would go to the network, or of which another version is installed; each behaves as far as the fixtures look. */
const standInFiles: Readonly<Record<string, string>> = {
  '@auth0/nextjs-auth0': 'auth0.ts',
  '@auth0/nextjs-auth0/server': 'auth0.ts',
  'next-auth/react': 'next-auth-react.ts',
}

function makeStandIns(entries: readonly Entry[], trees: string): Plugin {
  const entryOf = (importer: string): Entry | undefined =>
    entries.find(({ id }) => importer.startsWith(join(trees, id) + sep))
  return {
    name: 'stand-ins',
    setup(build) {
      const names = [...Object.keys(installed), ...Object.keys(standInFiles), 'next-auth']
      build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})(?:$|/)`) }, ({ path, importer }) => {
        const { files = {} } = entryOf(importer) ?? {}
        const real = installedAs(path, files)
        // webpack of Next 13 and 14 refuses the `exports` of tRPC 11: "Default condition should be last one".
        if (real?.startsWith('trpc-')) return { path: createRequire(import.meta.url).resolve(real) }
        if (real !== null) return { path: real, external: true }
        const file = path === 'next-auth' && usesNextAuth5(files) ? 'next-auth-5.ts' : standInFiles[path]
        return file === undefined ? undefined : { path: fileURLToPath(new URL(`stand-ins/${file}`, import.meta.url)) }
      })
    },
  }
}
