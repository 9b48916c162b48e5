import type { Code, Data, Diagnostic, Level } from './model/diagnostic.ts'
import { HostError } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { NextApp, Route } from './model/project.ts'
import type { PlaceHazard } from './project/place-hazard.ts'

/** What crashes us is that route's failure; the others go on. */
export function guarded<T>(route: Route, app: NextApp, run: () => T | RouteResult): T | RouteResult {
  try {
    return run()
  } catch (error) {
    if (error instanceof HostError) return failed(route, app, 'PA011', { message: error.message })
    if (isStackOverflow(error)) return kept(route, app, [diagnostic('PA015', 'blocker', route.source)])
    return failed(route, app, 'PA901', {
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    })
  }
}

/** Our walks go as deep as the code does. */
const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && error.message === 'Maximum call stack size exceeded'

export function diagnostic(code: Code, level: Level, path: string, data: Data = {}): Diagnostic {
  return { code, level, span: { file: path, start: 0, end: 0, line: 1, column: 1 }, data }
}

export function kept(route: Route, app: NextApp, because: readonly Diagnostic[]): RouteResult {
  return { route, app: app.root, outcome: 'kept', target: null, methods: [], diagnostics: because, changes: [] }
}

export function failed(route: Route, app: NextApp, code: Code, data: Data, line = 1, column = 1): RouteResult {
  const found: Diagnostic = { code, level: 'error', span: { file: route.source, start: 0, end: 0, line, column }, data }
  return { route, app: app.root, outcome: 'failed', target: null, methods: [], diagnostics: [found], changes: [] }
}

/** The finding about a route that loads what asks for its place on the disk. */
export function placeBlocker({ file, name, start, line, column }: PlaceHazard): Diagnostic {
  return {
    code: 'PA027',
    level: 'blocker',
    span: { file, start, end: start + name.length, line, column },
    data: { file, name },
  }
}
