import { expect, test } from 'vitest'
import { renderMarkdown } from '../../transforms/report/markdown.ts'
import { escapeMessage, inlineCode } from '../../transforms/report/escape.ts'
import { createDiagnostic, createMigration, createRoute } from './sample.ts'

test.each([
  ['plain text', 'plain text'],
  ['calls `fn<T>` here', 'calls `fn<T>` here'],
  ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)\\>'],
  ['[a](b) **c** _d_ ~e~ &lt;', '\\[a\\](b) \\*\\*c\\*\\* \\_d\\_ \\~e\\~ \\&lt;'],
  ['one ` backtick', 'one \\` backtick'],
  ['`code` and ` one', '`code` and \\` one'],
  ['two\nlines\r\n\n# no title', 'two lines # no title'],
  ['@team #12 https://a.test www.a.test', '@<!-- -->team #<!-- -->12 https:\\/\\/a.test www\\.a.test'],
  ['$x$', '\\$x\\$'],
])('message %j', (message, expected) => expect(escapeMessage(message)).toBe(expected))

test.each([
  ['pages/api/a.ts', '`pages/api/a.ts`'],
  ['a`b', '``a`b``'],
  ['``', '``` `` ```'],
  ['a\nb', '`a b`'],
  ['', '`  `'],
])('code %j', (value, expected) => expect(inlineCode(value)).toBe(expected))

test('names of files cannot break out of the report', () => {
  const evil = 'x`|<b>\n# title\n[l](http://e.test)'
  const found = [createDiagnostic('PA012', 'error', `pages/${evil}`, { message: evil })]
  const { report } = createMigration([
    createRoute(evil, 'migrated'),
    createRoute(evil, 'kept', found),
    createRoute(evil, 'failed', found),
  ])
  const markdown = renderMarkdown(report)
  expect(markdown).not.toMatch(/^# title/m)
  // Outside of inline code nothing of the name is left unescaped.
  const prose = markdown.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '')
  expect(prose).not.toContain('<b>')
  expect(prose).not.toMatch(/(?<!\\)\]\(/)
})
