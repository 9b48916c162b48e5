import type * as t from '@babel/types'
import { followCalls, functionOf, type Program } from '../analyse/callees.ts'
import { type Entry, findEntry } from '../analyse/entry.ts'
import type { Flow, Truth } from '../analyse/flow-model.ts'
import { type MethodContext, OTHER, evaluate } from '../analyse/method-value.ts'
import { isDead, specialise, type Variant } from '../analyse/specialise.ts'
import { type Lowering, snippet, spanOf } from '../concerns/lowering.ts'
import { type ConfigPlan, readConfig } from '../concerns/module/config.ts'
import { showsFormBody } from '../concerns/request/form-body.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { NextApp, Project, Route } from '../model/project.ts'
import type { ResponseFact } from '../model/response.ts'
import { type FunctionModel, type FunctionNode, type HttpMethod, httpMethods, type Pass } from '../model/route.ts'
import { collects } from '../recipes/collector.ts'
import { parsesForm } from '../recipes/formidable/form.ts'
import type { EntryRecipe, PackageCall, Recipe, RecipeContext } from '../recipes/recipe.ts'
import { isKnownPresent } from '../syntax/absence.ts'
import { frozenRanges, type Range } from '../syntax/lines.ts'
import { isCall, numberValue, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { analyseScopes, type ScopeTree } from '../syntax/scope.ts'
import type { Edit } from '../syntax/edits.ts'
import { detectStyle, type Style } from '../syntax/style.ts'
import { endOf, isPlainFunction, type Node, some, startOf } from '../syntax/tree.ts'
import {
  chooseNames,
  flowOf,
  groupPasses,
  type FunctionInput,
  type FunctionPlan,
  type HelperSummary,
  planFunction,
} from './function.ts'
import { type BodyReader, chooseReader, usesReader } from './strict-body.ts'
import { chooseMethods, type MethodChoice, type Treatment } from './methods.ts'

/** Everything about one route file that planning reads. */
export interface RouteContext {
  file: SourceFile
  tree: ScopeTree
  style: Style
  route: Route
  app: NextApp
  project: Project
  options: MigrateOptions
  /** HTTP methods with which the repository calls the route. */
  callers: readonly string[]
  typed: boolean
  recipes: readonly Recipe[]
  entryRecipes: readonly EntryRecipe[]
  recipeContext: RecipeContext
}

/** One function of the new file: a variant of the handler, and the methods that it answers. */
export interface MethodFunction {
  methods: HttpMethod[]
  variant: Variant
  plan: FunctionPlan
  at: Lowering
  /** The function of the methods that the code does not name. */
  isShared: boolean
  /** All it does is refuse. */
  isRefusal: boolean
}

export interface HelperRewrite {
  model: FunctionModel
  plan: FunctionPlan
  at: Lowering
  summary: HelperSummary
}

/** How a route's handler moves. */
export interface HandlerPlan {
  entry: Extract<Entry, { kind: 'function' | 'call' }>
  functions: MethodFunction[]
  helpers: HelperRewrite[]
  config: ConfigPlan
  /** The default export is no function, and a recipe wrote its new form: nothing else of it is emitted. */
  rewrite: { edits: readonly Edit[]; methods: HttpMethod[] } | null
}

export type Verdict =
  | { kind: 'migrate'; plan: HandlerPlan; notes: Diagnostic[] }
  | { kind: 'keep'; because: Diagnostic[] }

export function routeContext(file: SourceFile, rest: Omit<RouteContext, 'file' | 'tree' | 'style'>): RouteContext {
  return { file, tree: analyseScopes(file.ast), style: detectStyle(file), ...rest }
}

/** Decides whether a route's handler moves and how; or why it stays. Pure: writes nothing. */
export function planHandler(context: RouteContext): Verdict {
  const { file, tree } = context
  const config = readConfig(file)
  const entry = findEntry(file.ast, tree)
  // The config of a handler from elsewhere is mostly re-exported with it, which is not the reason.
  if (config.blockers.length > 0 && entry.kind !== 'reexport') return { kind: 'keep', because: config.blockers }
  const rewritten = entry.kind === 'call' && !config.isEdge ? rewriteEntry(entry, context, config) : null
  if (rewritten) return rewritten
  if (entry.kind !== 'function') return { kind: 'keep', because: [whyNoFunction(entry, context)] }
  if (config.isEdge) return keep(context, 'PA404', entry.fn)
  if (
    entry.fn.generator ||
    (file.text.includes('this') &&
      some(
        entry.fn.body,
        (n) => n.type === 'ThisExpression',
        (n) => n.type !== 'FunctionExpression' && n.type !== 'FunctionDeclaration' && !n.type.startsWith('Class'),
      ))
  )
    return keep(context, 'PA405', entry.fn)
  const hidden = ['eval', 'with']
    .flatMap((name) => tree.globals.get(name) ?? [])
    .find((r) => startOf(r.node) >= startOf(entry.fn) && endOf(r.node) <= endOf(entry.fn))
  if (hidden) return keep(context, 'PA407', hidden.node)
  const planner = new Planner(context, entry, config)
  return planner.run()
}

/** What planning sees of a handler, also of one that stays: for `--print`. */
export interface Inspection {
  program: Program
  /** Each different body of the handler, with the methods that run it; `other` stands for all that it does not name. */
  bodies: { methods: string[]; plan: FunctionPlan; at: Lowering }[]
  helpers: HelperRewrite[]
}

/** Null when the default export is no function of the file. */
export function inspectHandler(context: RouteContext): Inspection | null {
  const entry = findEntry(context.file.ast, context.tree)
  return entry.kind === 'function' ? new Planner(context, entry, readConfig(context.file)).inspect() : null
}

function keep(context: RouteContext, code: Code, node: Node, data: Data = {}): Verdict {
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
function rewriteEntry(
  entry: Extract<Entry, { kind: 'call' }>,
  context: RouteContext,
  config: ConfigPlan,
): Verdict | null {
  const imported = context.recipeContext.importOf(entry.call.callee)
  const recipe = imported ? context.entryRecipes.find((r) => r.packages.includes(imported.source)) : undefined
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
  const { edits, methods, notes } = found
  return {
    kind: 'migrate',
    plan: { entry, functions: [], helpers: [], config, rewrite: { edits, methods } },
    notes: [...config.notes, ...notes],
  }
}

function whyNoFunction(entry: Exclude<Entry, { kind: 'function' }>, context: RouteContext): Diagnostic {
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

class Planner {
  private readonly context: RouteContext
  private readonly entry: Extract<Entry, { kind: 'function' }>
  private readonly config: ConfigPlan
  private readonly program: Program
  private readonly methodNodes: Set<Node>
  private readonly sentNodes: Set<Node>
  private readonly presentNodes: Set<Node>
  private readonly formBody: boolean
  private readonly frozen: readonly Range[]
  private readonly reader: BodyReader | null
  private readonly targets = new Map<Node, FunctionNode[]>()
  private inherits = new Set<FunctionModel>()
  /** Helpers that are handed the parsed body: they cannot await it, or it would be read twice. */
  private bodyArguments = new Set<FunctionModel>()
  private summaries = new Map<FunctionModel, HelperSummary>()
  private helpers = new Map<FunctionModel, HelperRewrite>()
  /** Of one run: they rest on the summaries. */
  private treatments = new Map<string, Treatment>()
  private readonly names = new Map<FunctionModel, Lowering['names']>()

  constructor(context: RouteContext, entry: Extract<Entry, { kind: 'function' }>, config: ConfigPlan) {
    this.context = context
    this.entry = entry
    this.config = config
    const first = followCalls(entry.fn, entry.name, context.tree, () => [])
    this.methodNodes = new Set(
      first.entry.uses
        .filter((u) => u.root === 'req' && u.steps[0]?.kind === 'prop' && u.steps[0].name === 'method')
        .map((u) => u.steps[0]?.node as Node),
    )
    this.sentNodes = new Set(
      first.entry.uses
        .filter(
          (u) =>
            u.root === 'res' && u.steps.length === 1 && u.steps[0]?.kind === 'prop' && sentFlags.has(u.steps[0].name),
        )
        .map((u) => u.node),
    )
    this.presentNodes = presentNodes(first.entry)
    this.formBody = context.file.text.includes('form-urlencoded') && showsFormBody(entry.fn)
    this.frozen = frozenRanges(context.file.ast.program)
    this.reader = context.options.strict && config.bodyParser ? chooseReader(context.tree, config) : null
    this.program =
      first.outside.length > 0
        ? followCalls(entry.fn, entry.name, context.tree, (callee) => this.tableTargets(callee))
        : first
  }

  run(): Verdict {
    const { context, program } = this
    // Only the handler can refuse a body, so its helpers get what it has read.
    if (this.reader) this.bodyArguments = new Set(program.helpers)
    const [loop] = program.recursive
    if (loop) return keep(context, 'PA523', loop.fn)
    const variants = this.variants()
    this.summarise(variants)
    this.treatments = new Map()
    const facts = this.methodFacts(variants)
    const choice = chooseMethods(facts)
    const functions: MethodFunction[] = []
    const blockers: Diagnostic[] = []
    const notes: Diagnostic[] = []
    const groups = this.groups(choice, variants)
    if (groups.length === 0) return this.nothingServed(variants.get(OTHER) as Variant)
    const reached = new Set<FunctionModel>()
    for (const group of groups) {
      const at = this.lowering(program.entry, group.variant, true)
      const plan = planFunction(this.input(program.entry, group.variant, false, true), at)
      functions.push({ ...group, plan, at })
      blockers.push(...at.blockers)
      notes.push(...at.notes)
      this.reach(program.entry, group.variant, reached)
    }
    const helpers = [...this.helpers.values()].filter((h) => reached.has(h.model))
    for (const helper of helpers) {
      blockers.push(...helper.at.blockers)
      notes.push(...helper.at.notes)
    }
    blockers.push(...this.valueUses(helpers))
    if (this.handsBodyOver(blockers)) return this.run()
    if (blockers.length > 0) return { kind: 'keep', because: unique(blockers) }
    notes.unshift(
      ...this.config.notes.filter(
        (n) =>
          n.code !== 'PA410' ||
          (this.config.sizeLimit ?? 'Infinity') === 'Infinity' ||
          !functions.some((f) => usesReader(f.at)),
      ),
    )
    notes.push(...this.methodNotes(choice))
    return {
      kind: 'migrate',
      plan: { entry: this.entry, functions, helpers, config: this.config, rewrite: null },
      notes: unique(notes),
    }
  }

  inspect(): Inspection {
    const { program } = this
    if (program.recursive.length > 0) return { program, bodies: [], helpers: [] }
    const variants = this.variants()
    this.summarise(variants)
    const methods = new Map<string, string[]>()
    for (const [method, { signature }] of variants)
      methods.set(signature, [...(methods.get(signature) ?? []), method.trim()])
    const bodies = [...new Map([...variants.values()].map((v) => [v.signature, v])).values()].map((variant) => {
      const at = this.lowering(program.entry, variant, true)
      const plan = planFunction(this.input(program.entry, variant, false, true), at)
      return { methods: methods.get(variant.signature) ?? [], plan, at }
    })
    return { program, bodies, helpers: [...this.helpers.values()] }
  }

  /** No method is answered: because of something that could not be followed, or really. */
  private nothingServed(variant: Variant): Verdict {
    const at = this.lowering(this.program.entry, variant, true)
    planFunction(this.input(this.program.entry, variant, false, true), at)
    const because = at.blockers.filter((b) => b.code !== 'PA313')
    return because.length > 0 ? { kind: 'keep', because: unique(because) } : keep(this.context, 'PA306', this.entry.fn)
  }

  /** When the body cannot be read where it is used, the helpers get it as an argument; true when that is worth another try. */
  private handsBodyOver(blockers: readonly Diagnostic[]): boolean {
    if (this.bodyArguments.size > 0 || !blockers.some((b) => b.code === 'PA125' || b.code === 'PA520')) return false
    for (const helper of this.helpers.values())
      if (helper.at.needs.some((n) => n.kind === 'body' || n.kind === 'whole-body'))
        this.bodyArguments.add(helper.model)
    return this.bodyArguments.size > 0
  }

  /** For each method (and for all that are not named) the body that it runs. */
  private variants(): Map<string, Variant> {
    const all = new Map<string, Variant>()
    const named = namedMethods(this.methodNodes)
    const other = this.variant(OTHER)
    for (const method of httpMethods)
      all.set(method, named && !named.has(method) ? { ...other, method } : this.variant(method))
    return all.set(OTHER, other)
  }

  private variant(method: string): Variant {
    const variant = specialise(this.entry.fn, this.context.file, this.methodContext(method))
    return { ...variant, signature: `${variant.signature}${this.tableChoice(variant)}` }
  }

  /** What lookup tables select in a variant: part of what makes it different from others. */
  private tableChoice(variant: Variant): string {
    const calls = [...this.program.calls.keys()].filter(
      (call) => !isDead(variant, call) && !functionOf((call as t.CallExpression).callee, this.context.tree),
    )
    return calls.map((call) => `@${startOf(this.calleeOf(call, variant)?.callee.fn ?? call)}`).join('')
  }

  private methodContext(method: string): MethodContext {
    return {
      tree: this.context.tree,
      methodNodes: this.methodNodes,
      sentNodes: this.sentNodes,
      presentNodes: this.presentNodes,
      method,
    }
  }

  /** A callee that a lookup table gives: every function that some method selects. */
  private tableTargets(callee: Node): readonly FunctionNode[] {
    const known = this.targets.get(callee)
    if (known) return known
    const found = new Set<FunctionNode>()
    for (const method of httpMethods) {
      const value = evaluate(callee, this.methodContext(method))
      if (value.kind === 'function' && isPlainFunction(value.node)) found.add(value.node)
    }
    this.targets.set(callee, [...found])
    return [...found]
  }

  private calleeOf(call: Node, variant: Variant): { callee: FunctionModel; passes: readonly Pass[] } | null {
    const known = this.program.calls.get(call)
    // A helper that only reads the body is replaced by the Request's own method.
    if (!known || collects(known.callee.fn, this.context.tree) || parsesForm(known.callee.fn, this.context.tree))
      return null
    const callee = (call as t.CallExpression).callee
    if (functionOf(callee, this.context.tree)) return known
    const value = evaluate(callee, this.methodContext(variant.method))
    const target =
      value.kind === 'function'
        ? [this.program.entry, ...this.program.helpers].find((m) => m.fn === value.node)
        : undefined
    return target ? { callee: target, passes: known.passes } : null
  }

  /** Analyses helpers, callees first; repeated until it is known which of them take over headers of their callers. */
  private summarise(variants: ReadonlyMap<string, Variant>): void {
    if (this.program.helpers.length === 0) return
    for (let round = 0; round < 4; round++) {
      this.summaries = new Map()
      this.helpers = new Map()
      for (const model of this.program.helpers) this.summariseOne(model)
      const before = this.inherits.size
      for (const variant of new Map([...variants.values()].map((v) => [v.signature, v])).values())
        this.markInheriting(this.input(this.program.entry, variant, false, true), (n) => !isDead(variant, n))
      for (const helper of this.helpers.values())
        this.markInheriting(
          this.input(helper.model, this.whole(helper.model), this.inherits.has(helper.model), false),
          () => true,
        )
      if (this.inherits.size === before) return
    }
  }

  private markInheriting(input: FunctionInput, isLive: (node: Node) => boolean): void {
    const { flow } = flowOf(input, isLive)
    for (const exit of flow.exits)
      if (exit.what.kind === 'call' && exit.pending.length > 0) this.inherits.add(exit.what.call.callee)
    for (const guard of flow.guards) if (guard.pending.length > 0) this.inherits.add(guard.call.callee)
  }

  private whole(model: FunctionModel): Variant {
    return specialise(model.fn, this.context.file, {
      tree: this.context.tree,
      methodNodes: new Set(),
      sentNodes: new Set(),
      method: OTHER,
    })
  }

  private summariseOne(model: FunctionModel): void {
    const inherits = this.inherits.has(model)
    const variant = this.whole(model)
    const at = this.lowering(model, variant, false)
    const input = this.input(model, variant, inherits, false)
    const { flow } = flowOf(input, at.isLive)
    const kind =
      flow.exits.length === 0 && flow.guards.length === 0
        ? flow.effects.some((e) => e.what.kind !== 'inherited')
          ? 'effects'
          : 'reads'
        : flow.mayFallThrough
          ? 'may'
          : 'always'
    const canAwait = model.fn.async || kind === 'always' || kind === 'may'
    const settled: Lowering = { ...at, mayAwait: canAwait }
    const plan = planFunction(input, settled)
    if (kind === 'may' && flow.effects.some((e) => e.exits.size === 0))
      settled.blockers.push({
        code: 'PA521',
        level: 'blocker',
        span: spanOf(this.context.file, model.fn),
        data: { name: model.name ?? '' },
      })
    const summary: HelperSummary = {
      kind,
      takes: plan.takes,
      readsBody: plan.readsBody,
      inherits,
      returns: {
        answered: flow.returns.answered,
        unanswered: flow.returns.unanswered.map((u) => truthOfReturn(u, this.context.tree)),
      },
      becameAsync: plan.usesAwait && !model.fn.async,
      statuses: flow.exits.map((exit) => statusOf(exit, model.fn)),
    }
    this.summaries.set(model, summary)
    this.helpers.set(model, { model, plan, at: settled, summary })
  }

  private input(model: FunctionModel, variant: Variant, inherits: boolean, isEntry: boolean): FunctionInput {
    return {
      model,
      variant,
      program: this.program,
      summaries: this.summaries,
      calleeOf: (call) => this.calleeOf(call, variant),
      recipe: (call, passes, at) => this.tryRecipes(call, passes, at),
      answers: (call, passes) => this.answeredBy(call, passes) !== null,
      inherits,
      bodyArgument: this.bodyArguments.has(model),
      bodyType: bodyTypeOf(model, this.context.file),
      isEntry,
    }
  }

  private tryRecipes(call: Pass['call'], passes: readonly Pass[], at: Lowering): boolean {
    const found = this.packageCall(call, passes)
    return found !== null && this.recipesFor(found).some((r) => r.lower(found, at, this.context.recipeContext))
  }

  private packageCall(call: Pass['call'], passes: readonly Pass[]): PackageCall | null {
    if (call.type === 'NewExpression') return null
    return { call, passes, imported: this.context.recipeContext.importOf(call.callee) }
  }

  private recipesFor(found: PackageCall): Recipe[] {
    return this.context.recipes.filter(
      (r) =>
        (found.imported && r.packages.includes(found.imported.source)) || r.owns?.(found, this.context.recipeContext),
    )
  }

  /** Handed to a package that a recipe knows to send nothing. */
  private isSilent(pass: Pass): boolean {
    const found = this.packageCall(pass.call, [pass])
    return found !== null && this.recipesFor(found).length > 0 && this.answeredBy(pass.call, [pass]) === null
  }

  /** The methods that a package answers when it is handed this call's response; null when it sends none. */
  private answeredBy(call: Pass['call'], passes: readonly Pass[]): readonly HttpMethod[] | null {
    const found = this.packageCall(call, passes)
    for (const recipe of found ? this.recipesFor(found) : []) {
      const methods = found && recipe.answers?.(found)
      if (methods) return methods
    }
    return null
  }

  /** Methods of a package that answers everything the code does not name, before what the repository's calls show. */
  private callers(other: Variant): readonly string[] {
    for (const [call, passes] of groupPasses(this.program.entry.passes)) {
      const methods = isDead(other, call) ? null : this.answeredBy(call as Pass['call'], passes)
      if (methods) return methods
    }
    return this.context.callers
  }

  private lowering(model: FunctionModel, variant: Variant, mayAwait: boolean): Lowering {
    const { context } = this
    return {
      file: context.file,
      tree: context.tree,
      style: context.style,
      fn: model.fn,
      route: context.route,
      names: this.namesOf(model),
      next: context.app.next.major,
      strict: context.options.strict,
      typed: context.typed,
      typescript: typescriptVersion(context.app.packages.typescript),
      rawBody: !this.config.bodyParser,
      formBody: this.formBody,
      reader: this.reader,
      mayAwait,
      frozen: this.frozen,
      isLive: (node) => !isDead(variant, node),
      edits: [],
      needs: [],
      notes: [],
      blockers: [],
    }
  }

  private namesOf(model: FunctionModel): Lowering['names'] {
    const known = this.names.get(model) ?? chooseNames(model, this.context.tree)
    this.names.set(model, known)
    return known
  }

  private methodFacts(variants: ReadonlyMap<string, Variant>): Parameters<typeof chooseMethods>[0] {
    const other = variants.get(OTHER) as Variant
    const named = new Map<HttpMethod, Treatment>()
    for (const method of httpMethods) {
      const variant = variants.get(method) as Variant
      if (variant.signature !== other.signature) named.set(method, this.treatment(variant))
    }
    return {
      named: inSourceOrder(named, this.context.file, this.entry.fn),
      others: this.treatment(other),
      othersReadBody:
        this.program.entry.uses.some(
          (u) => u.root === 'req' && u.steps[0]?.kind === 'prop' && u.steps[0].name === 'body' && !isDead(other, u.ref),
        ) ||
        this.program.entry.destructures.some((d) => d.leaves.some((l) => l.path[0] === 'body')) ||
        this.helperReadsBody(other) ||
        !this.config.bodyParser,
      othersSetCors: /access-control-allow/i.test(
        this.context.file.text.slice(startOf(this.entry.fn), endOf(this.entry.fn)),
      ),
      callers: this.callers(other),
      strict: this.context.options.strict,
    }
  }

  private helperReadsBody(variant: Variant): boolean {
    const reached = new Set<FunctionModel>()
    this.reach(this.program.entry, variant, reached)
    return [...reached].some((m) => this.summaries.get(m)?.readsBody)
  }

  private treatment(variant: Variant): Treatment {
    const known = this.treatments.get(variant.signature)
    if (known) return known
    const found = this.treat(variant)
    this.treatments.set(variant.signature, found)
    return found
  }

  private treat(variant: Variant): Treatment {
    const isLive = (node: Node): boolean => !isDead(variant, node)
    const { entry } = this.program
    const { flow, claims, unclaimed, calls } = flowOf(this.input(entry, variant, false, true), isLive)
    // A response that flow analysis cannot place is still a response: such a part is never taken for silence or refusal.
    const isHidden =
      unclaimed.some((u) => !sentFlags.has(u.steps[0]?.kind === 'prop' ? u.steps[0].name : '')) ||
      [...claims.values()].some((c) => c.kind === 'refusal' || (c.kind === 'response' && !flow.met.has(c.node))) ||
      entry.passes.some(
        (p) =>
          p.root === 'res' &&
          isLive(p.call) &&
          !this.isSilent(p) &&
          (!calls.has(p.call) || (!flow.met.has(p.call) && calls.get(p.call)?.kind !== 'reads')),
      ) ||
      entry.escapes.some((e) => e.root === 'res' && isLive(e.node))
    if (isHidden || flow.guards.length > 0) return 'serves'
    // A part that only throws was answered 500: refused, and never silent.
    if (flow.exits.length === 0) return flow.mayFallThrough ? 'hangs' : 'refuses'
    // What a catch block answers counts only where nothing else does: it is reached when the refusal itself fails.
    const outside = flow.exits.filter((e) => !isInCatch(e.statement, entry.fn))
    if (flow.exits.some((e) => isInCatch(e.statement, entry.fn) && isService(e))) return 'serves'
    const counted = outside.length > 0 ? outside : flow.exits
    return counted.every((e) => isRefusal(e, this.summaries)) && !flow.mayFallThrough ? 'refuses' : 'serves'
  }

  /** One function for each different body; methods with the same body share it. */
  private groups(choice: MethodChoice, variants: ReadonlyMap<string, Variant>): Omit<MethodFunction, 'plan' | 'at'>[] {
    const groups = new Map<string, Omit<MethodFunction, 'plan' | 'at'>>()
    const add = (method: HttpMethod, variant: Variant, isShared: boolean): void => {
      const known = groups.get(variant.signature)
      if (known) known.methods.push(method)
      else
        groups.set(variant.signature, {
          methods: [method],
          variant,
          isShared,
          isRefusal: this.treatment(variant) === 'refuses',
        })
    }
    for (const method of choice.own) add(method, variants.get(method) as Variant, false)
    for (const method of choice.shared) add(method, variants.get(OTHER) as Variant, true)
    for (const group of groups.values()) {
      // Next answers HEAD with GET by itself.
      if (group.methods.includes('GET') && group.methods.includes('HEAD') && !this.context.options.strict)
        group.methods = group.methods.filter((m) => m !== 'HEAD')
    }
    return [...groups.values()]
  }

  /** Helpers that a variant can call, through others too. */
  private reach(model: FunctionModel, variant: Variant, reached: Set<FunctionModel>): void {
    for (const pass of model.passes) {
      if (isDead(variant, pass.call)) continue
      const target = this.calleeOf(pass.call, variant)
      if (!target || reached.has(target.callee) || target.callee === this.program.entry) continue
      reached.add(target.callee)
      this.reach(target.callee, this.whole(target.callee), reached)
    }
  }

  /** A helper that is also used as a value, or called where we did not follow, must keep its old parameters. */
  private valueUses(helpers: readonly HelperRewrite[]): Diagnostic[] {
    const found: Diagnostic[] = []
    for (const { model } of helpers) {
      const id = declaredName(model.fn)
      const binding = id ? this.context.tree.bindingOf.get(id) : undefined
      for (const reference of binding?.references ?? []) {
        if (reference.kind === 'type') continue
        const parent = (reference.node as Node & { parent?: Node }).parent
        const isCallee =
          parent && this.program.calls.has(parent) && (parent as t.CallExpression).callee === reference.node
        const isTableEntry =
          parent?.type === 'ObjectProperty' && [...this.targets.values()].some((fns) => fns.includes(model.fn))
        if (!isCallee && !isTableEntry)
          found.push({
            code: 'PA524',
            level: 'blocker',
            span: spanOf(this.context.file, reference.node),
            data: { name: model.name ?? '' },
          })
      }
      if (!id) found.push({ code: 'PA530', level: 'blocker', span: spanOf(this.context.file, model.fn), data: {} })
    }
    return found
  }

  private methodNotes(choice: MethodChoice): Diagnostic[] {
    const notes: Diagnostic[] = []
    const span = spanOf(this.context.file, this.entry.fn)
    const exported = [...choice.own, ...choice.shared]
    const lost = choice.lost.filter((m) => m !== 'OPTIONS')
    if (lost.length > 0)
      notes.push({ code: 'PA301', level: choice.isGuess ? 'review' : 'note', span, data: { methods: exported, lost } })
    if (choice.headRunsGet) notes.push({ code: 'PA304', level: 'note', span, data: {} })
    if (choice.refusedByNext.length > 0)
      notes.push({ code: 'PA302', level: 'note', span, data: { methods: choice.refusedByNext } })
    if (choice.hung.length > 0) notes.push({ code: 'PA303', level: 'note', span, data: { methods: choice.hung } })
    return notes
  }
}

/**
 * The methods that a handler can tell from others, where it asks for its method by comparing it with literals and in no other way; null
 * where it may tell them all apart.
 */
function namedMethods(nodes: ReadonlySet<Node>): ReadonlySet<string> | null {
  const named = new Set<string>()
  for (const node of nodes) {
    const parent = (node as Node & { parent?: Node }).parent
    const literals: (Node | null | undefined)[] =
      parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)
        ? [parent.left === node ? parent.right : parent.left]
        : parent?.type === 'SwitchStatement' && parent.discriminant === node
          ? parent.cases.flatMap((c) => c.test ?? [])
          : [null]
    for (const literal of literals) {
      if (literal?.type !== 'StringLiteral') return null
      named.add(literal.value)
    }
  }
  return named
}

/** `return user` behind `if (!user) { ...; return }` is truthy. */
function truthOfReturn(found: Flow['returns']['unanswered'][number], tree: ScopeTree): Truth {
  const argument = found.node?.type === 'ReturnStatement' && found.node.argument ? uncast(found.node.argument) : null
  const binding = argument?.type === 'Identifier' ? tree.bindingOf.get(argument) : undefined
  return found.truth === 'unknown' && argument && binding && isKnownPresent(argument, binding.name, binding.id)
    ? 'truthy'
    : found.truth
}

/** `!req`, `typeof res.status`: asked by handlers that fear to be called at build time. */
function presentNodes(entry: FunctionModel): Set<Node> {
  const methods = entry.uses
    .filter((u) => u.root === 'res' && u.steps.length === 1 && isTypeof(u.node))
    .map((u) => u.node)
  return new Set([...entry.presences, ...methods])
}

function isTypeof(node: Node): boolean {
  const parent = (node as Node & { parent?: Node }).parent
  return parent?.type === 'UnaryExpression' && parent.operator === 'typeof'
}

/** A range that may give a newer version counts as the newest of its major; nothing said, as new. */
export function typescriptVersion(range: string | undefined): readonly [number, number] {
  const found = /^([\^~>=]*)\s*(\d+)(?:\.(\d+))?/.exec(range ?? '')
  if (!found) return [5, 9]
  const isOpen = found[1] !== '' && found[1] !== '~'
  return [Number(found[2]), isOpen ? 9 : Number(found[3] ?? 9)]
}

/** The name under which a helper is declared. */
function declaredName(fn: FunctionNode): t.Identifier | null {
  if (fn.type === 'FunctionDeclaration') return fn.id ?? null
  const parent = (fn as Node & { parent?: Node }).parent
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id
  return null
}

/** The status of a helper's response: a number, or the argument that gives it. */
function statusOf(exit: Flow['exits'][number], fn: FunctionNode): number | { argument: number } | null {
  if (exit.what.kind !== 'response' || exit.what.fact.exit?.kind === 'redirect') return null
  const [value, ...others] = statusesOf(exit, exit.what.fact)
  if (!value || others.length > 0) return null
  const argument = fn.params.findIndex(
    (p) => p.type === 'Identifier' && value.type === 'Identifier' && p.name === value.name,
  )
  return numberValue(value) ?? (argument >= 0 ? { argument } : null)
}

function isInCatch(node: Node, fn: FunctionNode): boolean {
  for (let up: Node | undefined = node; up && up !== fn; up = (up as Node & { parent?: Node }).parent)
    if (up.type === 'CatchClause') return true
  return false
}

/** Every answer is a literal 4xx or 5xx, or a redirect would not count. */
function isRefusal(exit: Flow['exits'][number], summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  if (exit.what.kind === 'call') {
    const { node, callee } = exit.what.call
    const statuses = summaries.get(callee)?.statuses ?? []
    return (
      statuses.length > 0 &&
      statuses.every((s) => (typeof s === 'number' ? s : s ? (numberValue(node.arguments[s.argument]) ?? 0) : 0) >= 400)
    )
  }
  const { fact } = exit.what
  if (fact.exit?.kind === 'redirect') return false
  return statusesOf(exit, fact).every((value) => value !== null && (numberValue(value) ?? 0) >= 400)
}

/** An answer that can be told to be no error. */
function isService(exit: Flow['exits'][number]): boolean {
  if (exit.what.kind === 'call') return false
  const { fact } = exit.what
  return (
    fact.exit?.kind === 'redirect' ||
    statusesOf(exit, fact).some((value) => value === null || (numberValue(value) ?? 400) < 400)
  )
}

/** The values that the status of an answer may have; null for the 200 of an answer that sets none. */
function statusesOf(exit: Flow['exits'][number], fact: ResponseFact): (Node | null)[] {
  const own = fact.effects.flatMap((e) => (e.kind === 'status' ? [e.value] : []))
  const last = own[own.length - 1]
  if (last) return [last]
  let values: (Node | null)[] = [null]
  for (const site of exit.pending) {
    if (site.what.kind !== 'status') continue
    values = site.exits.get(exit) ? [site.what.value] : [...values, site.what.value]
  }
  return values
}

function inSourceOrder(
  named: Map<HttpMethod, Treatment>,
  file: SourceFile,
  fn: FunctionNode,
): Map<HttpMethod, Treatment> {
  const text = file.text.slice(startOf(fn), endOf(fn))
  const place = (method: string): number => {
    const at = text.search(new RegExp(`['"\`]${method}['"\`]|\\b${method}\\b`))
    return at < 0 ? text.length : at
  }
  return new Map([...named].sort(([a], [b]) => place(a) - place(b)))
}

/** The T of NextApiResponse<T>, as written. */
function bodyTypeOf(model: FunctionModel, file: SourceFile): string | null {
  const index = model.roles.indexOf('res')
  const param = model.fn.params[index]
  const annotation =
    param?.type === 'Identifier' && param.typeAnnotation?.type === 'TSTypeAnnotation'
      ? param.typeAnnotation.typeAnnotation
      : null
  if (
    annotation?.type !== 'TSTypeReference' ||
    annotation.typeName.type !== 'Identifier' ||
    annotation.typeName.name !== 'NextApiResponse'
  )
    return null
  const argument = annotation.typeParameters?.params[0]
  return argument ? file.text.slice(startOf(argument), endOf(argument)) : null
}

const ONCE: ReadonlySet<Code> = new Set<Code>(['PA112', 'PA113', 'PA114', 'PA120', 'PA130', 'PA222', 'PA204', 'PA213'])

/** One diagnostic for each code and place; notes of one code that name no place of their own are joined by the report. */
function unique(list: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>()
  return list.filter((d) => {
    // What holds for every such read is said once for the route (and key); blockers name each place.
    const isOnce = d.level === 'note' && ONCE.has(d.code)
    const key = `${d.code}:${isOnce ? '' : (d.span?.start ?? -1)}:${JSON.stringify(d.data)}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
