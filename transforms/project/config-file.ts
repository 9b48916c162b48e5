import { type Host, HostError, UserError } from '../model/host.ts'
import { type CheckedConfig, checkConfig } from './config-schema.ts'

/** In the order in which they are looked for. */
const names = [
  'routeshift.config.ts',
  'routeshift.config.mts',
  'routeshift.config.js',
  'routeshift.config.mjs',
  'routeshift.config.json',
]

/**
 * The config of a project: `routeshift.config.ts`, `.js` or `.json` in its root. Null when there is none. Code is bundled and run; its
 * default export is the config. Throws UserError for two files, for code that fails, and for a config that is wrong, naming the place.
 */
export async function readConfigFile(host: Host): Promise<CheckedConfig | null> {
  const [file, second] = names.filter((name) => host.isFile(name))
  if (file === undefined) return null
  if (second !== undefined)
    throw new UserError(`There are two config files, ${file} and ${second}. Remove one of them.`)
  const checked = checkConfig(file.endsWith('.json') ? readJson(file, host) : await runCode(file, host))
  if (typeof checked === 'string') throw new UserError(`${file}: ${checked}.`)
  return checked
}

function readJson(file: string, host: Host): unknown {
  try {
    return JSON.parse(host.read(file).replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof HostError) throw error
    throw new UserError(`${file} is no JSON: ${messageOf(error)}`)
  }
}

async function runCode(file: string, host: Host): Promise<unknown> {
  // Loading esbuild takes longer than most runs need a config.
  const { build } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      stdin: { contents: host.read(file), sourcefile: file, resolveDir: host.root, loader: 'ts' },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      // The config is read without being installed beside: `defineConfig` only gives back what it gets.
      plugins: [
        {
          name: 'routeshift',
          setup: ({ onResolve, onLoad }) => {
            onResolve({ filter: /^routeshift$/ }, () => ({ path: 'routeshift', namespace: 'config' }))
            onLoad({ filter: /.*/, namespace: 'config' }, () => ({ contents: 'export const defineConfig = (c) => c' }))
          },
        },
      ],
    })
    const code = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64')
    const module: { default?: unknown } = await import(`data:text/javascript;base64,${code}`)
    if (!('default' in module)) throw new Error('it has no default export')
    return module.default
  } catch (error) {
    if (error instanceof HostError) throw error
    throw new UserError(`${file} cannot be run: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
