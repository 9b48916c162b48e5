import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../transforms/model/report.ts'
import { fixturesRoot, repositoryRoot, type Target } from './fixture.ts'
import { compilers } from './type-tree.ts'

const cli = join(repositoryRoot, 'dist/bin/routeshift.js')
const packages = join(repositoryRoot, 'node_modules')
/** What `next build` leaves in the folder of the demo when somebody runs it there. */
const leftovers = /\/(?:\.next|node_modules|next-env\.d\.ts|[^/]*\.tsbuildinfo)$/

/** Copies the demo into .cache/, with the packages of one Next major. Other packages are found in ours, above it. */
export function copyDemo(name: string, target: Target): string {
  const dir = join(repositoryRoot, '.cache/demo', name)
  rmSync(dir, { recursive: true, force: true })
  cpSync(join(fixturesRoot, 'demo'), dir, { recursive: true, filter: (path) => !leftovers.test(path) })
  mkdirSync(join(dir, 'node_modules'))
  // Hard links: next must find itself under the name `next`, and not by its real path beside another version.
  linkTree(join(packages, compilers[target].next), join(dir, 'node_modules/next'))
  // Next needs the JavaScript API of the compiler, which TypeScript 7 no longer has.
  symlinkSync(join(packages, 'typescript6'), join(dir, 'node_modules/typescript'))
  return dir
}

/** Runs the built command line in a copy, as a user would, and reads its JSON report. */
export function migrateDemo(dir: string): { report: Report; output: string } {
  if (!existsSync(cli)) throw new Error('dist/ is missing: npm run build')
  const reports = join(dir, 'node_modules/report.json')
  // Without a repository of its own the copy would be ignored: ours ignores .cache/.
  execFileSync('git', ['init', '--quiet'], { cwd: dir })
  try {
    const options = ['--allow-dirty', '--no-color', '--report', reports]
    const output = execFileSync(process.execPath, [cli, ...options], { cwd: dir, encoding: 'utf8' })
    return { report: JSON.parse(readFileSync(reports, 'utf8')), output }
  } finally {
    // With it, Turbopack would not look for packages above the copy.
    rmSync(join(dir, '.git'), { recursive: true })
  }
}

/** Copies a folder by hard links. */
export function linkTree(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.isFile()) linkSync(source, target)
    else cpSync(source, target, { verbatimSymlinks: true })
  }
}
