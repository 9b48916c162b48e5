import type { FileChange } from '../../transforms/model/change.ts'
import type { Code, Data, Diagnostic, Level } from '../../transforms/model/diagnostic.ts'
import type { Migration, RouteResult } from '../../transforms/model/migration.ts'
import type { NextApp, Project } from '../../transforms/model/project.ts'
import type { Outcome } from '../../transforms/model/report.ts'
import { buildReport } from '../../transforms/report/build.ts'

/** A run over one app, made by hand: one route of each outcome unless others are given. */
export function createMigration(routes: readonly RouteResult[] = sampleRoutes, root = '/repo'): Migration {
  const project: Project = {
    root,
    apps: [createApp(routes)],
    diagnostics: [],
    importers: [],
    customServers: [],
    serverFiles: [],
  }
  const report = buildReport(project, routes, { version: '1.2.3', generated: '2026-01-02T03:04:05.000Z' })
  return { project, routes, changes: routes.flatMap(({ changes }) => changes), report }
}

/** A route of pages/api by its name, with what was found in it. */
export function createRoute(name: string, outcome: Outcome, diagnostics: readonly Diagnostic[] = []): RouteResult {
  const [source, target] = [`pages/api/${name}.ts`, `app/api/${name}/route.ts`]
  const moves = outcome === 'migrated' || outcome === 'review'
  const change: FileChange = {
    kind: 'move',
    from: source,
    path: target,
    before: `old ${name}\n`,
    after: `new ${name}\n`,
  }
  const path = { id: `/api/${name}`, source, targetDir: `app/api/${name}`, targetStem: 'route', params: [] }
  return {
    route: { ...path, diagnostics: [] },
    app: '',
    outcome,
    target,
    methods: moves ? ['GET', 'POST'] : [],
    diagnostics,
    changes: moves ? [change] : [],
  }
}

export function createDiagnostic(code: Code, level: Level, file: string, data: Data = {}): Diagnostic {
  return { code, level, span: { file, start: 10, end: 20, line: 3, column: 5 }, data }
}

export const sampleRoutes: readonly RouteResult[] = [
  createRoute('hello', 'migrated'),
  createRoute('users/[id]', 'review', [
    createDiagnostic('PA003', 'review', 'pages/api/users/[id].ts', { version: '16.0' }),
  ]),
  createRoute('taken', 'kept', [
    createDiagnostic('PA009', 'blocker', 'pages/api/taken.ts', { other: 'app/api/taken/page.tsx' }),
    createDiagnostic('PA008', 'blocker', 'pages/api/taken.ts', { other: 'pages/api/taken/index.ts' }),
  ]),
  createRoute('broken', 'failed', [
    createDiagnostic('PA012', 'error', 'pages/api/broken.ts', { message: 'Unexpected token (3:5)' }),
  ]),
]

function createApp(routes: readonly RouteResult[]): NextApp {
  return {
    root: '',
    next: { major: 16, minor: 0, raw: '16.0.1', source: 'installed' },
    pagesDir: 'pages',
    appDir: 'app',
    appDirExists: false,
    pageExtensions: ['tsx', 'ts', 'jsx', 'js'],
    basePath: '',
    hasTypeScript: true,
    config: null,
    packages: {},
    routes: routes.map(({ route }) => route),
    diagnostics: [{ code: 'PA005', level: 'review', span: null, data: {} }],
  }
}
