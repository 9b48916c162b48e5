import type * as t from '@babel/types'
import { withCalledBack } from '../analyse/called-back.ts'
import type { ModuleDeclaration } from '../analyse/module-declarations.ts'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { callbacksIn, type Passages } from '../analyse/passages.ts'
import { isAskedFor, openLedger } from '../analyse/ledger.ts'
import { OTHER, type Value } from '../analyse/method-value.ts'
import { specialise } from '../analyse/specialise.ts'
import { findUnreached } from '../analyse/unreached.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import { freeName, type Lowering, snippet, spanOf } from '../concerns/lowering.ts'
import { customWrites } from '../concerns/request/custom.ts'
import { folderOf } from '../concerns/module/imports.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Route, RouteParam } from '../model/project.ts'
import type { FunctionModel, FunctionNode, Pass, Role, Root } from '../model/route.ts'
import { answersFor, readPackageCall } from '../recipes/package-call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipes/recipe.ts'
import type { SourceModule } from '../syntax/imported.ts'
import type { Edit } from '../syntax/edits.ts'
import { placeOf } from '../syntax/expansion.ts'
import { frozenRanges } from '../syntax/lines.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { givenCallback, groupPasses, listed, listedSummary, outsider } from './function-flow.ts'
import { handlerSummary } from './handler-summary.ts'
import { holdsIn, setterOf } from './package-setters.ts'
import type { FunctionInput, HelperSummary } from './function-model.ts'
import { bodyTypeOf, hasAfter, presentNodes, sentNodes, typescriptVersion } from './handler-facts.ts'
import { findFormless } from './formless.ts'
import { helperEdits } from './helper-edits.ts'
import { namedImports } from './named-imports.ts'
import { chooseNames } from './names.ts'
import { requestTypesOf } from './request-types.ts'
import type { ValueUse } from './handler-value.ts'
import type { SharedCall, SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'
import { findInheriting, type PlannedHelper, planHelper } from './summary.ts'
import { unreachedNotes } from './unreached-notes.ts'

/** The function in its new form, planned without any route. */
export function planShared(
  found: ModuleFunction,
  roles: readonly Role[],
  env: SharedEnvironment,
  shared: SharedFunctions,
): SharedFunction {
  return planSharedBody({ found, fn: found.fn, roles, handler: null, edits: helperEdits }, env, shared)
}

export interface SharedBody {
  found: ModuleFunction
  /** The function that req and res are handed to: the module's own, or the one that a wrapper gives back. */
  fn: FunctionNode
  roles: readonly Role[]
  /** The handler that a wrapper is given, as its calls see it. */
  handler: { summary: HelperSummary; calls: readonly Node[]; roles: readonly Role[] } | null
  /** Calls of a callback that the function is given, which answers. */
  calledBack?: readonly t.CallExpression[]
  /** Calls of functions of a list that a wrapper is given. */
  listed?: readonly Node[]
  /** Set for a handler that wrappers are around, in its module: what it returns goes to them, and this they hang on the request. */
  entry?: { value: ValueUse | null; custom: ReadonlySet<string> }
  /** Members of `this` that hold req and res. */
  fields?: ReadonlyMap<string, Root>
  /** What stands for the request and the headers, where that is no parameter. */
  names?: Pick<Lowering['names'], 'request' | 'headers'>
  /** The body, where more than the code itself is known of it. */
  variant?: Variant
  /** The whole statement's edits, from those of the body. */
  edits: (helper: PlannedHelper) => Edit[]
}

/** A function that cannot read the body itself, or whose callers read it too, is handed the parsed body. */
export function planSharedBody(body: SharedBody, env: SharedEnvironment, shared: SharedFunctions): SharedFunction {
  const planned = planWith(body, env, shared, false)
  for (const { callee } of planned.at.blockers.some(({ code }) => code === 'PA125') ? planned.calls.values() : [])
    shared.handBody(callee)
  if (body.handler || body.roles.includes('context') || !isBodyOnly(planned.at)) return planned
  const isLate = planned.at.blockers.some(({ code, span }) => code === 'PA520' && span?.start === startOf(body.fn))
  return isLate || env.facts.bodies.has(planned.id) ? planWith(body, env, shared, true) : planned
}

/** It reads the parsed body, and nothing else off the stream. */
function isBodyOnly({ needs }: Lowering): boolean {
  return (
    needs.some(({ kind }) => kind === 'body' || kind === 'whole-body') &&
    !needs.some(({ kind }) => kind === 'text' || kind === 'raw' || kind === 'form')
  )
}

function planWith(
  body: SharedBody,
  env: SharedEnvironment,
  shared: SharedFunctions,
  bodyArgument: boolean,
): SharedFunction {
  const { found, fn, roles, handler } = body
  const { module, name } = found
  const id = `${module.path}#${found.owner ?? ''}${name}${roles.includes('next') ? ' (next)' : ''}`
  const model = openLedger(fn, name, roles, body.entry !== undefined, module.tree, body.fields)
  const context = env.contextOf(module)
  const handed: FunctionModel | null = handler ? { ...outsider, name: null, roles: handler.roles } : null
  const ofLists = body.listed ?? []
  const except = [...(handler?.calls ?? []), ...ofLists]
  const calls = followPasses(model, { module, env, recipes: context.recipes, shared, except })
  const summaries = new Map<FunctionModel, HelperSummary>()
  for (const { callee } of calls.values()) summaries.set(callee.model, callee.summary)
  if (handler && handed) summaries.set(handed, handler.summary)
  if (ofLists.length > 0) summaries.set(listed, listedSummary)
  if (body.calledBack) summaries.set(givenCallback, handlerSummary)
  const given = body.entry?.custom ?? []
  const custom = new Set([
    ...customWrites(model),
    ...given,
    ...[...calls.values()].flatMap(({ callee }) => [...callee.custom]),
  ])
  const passages = withCalledBack(shared.passages(module), model)
  const segments = env.facts.params.get(id) ?? []
  const variant = body.variant ?? wholeBody(model, module, passages)
  const isLive = (node: Node): boolean => !isDead(variant, node)
  const open = openLowering(model, module, env, { custom, params: segments })
  const types = open.typed ? requestTypesOf(model, module, context.recipes) : undefined
  const at: Lowering = { ...open, ...(types ? { types } : {}), isLive }
  const params = handler ? freeName(at.tree, fn, 'context', 'routeContext') : null
  const queryArgument = !handler && !roles.includes('context') && env.facts.queries.has(id)
  const lowering: Lowering = {
    ...at,
    names: { ...at.names, ...(params ? { params } : body.names) },
    ...(params ? { anyParams: `${params}.params` } : {}),
    ...(handler ? { handlerCalls: handler.calls } : {}),
    ...(queryArgument ? { queryArgument } : {}),
  }
  const input: FunctionInput = {
    model,
    tree: module.tree,
    variant,
    summaries,
    calleeOf: (call) => {
      const passes = model.passes.filter((pass) => pass.call === call)
      if (handed && handler?.calls.includes(call)) return { callee: handed, passes }
      if (ofLists.includes(call)) return { callee: listed, passes }
      const target = calls.get(call)
      return target ? { callee: target.callee.model, passes } : null
    },
    recipe: (call, passes, lowering) => {
      const { found, taken } = ofPackage(call, passes, env, context.recipes)
      return found !== null && taken.some((recipe) => recipe.lower(found, lowering, context.recipes))
    },
    answers: (call, passes) => {
      const { found, taken } = ofPackage(call, passes, env, context.recipes)
      return found !== null && taken.some((recipe) => recipe.answers?.(found, context.recipes))
    },
    merges: (call, passes) => ofPackage(call, passes, env, context.recipes).taken.some(({ merges }) => merges === true),
    setter: (call, passes) => {
      const { found, taken } = ofPackage(call, passes, env, context.recipes)
      return found && setterOf(taken.find((recipe) => recipe.sets?.(found, context.recipes)))
    },
    holds: (call) => holdsIn(call, env.recipes, context.recipes),
    stops: (call, passes) => {
      const { found, taken } = ofPackage(call, passes, env, context.recipes)
      return found && (taken.map((recipe) => recipe.stops?.(found, context.recipes) ?? null).find(Boolean) ?? null)
    },
    nameAt: (call) => {
      const target = calls.get(call.node)
      return target ? shared.nameAt(target, module, context.recipes.addImport) : null
    },
    passages,
    ...(body.calledBack ? { calledBack: body.calledBack } : {}),
    handler: handed,
    // A wrapper begins with a `res` of its own; the fact is of a call of what it gives back, where that stands.
    inherits: !handler && env.facts.inheriting.has(id),
    inheritsType: !handler && env.facts.typed.has(id),
    bodyArgument,
    bodyType: bodyTypeOf(model, module.file),
    functionAt: (node, from) => context.recipes.functionAt(node, from),
    isEntry: body.entry !== undefined,
    ...(body.entry ? { isWrapped: true } : {}),
    value: body.entry?.value ?? null,
    isAnswering: handler !== undefined && env.facts.answering.has(id),
  }
  const helper = planHelper(input, lowering)
  for (const [callee, { isTyped }] of findInheriting(input, { isLive })) {
    const target = [...calls.values()].find((call) => call.callee.model === callee)
    if (target) shared.inherit(target.callee, isTyped)
  }
  if (context.edits.length > 0 || context.edges.length > 0)
    helper.at.blockers.push({
      code: 'PA527',
      level: 'blocker',
      span: spanOf(module.file, fn),
      data: { name, file: module.path },
    })
  const edits = body.edits(helper)
  const formless = body.fields ? null : findFormless(found, roles, edits)
  if (formless)
    helper.at.blockers.push({
      code: 'PA527',
      level: 'blocker',
      span: spanOf(module.file, formless.node),
      data: { name, file: module.path, why: formless.why, text: snippet(module.file, formless.node) },
    })
  const refused = env.facts.refused.get(id)
  const [first] = refused ? [refused] : helper.at.blockers
  const blocked = first ? whyBlocked(first, found) : undefined
  // With more known than the code, what is left out of this form may well be reached.
  const leftOut = body.variant ? [] : unreachedNotes(findUnreached(fn, [variant]), module.file)
  return {
    ...helper,
    summary: blocked ? { ...helper.summary, blocked } : helper.summary,
    variant,
    id,
    source: found,
    calls,
    queryKeys: queryArgument ? new Set() : queryKeysOf(model, calls, handler !== null),
    readsUrl: readsUrl(model) || [...calls.values()].some(({ callee }) => callee.readsUrl),
    wrapper: null,
    params: segments,
    custom,
    edits,
    imports: [...context.imports, ...namedImports(helper)],
    notes: [...notesOn(found), ...leftOut, ...helper.at.notes, ...notesBelow(calls)],
  }
}

/** Each once: a function that is called twice has been told about already. */
function notesBelow(calls: ReadonlyMap<Node, SharedCall>): ReadonlySet<Diagnostic> {
  const callees = new Set([...calls.values()].map(({ callee }) => callee))
  return new Set([...callees].flatMap(({ notes }) => notes))
}

/** What was said of shorthands of packages inside the declaration. */
export function notesOn({ module, node }: ModuleDeclaration): Diagnostic[] {
  const first = placeOf(module.file, startOf(node)).line
  const last = placeOf(module.file, endOf(node) - 1).line
  return (module.notes ?? []).filter(({ span }) => span && span.line >= first && span.line <= last)
}

interface Following {
  module: SourceModule
  env: SharedEnvironment
  recipes: RecipeContext
  shared: SharedFunctions
  except: readonly Node[]
}

function followPasses(
  model: FunctionModel,
  { module, env, recipes, shared, except }: Following,
): Map<Node, SharedCall> {
  const calls = new Map<Node, SharedCall>()
  for (const [, passes] of groupPasses(model.passes)) {
    const call = passes[0]?.call
    if (!call || except.includes(call)) continue
    if (ofPackage(call, passes, env, recipes).taken.length > 0) continue
    const target = shared.follow(call, passes, module)
    if (target) calls.set(call, target)
  }
  return calls
}

/** A call of a package, and the recipes that answer for it. */
function ofPackage(
  call: Pass['call'],
  passes: readonly Pass[],
  env: SharedEnvironment,
  context: RecipeContext,
): { found: PackageCall | null; taken: Recipe[] } {
  const found = readPackageCall(call, passes, context)
  return { found, taken: found ? env.recipes.filter((recipe) => answersFor(recipe, found, context)) : [] }
}

/** A shared function runs for every method: what asks for it stays a question. */
export function wholeBody(
  model: FunctionModel,
  { file, tree }: SourceModule,
  passages: Passages,
  known: ReadonlyMap<Node, Value> = new Map(),
  once: ReadonlySet<Node> = new Set(),
): Variant {
  const entered = (call: Node): readonly FunctionNode[] => callbacksIn(call, passages)
  const [methodNodes, sent, present] = [new Set<Node>(), sentNodes(model), presentNodes(model)]
  return specialise(model.fn, file, {
    tree,
    methodNodes,
    sentNodes: sent,
    presentNodes: present,
    known,
    once,
    method: OTHER,
    entered,
  })
}

function openLowering(
  model: FunctionModel,
  { path, file, tree }: SourceModule,
  { app, project, strict }: SharedEnvironment,
  { custom, params }: { custom: ReadonlySet<string>; params: readonly RouteParam[] },
): Lowering {
  return {
    file,
    tree,
    style: detectStyle(file),
    fn: model.fn,
    route: { ...routeOfNone(path), params: [...params] },
    names: chooseNames(model, tree),
    next: app.next.major,
    hasAfter: hasAfter(app.next),
    strict,
    typed: file.language === 'ts',
    typescript: typescriptVersion(app.packages.typescript),
    rawBody: false,
    mayReadRaw: true,
    formBody: false,
    reader: null,
    custom,
    hasAllCustom: !project.customServers.includes(app.root),
    hasCallers: true,
    mayAwait: false,
    frozen: frozenRanges(file.ast.program),
    methods: [],
    isLive: () => true,
    edits: [],
    needs: [],
    given: new Set(),
    notes: [],
    blockers: [],
  }
}

/** A shared function serves many routes: it knows no params, and stays in its folder. */
export function routeOfNone(path: string): Route {
  return { id: '', source: path, targetDir: folderOf(path), targetStem: '', params: [], diagnostics: [] }
}

/** Names the innermost line that blocks, and the functions on the way to it. */
export function whyBlocked(found: Diagnostic, { module, name, node }: ModuleDeclaration): Diagnostic {
  const span = spanOf(module.file, node)
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

function readsUrl({ uses, destructures }: FunctionModel): boolean {
  return (
    uses.some(({ root, steps: [first] }) => root === 'req' && first?.kind === 'prop' && first.name === 'url') ||
    destructures.some(({ root, leaves }) => root === 'req' && leaves.some(({ path }) => path[0] === 'url'))
  )
}

/** A wrapper has the params at hand where it reads the whole object. */
function queryKeysOf(
  model: FunctionModel,
  calls: ReadonlyMap<Node, SharedCall>,
  hasParams: boolean,
): ReadonlySet<string> | null {
  const keys = new Set<string>()
  for (const { root, steps, node } of model.uses) {
    if (root !== 'req' || steps[0]?.kind !== 'prop' || steps[0].name !== 'query') continue
    if (hasParams && steps.length === 1) continue
    if (!steps[1] && isAskedFor(node, parentOf(node))) continue
    if (steps[1]?.kind !== 'prop') return null
    keys.add(steps[1].name)
  }
  for (const leaf of model.destructures.flatMap((d) => (d.root === 'req' ? d.leaves : []))) {
    if (leaf.path[0] !== 'query' || (leaf.isAlias && leaf.path.length === 1)) continue
    if (hasParams && leaf.path.length === 1 && !leaf.rest) continue
    if (leaf.path[1] === undefined || leaf.rest) return null
    keys.add(leaf.path[1])
  }
  for (const { callee } of calls.values()) {
    if (callee.queryKeys === null) return null
    if (callee.summary.takes.query && !hasParams) return null
    for (const key of callee.queryKeys) keys.add(key)
  }
  return keys
}
