import type * as t from '@babel/types'
import type { Flow } from '../analyse/flow-model.ts'
import { followCalls, functionOf, type HelperCall, type Program } from '../analyse/callees.ts'
import { type Entry, findEntry } from '../analyse/entry.ts'
import { type MethodContext, OTHER, evaluate } from '../analyse/method-value.ts'
import { withCalledBack } from '../analyse/called-back.ts'
import { callbacksIn, type Passages } from '../analyse/passages.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import { specialise } from '../analyse/specialise.ts'
import { findUnreached } from '../analyse/unreached.ts'
import { type Lowering, snippet, spanOf } from '../concerns/lowering.ts'
import { type ConfigPlan, readConfig } from '../concerns/module/config.ts'
import { customWrites } from '../concerns/request/custom.ts'
import { showsFormBody } from '../concerns/request/form-body.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { type FunctionModel, type FunctionNode, type HttpMethod, httpMethods, type Pass } from '../model/route.ts'
import { collects } from '../recipes/collector.ts'
import { callsParser } from '../recipes/formidable/formidable.ts'
import { answersFor, readPackageCall } from '../recipes/package-call.ts'
import type { PackageCall, Recipe } from '../recipes/recipe.ts'
import type { Edit } from '../syntax/edits.ts'
import { frozenRanges, type Range } from '../syntax/lines.ts'
import { contains, endOf, isPlainFunction, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import { uncast } from '../syntax/match.ts'
import { bodilessMethods } from './body-reads.ts'
import { chooseNames, withContext } from './names.ts'
import { flowOf, groupPasses } from './function-flow.ts'
import { holdsIn, setterOf } from './package-setters.ts'
import { refusesBehindGuards } from './guarded-refusal.ts'
import { findWork } from './own-work.ts'
import type { FunctionInput, FunctionPlan, HelperSummary } from './function-model.ts'
import { methodsHandedOn } from './callee-methods.ts'
import { planFunction } from './function.ts'
import { planEdge, planEdgeCall } from './edge.ts'
import { type BodyReader, chooseReader, usesReader } from './strict-body.ts'
import { chooseMethods, type MethodChoice, type Treatment } from './methods.ts'
import type { HelperRewrite, MethodFunction, RouteContext, Verdict } from './route-context.ts'
import { keep, rewriteEntry, whyNoFunction } from './entry.ts'
import { counterpartMisfits } from './counterpart-misfit.ts'
import { findBetween, givesValue, type ValueUse } from './handler-value.ts'
import { requestTypesOf } from './request-types.ts'
import { asksForResult } from './result-type.ts'
import { isInCatch, isRefusal, isService, refusesAndGoesOn } from './refusal.ts'
import type { Layer, SharedCall, SharedFunction } from './shared-model.ts'
import { mayCookies } from './handler-answer.ts'
import { handsOnMethod } from './handed-on-method.ts'
import { withCallees } from './callees-below.ts'
import { findMisfit } from './shared-params.ts'
import { workAfterPending } from './pending-answers.ts'
import { answersPreflights } from './stops.ts'
import { findInheriting, planHelper } from './summary.ts'
import { allLayers, readWrapping, type Wrapping } from './wrapped-entry.ts'
import { blockBodies } from './wrapper-body.ts'
import { findCaught } from './wrapper-catch.ts'
import { findOutOfScope } from './called-back-handler.ts'
import { droppedArgumentEdits } from './wrapper-generics.ts'
import { mayServeBefore } from './wrapper-service.ts'
import { answersBefore, treatByWrappers, type WrapTreatment } from './wrapper-methods.ts'
import { joinHandlers } from './joined-handlers.ts'
import { unreachedNotes } from './unreached-notes.ts'
import { ofArm, outdentOf } from './method-arms.ts'
import { repeatedWraps } from './wrapper-state.ts'
import {
  bodyTypeOf,
  declaredName,
  hasAfter,
  inSourceOrder,
  namedMethods,
  presentNodes,
  sentNodes,
  typescriptVersion,
  unique,
} from './handler-facts.ts'

/** Decides whether a route's handler moves and how; or why it stays. Pure: writes nothing. */
export function planHandler(context: RouteContext): Verdict {
  const { file, tree } = context
  const config = readConfig(file)
  const found = findEntry(file.ast, tree)
  // The config of a handler from elsewhere is mostly re-exported with it, which is not the reason.
  if (config.blockers.length > 0 && found.kind !== 'reexport') return { kind: 'keep', because: config.blockers }
  const rewritten = found.kind === 'call' && !config.isEdge ? rewriteEntry(found, context, config) : null
  if (rewritten) return rewritten
  const wrapped = found.kind === 'call' && !config.isEdge ? readWrapping(found, context) : null
  if (wrapped && 'code' in wrapped) return { kind: 'keep', because: [wrapped] }
  if (found.kind === 'function' && config.isEdge) return refuse(found.fn, context) ?? planEdge(found, context, config)
  if (found.kind === 'function')
    return refuse(found.fn, context) ?? new Planner(context, found, config, null, new Set()).run()
  if (found.kind === 'call' && config.isEdge) return planEdgeCall(found, context, config)
  if (!wrapped) return { kind: 'keep', because: [whyNoFunction(found, context)] }
  const calls = new Set<Node>()
  const planners = wrapped.map(({ entry, wrapping }) => new Planner(context, entry, config, wrapping, calls))
  const verdicts = wrapped.map(({ entry }, i) => refuse(entry.fn, context) ?? planners[i]?.run())
  return joinHandlers(found, wrapped, { verdicts: verdicts.flatMap((verdict) => verdict ?? []), context })
}

/** What no function of the new kind can be made of. */
function refuse(fn: FunctionNode, context: RouteContext): Verdict | null {
  const { file, tree } = context
  if (
    fn.generator ||
    (file.text.includes('this') &&
      some(
        fn.body,
        (n) => n.type === 'ThisExpression',
        (n) => n.type !== 'FunctionExpression' && n.type !== 'FunctionDeclaration' && !n.type.startsWith('Class'),
      ))
  )
    return keep(context, 'PA405', fn)
  const hidden = ['eval', 'with']
    .flatMap((name) => tree.globals.get(name) ?? [])
    .find((r) => startOf(r.node) >= startOf(fn) && endOf(r.node) <= endOf(fn))
  return hidden ? keep(context, 'PA407', hidden.node) : null
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
  return entry.kind === 'function'
    ? new Planner(context, entry, readConfig(context.file), null, new Set()).inspect()
    : null
}

class Planner {
  private readonly context: RouteContext
  private readonly entry: Extract<Entry, { kind: 'function' }>
  private readonly config: ConfigPlan
  private readonly wrapping: Wrapping | null
  /** Calls of functions of the file, those of the route's other handlers among them. */
  private readonly calls: ReadonlySet<Node>
  /** A method that the handler never answers may have been served by a wrapper. */
  private readonly wrapsServe: boolean
  private readonly wrapTreatments: ReadonlyMap<string, WrapTreatment>
  private readonly program: Program
  private readonly passages: Passages
  private readonly methodNodes: Set<Node>
  private readonly sentNodes: Set<Node>
  private readonly presentNodes: Set<Node>
  private readonly formBody: boolean
  private readonly frozen: readonly Range[]
  private readonly reader: BodyReader | null
  private readonly targets = new Map<Node, FunctionNode[]>()
  /** Helpers that take over headers of their callers, and whether a content type may be among them. */
  private inherits = new Map<FunctionModel, boolean>()
  /** Helpers that are handed the parsed body: they cannot await it, or it would be read twice. */
  private bodyArguments = new Set<FunctionModel>()
  private summaries = new Map<FunctionModel, HelperSummary>()
  private helpers = new Map<FunctionModel, HelperRewrite>()
  /** Of one run: they rest on the summaries. */
  private treatments = new Map<string, Treatment>()
  /** Bodies that refuse, where what stands before the refusal may answer with something else than an error. */
  private readonly redirected = new Set<string>()
  private readonly names = new Map<FunctionModel, Lowering['names']>()
  /** Functions of other modules, and the calls that go to them. */
  private readonly shared = new Map<FunctionModel, SharedFunction>()
  private readonly sharedCalls = new Map<Node, SharedCall>()

  constructor(
    context: RouteContext,
    entry: Extract<Entry, { kind: 'function' }>,
    config: ConfigPlan,
    wrapping: Wrapping | null,
    calls: Set<Node>,
  ) {
    this.context = context
    this.wrapping = wrapping
    this.wrapsServe = mayServeBefore(wrapping?.layers ?? [])
    this.wrapTreatments = treatByWrappers(allLayers(wrapping?.layers ?? []))
    this.entry = entry
    this.config = config
    this.passages = context.shared.passages({ path: context.route.source, file: context.file, tree: context.tree })
    const elsewhere = (call: SharedCall['node'], passes: readonly Pass[]): FunctionModel | null =>
      this.follow(call, passes)
    const inner = wrapping?.layers[wrapping.layers.length - 1]?.wrapper.callee.wrapper.roles
    // A wrapper hands over one object with both.
    const given = inner?.[0] === 'context' ? { roles: inner.slice(0, entry.fn.params.length) } : {}
    const first = followCalls(entry.fn, entry.name, context.tree, { elsewhere, ...given })
    // A wrapper went on while the answer was still to come.
    if (!wrapping) this.passages = withCalledBack(this.passages, first.entry)
    this.methodNodes = new Set(
      first.entry.uses
        .filter((u) => u.root === 'req' && u.steps[0]?.kind === 'prop' && u.steps[0].name === 'method')
        .map((u) => u.steps[0]?.node as Node),
    )
    this.sentNodes = sentNodes(first.entry)
    this.presentNodes = presentNodes(first.entry)
    const forms = context.file.text.includes('form-urlencoded') ? showsFormBody(entry.fn) : null
    this.formBody = forms === 'only'
    this.frozen = frozenRanges(context.file.ast.program)
    const isByType = context.options.strict || forms === 'too'
    this.reader = isByType && config.bodyParser ? chooseReader(context.tree, config) : null
    this.program =
      first.outside.length > 0
        ? followCalls(entry.fn, entry.name, context.tree, {
            ofTable: (callee) => this.tableTargets(callee),
            elsewhere,
            ...given,
          })
        : first
    this.calls = calls
    for (const call of this.program.calls.keys()) calls.add(call)
  }

  run(): Verdict {
    const { context, program } = this
    // Only the handler can refuse a body, so its helpers get what it has read.
    if (this.reader) this.bodyArguments = new Set(program.helpers)
    const [loop] = program.recursive
    if (loop) return keep(context, 'PA523', loop.fn)
    if ([...this.wrapTreatments.values()].includes('unclear')) return keep(context, 'PA532', this.entry.fn)
    const variants = this.variants()
    this.summarise(variants)
    this.treatments = new Map()
    const arm = this.wrapping?.arm
    const facts = this.methodFacts(variants)
    // Where the handler names its methods, a wrapper that only refuses serves no other ones.
    const isTold = !arm && facts.others === 'refuses' && facts.named.size > 0
    if (!isTold && [...this.wrapTreatments.values()].includes('may refuse'))
      return keep(context, 'PA532', this.entry.fn)
    const choice = arm ? ofArm(arm, this.wrapTreatments) : chooseMethods(facts)
    const functions: MethodFunction[] = []
    const blockers: Diagnostic[] = []
    const notes: Diagnostic[] = []
    const groups = this.groups(choice, variants)
    if (groups.length === 0) return this.nothingServed(variants.get(OTHER) as Variant)
    const reached = new Set<FunctionModel>()
    for (const group of groups) {
      const at = this.lowering(program.entry, group.variant, true, group.methods)
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
    blockers.push(
      ...this.valueUses(helpers),
      ...this.constantUses(),
      ...this.misfits(reached),
      ...this.lostHeaders(functions),
    )
    for (const { wrapper } of this.wrapping?.layers ?? []) notes.push(...wrapper.callee.notes)
    notes.push(...this.paramsInUrl(reached))
    const layers = allLayers(this.wrapping?.layers ?? [])
    const caught = [
      ...findCaught(layers, functions, this.entry.fn, this.summaries),
      ...findOutOfScope(layers, functions),
    ]
    blockers.push(
      ...this.valuesInside(notes),
      ...blockBodies(allLayers(this.wrapping?.layers ?? []), functions, { fn: this.entry.fn, file: context.file }),
      ...caught.filter(({ level }) => level === 'blocker'),
      ...repeatedWraps(this.wrapping?.layers ?? [], functions.length, context),
      ...workAfterPending(allLayers(this.wrapping?.layers ?? []), functions, context),
      ...counterpartMisfits(allLayers(this.wrapping?.layers ?? []), functions, {
        config: this.config,
        file: context.file,
      }),
    )
    notes.push(...caught.filter(({ level }) => level === 'review'))
    for (const callee of reached) notes.push(...(this.shared.get(callee)?.notes ?? []))
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
    notes.push(...this.methodNotes(choice, variants))
    const unreached = [
      ...findUnreached(this.entry.fn, [...variants.values()]),
      ...helpers.flatMap(({ model }) => findUnreached(model.fn, [this.whole(model)])),
    ]
    notes.push(...unreachedNotes(unreached, context.file))
    const bodiless = bodilessMethods(functions)
    if (bodiless.length > 0)
      notes.push({
        code: 'PA152',
        level: 'note',
        span: spanOf(context.file, this.entry.fn),
        data: { methods: bodiless },
      })
    return {
      kind: 'migrate',
      plan: {
        entry: this.entry,
        parts: [{ entry: this.entry, functions, wrapping: this.wrapping }],
        functions,
        gone: [],
        helpers,
        shared: this.sharedCalls,
        called: new Set([...reached].flatMap((callee) => this.shared.get(callee) ?? [])),
        layers: this.wrapping?.layers ?? [],
        wrapEdits: this.wrapEdits(),
        unreached,
        config: this.config,
        rewrite: null,
      },
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
    const because = [...at.blockers.filter((b) => b.code !== 'PA313'), ...this.valuesThrough()]
    return because.length > 0 ? { kind: 'keep', because: unique(because) } : keep(this.context, 'PA306', this.entry.fn)
  }

  /** When the body cannot be read where it is used, the helpers get it as an argument; true when that is worth another try. */
  private handsBodyOver(blockers: readonly Diagnostic[]): boolean {
    if (this.bodyArguments.size > 0 || !blockers.some((b) => b.code === 'PA125' || b.code === 'PA520')) return false
    if (blockers.every(({ code }) => code === 'PA125'))
      for (const { callee } of this.sharedCalls.values()) this.context.shared.handBody(callee)
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
    const arm = this.wrapping?.arm
    const outdent = arm ? outdentOf(arm, this.entry.fn, this.context.file) : 0
    const variant = specialise(this.entry.fn, this.context.file, this.methodContext(method), outdent)
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
      entered: (call) => callbacksIn(call, this.passages),
      method,
    }
  }

  /** A call that hands req or res to a function of another module; recipes come first. */
  private follow(call: SharedCall['node'], passes: readonly Pass[]): FunctionModel | null {
    const found = this.packageCall(call, passes)
    if (found && this.recipesFor(found).length > 0) return null
    const { route, file, tree, shared } = this.context
    const target = shared.follow(call, passes, { path: route.source, file, tree })
    if (!target) return null
    this.sharedCalls.set(call, target)
    this.shared.set(target.callee.model, target.callee)
    return target.callee.model
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
    if (known && this.shared.has(known.callee)) return known
    // A helper that only reads the body is replaced by the Request's own method.
    const own = call as t.CallExpression
    if (
      !known ||
      collects(known.callee.fn, this.context.tree) ||
      callsParser({ call: own }, this.context.recipeContext)
    )
      return null
    const { callee } = own
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
    for (const { model, summary } of this.shared.values()) this.summaries.set(model, summary)
    if (this.program.helpers.length === 0 && this.shared.size === 0) return
    for (let round = 0; round < 4; round++) {
      this.summaries = new Map([...this.shared.values()].map(({ model, summary }) => [model, summary]))
      this.helpers = new Map()
      for (const model of this.program.helpers) this.summariseOne(model)
      const before = [...this.inherits.values()].join()
      for (const variant of new Map([...variants.values()].map((v) => [v.signature, v])).values())
        this.markInheriting(this.input(this.program.entry, variant, false, true), (n) => !isDead(variant, n))
      for (const helper of this.helpers.values())
        this.markInheriting(
          this.input(helper.model, this.whole(helper.model), this.inherits.has(helper.model), false),
          () => true,
        )
      if ([...this.inherits.values()].join() === before) return
    }
  }

  private markInheriting(input: FunctionInput, isLive: (node: Node) => boolean): void {
    for (const [callee, { isTyped }] of findInheriting(input, { isLive })) {
      const shared = this.shared.get(callee)
      if (shared) this.context.shared.inherit(shared, isTyped)
      else this.inherits.set(callee, isTyped || this.inherits.get(callee) === true)
    }
  }

  private whole(model: FunctionModel): Variant {
    return specialise(model.fn, this.context.file, {
      tree: this.context.tree,
      methodNodes: new Set(),
      sentNodes: sentNodes(model),
      presentNodes: presentNodes(model),
      entered: (call) => callbacksIn(call, this.passages),
      method: OTHER,
    })
  }

  private summariseOne(model: FunctionModel): void {
    const variant = this.whole(model)
    const input = this.input(model, variant, this.inherits.has(model), false)
    const helper = planHelper(input, this.lowering(model, variant, false))
    this.summaries.set(model, helper.summary)
    this.helpers.set(model, helper)
  }

  private input(model: FunctionModel, variant: Variant, inherits: boolean, isEntry: boolean): FunctionInput {
    return {
      model,
      tree: this.context.tree,
      variant,
      summaries: this.summaries,
      calleeOf: (call) => this.calleeOf(call, variant),
      recipe: (call, passes, at) => this.tryRecipes(call, passes, at),
      answers: (call, passes) => this.answeredBy(call, passes) !== null,
      merges: (call, passes) => this.mergedBy(call, passes),
      setter: (call, passes) => this.setterIn(call, passes),
      holds: (call) => holdsIn(call, this.context.recipes, this.context.recipeContext),
      stops: (call, passes) => this.mayStop(call, passes),
      nameAt: (call) => this.nameAt(call),
      passages: this.passages,
      handler: null,
      inherits,
      inheritsType: this.inherits.get(model) === true,
      bodyArgument: this.bodyArguments.has(model),
      bodyType: bodyTypeOf(model, this.context.file),
      functionAt: (node, from) => this.context.recipeContext.functionAt(node, from),
      isEntry,
      isWrapped: this.wrapping !== null,
      value: isEntry ? this.value() : null,
    }
  }

  private nameAt({ node, callee }: HelperCall): string | null {
    const { route, file, tree, shared, recipeContext } = this.context
    const target = this.sharedCalls.get(node)
    if (target) {
      const name = shared.nameAt(target, { path: route.source, file, tree }, recipeContext.addImport)
      const { made, written } = target
      if (!name || !made || contains(node, made)) return name
      // The constant that it is called by.
      recipeContext.edit({ start: startOf(written), end: endOf(written), pieces: [name] })
      return null
    }
    const { name } = callee
    return name && file.text.slice(startOf(node.callee), endOf(node.callee)) !== name ? name : null
  }

  private tryRecipes(call: Pass['call'], passes: readonly Pass[], at: Lowering): boolean {
    const found = this.packageCall(call, passes)
    return found !== null && this.recipesFor(found).some((r) => r.lower(found, at, this.context.recipeContext))
  }

  private packageCall(call: Pass['call'], passes: readonly Pass[]): PackageCall | null {
    return readPackageCall(call, passes, this.context.recipeContext)
  }

  private recipesFor(found: PackageCall): Recipe[] {
    return this.context.recipes.filter((recipe) => answersFor(recipe, found, this.context.recipeContext))
  }

  /** Handed to a package that a recipe knows to send nothing. */
  private isSilent(pass: Pass): boolean {
    const found = this.packageCall(pass.call, [pass])
    const recipes = found ? this.recipesFor(found) : []
    return recipes.length > 0 && !recipes.some((r) => r.mayAnswer) && this.answeredBy(pass.call, [pass]) === null
  }

  /** The methods that a package answers when it is handed this call's response; null when it sends none. */
  private answeredBy(call: Pass['call'], passes: readonly Pass[]): readonly HttpMethod[] | null {
    const found = this.packageCall(call, passes)
    for (const recipe of found ? this.recipesFor(found) : []) {
      const methods = found && recipe.answers?.(found, this.context.recipeContext)
      if (methods) return methods
    }
    return null
  }

  private setterIn(call: Pass['call'], passes: readonly Pass[]): FunctionModel | null {
    const found = this.packageCall(call, passes)
    return found && setterOf(this.recipesFor(found).find((r) => r.sets?.(found, this.context.recipeContext)))
  }

  private mayStop(call: Pass['call'], passes: readonly Pass[]): 'all' | 'some' | null {
    const found = this.packageCall(call, passes)
    const recipes = found ? this.recipesFor(found) : []
    return found && (recipes.map((r) => r.stops?.(found, this.context.recipeContext) ?? null).find(Boolean) ?? null)
  }

  private mergedBy(call: Pass['call'], passes: readonly Pass[]): boolean {
    const found = this.packageCall(call, passes)
    return found !== null && this.recipesFor(found).some((recipe) => recipe.merges === true)
  }

  /** Methods of a package that answers everything the code does not name, before what the repository's calls show. */
  private callers(other: Variant): readonly string[] {
    const reached = [...this.reachedFrom(other)].filter((model) => !this.shared.has(model))
    for (const [call, passes] of groupPasses([this.program.entry, ...reached].flatMap((model) => model.passes))) {
      const methods = isDead(other, call) ? null : this.answeredBy(call as Pass['call'], passes)
      if (methods) return methods
    }
    return this.context.callers
  }

  private lowering(
    model: FunctionModel,
    variant: Variant,
    mayAwait: boolean,
    methods: readonly string[] = [],
  ): Lowering {
    const { context } = this
    return {
      file: context.file,
      tree: context.tree,
      style: context.style,
      fn: model.fn,
      route: context.route,
      names: this.namesWithContext(model),
      next: context.app.next.major,
      hasAfter: hasAfter(context.app.next),
      strict: context.options.strict,
      typed: context.typed,
      ...this.typesOf(model),
      typescript: typescriptVersion(context.app.packages.typescript),
      rawBody: !this.config.bodyParser,
      mayReadRaw: !this.config.bodyParser,
      formBody: this.formBody,
      reader: this.reader,
      custom: this.customOf(model),
      hasAllCustom: !context.project.customServers.includes(context.app.root),
      hasCallers: false,
      mayAwait,
      frozen: this.frozen,
      methods,
      isLive: (node) => !isDead(variant, node),
      edits: [],
      needs: [],
      given: new Set(),
      notes: [],
      blockers: [],
    }
  }

  private typesOf(model: FunctionModel): Pick<Lowering, 'types'> {
    const { file, tree, route, typed, recipeContext } = this.context
    const types = typed ? requestTypesOf(model, { path: route.source, file, tree }, recipeContext) : undefined
    return types ? { types } : {}
  }

  /** What the handler, its wrappers and what they call set. */
  private customOf(model: FunctionModel): ReadonlySet<string> {
    const layers = (this.wrapping?.layers ?? []).flatMap(({ wrapper }) => [...wrapper.callee.custom])
    const shared = [...this.shared.values()].flatMap(({ custom }) => [...custom])
    return new Set([
      ...[this.program.entry, ...this.program.helpers, model].flatMap(customWrites),
      ...layers,
      ...shared,
    ])
  }

  private namesOf(model: FunctionModel): Lowering['names'] {
    const known = this.names.get(model) ?? chooseNames(model, this.context.tree)
    this.names.set(model, known)
    return known
  }

  /** What Next gives beside the request is handed on as it is. */
  private namesWithContext(model: FunctionModel): Lowering['names'] {
    const names = this.namesOf(model)
    const isHandedOn = [...this.sharedCalls.values()].some(({ callee }) => callee.summary.takes.context)
    return model === this.program.entry && isHandedOn ? withContext(names, model.fn, this.context.tree) : names
  }

  private methodFacts(variants: ReadonlyMap<string, Variant>): Parameters<typeof chooseMethods>[0] {
    const other = variants.get(OTHER) as Variant
    const named = new Map<HttpMethod, Treatment>()
    for (const method of httpMethods) {
      const variant = variants.get(method) as Variant
      const isStopped = method === 'OPTIONS' && this.stopsIn(variant)
      const isOwn = variant.signature !== other.signature || this.handedOn(variant)?.has(method)
      if (isOwn || isStopped || this.wrapTreatments.get(method) !== this.wrapTreatments.get(OTHER))
        named.set(method, this.treatmentOf(method, variant))
    }
    return {
      named: inSourceOrder(named, this.context.file, this.entry.fn),
      others: this.treatmentOf(OTHER, other),
      othersReadBody:
        this.program.entry.uses.some(
          (u) => u.root === 'req' && u.steps[0]?.kind === 'prop' && u.steps[0].name === 'body' && !isDead(other, u.ref),
        ) ||
        this.program.entry.destructures.some((d) => d.leaves.some((l) => l.path[0] === 'body')) ||
        this.helperReadsBody(other) ||
        !this.config.bodyParser,
      othersSetCors: this.setsCors(other),
      othersHandOnMethod: this.program.entry.uses.some((use) => handsOnMethod(use) && !isDead(other, use.ref)),
      callers: this.callers(other),
      strict: this.context.options.strict,
    }
  }

  private helperReadsBody(variant: Variant): boolean {
    return [...this.reachedFrom(variant)].some((model) => {
      const summary = this.summaries.get(model)
      return Boolean(summary?.readsBody || summary?.takes.body)
    })
  }

  private reachedFrom(variant: Variant): Set<FunctionModel> {
    const reached = new Set<FunctionModel>()
    this.reach(this.program.entry, variant, reached)
    return reached
  }

  /** The handler, a function that it calls, or a wrapper names a header of CORS: browsers ask with OPTIONS first. */
  private setsCors(variant: Variant): boolean {
    const { text } = this.context.file
    const texts = [...this.reachedFrom(variant)].flatMap((model) => {
      const shared = this.shared.get(model)
      return shared ? textsOf(shared) : text.slice(startOf(model.fn), endOf(model.fn))
    })
    const layers = (this.wrapping?.layers ?? []).flatMap(({ wrapper }) => textsOf(wrapper.callee))
    const own = text.slice(startOf(this.entry.fn), endOf(this.entry.fn))
    // A helper that asks for OPTIONS answers it, and the handler does not name it.
    const isAsked = [...texts, ...layers].some((one) => /(['"`])OPTIONS\1/.test(one))
    return isAsked || [own, ...texts, ...layers].some((one) => /access-control-allow/i.test(one))
  }

  /** Wrappers come first. */
  private treatmentOf(method: string, variant: Variant): Treatment {
    const before = this.wrapTreatments.get(method)
    if (before === 'refuses' || before === 'serves') return before
    if (before === 'serves some') return 'serves'
    if (method === 'OPTIONS' && this.stopsIn(variant)) return 'serves'
    const found = this.handedOn(variant)?.get(method) ?? this.treatment(variant)
    return found === 'hangs' && this.wrapsServe ? 'serves' : found
  }

  /** Where the handler hands all of it on: what the function that answers does with methods. */
  private handedOn(variant: Variant): ReadonlyMap<string, Treatment> | null {
    if (![...this.summaries.values()].some(({ methods }) => methods && methods.size > 0)) return null
    const { flow } = flowOf(this.input(this.program.entry, variant, false, true), (node) => !isDead(variant, node))
    return methodsHandedOn(flow, this.summaries)
  }

  /** A package answers preflights before the handler sees them. */
  private stopsIn(variant: Variant): boolean {
    const input = this.input(this.program.entry, variant, false, true)
    return answersPreflights(flowOf(input, (node) => !isDead(variant, node)).flow, this.summaries)
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
    const input = this.input(entry, variant, false, true)
    const { flow } = flowOf(input, isLive)
    const reached = new Set<FunctionModel>()
    this.reach(entry, variant, reached)
    if (input.value && givesValue(flow, input.value)) return 'serves'
    const isHidden =
      this.hidesAnswer(input, isLive) ||
      [...reached].some((m) => this.hidesAnswer(this.input(m, this.whole(m), this.inherits.has(m), false), () => true))
    if (refusesAndGoesOn(flow, variant.items, this.summaries)) return 'refuses'
    if (isHidden) return 'serves'
    const found = this.treatInside(flow)
    const part = { variant, input, tree: this.context.tree, isLive }
    const behind = found === 'serves' ? refusesBehindGuards(flow, this.methodNodes, part) : null
    if (behind === 'may redirect') this.redirected.add(variant.signature)
    return behind ? 'refuses' : found
  }

  private treatInside(flow: Flow): Treatment {
    const { fn } = this.entry
    if (flow.guards.length > 0) return 'serves'
    // A part that only throws was answered 500: refused, and never silent.
    if (flow.exits.length === 0) return flow.mayFallThrough ? 'hangs' : 'refuses'
    // What a catch block answers counts only where nothing else does: it is reached when the refusal itself fails.
    const outside = flow.exits.filter((e) => !isInCatch(e.statement, fn))
    if (flow.exits.some((e) => isInCatch(e.statement, fn) && isService(e, this.summaries, this.context.tree)))
      return 'serves'
    const counted = outside.length > 0 ? outside : flow.exits
    return counted.every((e) => isRefusal(e, this.summaries)) && !flow.mayFallThrough ? 'refuses' : 'serves'
  }

  /** What the innermost wrapper does with what the handler returns; those further out have the same in hand when it only passes it on. */
  private value(): ValueUse | null {
    const layers = allLayers(this.wrapping?.layers ?? [])
    return layers[layers.length - 1]?.wrapper.callee.wrapper.value ?? null
  }

  /** A wrapper further out would take a value without an answer for a Response. */
  private valuesInside(notes: readonly Diagnostic[]): Diagnostic[] {
    const between = findBetween(allLayers(this.wrapping?.layers ?? []), notes)
    return between ? [this.valueBetween(between)] : []
  }

  /** A wrapper between the handler and the one that answers with values hands on Responses only. */
  private valuesThrough(): Diagnostic[] {
    const layers = allLayers(this.wrapping?.layers ?? [])
    const inner = layers[layers.length - 1]
    const takesValue = layers.slice(0, -1).some(({ wrapper }) => wrapper.callee.wrapper.value)
    return inner && takesValue ? [this.valueBetween(inner)] : []
  }

  private valueBetween({ wrapper }: Layer): Diagnostic {
    const span = spanOf(this.context.file, this.entry.fn)
    return { code: 'PA553', level: 'blocker', span, data: { name: wrapper.callee.source.name } }
  }

  /** A call that is not followed to its end may answer. */
  private mayAnswer(call: HelperCall | undefined, flow: Flow): boolean {
    if (!call || this.summaries.get(call.callee)?.blocked) return true
    return !flow.met.has(call.node) && call.kind !== 'reads'
  }

  /** A response that flow analysis cannot place is still a response: such a part is never taken for silence or refusal. */
  private hidesAnswer(input: FunctionInput, isLive: (node: Node) => boolean): boolean {
    const { flow, claims, unclaimed, calls } = flowOf(input, isLive)
    const { passes, escapes } = input.model
    return (
      unclaimed.some((u) => !sentFlags.has(u.steps[0]?.kind === 'prop' ? u.steps[0].name : '')) ||
      [...claims.values()].some((c) => c.kind === 'refusal' || (c.kind === 'response' && !flow.met.has(c.node))) ||
      passes.some(
        (p) => p.root === 'res' && isLive(p.call) && !this.isSilent(p) && this.mayAnswer(calls.get(p.call), flow),
      ) ||
      escapes.some((e) => e.root === 'res' && isLive(e.node))
    )
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
    // The handler never sees a method that a wrapper answers: any of the functions will do.
    const isSeen = (method: HttpMethod): boolean =>
      /^(?:passes|serves some|may refuse)$/.test(this.wrapTreatments.get(method) ?? '')
    for (const method of choice.own) if (isSeen(method)) add(method, variants.get(method) as Variant, false)
    for (const method of choice.shared) if (isSeen(method)) add(method, variants.get(OTHER) as Variant, true)
    const [first] = groups.values()
    for (const method of [...choice.own, ...choice.shared]) {
      if (isSeen(method)) continue
      if (first) first.methods.push(method)
      else add(method, variants.get(method) as Variant, false)
    }
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
      if (!this.shared.has(target.callee)) this.reach(target.callee, this.whole(target.callee), reached)
    }
  }

  /** A helper that is also used as a value, or called where we did not follow, must keep its old parameters. */
  private valueUses(helpers: readonly HelperRewrite[]): Diagnostic[] {
    const found: Diagnostic[] = []
    for (const { model, summary } of helpers) {
      const id = declaredName(model.fn)
      const binding = id ? this.context.tree.bindingOf.get(id) : undefined
      for (const reference of binding?.references ?? []) {
        if (reference.kind === 'type') continue
        const parent = (reference.node as Node & { parent?: Node }).parent
        const isCallee = parent && this.calls.has(parent) && (parent as t.CallExpression).callee === reference.node
        const isTableEntry =
          parent?.type === 'ObjectProperty' && [...this.targets.values()].some((fns) => fns.includes(model.fn))
        const isType = summary.kind === 'reads' && asksForResult(parent ?? null)
        // Who imports it is asked elsewhere; a list of exports that nobody does goes.
        const isListed = parent?.type === 'ExportSpecifier'
        if (!isCallee && !isTableEntry && !isType && !isListed)
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

  /** What a factory makes has its new form under every use of the constant that it is called by. */
  private constantUses(): Diagnostic[] {
    return [...this.sharedCalls].flatMap(([call, { made }]): Diagnostic[] => {
      const callee = 'callee' in call ? uncast(call.callee) : null
      if (!made || callee?.type !== 'Identifier') return []
      const isCall = (node: Node): boolean => {
        const parent = parentOf(node)
        return parent !== null && this.sharedCalls.has(parent) && 'callee' in parent && parent.callee === node
      }
      const others = this.context.tree.bindingOf.get(callee)?.references ?? []
      return others.flatMap(({ node, kind }): Diagnostic[] =>
        kind === 'type' || isCall(node)
          ? []
          : [{ code: 'PA524', level: 'blocker', span: spanOf(this.context.file, node), data: { name: callee.name } }],
      )
    })
  }

  /** The wrappers by their new names. */
  private wrapEdits(): Edit[] {
    const { route, file, tree, shared, recipeContext } = this.context
    return (this.wrapping?.layers ?? []).flatMap(({ wrapper, call }) => {
      const { shape, dropped } = wrapper.callee.wrapper
      const types = droppedArgumentEdits(call, shape, dropped)
      const name = shared.nameAt(wrapper, { path: route.source, file, tree }, recipeContext.addImport)
      const known = wrapper.callee.source.module.standsFor?.package
      if (known?.edit && known.module.path === route.source) recipeContext.edit(known.edit)
      const { written } = wrapper
      return [...types, ...(name === null ? [] : [{ start: startOf(written), end: endOf(written), pieces: [name] }])]
    })
  }

  /** A header that a wrapper has set can be read, added to and taken away in Pages; the handler's Response starts without it. */
  private lostHeaders(functions: readonly MethodFunction[]): Diagnostic[] {
    const all = allLayers(this.wrapping?.layers ?? [])
    const outer = all.findIndex(({ wrapper }) => wrapper.callee.wrapper.setsHeaders)
    if (outer < 0) return []
    const isAsked = all.slice(outer + 1).some(({ wrapper }) => wrapper.callee.wrapper.asksHeaders)
    const blocked = isAsked ? functions.slice(0, 1) : []
    if (blocked.length > 0)
      return blocked.map(({ at }) => ({ code: 'PA531', level: 'blocker', span: spanOf(at.file, at.fn), data: {} }))
    const cookies = all.filter(({ wrapper }) => wrapper.callee.wrapper.setsCookies)
    return functions.flatMap(({ plan, at }) => {
      if (cookies.length > 1 || (cookies.length === 1 && mayCookies(plan.flow, this.summaries)))
        return [{ code: 'PA531', level: 'blocker', span: spanOf(at.file, at.fn), data: {} }]
      const touched = plan.flow.effects.find(({ what }) => what.kind === 'header' && what.mode !== 'set')
      const reads = this.program.entry.uses.find(
        (use) =>
          use.root === 'res' && use.steps[0]?.kind === 'prop' && /^(?:get|has|remove)Header/.test(use.steps[0].name),
      )
      const node = touched?.node ?? reads?.node
      return node ? [{ code: 'PA531', level: 'blocker', span: spanOf(at.file, node), data: {} }] : []
    })
  }

  /** Functions of other modules that read what this route has as something else: a param, a body that Next does not parse. */
  private misfits(reached: ReadonlySet<FunctionModel>): Diagnostic[] {
    const { params } = this.context.route
    const calls = [...this.sharedCalls.values()].filter(({ callee }) => reached.has(callee.model))
    for (const { callee } of calls) this.context.shared.meet(callee, params)
    const layers = (this.wrapping?.layers ?? []).map(({ wrapper }) => ({
      node: wrapper.written,
      callee: wrapper.callee,
    }))
    if (params.length > 0) for (const { callee } of [...calls, ...layers]) this.context.shared.meetWhole(callee)
    return [...calls, ...layers].flatMap(({ node, callee }): Diagnostic[] => {
      const { summary, source } = callee
      const isOtherBody = !this.config.bodyParser || this.formBody || this.reader
      const isBodyOff = summary.takes.body && (!this.config.bodyParser || this.formBody)
      const isUnlike = isBodyOff || (summary.readsBody === 'parsed' && isOtherBody)
      const what = findMisfit(callee, params) ?? (isUnlike ? 'body' : null)
      if (what === null && summary.readsBody === 'raw' && this.config.bodyParser) return [this.rawWithParser(node)]
      if (what === null) return []
      const data = { name: source.name, file: source.module.path, what }
      return [{ code: 'PA526', level: 'blocker', span: spanOf(this.context.file, node), data }]
    })
  }

  private rawWithParser(node: Node): Diagnostic {
    const { file } = this.context
    const data = { why: 'body-parser', text: snippet(file, node) }
    return { code: 'PA548', level: 'blocker', span: spanOf(file, node), data }
  }

  /** A function of another module reads the URL, in which Next 15 and 16 leave out query keys that are named like a param. */
  private paramsInUrl(reached: ReadonlySet<FunctionModel>): Diagnostic[] {
    const [param] = this.context.route.params
    if (!param || this.context.app.next.major < 15) return []
    const calls = [...this.sharedCalls.values()].filter(({ callee }) => reached.has(callee.model))
    const all = [...calls, ...(this.wrapping?.layers ?? []).map(({ wrapper }) => wrapper)]
    const reader = all.find(({ callee }) => callee.readsUrl)
    const span = reader && spanOf(this.context.file, reader.written)
    return span ? [{ code: 'PA115', level: 'note', span, data: { key: param.name } }] : []
  }

  private goesOn(variant: Variant | undefined): boolean {
    if (!variant) return false
    const { flow } = flowOf(this.input(this.program.entry, variant, false, true), (node) => !isDead(variant, node))
    return refusesAndGoesOn(flow, variant.items, this.summaries)
  }

  /** What the handler did for no other methods than those that it refused, or never answered. */
  private workLost(choice: MethodChoice, variants: ReadonlyMap<string, Variant>): Diagnostic[] {
    return [
      ...this.workOf('PA361', choice.refusedByNext, choice, variants),
      ...this.workOf('PA362', choice.hung, choice, variants),
    ]
  }

  private workOf(
    code: 'PA361' | 'PA362',
    lost: readonly HttpMethod[],
    choice: MethodChoice,
    variants: ReadonlyMap<string, Variant>,
  ): Diagnostic[] {
    const served = [...choice.own, ...choice.shared].flatMap((method) => variants.get(method) ?? [])
    const found = new Map<Node, string[]>()
    for (const method of lost) {
      const variant = variants.get(method)
      if (!variant || this.goesOn(variant)) continue
      const { flow } = flowOf(this.input(this.program.entry, variant, false, true), (node) => !isDead(variant, node))
      const counts = (node: Node): boolean => !isDead(variant, node) && served.every((one) => isDead(one, node))
      const work = findWork(variant.items, { flow, counts, isOwn: true })
      if (work) found.set(work, [...(found.get(work) ?? []), method])
    }
    return [...found].map(([work, methods]) => {
      const text = snippet(this.context.file, work.type === 'ExpressionStatement' ? work.expression : work)
      const data = { methods, text }
      return { code, level: 'review', span: spanOf(this.context.file, work), data }
    })
  }

  private methodNotes(choice: MethodChoice, variants: ReadonlyMap<string, Variant>): Diagnostic[] {
    const notes: Diagnostic[] = []
    const span = spanOf(this.context.file, this.entry.fn)
    const exported = [...choice.own, ...choice.shared]
    const lost = choice.lost.filter((m) => m !== 'OPTIONS')
    if (lost.length > 0) {
      const alike = [...choice.shared, ...choice.lost, ...(choice.own.includes('HEAD') ? [] : ['HEAD'])]
      const beside = httpMethods.filter((method) => !alike.includes(method))
      const how = choice.refusesAll ? { refused: 1 } : beside.length > 0 ? { beside } : {}
      const data = { methods: exported, lost, ...how }
      notes.push({ code: 'PA301', level: choice.isGuess ? 'review' : 'note', span, data })
    }
    if (choice.headRunsGet) notes.push({ code: 'PA304', level: 'note', span, data: {} })
    // Where the handler never answered, a wrapper may have refused before it.
    const before = allLayers(this.wrapping?.layers ?? []).some(answersBefore) ? choice.hung : []
    const refused = [...choice.refusedByNext, ...before.filter((method) => !choice.refusedByNext.includes(method))]
    if (refused.length > 0) notes.push({ code: 'PA302', level: 'note', span, data: { methods: refused } })
    const served = refused.filter(
      (method) =>
        mayServeBefore(this.wrapping?.layers ?? [], method) ||
        this.redirected.has(variants.get(method)?.signature ?? ''),
    )
    if (served.length > 0) notes.push({ code: 'PA330', level: 'note', span, data: { methods: served } })
    const goingOn = choice.refusedByNext.filter((method) => this.goesOn(variants.get(method)))
    if (goingOn.length > 0) notes.push({ code: 'PA339', level: 'review', span, data: { methods: goingOn } })
    notes.push(...this.workLost(choice, variants))
    if (choice.hung.length > 0) notes.push({ code: 'PA303', level: 'note', span, data: { methods: choice.hung } })
    return notes
  }
}

/** The text of a shared function, and of those that it calls. */
function textsOf(shared: SharedFunction): string[] {
  return [...withCallees(shared)].flatMap(({ source, handler }) =>
    [source.node, handler ?? []].flat().map((part) => source.module.file.text.slice(startOf(part), endOf(part))),
  )
}
