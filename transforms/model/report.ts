import type { Level } from './diagnostic.ts'

export type Outcome = 'migrated' | 'review' | 'kept' | 'failed'

/** A diagnostic as it is published: the words are filled in. Line and column are 1-based; 0 when the place is a whole file. */
export interface ReportedDiagnostic {
  code: string
  level: Level
  message: string
  file: string
  line: number
  column: number
}

export interface ReportedRoute {
  route: string
  source: string
  /** Null when the route is kept or failed. */
  target: string | null
  outcome: Outcome
  /** HTTP methods exported by the new file. */
  methods: string[]
  diagnostics: ReportedDiagnostic[]
  files: { path: string; change: 'create' | 'edit' | 'delete' | 'move' }[]
}

/** The JSON report, version 1. Paths are relative to `root`. */
export interface Report {
  version: 1
  tool: { name: 'routeshift'; version: string }
  /** ISO 8601. */
  generated: string
  root: string
  apps: { root: string; next: string; pagesDir: string; appDir: string }[]
  routes: ReportedRoute[]
  /** Findings about the project as a whole, and differences that hold for every migrated route (said once). */
  project: ReportedDiagnostic[]
  summary: {
    routes: number
    migrated: number
    review: number
    kept: number
    failed: number
    codes: Record<string, number>
  }
}
