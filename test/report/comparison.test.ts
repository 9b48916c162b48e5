import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ReportedFinding } from '../../transforms/model/report.ts'
import { renderComparisonMarkdown } from '../../transforms/report/comparison-markdown.ts'
import { renderComparisonText } from '../../transforms/report/comparison-text.ts'
import { renderCurl } from '../../transforms/report/curl.ts'
import { renderJson } from '../../transforms/report/json.ts'
import { renderMarkdown } from '../../transforms/report/markdown.ts'
import { renderSideBySide } from '../../transforms/report/side-by-side.ts'
import { renderText } from '../../transforms/report/text.ts'
import { reportFinding, reportVerification } from '../../transforms/report/verification.ts'
import { createComparison, createObservation, createVerification, sampleExchange } from './comparison-sample.ts'
import { createMigration } from './sample.ts'
import { findSchemaErrors } from './schema.ts'

const report = createComparison()

test('counts the verdicts', () => {
  expect(report.summary).toEqual({ routes: 4, proven: 1, partly: 1, differs: 1, cannotRun: 1 })
})

test('terminal', () => {
  expect(renderComparisonText(report, { color: false })).toMatchInlineSnapshot(`
    "Differs
      /api/differs  pages/api/differs.ts -> app/api/differs/route.ts (not written by routeshift, which would have kept the route)
        4 of 4 branches; 120 exchanges; expected: etag, json-charset

        POST body name absent; outside: succeed
        curl -i -X POST 'http://localhost:3000/api/thing?a=1&b='\\''x'\\''' -H 'content-type: application/json' -H 'x-empty;' --data-binary '{"it'\\''s":1}'
          before                                                 after
        ! 400                                                    200
          content-type: application/json                         content-type: application/json
        ! {"error":"no name"}                                    {"ok":true}
          calls:                                                 calls:
        !                                                          db.save({})

    Cannot run
      /api/cannot-run  pages/api/cannot-run.ts -> app/api/cannot-run/route.ts
        lib/db.ts cannot be bundled

    Partly
      /api/partly  pages/api/partly.ts -> app/api/partly/route.ts (edited by hand)
        3 of 4 branches; 120 exchanges; expected: etag, json-charset; not reached: line 12 (else)

    Proven
      /api/proven  pages/api/proven.ts -> app/api/proven/route.ts
        4 of 4 branches; 120 exchanges; expected: etag, json-charset

    Not compared
      pages/api/gone.ts is gone, and nothing in app/ serves /api/gone

    4 routes compared: HEAD and working tree
          1  differs     an answer changed, and no code of the report says so
          1  cannot-run  could not be replayed
          1  partly      no difference found, but some branches were not reached
          1  proven      no difference found, every branch reached
    "
  `)
})

test('Markdown', async () => {
  await expect(renderComparisonMarkdown(report)).toMatchFileSnapshot('__snapshots__/comparison.md')
})

test('docs/verify.schema.json describes every property', () => {
  const schema = JSON.parse(readFileSync('docs/verify.schema.json', 'utf8'))
  expect(findSchemaErrors(JSON.parse(renderJson(report)), schema)).toEqual([])
  expect(findSchemaErrors({ ...report, routes: [{}] }, schema)).toContain('$.routes[0]: verification is missing')
})

describe('in the report of a migration', () => {
  const migration = createMigration().report
  const verification = reportVerification(createVerification('/api/hello', 'differs'))
  const replayed = {
    ...migration,
    routes: migration.routes.map((route, at) => (at === 0 ? { ...route, verification } : route)),
  }

  test('the schema describes it', () => {
    const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8'))
    expect(findSchemaErrors(JSON.parse(renderJson(replayed)), schema)).toEqual([])
  })

  test('Markdown names the verdict, the request and both answers', () => {
    const text = renderMarkdown(replayed)
    expect(text).toContain('## Replayed before and after (1)')
    expect(text).toContain('| `/api/hello` | differs | 4 of 4 branches; 120 exchanges; expected: etag, json-charset |')
    expect(text).toContain("curl -i -X POST 'http://localhost:3000/api/thing")
    expect(text).toMatch(/! 400 +200/)
    expect(renderMarkdown(migration)).not.toContain('Replayed')
  })

  test('the terminal counts and gives a command', () => {
    const options = { written: 'none', show: 'git diff', said: [], color: false, undo: '', reports: [] } as const
    expect(renderText(replayed, options)).toMatch(
      /Replayed before and after\n {6}1 {2}differs .*\n {2}\/api\/hello: POST body name absent: curl/,
    )
  })
})

describe('a command line', () => {
  test('a shell reads back what it was made of', () => {
    const { request } = sampleExchange
    const line = renderCurl(request).replace('curl', 'printf "%s\\n"')
    const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\n')
    expect(words).toEqual([
      '-i',
      '-X',
      'POST',
      "http://localhost:3000/api/thing?a=1&b='x'",
      '-H',
      'content-type: application/json',
      '-H',
      'x-empty;',
      '--data-binary',
      `{"it's":1}`,
      '',
    ])
  })

  test.each([
    [{ name: '', method: 'GET', path: '/api/a' }, 'curl -i http://localhost:3000/api/a'],
    [{ name: '', method: 'HEAD', path: '/api/a' }, 'curl -i -I http://localhost:3000/api/a'],
    [
      { name: '', method: 'POST', path: '/api/a', body: '' },
      `curl -i -X POST http://localhost:3000/api/a -H content-type: --data-binary ''`,
    ],
    [
      { name: '', method: 'PUT', path: '/api/a', base64: 'AAE=', headers: { 'Content-Type': 'x/y' } },
      `echo AAE= | base64 -d | curl -i -X PUT http://localhost:3000/api/a -H 'Content-Type: x/y' --data-binary @-`,
    ],
  ])('%j', (request, line) => expect(renderCurl(request)).toBe(line))
})

describe('side by side', () => {
  const show = (before: string, after: string): string[] => {
    const exchange = { ...sampleExchange, before: createObservation(200, before), after: createObservation(200, after) }
    const finding: ReportedFinding = reportFinding({ exchange, differences: [{ aspect: 'body', before, after }] })
    return renderSideBySide(finding)
  }

  test('long lines are shown where they differ', () => {
    const same = 'x'.repeat(200)
    const line = show(`${same}left`, `${same}right`).find((row) => row.startsWith('!'))
    expect(line).toContain('left')
    expect(line).toContain('right')
    expect(line?.length).toBeLessThan(120)
  })

  test('of long texts the lines from the first difference on', () => {
    const lines = (word: string) =>
      Array.from({ length: 50 }, (_unused, at) => (at === 30 ? word : `line ${at}`)).join('\n')
    const rows = show(lines('left'), lines('right'))
    expect(rows.some((row) => row.startsWith('! left'))).toBe(true)
    expect(rows.length).toBeLessThan(20)
  })

  test('no control character reaches the terminal', () => {
    expect(show('\u001b[31m', 'x').join('')).not.toContain('\u001b')
  })

  test('no answer and a crash have their own words', () => {
    const exchange = {
      ...sampleExchange,
      before: { ...sampleExchange.before, answer: { kind: 'hang' } as const },
      after: { ...sampleExchange.after, answer: { kind: 'crash', why: 'out of memory' } as const },
    }
    const rows = renderSideBySide(
      reportFinding({ exchange, differences: [{ aspect: 'answer', before: 'hang', after: 'crash' }] }),
    )
    expect(rows[1]).toMatch(/^! no answer +crash: out of memory$/)
  })
})
