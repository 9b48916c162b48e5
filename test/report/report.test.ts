import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findingOf } from '../../transforms/report/build.ts'
import { renderJson } from '../../transforms/report/json.ts'
import { renderMarkdown } from '../../transforms/report/markdown.ts'
import { renderText } from '../../transforms/report/text.ts'
import { createDiagnostic, createMigration, createRoute, sampleRoutes } from './sample.ts'
import { findSchemaErrors } from './schema.ts'

const { report } = createMigration()
const plain = {
  show: 'git diff',
  said: [],
  written: 'none',
  color: false,
  undo: 'npx routeshift undo',
  reports: [],
} as const

describe('the report', () => {
  test('counts outcomes and codes', () => {
    const { codes, ...counts } = report.summary
    expect(counts).toEqual({ routes: 4, migrated: 1, review: 1, adapted: 0, kept: 1, failed: 1 })
    expect(codes).toMatchObject({ PA003: 1, PA005: 1, PA008: 1, PA009: 1, PA012: 1, PA290: 1 })
  })

  test('names a target only where one is written', () => {
    expect(report.routes.map(({ target }) => target !== null)).toEqual([true, true, false, false])
  })

  test('says what to do, except in notes', () => {
    const [first] = report.routes[2]?.diagnostics ?? []
    expect(first?.message).toBe(
      'The path is taken in app/ already: `app/api/taken/page.tsx`. Decide which of the two files shall answer, delete or rename the other, then run routeshift again.',
    )
    expect(first && findingOf(first)).toBe('The path is taken in app/ already: `app/api/taken/page.tsx`.')
    expect(report.project.find(({ code }) => code === 'PA296')?.message).toBe('Redirects have an empty body')
  })

  test('places a finding without a span at the whole file', () => {
    expect(report.project[0]).toMatchObject({ code: 'PA005', file: '.', line: 0, column: 0 })
  })

  test('leaves the differences of migrated routes out when none moved', () => {
    const kept = createMigration(sampleRoutes.slice(2)).report
    expect(kept.project.map(({ code }) => code)).toEqual(['PA005'])
  })

  test('a code without words does not cost the report', () => {
    const routes = [createRoute('a', 'kept', [createDiagnostic('PA999', 'blocker', 'pages/api/a.ts')])]
    expect(createMigration(routes).report.routes[0]?.diagnostics[0]?.message).toContain('PA999 has no description yet')
  })
})

describe('docs/report.schema.json', () => {
  const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8'))

  test('describes every property of a report', () => {
    expect(findSchemaErrors(JSON.parse(renderJson(report)), schema)).toEqual([])
  })

  test('refuses what is no report', () => {
    expect(findSchemaErrors({ ...report, version: 2, routes: [{ outcome: 'moved' }] }, schema)).toEqual(
      expect.arrayContaining([
        '$.version: not 1',
        '$.routes[0].outcome: not one of migrated, review, adapted, kept, failed',
      ]),
    )
  })
})

test('Markdown report', async () => {
  await expect(renderMarkdown(report)).toMatchFileSnapshot('__snapshots__/report.md')
})

test('terminal summary', () => {
  expect(renderText(report, plain)).toMatchInlineSnapshot(`
    "4 API routes
          1  migrated  moved to app/; nothing to look at
          1  review    moved to app/; a human should look at the named places
          1  kept      left in pages/ as it was, still served by Next
          1  failed    left as it was; the file or routeshift failed
             Next 16.0.1, pages to app

    Found
          1  PA003  review   next version unknown
          1  PA005  review   page extensions not literal
          1  PA008  blocker  two files for one url
          1  PA009  blocker  path taken in app
          1  PA012  error    unparsable file
         12  differences of every migrated route, named in the written report

    Failed
      pages/api/broken.ts:3  PA012  The file cannot be parsed: Unexpected token (3:5).

    Review
      pages/api/users/[id].ts:3  PA003  The version of Next could not be found; 16.0 is assumed.

    Kept
      pages/api/taken.ts:3  PA009  The path is taken in app/ already: \`app/api/taken/page.tsx\`.

    Project
      .  PA005  \`pageExtensions\` in the Next config is computed and cannot be read; the default is assumed.

    Next
      - The failed routes were not touched. See above what went wrong.
      - Nothing was written. Run without --dry-run and --check to write the changes.
      - Look at the places under Review; the new files mark them: git grep --untracked 'TODO(routeshift'
      - Kept routes go on working. What each one needs: routeshift --dry-run --quiet --report routeshift.md
    "
  `)
})

test('terminal summary after writing', () => {
  const clean = createMigration(sampleRoutes.slice(0, 1)).report
  expect(renderText({ ...clean, project: [] }, { ...plain, written: 'tree' })).toMatchInlineSnapshot(`
    "1 API route
          1  migrated  moved to app/; nothing to look at
             Next 16.0.1, pages to app

    Found
          1  PA005  note     page extensions not literal

    Next
      - Read the changes with git diff, then run your type check and your tests.
      - To take everything back: npx routeshift undo
    "
  `)
})

test('the terminal names a few places and says how many more there are', () => {
  const routes = Array.from({ length: 25 }, (_, at) => {
    return createRoute(`r${at}`, 'kept', [createDiagnostic('PA006', 'blocker', `pages/api/r${at}.ts`)])
  })
  expect(renderText(createMigration(routes).report, plain)).toContain('... and 5 more')
})

test('the terminal is not driven by names of files', () => {
  const routes = [createRoute('a\u001b[2J', 'kept', [createDiagnostic('PA006', 'blocker', 'pages/a\u001b[2J\n.ts')])]
  expect(renderText(createMigration(routes).report, plain)).not.toMatch(/\p{Cc}(?<!\n)/u)
})
