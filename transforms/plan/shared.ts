import type * as t from '@babel/types'
import { rolesAt } from '../analyse/callees.ts'
import {
  type FoundFunction,
  findModuleFunction,
  type ModuleFunction,
  type ModuleGraph,
} from '../analyse/module-functions.ts'
import { openLedger } from '../analyse/ledger.ts'
import { OTHER } from '../analyse/method-value.ts'
import { specialise } from '../analyse/specialise.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import { type Lowering, spanOf } from '../concerns/lowering.ts'
import { relativePath } from '../concerns/module/imports.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { NextApp, Route } from '../model/project.ts'
import type { FunctionModel, FunctionNode, Pass, Role } from '../model/route.ts'
import type { Recipe, RecipeContext } from '../recipes/recipe.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { frozenRanges } from '../syntax/lines.ts'
import type { NewImport } from '../syntax/print.ts'
import { isNameTaken } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { type Node, startOf } from '../syntax/tree.ts'
import { groupPasses } from './function-flow.ts'
import type { FunctionInput, HelperSummary } from './function-model.ts'
import { bodyTypeOf, typescriptVersion } from './handler-facts.ts'
import { chooseNames } from './names.ts'
import { findInheriting, planHelper, type PlannedHelper } from './summary.ts'

/** A function of a project module that is no route, in its new form: the same for every route that calls it. */
export interface SharedFunction extends PlannedHelper {
  /** `lib/auth.ts#requireUser` */
  id: string
  source: ModuleFunction
  /** Calls inside it to other such functions. */
  calls: ReadonlyMap<Node, SharedCall>
  /** Keys that it reads from req.query, itself or through others; null for the whole object. */
  queryKeys: ReadonlySet<string> | null
  /** Imports that its new form needs in its module. */
  imports: readonly NewImport[]
  /** Its own findings and those of the shared functions that it calls. */
  notes: readonly Diagnostic[]
}

/** A call that hands req and/or res to a shared function. */
export interface SharedCall {
  node: t.CallExpression | t.OptionalCallExpression
  callee: SharedFunction
  /** The specifier that the caller imports it by; null within its module. */
  specifier: string | null
  isOpen: boolean
}

/** The shared functions of one app, in one attempt at the whole program. */
export interface SharedFunctions {
  /** The function that a call in a module goes to; null for one that is not followed. */
  follow(call: SharedCall['node'], passes: readonly Pass[], from: SourceModule): SharedCall | null
  /** What the callee of a call in a module is called in the new text, null where it keeps its name; `addImport` as recipes have it. */
  nameAt(call: SharedCall, from: SourceModule, addImport: RecipeContext['addImport']): string | null
  /** Some caller sets headers before it calls the function: from the next attempt on it takes them over. */
  inherit(callee: SharedFunction): void
  all(): readonly SharedFunction[]
}

/** What the attempts before have shown, by id. */
export interface SharedFacts {
  /** Functions that take over headers of their callers. */
  inheriting: ReadonlySet<string>
  /** Functions that stay for callers that stay, with the name of their counterpart beside them. */
  beside: ReadonlyMap<string, string>
  /** Functions that cannot be written in their new form after all. */
  refused: ReadonlyMap<string, Diagnostic>
}

export interface SharedEnvironment {
  app: NextApp
  graph: ModuleGraph
  facts: SharedFacts
  recipes: readonly Recipe[]
  strict: boolean
  /** False for files that other rules rewrite: routes, and what lies in pages/api. */
  isOpen(path: string): boolean
  /** A recipe's view of a module, and the list that its imports are put on. */
  contextOf(module: SourceModule): {
    recipes: RecipeContext
    imports: NewImport[]
    edits: readonly unknown[]
    edges: readonly unknown[]
  }
}

/** Nothing is followed out of the file. */
export const nothingShared: SharedFunctions = {
  follow: () => null,
  nameAt: () => null,
  inherit: () => {},
  all: () => [],
}

/** Plans functions of other modules when a route first hands them req or res; each once. */
export function createSharedFunctions(env: SharedEnvironment): SharedFunctions & { inherited(): ReadonlySet<string> } {
  const known = new Map<FunctionNode, SharedFunction | null>()
  const open = new Set<FunctionNode>()
  const inherited = new Set<string>()
  const shared: ReturnType<typeof createSharedFunctions> = {
    follow(call, passes, from) {
      const found = findModuleFunction(call.callee, from, env.graph)
      if (!found || !env.isOpen(found.module.path) || found.fn.generator) return null
      const roles = rolesAt(found.fn, call, passes)
      if (!roles) return null
      const callee = plan(found, roles)
      if (!callee || callee.model.roles.join() !== roles.join()) return null
      return { node: call, callee, specifier: found.specifier, isOpen: found.isOpen }
    },
    nameAt: ({ node, callee, specifier, isOpen }, from, addImport) => {
      const name = env.facts.beside.get(callee.id)
      if (name === undefined) return null
      if (specifier === null) return name
      const { callee: written } = node
      if (written.type === 'MemberExpression' && written.object.type === 'Identifier' && isOpen)
        return `${written.object.name}.${name}`
      const path = callee.source.module.path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
      const source = isOpen ? specifier : relativePath(dirOf(from.path), path)
      return addImport(source, name, isNameTaken(from.tree, name, from.file.ast.program) ? `${name}2` : name)
    },
    inherit: (callee) => {
      inherited.add(callee.id)
    },
    all: () => [...known.values()].flatMap((one) => one ?? []),
    inherited: () => inherited,
  }
  return shared

  function plan(found: FoundFunction, roles: readonly Role[]): SharedFunction | null {
    const before = known.get(found.fn)
    if (before !== undefined) return before
    // Recursion: the inner call finds nothing, and keeps the function.
    if (open.has(found.fn)) return null
    open.add(found.fn)
    const planned = planShared(found, roles, env, shared)
    open.delete(found.fn)
    known.set(found.fn, planned)
    return planned
  }
}

function planShared(
  found: ModuleFunction,
  roles: readonly Role[],
  env: SharedEnvironment,
  shared: SharedFunctions,
): SharedFunction {
  const { module, fn, name } = found
  const id = `${module.path}#${name}`
  const model = openLedger(fn, name, roles, false, module.tree)
  const context = env.contextOf(module)
  const calls = followPasses(model, module, env, context.recipes, shared)
  const summaries = new Map<FunctionModel, HelperSummary>()
  for (const { callee } of calls.values()) summaries.set(callee.model, callee.summary)
  const at = openLowering(model, module, env)
  const variant = wholeBody(fn, module)
  const isLive = (node: Node): boolean => !isDead(variant, node)
  const input: FunctionInput = {
    model,
    variant,
    summaries,
    calleeOf: (call) => {
      const target = calls.get(call)
      return target ? { callee: target.callee.model, passes: model.passes.filter((pass) => pass.call === call) } : null
    },
    recipe: (call, passes, lowering) =>
      call.type !== 'NewExpression' &&
      recipesFor(call, passes, env, context.recipes).some((recipe) =>
        recipe.lower({ call, passes, imported: context.recipes.importOf(call.callee) }, lowering, context.recipes),
      ),
    answers: (call, passes) =>
      call.type !== 'NewExpression' &&
      recipesFor(call, passes, env, context.recipes).some((recipe) =>
        recipe.answers?.({ call, passes, imported: context.recipes.importOf(call.callee) }),
      ),
    nameAt: (call) => {
      const target = calls.get(call.node)
      return target ? shared.nameAt(target, module, context.recipes.addImport) : null
    },
    inherits: env.facts.inheriting.has(id),
    bodyArgument: false,
    bodyType: bodyTypeOf(model, module.file),
    isEntry: false,
  }
  const helper = planHelper(input, at)
  for (const callee of findInheriting(input, isLive)) {
    const target = [...calls.values()].find((call) => call.callee.model === callee)
    if (target) shared.inherit(target.callee)
  }
  if (context.edits.length > 0 || context.edges.length > 0)
    helper.at.blockers.push({
      code: 'PA527',
      level: 'blocker',
      span: spanOf(module.file, fn),
      data: { name, file: module.path },
    })
  const refused = env.facts.refused.get(id)
  const [first] = refused ? [refused] : helper.at.blockers
  const blocked = first ? whyBlocked(first, found) : undefined
  return {
    ...helper,
    summary: blocked ? { ...helper.summary, blocked } : helper.summary,
    id,
    source: found,
    calls,
    queryKeys: queryKeysOf(model, calls),
    imports: context.imports,
    notes: [...helper.at.notes, ...[...calls.values()].flatMap(({ callee }) => callee.notes)],
  }
}

function followPasses(
  model: FunctionModel,
  module: SourceModule,
  env: SharedEnvironment,
  recipes: RecipeContext,
  shared: SharedFunctions,
): Map<Node, SharedCall> {
  const calls = new Map<Node, SharedCall>()
  for (const [, passes] of groupPasses(model.passes)) {
    const call = passes[0]?.call
    if (!call || call.type === 'NewExpression' || recipesFor(call, passes, env, recipes).length > 0) continue
    const target = shared.follow(call, passes, module)
    if (target) calls.set(call, target)
  }
  return calls
}

function recipesFor(
  call: SharedCall['node'],
  passes: readonly Pass[],
  env: SharedEnvironment,
  context: RecipeContext,
): Recipe[] {
  const imported = context.importOf(call.callee)
  return env.recipes.filter(
    (recipe) =>
      (imported && recipe.packages.includes(imported.source)) || recipe.owns?.({ call, passes, imported }, context),
  )
}

/** A shared function runs for every method: what asks for it stays a question. */
function wholeBody(fn: FunctionNode, { file, tree }: SourceModule): Variant {
  return specialise(fn, file, { tree, methodNodes: new Set(), sentNodes: new Set(), method: OTHER })
}

function openLowering(
  model: FunctionModel,
  { path, file, tree }: SourceModule,
  { app, strict }: SharedEnvironment,
): Lowering {
  return {
    file,
    tree,
    style: detectStyle(file),
    fn: model.fn,
    route: routeOfNone(path),
    names: chooseNames(model, tree),
    next: app.next.major,
    strict,
    typed: file.language === 'ts',
    typescript: typescriptVersion(app.packages.typescript),
    rawBody: false,
    formBody: false,
    reader: null,
    mayAwait: false,
    frozen: frozenRanges(file.ast.program),
    isLive: () => true,
    edits: [],
    needs: [],
    notes: [],
    blockers: [],
  }
}

/** A shared function serves many routes: it knows no params, and stays in its folder. */
export function routeOfNone(path: string): Route {
  return { id: '', source: path, targetDir: dirOf(path), targetStem: '', params: [], diagnostics: [] }
}

/** Names the innermost line that blocks, and the functions on the way to it. */
function whyBlocked(found: Diagnostic, { module, name, fn }: ModuleFunction): Diagnostic {
  const span = spanOf(module.file, fn)
  const step = `${name} (${module.path}:${span.line})`
  if (found.code === 'PA525') {
    const chain = Array.isArray(found.data.chain) ? found.data.chain : []
    return { ...found, span, data: { ...found.data, chain: [step, ...chain] } }
  }
  const text = typeof found.data.text === 'string' ? found.data.text : ''
  const place = found.span ?? span
  return {
    code: 'PA525',
    level: 'blocker',
    span,
    data: { chain: [step], code: found.code, file: place.file, line: place.line, text },
  }
}

function dirOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function queryKeysOf(model: FunctionModel, calls: ReadonlyMap<Node, SharedCall>): ReadonlySet<string> | null {
  const keys = new Set<string>()
  for (const { root, steps } of model.uses) {
    if (root !== 'req' || steps[0]?.kind !== 'prop' || steps[0].name !== 'query') continue
    if (steps[1]?.kind !== 'prop') return null
    keys.add(steps[1].name)
  }
  for (const leaf of model.destructures.flatMap((d) => (d.root === 'req' ? d.leaves : []))) {
    if (leaf.path[0] !== 'query' || (leaf.isAlias && leaf.path.length === 1)) continue
    if (leaf.path[1] === undefined || leaf.rest) return null
    keys.add(leaf.path[1])
  }
  for (const { callee } of calls.values()) {
    if (callee.queryKeys === null) return null
    for (const key of callee.queryKeys) keys.add(key)
  }
  return keys
}

/** By place in the source: where a statement stands among those of its module. */
export function byPlace(a: SharedFunction, b: SharedFunction): number {
  return startOf(a.source.statement) - startOf(b.source.statement)
}
