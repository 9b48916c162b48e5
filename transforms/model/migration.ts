import type { FileChange } from './change.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Project, Route } from './project.ts'
import type { Outcome, Report } from './report.ts'

/** What happened to one route. `changes` is empty unless it moves. */
export interface RouteResult {
  route: Route
  /** Root of the app that the route belongs to. */
  app: string
  outcome: Outcome
  target: string | null
  methods: readonly string[]
  diagnostics: readonly Diagnostic[]
  changes: readonly FileChange[]
  /** Its file is no route any more but a module of these, by their paths. */
  moduleOf?: readonly string[]
}

/** A whole run before anything is written: the same value for a dry run and a real one. */
export interface Migration {
  project: Project
  routes: readonly RouteResult[]
  /** All changes of the run, at most one for each path, in path order. */
  changes: readonly FileChange[]
  report: Report
}
