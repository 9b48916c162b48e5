import { expect, test } from 'vitest'
import type { NextApp } from '../../transforms/model/project.ts'
import { createServerCollector } from '../../transforms/project/servers.ts'

const apps = ['a', 'b'].map((root) => ({ root }) as NextApp)

function rootsFor(path: string, text: string): string[] {
  const collector = createServerCollector()
  collector.visit(path, text)
  return collector.roots(apps)
}

const serve = 'const handle = app.getRequestHandler()'

test.each([
  ['options that are written out', `const next = require('next')\nconst app = next({ dev })\n${serve}`, ['b']],
  ['no options', `import next from 'next'\nconst app = next()\n${serve}`, ['b']],
  ['a server that renders', `import next, { type NextConfig } from 'next'\nnext({ dev }).render(req, res, '/')`, ['b']],
  ['options from elsewhere', `const next = require('next')\nconst app = next(options)\n${serve}`, ['a', 'b']],
  ['options that are spread', `import next from 'next'\nconst app = next({ ...options })\n${serve}`, ['a', 'b']],
  ['a folder', `import next from 'next'\nconst app = next({ dir: '../a' })\n${serve}`, ['a', 'b']],
  [
    'another folder to stand in',
    `process.chdir('../a')\nimport next from 'next'\nconst app = next({})\n${serve}`,
    ['a', 'b'],
  ],
  ['an app that comes from elsewhere', serve, ['a', 'b']],
  ['types only', `import type { NextApiRequest } from 'next'\nnext(request)`, []],
  ['a next of its own', `router.use((req, res, next) => next(new Error('x')))`, []],
])('%s', (_name, text, roots) => {
  expect(rootsFor('b/server.ts', text)).toEqual(roots)
})

test('a server beside the apps may be any one of theirs', () => {
  expect(rootsFor('server.ts', `import next from 'next'\nnext({ dev }).getRequestHandler()`)).toEqual(['a', 'b'])
})
