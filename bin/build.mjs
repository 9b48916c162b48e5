// Builds dist/: the command and the library as bundles that need no other package but esbuild, their types, and the
// licences of what is inside. Run by `npm run build`; not part of the package.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

const entries = ['bin/routeshift.ts', 'transforms/index.ts']
const transform = 'transforms/jscodeshift.ts'
/** The program of verify's processes; it is found by its place (transforms/verify/worker-file.ts). */
const worker = 'transforms/verify/worker/entry.ts'

/** @type {import('esbuild').BuildOptions} */
const shared = {
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
}

rmSync('dist', { recursive: true, force: true })
const { metafile } = await build({
  ...shared,
  entryPoints: entries,
  splitting: true,
  // A package of its own: it has a binary for each platform.
  external: ['esbuild'],
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  metafile: true,
  // Bundled CommonJS packages ask for node's own modules with require.
  banner: { js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);" },
})
await build({ ...shared, entryPoints: [worker], format: 'esm' })
// jscodeshift loads a transform with require, through a Babel hook: it has to be CommonJS, and short, since Babel reads all of it.
await build({
  ...shared,
  entryPoints: [transform],
  format: 'cjs',
  minify: true,
  outExtension: { '.js': '.cjs' },
  // The function itself for require and import alike, and its `default` for the hook.
  footer: { js: 'module.exports=Object.assign(module.exports.default,module.exports);' },
})
writeTypes()
writeFileSync('dist/NOTICES.txt', collectNotices(Object.keys(metafile.inputs)))

/** Emits declarations, then deletes those that the public ones do not lead to. */
function writeTypes() {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc)
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
  const reached = new Set()
  const queue = [...entries, transform]
    .filter((path) => path !== 'bin/routeshift.ts')
    .map((path) => resolve('dist', path.replace(/\.ts$/, '.d.ts')))
  for (const file of queue) {
    if (reached.has(file) || !existsSync(file)) continue
    reached.add(file)
    // The compiler rewrites .ts in the imports of JavaScript, but not in those of declarations.
    const text = readFileSync(file, 'utf8').replaceAll(/((?:from\s+|import\()["']\.[^"']+)\.ts(?=["'])/g, '$1.js')
    writeFileSync(file, text)
    const imports = text.matchAll(/(?:from\s+|import\()["'](\.[^"']+)\.js["']/g)
    queue.push(...Array.from(imports, ([, path]) => resolve(dirname(file), `${path}.d.ts`)))
  }
  for (const path of readdirSync('dist', { recursive: true })) {
    const file = resolve('dist', path)
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
  }
}

/** The licence texts of the packages among the bundled files. */
function collectNotices(inputs) {
  const folders = inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [])
  const notices = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`
    return `${name} ${version}\n\n${text}\n`
  })
  return `routeshift contains the following packages.\n\n${notices.join(`\n${'-'.repeat(72)}\n\n`)}`
}
