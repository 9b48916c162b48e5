import { describe, expect, test } from 'vitest'
import type { ReportedRoute } from '../../transforms/model/report.ts'
import { compile, type TypeErrors } from '../support/compile.ts'
import { defaultTarget, type Fixture, findFixtures, type Target, targets } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'
import { compilers, type TypedProject, writeTypeTree } from '../support/type-tree.ts'

/** Type-checks what the engine wrote with the compiler and the types of each Next major, one program per major. */

const fixtures = findFixtures()
const migrated = fixtures.filter((fixture) => !fixture.isKept)
const isTypeScript = (fixture: Fixture): boolean =>
  Object.keys(fixture.input).some((path) => /pages\/api\/.*\.tsx?$/.test(path))
const limit = 180_000

describe.each(targets)('Next %i', (target) => {
  const cases = migrated.filter((fixture) => isTypeScript(fixture) && suits(fixture, target))
  checkAll(`next-${target}`, cases, target, true)
})

// JavaScript that became TypeScript is checked as the tsconfig would be that Next makes for such a project.
describe('JavaScript projects', () => {
  const cases = migrated.filter((fixture) => !isTypeScript(fixture))
  checkAll('javascript', cases, defaultTarget, false)
})

/** A case that does not type-check before the migration proves nothing after it. */
describe('inputs', () => {
  const cases = fixtures.filter((fixture) => isTypeScript(fixture) && suits(fixture, defaultTarget))
  const projects = cases.map((fixture) => ({ id: fixture.id, files: fixture.input, routes: [] }))
  const errors = once(() => checkProjects('inputs', projects, defaultTarget, true))
  test.each(['', ...cases.map(({ id }) => id)])(
    '%s',
    async (id) => expect((await errors()).get(id) ?? []).toEqual([]),
    limit,
  )
})

describe('self-test: the check file finds', () => {
  const route = `import type { NextRequest } from 'next/server'\n`
  const wrong = {
    'right/one': `${route}export function GET(_: NextRequest, { params }: { params: Promise<{ id: string }> }) { return Response.json(params) }\nexport const revalidate = 0\nexport type Data = string\n`,
    'extra/export': `export function GET() { return new Response() }\nexport const limit = 5\n`,
    'sync/params': `export function GET(_: Request, { params }: { params: { id: string } }) { return Response.json(params.id) }\n`,
    'wrong/name': `export function GET(_: Request, { params }: { params: Promise<{ key: string }> }) { return Response.json(params) }\n`,
    'returns/object': `export function GET() { return { ok: true } }\n`,
    'old/request': `import type { NextApiRequest } from 'next'\nexport function GET(req: NextApiRequest) { return Response.json(req.query) }\n`,
    'type/error': `export async function GET(request: Request) { const id: number = request.headers.get('id'); return Response.json(id) }\n`,
  }
  const projects = Object.entries(wrong).map(([id, text]) => ({
    id,
    files: { 'app/api/[id]/route.ts': text },
    routes: [fakeRoute('/api/[id]', 'app/api/[id]/route.ts')],
  }))
  const errors = once(() => checkProjects('self-test', projects, defaultTarget, true))
  test('nothing in a right route', async () => expect((await errors()).get('right/one')).toBeUndefined(), limit)
  test.each(Object.keys(wrong).slice(1))(
    '%s',
    async (id) => expect((await errors()).get(id)?.length).toBeGreaterThan(0),
    limit,
  )
})

function checkAll(name: string, cases: readonly Fixture[], target: Target, isStrict: boolean): void {
  const failed = new Map<string, unknown>()
  const errors = once(async () => {
    const projects: TypedProject[] = []
    for (const fixture of cases) {
      try {
        const { after, migration } = await runEngine(fixture.input, { ...fixture.options, next: String(target) })
        projects.push({ id: fixture.id, files: after, routes: migration.report.routes })
      } catch (error) {
        failed.set(fixture.id, error)
      }
    }
    return checkProjects(name, projects, target, isStrict)
  })
  test.each(['', ...cases.map(({ id }) => id)])(
    '%s',
    async (id) => {
      const found = (await errors()).get(id) ?? []
      if (failed.has(id)) throw failed.get(id)
      expect(found).toEqual([])
    },
    limit,
  )
}

async function checkProjects(
  name: string,
  projects: readonly TypedProject[],
  target: Target,
  isStrict: boolean,
): Promise<TypeErrors> {
  const root = writeTypeTree(name, target, projects, isStrict)
  const ids = projects.map(({ id }) => id)
  return compile(root, compilers[target].typescript, ids)
}

/** A case for one Next version is checked with that one. */
function suits(fixture: Fixture, target: Target): boolean {
  const { next } = fixture.options
  return next === undefined || next === null || Number.parseInt(next, 10) === target
}

function fakeRoute(route: string, target: string): ReportedRoute {
  return { route, source: '', target, outcome: 'migrated', methods: [], diagnostics: [], files: [] }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
