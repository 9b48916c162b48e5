import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Mode and bytes of all files by path, without those of git; and the tree and the number of its commits. */
export type Tree = ReadonlyMap<string, string>

export function readTree(folder: string): Tree {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(folder, '.git')))
      .sort()
      .map((path) => [
        path.slice(folder.length + 1),
        `${statSync(path).mode.toString(8)} ${readFileSync(path, 'latin1')}`,
      ]),
  )
  if (existsSync(join(folder, '.git'))) files.set('.git', historyOf(folder))
  return files
}

/** The last commit as a tree, how many there are, and what differs from it. */
function historyOf(folder: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
  return [git('rev-parse', 'HEAD^{tree}'), git('rev-list', '--count', 'HEAD'), git('status', '--porcelain')].join('\n')
}

export const isSame = (a: Tree, b: Tree): boolean =>
  a.size === b.size && [...a].every(([path, bytes]) => b.get(path) === bytes)

/** Writes a small app into git whose routes and helper are of all kinds that a run writes: new, deleted, edited and shared files. */
export function writeApp(folder: string, routes: number): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('package.json', '{"dependencies":{"next":"15.5.0","react":"19.0.0","react-dom":"19.0.0"}}\n')
  write('.prettierrc', '{}\n')
  write('.gitignore', 'node_modules\n')
  // A stand-in: what matters is that it writes.
  write('node_modules/prettier/package.json', '{"version":"3.0.0","bin":"run.cjs"}')
  write(
    'node_modules/prettier/run.cjs',
    "const fs = require('fs')\nfor (const file of process.argv.slice(3)) fs.appendFileSync(file, '// formatted\\n')\n",
  )
  write('app/layout.js', 'export default ({ children }) => <html><body>{children}</body></html>\n')
  write('lib/reply.js', 'export function reply(res, value) {\r\n  res.status(200).json({ value })\r\n}\r\n')
  write('lib/kept.js', 'export const kept = 1\n')
  for (let at = 0; at < routes; at++) {
    const body =
      at % 3 === 0
        ? `import { reply } from '../../../lib/reply'\nexport default function handler(req, res) {\n  reply(res, ${at})\n}\n`
        : `export default function handler(req, res) {\n  if (req.method !== 'GET') return res.status(405).end()\n  res.json({ at: ${at} })\n}\n`
    const text = at % 4 === 1 ? `\uFEFF${body}` : at % 4 === 2 ? body.replaceAll('\n', '\r\n') : body
    write(`pages/api/group${at % 5}/route-${at}.js`, text)
  }
  chmodSync(join(folder, 'lib/reply.js'), 0o755)
  chmodSync(join(folder, 'pages/api/group1/route-1.js'), 0o755)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' })
  git('init', '-q')
  git('add', '-A')
  git('config', 'user.name', 't')
  git('config', 'user.email', 't@example.org')
  git('config', 'commit.gpgSign', 'false')
  git('commit', '-qm', 'app')
}

export function copyApp(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}
