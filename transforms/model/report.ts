import type { Level } from './diagnostic.ts'
import type { Coverage, Difference, Proof, ReplayRequest } from './verification.ts'

export type Outcome = 'migrated' | 'review' | 'adapted' | 'kept' | 'failed'

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
  /** The file is no route any more but a module of these, by their paths. */
  moduleOf?: string[]
  diagnostics: ReportedDiagnostic[]
  files: { path: string; change: 'create' | 'edit' | 'delete' | 'move' }[]
  /** Set when the route was replayed on both sides. */
  verification?: ReportedVerification
}

/** One side of an exchange, made fit for reading. */
export interface ReportedAnswer {
  /** `200`, `no answer`, `crash: out of memory` */
  status: string
  /** Names in lower case, as sent. */
  headers: (readonly [string, string])[]
  /** As UTF-8 text. */
  body: string
  /** Calls that left the project, in order. */
  calls: string[]
  /** What the handler printed. */
  log: string[]
  rejections: string[]
}

/** A difference that no code explains, with the request that shows it. */
export interface ReportedFinding {
  request: ReplayRequest
  /** How what lies outside of the project behaved: `succeed`, `throw`. */
  scenario: string
  /** A command line that sends the request. */
  curl: string
  differences: Difference[]
  before: ReportedAnswer
  after: ReportedAnswer
}

/** What replaying found out about one route. */
export interface ReportedVerification {
  proof: Proof
  /** Why it could not be replayed, else null. */
  why: string | null
  coverage: Coverage | null
  /** Requests, each under one scenario, that both sides answered. */
  exchanges: number
  /** Differences that the report names: their names -> exchanges that showed them. */
  expected: Record<string, number>
  findings: ReportedFinding[]
}

/** One route in the report of `routeshift verify`. */
export interface ComparedRoute {
  route: string
  source: string
  target: string
  /** `planned`: the file is what routeshift writes. `edited`: it is not. `own`: routeshift would have kept the route. `unknown`: no file was read. */
  text: 'planned' | 'edited' | 'own' | 'unknown'
  /** What routeshift reports about the move: differences that these codes name are expected. */
  codes: string[]
  verification: ReportedVerification
}

/** The JSON report of `routeshift verify`, version 1. Paths are relative to `root`. */
export interface ComparisonReport {
  version: 1
  tool: { name: 'routeshift'; version: string }
  /** ISO 8601. */
  generated: string
  root: string
  /** The commit, or the address, that the routes were compared with. */
  before: string
  /** `working tree`, or an address. */
  after: string
  routes: ComparedRoute[]
  /** Routes that are gone from pages/ while nothing in app/ serves their URL. */
  unserved: { route: string; source: string }[]
  summary: { routes: number; proven: number; partly: number; differs: number; cannotRun: number }
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
    adapted: number
    kept: number
    failed: number
    codes: Record<string, number>
  }
}
