import type { Flow } from './analyse/flow-model.ts'
import type { Need } from './concerns/lowering.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { FunctionModel, Root, Step, Use } from './model/route.ts'
import { type Inspection, inspectHandler, planHandler } from './plan/route.ts'
import { type RouteContext, routeContext } from './plan/route-context.ts'
import { expandRoute } from './expanded-modules.ts'
import { loadProject, loadSources } from './project/load.ts'
import { recipeContext } from './recipe-context.ts'
import { createSharedAttempts } from './shared-attempts.ts'
import { graphOf, watchShared } from './print-graph.ts'
import { entryRecipes, recipes } from './recipes/registry.ts'
import type { RecipeContext } from './recipes/recipe.ts'
import { placeOf as offsetPlace } from './syntax/expansion.ts'
import { isParseFailure, parseSource, type SourceFile } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'
import { type Node, parentOf, startOf } from './syntax/tree.ts'

type Stage = 'uses' | 'model' | 'plan'

/**
 * One stage of the analysis as JSON, a list with an entry for each route in the order of the report (docs/print.md): `uses`, every use of
 * req and res; `model`, the functions that get them, how each body answers; `plan`, what the new file will have, or why there is none.
 * A route that the stage does not apply to has `why` instead.
 */
export async function printStage(stage: Stage, options: Partial<MigrateOptions>, host: Host): Promise<string> {
  const settings = { ...defaultOptions, ...options }
  const project = loadProject(host, settings)
  const { callers } = loadSources(host, project)
  const attempts = createSharedAttempts(project, host, {
    strict: settings.strict,
    scope: 'program',
    declared: settings.declared,
  })
  const routes = project.apps.flatMap((app) =>
    app.routes.map((route) => {
      const shared = attempts.open(app)
      const input = { route, app, project, options: settings, callers: callers.get(route.source) ?? [], shared }
      return { route: route.id, source: route.source, ...printRoute(stage, input, host) }
    }),
  )
  return `${JSON.stringify(routes, null, 2)}\n`
}

type Input = Pick<RouteContext, 'route' | 'app' | 'project' | 'options' | 'callers' | 'shared'>

/** A route that crashes us says so; the others go on. */
function printRoute(stage: Stage, input: Input, host: Host): object {
  try {
    const { route, app, project } = input
    const parsed = parseSource(route.source, host.read(route.source))
    if (isParseFailure(parsed)) return { why: `${parsed.message} (${parsed.line}:${parsed.column})` }
    const plain = { path: route.source, file: parsed, tree: analyseScopes(parsed.ast) }
    const { file, tree } = expandRoute(plain, host, app).module
    const { lang } = input.options
    const typed = lang === 'ts' || (lang === 'keep' && file.language === 'ts')
    const unfilled = { app, project } as RecipeContext
    const { watched, asked } = watchShared(input.shared)
    const context = routeContext(
      { file, tree },
      {
        ...input,
        shared: watched,
        typed,
        recipes,
        entryRecipes,
        recipeContext: unfilled,
      },
    )
    context.recipeContext = recipeContext(context, host, { imports: [], edits: [], edges: [] })
    if (stage === 'plan') return planOf(context)
    const found = inspectHandler(context)
    if (stage === 'model') {
      // Wrappers around the handler are met when it is planned as a whole.
      planHandler(context)
      const graph = graphOf(asked)
      if (found || graph.length > 0) return { ...(found ? modelOf(found, file) : {}), graph }
    }
    return found ? usesOf(found, file) : { why: 'the default export is no function of this file' }
  } catch (error) {
    return { why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

function usesOf({ program }: Inspection, file: SourceFile): object {
  const uses = [program.entry, ...program.helpers].flatMap((model) => {
    const use = (root: Root, path: readonly string[], node: Node, position: string) => ({
      root,
      path: path.join(''),
      ...placeOf(node, file),
      position,
      function: nameOf(model),
    })
    const leaves = model.destructures.flatMap(({ root, leaves }) =>
      leaves.filter((leaf) => !leaf.isAlias).map((leaf) => ({ root, leaf })),
    )
    return [
      ...model.uses.map((each) => use(each.root, each.steps.map(stepText), each.ref, positionIn(each))),
      ...leaves.map(({ root, leaf }) => use(root, leaf.path.map(dotted), leaf.property, 'destructure')),
      ...model.passes.map(({ root, ref }) => use(root, [], ref, 'argument')),
      ...model.escapes.map(({ root, node }) => use(root, [], node, 'escape')),
    ]
  })
  return { uses: uses.sort((a, b) => a.line - b.line || a.column - b.column) }
}

const dotted = (name: string): string => `.${name}`

function stepText(step: Step): string {
  if (step.kind === 'prop') return dotted(step.name)
  return step.kind === 'call' ? `(${step.args.length})` : '[]'
}

function positionIn(use: Use): 'call' | 'write' | 'argument' | 'read' {
  if (use.steps.some((step) => step.kind === 'call')) return 'call'
  const parent = parentOf(use.node)
  if (parent?.type === 'AssignmentExpression' && parent.left === use.node) return 'write'
  return parent?.type === 'CallExpression' && parent.callee !== use.node ? 'argument' : 'read'
}

function modelOf({ program, bodies, helpers }: Inspection, file: SourceFile): object {
  const kinds = new Map(helpers.map(({ model, summary }) => [model, summary.kind]))
  const functions = [program.entry, ...program.helpers].map((model) => ({
    name: nameOf(model),
    ...placeOf(model.fn, file),
    roles: model.roles,
    kind: model.isEntry ? 'handler' : (kinds.get(model) ?? null),
    uses: model.uses.length,
    destructures: model.destructures.map(({ root, leaves, pattern }) => ({
      root,
      ...placeOf(pattern, file),
      paths: leaves.map(({ path }) => path.join('.')),
    })),
    passes: model.passes.map(({ root, call, index, key }) => ({ root, ...placeOf(call, file), index, key })),
    escapes: model.escapes.map(({ root, node, why }) => ({ root, ...placeOf(node, file), why })),
  }))
  return {
    functions,
    bodies: [
      ...bodies.map(({ methods, plan }) => ({
        function: nameOf(program.entry),
        methods,
        ...flowText(plan.flow, file),
      })),
      ...helpers.map(({ model, plan }) => ({ function: nameOf(model), methods: [], ...flowText(plan.flow, file) })),
    ],
  }
}

function flowText(flow: Flow, file: SourceFile): object {
  return {
    exits: flow.exits.map(({ node, form, what, pending }) => ({
      ...placeOf(node, file),
      form,
      by: what.kind === 'call' ? (what.call.callee.name ?? 'a package') : (what.fact.exit?.kind ?? null),
      effects: pending.length,
    })),
    effects: flow.effects.map(({ node, what }) => ({ ...placeOf(node, file), kind: what.kind })),
    guards: flow.guards.map(({ test, call }) => ({ ...placeOf(test, file), call: call.callee.name })),
    problems: flow.problems.map(({ code, node }) => ({ code, ...placeOf(node, file) })),
    mayFallThrough: flow.mayFallThrough,
  }
}

function planOf(context: RouteContext): object {
  const known = [...context.app.diagnostics, ...context.route.diagnostics].filter((d) => d.level === 'blocker')
  const verdict = known.length > 0 ? ({ kind: 'keep', because: known } as const) : planHandler(context)
  if (verdict.kind === 'keep') return { verdict: 'keep', methods: [], blockers: verdict.because.map(findingText) }
  const { plan, notes } = verdict
  return {
    verdict: 'migrate',
    methods: plan.rewrite ? plan.rewrite.methods : plan.functions.flatMap(({ methods }) => methods),
    functions: plan.functions.map(({ methods, at, plan: { takes } }) => ({
      methods,
      needs: needsText(at.needs),
      takes,
    })),
    helpers: plan.helpers.map(({ model, at, summary, plan: { takes } }) => ({
      name: nameOf(model),
      kind: summary.kind,
      needs: needsText(at.needs),
      takes,
    })),
    segments: plan.config.segments,
    notes: notes.map(findingText),
  }
}

/** Each need once, however often it is read. */
function needsText(needs: readonly Need[]): string[] {
  return [...new Set(needs.map(({ kind, key }) => (key === '' ? kind : `${kind} ${key}`)))].sort()
}

function findingText({ code, level, span }: Diagnostic): object {
  return { code, level, file: span?.file ?? null, line: span?.line ?? null, column: span?.column ?? null }
}

function nameOf(model: FunctionModel): string {
  return model.name ?? (model.isEntry ? 'default' : 'anonymous')
}

function placeOf(node: Node, file: SourceFile): { line: number; column: number } {
  return offsetPlace(file, startOf(node))
}
