import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHost } from '../../transforms/project/host.ts'

let top: string
let root: string

beforeEach(() => {
  top = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'routeshift-host-')))
  root = join(top, 'repo')
  fs.mkdirSync(root)
})
afterEach(() => fs.rmSync(top, { recursive: true, force: true }))

function put(path: string, content: string | Buffer = 'x'): void {
  fs.mkdirSync(join(root, path, '..'), { recursive: true })
  fs.writeFileSync(join(root, path), content)
}

function git(...args: string[]): void {
  const name = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...name, ...args], { cwd: root, stdio: 'pipe' })
}

describe('read refuses', () => {
  test.each<[string, string, Buffer | null, RegExp]>([
    ['a missing file', 'no.ts', null, /cannot read no\.ts: it does not exist/],
    ['a folder', '.', null, /is a folder/],
    ['a path out of the root', '../x.ts', null, /outside/],
    ['UTF-16 little endian', 'a.ts', Buffer.from([0xff, 0xfe, 0x61, 0]), /UTF-16/],
    ['UTF-16 big endian', 'a.ts', Buffer.from([0xfe, 0xff, 0, 0x61]), /UTF-16/],
    ['UTF-16 without a mark', 'a.ts', Buffer.from('const a = 1', 'utf16le'), /UTF-16/],
    ['Latin-1', 'a.ts', Buffer.from('// caf\u00e9', 'latin1'), /not valid UTF-8/],
    ['more than 5 MB', 'a.ts', Buffer.alloc(5 * 1024 * 1024 + 1, 97), /too large/],
  ])('%s', (_, path, content, message) => {
    if (content) put(path, content)
    expect(() => createHost(root).read(path)).toThrow(message)
    expect(() => createHost(root).read(path)).toThrow(expect.objectContaining({ name: 'HostError', path }))
  })

  test.skipIf(process.getuid?.() === 0)('a file without permission', () => {
    put('a.ts')
    fs.chmodSync(join(root, 'a.ts'), 0)
    expect(() => createHost(root).read('a.ts')).toThrow(/permission denied/)
  })
})

test('read keeps the byte-order mark, line ends and a lone NUL in a string', () => {
  put('a.ts', "\uFEFFconst separator = '\0'\r\n")
  expect(createHost(root).read('a.ts')).toBe("\uFEFFconst separator = '\0'\r\n")
})

describe('list', () => {
  test('without git: skips what is built or installed, keeps dot files', () => {
    for (const path of [
      'b.ts',
      'a/[id].ts',
      '.x/c.ts',
      'node_modules/p/i.ts',
      'a/node_modules/p.ts',
      '.next/d.ts',
      'dist/e.ts',
    ])
      put(path)
    expect(createHost(root).list(['**/*.ts'])).toEqual(['.x/c.ts', 'a/[id].ts', 'b.ts'])
  })

  test('in git: ignored files and committed node_modules are left out, untracked and odd names are in', () => {
    put('.gitignore', 'out/\n')
    for (const path of ['out/a.ts', 'dist/b.ts', 'node_modules/p/i.ts', 'd\u00e9j\u00e0 vu.ts', 'gone.ts']) put(path)
    git('init', '-q')
    git('add', '-f', '.')
    git('rm', '-q', '--cached', 'out/a.ts')
    fs.rmSync(join(root, 'gone.ts'))
    put('new.ts')
    expect(createHost(root).list(['**/*.ts'])).toEqual(['dist/b.ts', 'd\u00e9j\u00e0 vu.ts', 'new.ts'])
  })

  test('brackets are literal, braces and negation work', () => {
    for (const path of ['p/[id].ts', 'p/i.ts', 'p/a.js', 'p/a.d.ts']) put(path)
    const host = createHost(root)
    expect(host.list(['p/[id].ts'])).toEqual(['p/[id].ts'])
    expect(host.list(['p/*.{ts,js}', '!**/*.d.ts'])).toEqual(['p/[id].ts', 'p/a.js', 'p/i.ts'])
  })

  test('a root below the top of the repository sees only itself', () => {
    put('apps/web/a.ts')
    put('b.ts')
    git('init', '-q')
    expect(createHost(join(root, 'apps/web')).list(['**/*.ts'])).toEqual(['a.ts'])
  })

  test('a root that the repository around it ignores is walked', () => {
    put('.gitignore', 'sandbox\n')
    put('sandbox/a.ts')
    git('init', '-q')
    expect(createHost(join(root, 'sandbox')).list(['**/*.ts'])).toEqual(['a.ts'])
  })

  test('knows what was written and removed meanwhile', () => {
    put('a.ts')
    const host = createHost(root)
    expect(host.list(['*.ts'])).toEqual(['a.ts'])
    host.write('b.ts', '')
    host.remove('a.ts')
    expect(host.list(['*.ts'])).toEqual(['b.ts'])
  })

  test('a loop of folder links ends', () => {
    put('a/x.ts')
    fs.symlinkSync('..', join(root, 'a/up'))
    expect(createHost(root).list(['**/*.ts'])).toEqual(['a/x.ts'])
  })
})

describe('write', () => {
  test('refuses a link that leaves the root, and a folder link that does', () => {
    fs.mkdirSync(join(top, 'outside'))
    fs.writeFileSync(join(top, 'outside/x.ts'), 'old')
    fs.symlinkSync('../outside/x.ts', join(root, 'x.ts'))
    fs.symlinkSync('../outside', join(root, 'lib'))
    fs.symlinkSync('nowhere', join(root, 'broken.ts'))
    const host = createHost(root)
    expect(() => host.write('x.ts', 'new')).toThrow(/symlink/)
    expect(() => host.write('lib/x.ts', 'new')).toThrow(/symlink/)
    expect(() => host.write('lib/deep/new.ts', 'new')).toThrow(/symlink/)
    expect(() => host.write('broken.ts', 'new')).toThrow(/broken symlink/)
    expect(() => host.write('../outside/x.ts', 'new')).toThrow(/outside/)
    expect(() => host.remove('lib/x.ts')).toThrow(/symlink/)
    expect(fs.readFileSync(join(top, 'outside/x.ts'), 'utf8')).toBe('old')
    expect(fs.readdirSync(join(top, 'outside'))).toEqual(['x.ts'])
  })

  test('refuses a folder, and a path through a file', () => {
    put('dir/a.ts')
    const host = createHost(root)
    expect(() => host.write('dir', 'x')).toThrow(/is a folder/)
    expect(() => host.write('dir/a.ts/b.ts', 'x')).toThrow(/cannot write/)
  })

  test('makes folders, leaves no temporary file', () => {
    createHost(root).write('app/api/[id]/route.ts', 'text \u00e9\n')
    expect(fs.readFileSync(join(root, 'app/api/[id]/route.ts'), 'utf8')).toBe('text \u00e9\n')
    expect(fs.readdirSync(join(root, 'app/api/[id]'))).toEqual(['route.ts'])
  })

  test('replaces the file (a new inode) and keeps its mode', () => {
    put('a.sh', 'old')
    fs.chmodSync(join(root, 'a.sh'), 0o755)
    const before = fs.openSync(join(root, 'a.sh'), 'r')
    createHost(root).write('a.sh', 'new')
    expect(fs.readFileSync(before, 'utf8')).toBe('old')
    fs.closeSync(before)
    expect(fs.readFileSync(join(root, 'a.sh'), 'utf8')).toBe('new')
    expect(fs.statSync(join(root, 'a.sh')).mode & 0o777).toBe(0o755)
  })

  test('takes the place of what a killed write left', () => {
    put('.a.ts.routeshift-tmp', 'half a te')
    createHost(root).write('a.ts', 'new')
    expect(fs.readdirSync(root)).toEqual(['a.ts'])
    expect(fs.readFileSync(join(root, 'a.ts'), 'utf8')).toBe('new')
  })

  test('what a killed write left can be cleared away, with folders that are empty then', () => {
    put('app/api/.route.ts.routeshift-tmp', 'half a te')
    put('keep/.a.ts.routeshift-tmp', 'half a te')
    put('keep/a.ts', 'mine')
    const host = createHost(root)
    host.discard('app/api/route.ts')
    host.discard('keep/a.ts')
    expect(fs.readdirSync(root)).toEqual(['keep'])
    expect(fs.readdirSync(join(root, 'keep'))).toEqual(['a.ts'])
  })

  test('writes through a link that stays inside', () => {
    put('real.ts', 'old')
    fs.symlinkSync('real.ts', join(root, 'link.ts'))
    createHost(root).write('link.ts', 'new')
    expect(fs.readFileSync(join(root, 'real.ts'), 'utf8')).toBe('new')
    expect(fs.lstatSync(join(root, 'link.ts')).isSymbolicLink()).toBe(true)
  })
})

describe('remove', () => {
  test('refuses what does not exist', () => expect(() => createHost(root).remove('no.ts')).toThrow(/does not exist/))

  test('prunes empty parents up to one that is not, and never the root', () => {
    put('pages/api/users/[id].ts')
    put('pages/index.tsx')
    const host = createHost(root)
    host.remove('pages/api/users/[id].ts')
    expect(fs.readdirSync(join(root, 'pages'))).toEqual(['index.tsx'])
    host.remove('pages/index.tsx')
    expect(fs.existsSync(root)).toBe(true)
  })
})

describe('git', () => {
  test('no repository', () => {
    const { git: state } = createHost(root)
    expect([state.inRepository, state.dirty()]).toEqual([false, []])
  })

  test('dirty: changed, staged, renamed, deleted and untracked, limited to the root', () => {
    for (const path of ['app/a.ts', 'app/b.ts', 'app/old.ts', 'app/same.ts', 'else.ts']) put(path, `${path}\n`)
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'x')
    const host = createHost(join(root, 'app'))
    expect(host.git.dirty()).toEqual([])
    put('app/a.ts', 'changed')
    put('else.ts', 'changed')
    put('app/n\u00e9w/c d.ts')
    git('rm', '-q', 'app/b.ts')
    git('mv', 'app/old.ts', 'app/moved.ts')
    expect(host.git.inRepository).toBe(true)
    expect(host.git.dirty()).toEqual(['a.ts', 'b.ts', 'moved.ts', 'n\u00e9w/c d.ts', 'old.ts'])
  })

  test('the repository of a hook that started us is not ours', () => {
    const other = join(top, 'other')
    fs.mkdirSync(other)
    execFileSync('git', ['init', '-q'], { cwd: other })
    git('init', '-q')
    put('a.ts')
    const known = { ...process.env }
    Object.assign(process.env, {
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, 'index'),
    })
    try {
      expect(createHost(root).git.dirty()).toEqual(['a.ts'])
    } finally {
      process.env = known
    }
  })
})
