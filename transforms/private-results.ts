import type { FileChange } from './model/change.ts'
import type { Data, Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, Project } from './model/project.ts'
import { diagnostic } from './route-results.ts'
import type { PrivateModule, PrivateView } from './private-modules.ts'

/** Why routes of the view are kept, with the files named as they are. */
export function reasonsOf(
  { modules, specifiers }: PrivateView,
  routes: readonly RouteResult[],
): Map<string, Diagnostic[]> {
  const named = (text: string): string =>
    [...specifiers].reduce(
      (now, [here, written]) =>
        now.replaceAll(new RegExp(`(?<=['"\`])${here.replaceAll(/\W/g, '\\$&')}(?=['"\`])`, 'g'), written),
      modules.reduce((now, { route, target }) => now.replaceAll(target, route.source), text),
    )
  const valueAsItIs = (value: Data[string]): Data[string] =>
    typeof value === 'string' ? named(value) : Array.isArray(value) ? value.map(named) : value
  const asItIs = ({ span, data, ...found }: Diagnostic): Diagnostic => ({
    ...found,
    span: span && { ...span, file: named(span.file) },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, valueAsItIs(value)])),
  })
  const kept = routes.filter(({ outcome }) => outcome === 'kept')
  return new Map(kept.map(({ route, diagnostics }) => [route.source, diagnostics.map(asItIs)]))
}

/** The results of a run over the view, as changes of the tree as it is; with those of the modules, in the order of the routes. */
export function finishPrivateModules(
  { modules, host: view }: PrivateView,
  { project, host }: { project: Project; host: Host },
  routes: readonly RouteResult[],
): RouteResult[] {
  const targets = new Map(modules.map((module) => [module.target, module]))
  const written = new Map<string, FileChange>()
  const restored = routes.map((result) => ({ ...result, changes: result.changes.map(restore) }))
  const own = modules.map(resultOf)
  const all = new Map([...restored, ...own].map((result) => [`${result.app} ${result.route.source}`, result]))
  const ordered = project.apps.flatMap((app) =>
    app.routes.flatMap((route) => all.get(`${app.root} ${route.source}`) ?? []),
  )
  const rest = restored.filter((result) => !ordered.includes(result))
  return [...ordered, ...rest]

  function restore(change: FileChange): FileChange {
    const known = written.get(change.path)
    if (known) return known
    const made = asItIs(change)
    written.set(change.path, made)
    return made
  }

  /** The change from what the file is on the disk. */
  function asItIs(change: FileChange): FileChange {
    const module = targets.get(change.path)
    if (module && change.after !== null) return moveOf(module, change.after)
    return change.kind === 'edit' || change.kind === 'delete'
      ? ({ ...change, before: host.read(change.path) } as FileChange)
      : change
  }

  function moveOf({ route, target }: PrivateModule, after: string): FileChange {
    return { kind: 'move', from: route.source, path: target, before: host.read(route.source), after }
  }

  /** The files that load it, and stay what they are; by others of these modules, too. */
  function loadersOf(source: string): Set<string> {
    const found = new Set([source])
    // It grows while it is walked.
    for (const path of found)
      for (const { from, to, isTest } of project.importers) if (to === path && !isTest) found.add(from)
    for (const { route } of modules) found.delete(route.source)
    return found
  }

  function resultOf(module: PrivateModule): RouteResult {
    const { route, app, target, middleware } = module
    const importers = project.importers.filter(({ to }) => to === route.source)
    const loading = loadersOf(route.source)
    const ids = app.routes.flatMap(({ id, source }) => (loading.has(source) ? [id] : []))
    const said: Diagnostic = {
      ...diagnostic(middleware === null ? 'PA452' : 'PA451', middleware === null ? 'review' : 'note', route.source),
      data: { target, routes: ids, ...(middleware === null ? {} : { middleware }) },
    }
    const edits = [...new Set(importers.map(({ from }) => from))].flatMap((path): FileChange[] => {
      const isGone =
        !view.isFile(path) || routes.some((result) => result.route.source === path && result.target !== null)
      const [before, after] = isGone ? ['', ''] : [host.read(path), view.read(path)]
      return before === after ? [] : [written.get(path) ?? { kind: 'edit', path, before, after }]
    })
    const isWritten = written.has(target)
    const tests = importers.flatMap((edge) => (edge.isTest && isWritten && asksFunctions(edge) ? [edge.from] : []))
    const listed = [...new Set(tests)].map((test) => diagnostic('PA453', 'review', test, { test, target }))
    const diagnostics = [said, ...listed]
    return {
      route,
      app: app.root,
      outcome: diagnostics.some(({ level }) => level === 'review') ? 'review' : 'migrated',
      target,
      methods: [],
      diagnostics,
      changes: [written.get(target) ?? moveOf(module, view.read(target)), ...edits],
      moduleOf: ids,
    }
  }
}

/** More than types of it. */
const asksFunctions = ({ names, kind }: ImportEdge): boolean => kind === 'mock' || names.some(({ isType }) => !isType)
