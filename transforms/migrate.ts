
import { findExtraExports } from './concerns/module/exports.ts'

import { dropUnused } from './emit/cleanup.ts'
import { emitModule, type NewImport } from './emit/module.ts'
import { verifyOutput } from './emit/verify-output.ts'
import type { FileChange } from './model/change.ts'
import type { Code, Data, Diagnostic, Level } from './model/diagnostic.ts'
import { type Host, HostError } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import { planHandler, type RouteContext, routeContext } from './plan/route.ts'
import { loadProject, loadSources } from './project/load.ts'
import { recipes } from './recipes/registry.ts'
import type { RecipeContext } from './recipes/recipe.ts'
import { buildReport } from './report/build.ts'
import { todoComment } from './report/todo.ts'
import { toolVersion } from './report/version.ts'
import { isMember, uncast } from './syntax/match.ts'
import { isParseFailure, parseSource, restoreBytes, type SourceFile } from './syntax/parse.ts'
import { bindingAt, type ScopeTree } from './syntax/scope.ts'
import { parentOf, some, startOf, statementOf } from './syntax/tree.ts'

export interface MigrateHooks {
  onProgress?: (done: number, total: number) => void
}

/**
 * The map in code: load the project, analyse and decide each route, emit, report. Writes nothing: the changes are a value,
 * `applyChanges` writes them. A route that crashes us is that route's PA901; the others go on.
 */
export async function migrate(options: Partial<MigrateOptions>, host: Host, hooks: MigrateHooks = {}): Promise<Migration> {
  const settings: MigrateOptions = { ...defaultOptions, ...options }
  const project = loadProject(host, settings)
  const { callers } = loadSources(host, project)
  const total = project.apps.reduce((sum, app) => sum + app.routes.length, 0)
  const routes: RouteResult[] = []
  for (const app of project.apps) {
    for (const route of app.routes) {
      routes.push(guarded(route, app, () => migrateRoute({ route, app, project, host, settings, callers: callers.get(route.source) ?? [] })))
      hooks.onProgress?.(routes.length, total)
    }
  }
  const changes = routes.flatMap((r) => r.changes).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const noTypeScript = settings.lang === 'ts' ? project.apps.filter((app) => !app.hasTypeScript && routes.some((r) => r.app === app.root && r.changes.length > 0)) : []
  const told: Project = { ...project, diagnostics: [...project.diagnostics, ...noTypeScript.map((app) => diagnostic('PA013', 'review', `${app.root === '' ? '' : `${app.root}/`}package.json`))] }
  const report = buildReport(told, routes, { version: toolVersion, generated: new Date().toISOString() })
  return { project, routes, changes, report }
}

interface RouteInput {
  route: Route
  app: NextApp
  project: Project
  host: Host
  settings: MigrateOptions
  callers: readonly string[]
}

function guarded(route: Route, app: NextApp, run: () => RouteResult): RouteResult {
  try {
    return run()
  } catch (error) {
    if (error instanceof HostError) return failed(route, app, 'PA011', { message: error.message })
    return failed(route, app, 'PA901', { message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  }
}

function migrateRoute(input: RouteInput): RouteResult {
  const { route, app, project, host, settings } = input
  const known = [...app.diagnostics, ...route.diagnostics].filter((d) => d.level === 'blocker')
  if (known.length > 0) return kept(route, app, known)
  const bytes = host.read(route.source)
  const file = parseSource(route.source, bytes)
  if (isParseFailure(file)) return failed(route, app, 'PA012', { message: file.message }, file.line, file.column)
  const typed = settings.lang === 'ts' || (settings.lang === 'keep' && file.language === 'ts')
  const imports: NewImport[] = []
  const context = routeContext(file, { route, app, project, options: settings, callers: input.callers, typed, recipes, recipeContext: { app, project } as RecipeContext })
  context.recipeContext = recipeContext(context, imports)
  const importers = project.importers.filter((edge) => edge.to === route.source)
  const blocked = importersBlock(importers, file)
  if (blocked.length > 0) return kept(route, app, blocked)
  const verdict = planHandler(context)
  if (verdict.kind === 'keep') return kept(route, app, verdict.because)
  const { plan, notes } = verdict
  const request = [...plan.functions.map((f) => f.plan.takes), ...plan.helpers.map((h) => h.plan.takes)]
  if (typed && request.some((t) => t.request === 'NextRequest' || ((t.request || t.params) && (context.tree.program.types.has('Request') || context.tree.program.bindings.has('Request')))) && !context.tree.program.bindings.has('NextRequest')) imports.unshift({ source: 'next/server', name: 'NextRequest', local: 'NextRequest', isType: true })
  const target = `${route.targetDir}/${route.targetStem}.${typed ? (hasJsx(file) ? 'tsx' : 'ts') : 'js'}`
  const todos = notes.filter((n) => n.level === 'review' && n.span && !ROUTE_LEVEL.has(n.code)).map((n) => ({ at: todoPlace(file, n), text: `// ${todoComment(n)}` }))
  const text = emitModule({ context, plan, extras: findExtraExports(file), imports, todos: dedupe(todos), redirect: () => null })
  const clean = dropUnused(target, text, context.tree)
  const wrong = verifyOutput(target, clean, context.tree)
  if (wrong) return { ...failed(route, app, 'PA902', { message: wrong }), outcome: 'kept' }
  const changes: FileChange[] = [
    { kind: 'create', path: target, before: null, after: restoreBytes(clean, file) },
    { kind: 'delete', path: route.source, before: bytes, after: null },
  ]
  const methods = plan.functions.flatMap((f) => f.methods)
  return { route, app: app.root, outcome: notes.some((n) => n.level === 'review') ? 'review' : 'migrated', target, methods, diagnostics: notes, changes }
}

/** Findings about a whole route: said in the report, no comment in the code. */
const ROUTE_LEVEL: ReadonlySet<Code> = new Set<Code>(['PA301'])

function dedupe<T extends { at: number; text: string }>(list: readonly T[]): T[] {
  return list.filter((x, i) => list.findIndex((y) => y.at === x.at && y.text === x.text) === i)
}

/** The start of the statement that a finding is in. */
function todoPlace(file: SourceFile, found: Diagnostic): number {
  let best: number = found.span?.start ?? 0
  const at = found.span?.start ?? 0
  const visit = (node: { start?: number | null; end?: number | null }): boolean => (node.start ?? 0) <= at && (node.end ?? 0) > at
  const stack: import('@babel/types').Node[] = [file.ast.program]
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (!child || typeof child !== 'object' || typeof child.type !== 'string' || child === parentOf(node) || !visit(child)) continue
        const statement = statementOf(child)
        if (statement) best = startOf(statement)
        stack.push(child)
      }
    }
  }
  return best
}

function hasJsx(file: SourceFile): boolean {
  return /<[A-Za-z>]/.test(file.text) && some(file.ast.program, (n) => n.type === 'JSXElement' || n.type === 'JSXFragment')
}

/** Who imports what of the file: a default export that others use cannot move. */
function importersBlock(importers: readonly ImportEdge[], file: SourceFile): Diagnostic[] {
  const extras = new Set(findExtraExports(file).map((e) => e.name))
  for (const edge of importers) {
    const wants = edge.names.filter((n) => !n.isType)
    const usesHandler = edge.kind === 'mock' || edge.kind === 'require' || edge.kind === 'dynamic' || wants.some((n) => n.imported === 'default' || n.imported === '*' || n.imported === 'config')
    if (usesHandler) return [diagnostic(edge.isTest ? 'PA422' : 'PA421', 'blocker', file.path, { other: edge.from })]
    const value = wants.find((n) => extras.has(n.imported))
    if (value) return [diagnostic('PA420', 'blocker', file.path, { name: value.imported, other: edge.from })]
    if (edge.names.length > 0 || edge.kind !== 'import') return [diagnostic('PA423', 'blocker', file.path, { name: edge.names.map((n) => n.imported).join(', '), other: edge.from })]
  }
  return []
}

function recipeContext(context: RouteContext, imports: NewImport[]): RecipeContext {
  return {
    app: context.app,
    project: context.project,
    importOf: (node) => importOf(node, context.tree),
    addImport: (source, name, preferred) => {
      const known = imports.find((i) => i.source === source && i.name === name)
      if (known) return known.local
      const local = preferred ?? name
      imports.push({ source, name, local, isType: false })
      return local
    },
  }
}

function importOf(node: import('@babel/types').Node, tree: ScopeTree): { source: string; name: string } | null {
  const at = uncast(node)
  if (isMember(at) && at.object.type === 'Identifier') {
    const base = importOf(at.object, tree)
    return base && at.property.type === 'Identifier' ? { source: base.source, name: base.name === '*' ? at.property.name : `${base.name}.${at.property.name}` } : null
  }
  if (at.type !== 'Identifier') return null
  const declaration = bindingAt(tree, at)?.declaration
  const parent = declaration ? parentOf(declaration) : null
  if (parent?.type === 'ImportDeclaration') {
    const source = parent.source.value
    if (declaration?.type === 'ImportDefaultSpecifier') return { source, name: 'default' }
    if (declaration?.type === 'ImportNamespaceSpecifier') return { source, name: '*' }
    if (declaration?.type === 'ImportSpecifier') return { source, name: declaration.imported.type === 'Identifier' ? declaration.imported.name : declaration.imported.value }
  }
  if (declaration?.type === 'VariableDeclarator' && declaration.init?.type === 'CallExpression' && declaration.init.callee.type === 'Identifier' && declaration.init.callee.name === 'require') {
    const argument = declaration.init.arguments[0]
    if (argument?.type === 'StringLiteral') return { source: argument.value, name: declaration.id.type === 'Identifier' ? 'default' : at.name }
  }
  return null
}

function diagnostic(code: Code, level: Level, path: string, data: Data = {}): Diagnostic {
  return { code, level, span: { file: path, start: 0, end: 0, line: 1, column: 1 }, data }
}

function kept(route: Route, app: NextApp, because: readonly Diagnostic[]): RouteResult {
  return { route, app: app.root, outcome: 'kept', target: null, methods: [], diagnostics: because, changes: [] }
}

function failed(route: Route, app: NextApp, code: Code, data: Data, line = 1, column = 1): RouteResult {
  const found: Diagnostic = { code, level: 'error', span: { file: route.source, start: 0, end: 0, line, column }, data }
  return { route, app: app.root, outcome: 'failed', target: null, methods: [], diagnostics: [found], changes: [] }
}

