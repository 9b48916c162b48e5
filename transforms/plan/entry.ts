import type { Entry } from '../analyse/entry.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import { isCall } from '../syntax/match.ts'
import type { Node } from '../syntax/tree.ts'
import { whyMadeElsewhere } from './handler-factory.ts'
import type { RouteContext, Verdict } from './route-context.ts'

export function keep(context: RouteContext, code: Code, node: Node, data: Data = {}): Verdict {
  return {
    kind: 'keep',
    because: [
      {
        code,
        level: 'blocker',
        span: spanOf(context.file, node),
        data: { text: snippet(context.file, node), ...data },
      },
    ],
  }
}

/** A default export that is the result of a package's call, where a recipe knows it. */
export function rewriteEntry(
  entry: Extract<Entry, { kind: 'call' }>,
  context: RouteContext,
  config: ConfigPlan,
): Verdict | null {
  const imported = context.recipeContext.importOf(entry.call.callee)
  const recipe = context.entryRecipes.find(
    (r) => imported && (r.packages.includes(imported.source) || r.owns?.(entry.call, context.recipeContext)),
  )
  const found =
    imported && recipe
      ? recipe.rewrite(
          {
            call: entry.call,
            place: entry.place,
            exporter: entry.exporter,
            imported,
            file: context.file,
            tree: context.tree,
            style: context.style,
          },
          context.recipeContext,
        )
      : null
  if (found?.kind !== 'rewrite') return found
  const { edits, methods, notes, modules = [], loads = [] } = found
  return {
    kind: 'migrate',
    plan: {
      entry,
      parts: [],
      functions: [],
      gone: [],
      helpers: [],
      shared: new Map(),
      called: new Set(),
      layers: [],
      wrapEdits: [],
      unreached: [],
      config,
      rewrite: { edits, methods, modules, loads },
    },
    notes: [...config.notes, ...notes],
  }
}

export function whyNoFunction(entry: Exclude<Entry, { kind: 'function' }>, context: RouteContext): Diagnostic {
  const blocker = (code: Code, node: Node, data: Data): Diagnostic => ({
    code,
    level: 'blocker',
    span: spanOf(context.file, node),
    data,
  })
  switch (entry.kind) {
    case 'none':
      return {
        code: 'PA401',
        level: 'blocker',
        span: { file: context.file.path, start: 0, end: 0, line: 1, column: 1 },
        data: {},
      }
    case 'reexport':
      return blocker('PA402', entry.node, { source: entry.source })
    case 'call': {
      const made = whyMadeElsewhere(entry.call, context)
      if (made) return made
      const callee = entry.call.callee
      const name = snippet(context.file, isCall(callee) ? callee.callee : callee)
      const imported = context.recipeContext.importOf(isCall(callee) ? callee.callee : callee)
      return blocker(imported && !isOfProject(imported.source, context) ? 'PA503' : 'PA502', entry.call, {
        name,
        source: imported?.source ?? '',
      })
    }
    case 'other':
      return blocker('PA403', entry.node, { what: entry.what })
  }
}

/** Names a module of the repository: by path, alias, baseUrl or as a package of the workspace; also one that is not there. */
function isOfProject(source: string, { app, recipeContext }: RouteContext): boolean {
  if (/^[.~@]?\//.test(source) || recipeContext.resolve(source) !== null) return true
  if (
    Object.keys(app.config?.paths ?? {}).some(
      (pattern) => pattern.length > 2 && pattern.endsWith('/*') && source.startsWith(pattern.slice(0, -1)),
    )
  )
    return true
  // A root for imports can also be set where only the bundler looks (NODE_PATH, a Babel plugin).
  const name = source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/')
  return (
    !(name in app.packages) &&
    recipeContext.resolve(`./${source}`, app.root === '' ? 'package.json' : `${app.root}/package.json`) !== null
  )
}
