import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Mode and bytes of all files by path, without those of git. */
export type Tree = ReadonlyMap<string, string>

export function readTree(folder: string): Tree {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
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
  git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-qm', 'app')
}

export function copyApp(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}
