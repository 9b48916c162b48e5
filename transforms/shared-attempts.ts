import { type Counterparts, createCounterparts } from './counterparts.ts'
import { counterpartName, movedBefore, takeOverForm } from './earlier-runs.ts'
import { expandedModules } from './expanded-modules.ts'
import { nameTaken } from './emit/captured-names.ts'
import { emitSharedModule, hasCounterpart, type SharedForm } from './emit/shared-module.ts'
import type { ModuleGraph } from './analyse/module-functions.ts'
import type { Declared } from './model/declared.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, NextApp, Project } from './model/project.ts'
import { type SettledFunction, describe, refusal } from './shared-notes.ts'
import { changeOf, groupByPath, isSameForm, withMovedImports, writeLists } from './shared-lists.ts'
import { callerOf, reach } from './shared-callers.ts'
import { type AppFacts, createFacts, sizeOf } from './shared-facts.ts'
import { createSharedFunctions } from './plan/shared.ts'
import type { SharedFunction, SharedFunctions } from './plan/shared-model.ts'
import { findStaying } from './plan/shared-references.ts'
import { createDeclaredModules } from './project/declared-modules.ts'
import { createImporterIndex } from './project/importer-index.ts'
import { createRouteTest } from './route-files.ts'
import { moduleRecipeContext } from './recipe-context.ts'
import { recipes } from './recipes/registry.ts'
import { todoComment } from './report/todo.ts'
import { restoreBytes } from './syntax/parse.ts'
import { createWrapperModels, type WrapperModels } from './wrapper-models.ts'
import { madeChanges } from './emit-routes.ts'
import type { Planned } from './plan-routes.ts'

/**
 * Functions that several routes share are decided for the whole program: which are rewritten in place, which stay for callers that stay
 * and get a counterpart, who takes over headers. Each attempt plans all routes on what the attempts before have shown; facts are only
 * ever added, so it ends.
 */
export interface SharedAttempts {
  /** Opens the next attempt. */
  open(app: NextApp): SharedFunctions
  /** Looks at what an attempt came to; true when another one is needed. */
  learn(plans: readonly (Planned | RouteResult)[], results: readonly RouteResult[]): boolean
  /** The results with the changes of shared modules, and what is to be said of them. */
  finish(results: readonly RouteResult[]): Finished
}

interface Finished {
  routes: RouteResult[]
  notes: readonly Diagnostic[]
  /** Modules that are written anew. */
  written: ReadonlySet<string>
}

/** A module as an attempt leaves it. */
interface ModuleResult {
  change: FileChange | null
  functions: readonly SettledFunction[]
}

export function createSharedAttempts(
  project: Project,
  host: Host,
  {
    strict,
    scope,
    declared,
    isLeft = () => false,
  }: { strict: boolean; scope: 'file' | 'program'; declared: Declared; isLeft?: (edge: ImportEdge) => boolean },
): SharedAttempts {
  const facts = createFacts()
  const importers = createImporterIndex(host)
  const stands = createDeclaredModules(declared)
  const models = new Map<NextApp, WrapperModels>()
  const counterparts = new Map<NextApp, Counterparts>()
  let current = new Map<NextApp, ReturnType<typeof createSharedFunctions>>()
  let reachedBy = new Map<string, SharedFunction[]>()
  let modules = new Map<string, ModuleResult>()
  let lists = new Map<string, string[]>()
  const isRouteFile = createRouteTest(project, host)

  return { open, learn, finish }

  function open(app: NextApp): SharedFunctions {
    const known = current.get(app)
    if (known) return known
    const modules = expandedModules(host, app)
    const graph: ModuleGraph = {
      ...modules,
      declared: (from, imported) => stands.find(imported, modules.resolve(from, imported.source)),
    }
    const opened = createSharedFunctions({
      app,
      project,
      graph,
      facts,
      recipes,
      wrapperOf: (callee, from) =>
        scope === 'program' ? (modelsOf(app).find(callee, from) ?? counterpartsOf(app).find(callee, from)) : null,
      strict,
      isOpen: (path) => scope === 'program' && !isRouteFile(path) && !path.endsWith('.d.ts'),
      contextOf: (module) => moduleRecipeContext(module, { app, project, host }),
    })
    current.set(app, opened)
    return opened
  }

  function counterpartsOf(app: NextApp): Counterparts {
    const known =
      counterparts.get(app) ?? createCounterparts(host, { app, project }, { importers, isRoute: isRouteFile })
    counterparts.set(app, known)
    return known
  }

  function modelsOf(app: NextApp): WrapperModels {
    const known = models.get(app) ?? createWrapperModels(host, app)
    models.set(app, known)
    return known
  }

  function learn(plans: readonly (Planned | RouteResult)[], results: readonly RouteResult[]): boolean {
    const before = sizeOf(facts)
    const handed = facts.bodies.size + facts.queries.size
    for (const shared of current.values()) {
      for (const one of shared.all()) takeOverForm(one, shared)
      shared.report({ ...facts, refuse: (callee) => facts.refused.set(callee.id, refusal(callee)) })
    }
    // Routes that stayed because the body is read twice, or the query is read whole, may move now: nobody's old form is kept for them.
    if (facts.bodies.size + facts.queries.size !== handed) {
      current = new Map()
      return true
    }
    const moved = new Set(results.flatMap((result) => (result.target === null ? [] : [result.route.source])))
    const moving = plans.flatMap((plan) => ('outcome' in plan || !moved.has(plan.mover.source) ? [] : [plan]))
    reachedBy = new Map(moving.map((plan) => [plan.mover.source, reach(plan)]))
    const reached = oneForAllApps([...new Set([...reachedBy.values()].flat())])
    const edges = importers(new Set(reached.map(({ source }) => source.module.path))).filter((edge) => !isLeft(edge))
    const stays = findStaying({
      reached: reached.filter(({ source }) => !source.isWritten),
      routes: [...moving.map(callerOf), ...movedBefore(edges, project, host)],
      edges,
      beside: new Set([...facts.beside.keys()].filter((id) => !facts.retired.has(id))),
      retired: facts.retired,
    })
    for (const shared of reached) {
      if (facts.beside.has(shared.id) || shared.source.isWritten) continue
      const name = counterpartName(shared)
      const isThere = hasCounterpart(shared, { name, comment: todoComment })
      // A class that extends another one needs it, whoever else does.
      const isKept = stays.has(shared.id) || shared.subclass !== undefined
      if (isThere && !isKept) facts.retired.add(shared.id)
      if (isThere || isKept) facts.beside.set(shared.id, name)
    }
    if (sizeOf(facts) === before) {
      modules = emitModules(reached, stays, results)
      emitLists(reached, results)
    }
    const again = sizeOf(facts) !== before
    if (again) current = new Map()
    return again
  }

  function emitModules(
    reached: readonly SharedFunction[],
    stays: ReadonlyMap<string, readonly string[]>,
    results: readonly RouteResult[],
  ): Map<string, ModuleResult> {
    const edits = new Map(results.flatMap(({ changes }) => changes.map((change) => [change.path, change] as const)))
    const out = new Map<string, ModuleResult>()
    for (const [path, list] of groupByPath(reached)) {
      const functions = list.map((shared) => ({
        shared,
        form: formOf(shared, facts, stays),
        stays: stays.get(shared.id) ?? (shared.subclass ? [path] : []),
      }))
      const [first] = list
      if (!first || first.source.module.standsFor) continue
      const { module, isWritten } = first.source
      if (isWritten && [...models.values()].some((known) => known.isThere(path))) continue
      const written = emitSharedModule({ module, functions, comment: todoComment })
      if (written.kind === 'clash') {
        for (const id of written.ids) facts.beside.set(id, `${facts.beside.get(id)}2`)
        continue
      }
      const text =
        written.kind === 'text'
          ? withMovedImports(path, restoreBytes(written.text, module.file), edits.get(path))
          : null
      if (written.kind === 'captured') for (const { id } of list) facts.refused.set(id, nameTaken(written, module.file))
      else if (text === null) for (const shared of list) facts.refused.set(shared.id, refusal(shared))
      else out.set(path, { change: changeOf(path, isWritten ? null : host.read(path), text), functions })
    }
    return out
  }

  /** The counterparts on the lists of packages through which they are imported. */
  function emitLists(reached: readonly SharedFunction[], results: readonly RouteResult[]): void {
    const edits = new Map(results.flatMap(({ changes }) => changes.map((change) => [change.path, change] as const)))
    const listed = [...current.values()].flatMap((shared) => shared.lists())
    lists = new Map()
    for (const { path, ids, text } of writeLists(listed, reached)) {
      for (const id of ids) lists.set(id, [...(lists.get(id) ?? []), path])
      const after = modules.has(path) ? null : withMovedImports(path, text, edits.get(path))
      if (after !== null) modules.set(path, { change: changeOf(path, host.read(path), after), functions: [] })
      else for (const one of reached) if (ids.includes(one.id)) facts.refused.set(one.id, refusal(one))
    }
  }

  /** Each app has planned it for itself: where they came to different texts, there is no one form. */
  function oneForAllApps(reached: readonly SharedFunction[]): SharedFunction[] {
    const known = new Map<string, SharedFunction>()
    for (const one of reached) {
      const other = known.get(one.id)
      if (!other) known.set(one.id, one)
      else if (!isSameForm(one, other)) facts.refused.set(one.id, refusal(one))
    }
    return [...known.values()]
  }

  function finish(results: readonly RouteResult[]): Finished {
    const routes = results.map((result) => {
      const paths = new Set(
        (reachedBy.get(result.route.source) ?? []).flatMap(({ id, source }) => [
          source.module.path,
          ...(lists.get(id) ?? []),
        ]),
      )
      const others = result.changes.map((change) => modules.get(change.path)?.change ?? change)
      const known = new Set(others.map(({ path }) => path))
      const made = (reachedBy.get(result.route.source) ?? []).flatMap(({ imports, source }) =>
        modules.get(source.module.path)?.change ? madeChanges(imports) : [],
      )
      const own = [...paths].flatMap((path) => (known.has(path) ? [] : (modules.get(path)?.change ?? [])))
      return { ...result, changes: [...others, ...own, ...made.filter(firstOf(known))] }
    })
    const notes = [...modules.values()].flatMap(({ functions }) => functions.map(describe))
    const written = new Set([...modules].flatMap(([path, { change }]) => (change ? [path] : [])))
    return { routes, notes, written }
  }
}

/** Each path once, and none that is known. */
function firstOf(known: ReadonlySet<string>): (change: FileChange) => boolean {
  const seen = new Set(known)
  return ({ path }) => !seen.has(path) && Boolean(seen.add(path))
}

function formOf({ id }: SharedFunction, facts: AppFacts, stays: ReadonlyMap<string, unknown>): SharedForm {
  const name = facts.beside.get(id)
  if (name === undefined) return { kind: 'in place' }
  return facts.retired.has(id) && !stays.has(id) ? { kind: 'retired', name } : { kind: 'beside', name }
}
