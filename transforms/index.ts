/** routeshift as a library: migrate() answers a plan as a value, applyChanges() writes it, undoRun() takes it back, verify() compares what is written. */
export { applyChanges } from './apply.ts'
export { migrate } from './migrate.ts'
export type { Declared, DeclaredFunction, DeclaredWrapper, Export } from './model/declared.ts'
export type { FileChange } from './model/change.ts'
export type { Code, CodeText, Data, Diagnostic, Level, Span } from './model/diagnostic.ts'
export type { FormatterRun, Formatters } from './model/formatters.ts'
export type { CommitPlan, CommitRange, History } from './model/history.ts'
export type { Journal, JournalFile, RunState } from './model/journal.ts'
export { type GitState, type Host, HostError, UserError, type WritableHost } from './model/host.ts'
export type { Migration, RouteResult } from './model/migration.ts'
export { defaultOptions, type MigrateOptions } from './model/options.ts'
export type { ImportEdge, NextApp, NextVersion, Project, Route, RouteParam, TypeScriptConfig } from './model/project.ts'
export type {
  ComparedRoute,
  ComparisonReport,
  Outcome,
  Report,
  ReportedAnswer,
  ReportedDiagnostic,
  ReportedFinding,
  ReportedRoute,
  ReportedVerification,
} from './model/report.ts'
export type { ReplayRequest, Verification } from './model/verification.ts'
export { readConfigFile } from './project/config-file.ts'
export { type RouteshiftConfig, defineConfig } from './project/config-schema.ts'
export { createHost } from './project/host.ts'
export { codes, textOf } from './report/codes/index.ts'
export { renderComparisonMarkdown } from './report/comparison-markdown.ts'
export { renderDiff } from './report/diff.ts'
export { renderJson } from './report/json.ts'
export { renderMarkdown } from './report/markdown.ts'
export { toolVersion } from './report/version.ts'
export { type LiveOptions, verifyLive } from './verify-live.ts'
export { type ReplayOptions, type VerifyOptions, verify } from './verify.ts'
export { type Undone, undoRun } from './undo.ts'
