import { cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative, sep } from 'node:path'
import { transformSync } from 'esbuild'
import { bundleAll, type Entry } from '../support/bundle.ts'
import { linkTree } from '../support/demo-app.ts'
import { type Files, repositoryRoot } from '../support/fixture.ts'
import { parseSource } from '../support/source.ts'
import { usesNextAuth5 } from '../support/type-tree.ts'
import type { ServedCase, ServedRoute } from './served-cases.ts'
import { type Major, versions } from './versions.ts'

type Side = 'before' | 'after'
const sides: readonly Side[] = ['before', 'after']
const packages = join(repositoryRoot, 'node_modules')

/**
 * Writes two Next apps into .cache/, one with the original handlers of all cases and one with the migrated ones. A file
 * that imports nothing of its project stands there byte for byte; any other is bundled, and the route file re-exports it.
 */
export async function writeApps(
  major: Major,
  cases: readonly ServedCase[],
  root = join(repositoryRoot, '.cache/servers', String(major)),
): Promise<Record<Side, string>> {
  rmSync(root, { recursive: true, force: true })
  const files = cases.flatMap((served) =>
    served.routes.flatMap((route) => sides.map((side) => locate(served, route, side))),
  )
  const bundles = await bundleAll(
    files.filter(({ isAlone }) => !isAlone).map(({ entry }) => entry),
    `servers/${major}/bundles`,
    'esm',
  )
  const dirs = { before: join(root, 'before'), after: join(root, 'after') }
  for (const side of sides) writeProject(dirs[side], major)
  for (const { entry, side, path, isAlone } of files) {
    const text = entry.files[entry.path] ?? ''
    if (isAlone) {
      write(join(dirs[side], path), text)
      continue
    }
    const bundle = bundles.get(entry.id)
    if (bundle?.kind !== 'module') throw new Error(`${entry.id}: ${bundle?.errors.join('\n')}`)
    const copy = join('bundles', `${entry.id}.js`)
    mkdirSync(join(dirs[side], 'bundles'), { recursive: true })
    cpSync(bundle.path, join(dirs[side], copy))
    write(
      join(dirs[side], `${path.slice(0, -extname(path).length)}.js`),
      printDoor(entry.path, text, bundle.exports, relative(dirname(path), copy)),
    )
  }
  return dirs
}

interface PlacedFile {
  entry: Entry
  side: Side
  /** Relative to the app. */
  path: string
  isAlone: boolean
}

function locate(
  { prefix, before, after }: ServedCase,
  { source, target, served }: ServedRoute,
  side: Side,
): PlacedFile {
  const [files, path] = side === 'before' ? [before, source] : [after, target]
  // The folder of a route file says more than its id does: groups, `%5F`. The extension is that of the last dot,
  // because longer ones (`route.api.ts`) are an option of the whole app.
  const folder = dirname(target.slice(target.indexOf('app/api/') + 'app/api/'.length))
  const placed = side === 'before' ? `pages${served}` : join('app/api', prefix, folder, 'route')
  const id = `${prefix}-${side}-${folder}`.replaceAll(/[^\w-]+/g, '_')
  return { entry: { id, files, path }, side, path: `${placed}${extname(path)}`, isAlone: isAlone(files, path) }
}

/** Whether every import is one that a real app would resolve the same way, wherever the file stands. */
function isAlone(files: Files, path: string): boolean {
  const imported = [...(files[path] ?? '').matchAll(/\b(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)]
  return (
    !usesNextAuth5(files) &&
    imported.every(([, name = '']) => /^(?:node:\w+|next(?:\/.*)?|next-auth(?:\/(?!react).*)?)$/.test(name))
  )
}

/** Next reads some exports without running the file: they must stand in it as literals. */
const readStatically = /^(?:config|dynamic|dynamicParams|fetchCache|maxDuration|preferredRegion|revalidate|runtime)$/

function printDoor(path: string, text: string, exported: readonly string[], bundle: string): string {
  const literals = parseSource(path, text)
    .nodes.filter(({ type }) => type === 'ExportNamedDeclaration')
    .map(({ start, end }) => text.slice(start, end))
    .filter((statement) => readStatically.test(nameOf(statement)))
  const names = exported.filter((name) => !literals.some((statement) => nameOf(statement) === name))
  const code = literals.map((statement) => transformSync(statement, { loader: 'ts' }).code)
  return `export { ${names.join(', ')} } from './${bundle}'\n${code.join('')}`
}

const nameOf = (statement: string): string => /^export const (\w+)/.exec(statement)?.[1] ?? ''

function writeProject(dir: string, major: Major): void {
  const config = {
    typescript: { ignoreBuildErrors: true },
    ...(major < 16
      ? { eslint: { ignoreDuringBuilds: true } }
      : { turbopack: { root: findCommonFolder(dir, realpathSync(packages)) } }),
  }
  write(join(dir, 'package.json'), '{ "name": "served", "private": true }\n')
  write(join(dir, 'next.config.js'), `module.exports = ${JSON.stringify(config)}\n`)
  mkdirSync(join(dir, 'node_modules'))
  // Hard links: next, and what imports it, must find this version and not the one beside their real path.
  linkTree(versions[major].folder, join(dir, 'node_modules/next'))
  linkTree(join(packages, 'next-auth'), join(dir, 'node_modules/next-auth'))
  symlinkSync(join(packages, 'typescript6'), join(dir, 'node_modules/typescript'))
}

/** Turbopack reads nothing above its root, and the packages of a git worktree may be a link to those of another one. */
function findCommonFolder(a: string, b: string): string {
  const parts = b.split(sep)
  const shared = a.split(sep).findIndex((part, index) => part !== parts[index])
  return parts.slice(0, shared).join(sep)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
