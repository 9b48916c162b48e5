import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main } from '../../transforms/cli/main.ts'

export interface GitApp {
  /** The repository. */
  top: string
  /** The folder in it that is migrated. */
  cwd: string
  /** Runs the command there. */
  start: (...argv: string[]) => Promise<{ exit: number; text: string }>
  put: (path: string, text: string) => void
  git: (...args: string[]) => string
  head: () => string
  log: (format: string, ...args: string[]) => string[]
}

/** An app of three routes in a real repository of one commit, in a temporary folder. */
export function createGitApp(): GitApp {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-git-')))
  const cwd = join(top, 'apps/[web] site')
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: existsSync(join(top, '.git')) ? cwd : top, encoding: 'utf8' })
  put('package.json', '{ "name": "app", "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }')
  put('pages/api/users/[id].js', 'export default (req, res) => res.json({ id: req.query.id })\n')
  put('lib/reply.js', 'export function reply(res) {\n  res.status(200).json({ ok: true })\n}\n')
  put('pages/api/ok.js', "import { reply } from '../../lib/reply'\nexport default (req, res) => reply(res)\n")
  put('pages/api/order.js', `${order}\n`)
  chmodSync(join(cwd, 'pages/api/order.js'), 0o755)
  git('init', '-q')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.org')
  git('config', 'commit.gpgSign', 'false')
  git('add', '-A')
  git('commit', '-qm', 'Add the app')
  return {
    top,
    cwd,
    put,
    git,
    head: () => git('rev-parse', 'HEAD').trim(),
    log: (format, ...args) =>
      git('log', `--format=${format}`, ...args)
        .trim()
        .split('\n'),
    async start(...argv) {
      const out: string[] = []
      const sink = { write: (text: string) => out.push(text) }
      const exit = await main(argv, { stdout: sink, stderr: sink, isTTY: false, cwd, env: {} })
      return { exit, text: out.join('') }
    },
  }
}

const order = `const prices = { tea: 3, cake: 4 }

/** Adds up an order. */
function total(items) {
  return items.reduce((sum, item) => sum + prices[item], 0)
}

export default function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end()
  const items = String(req.query.items).split(',')
  res.status(200).json({ total: total(items) })
}`
