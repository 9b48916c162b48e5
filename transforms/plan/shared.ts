import type * as t from '@babel/types'
import { rolesAt } from '../analyse/callees.ts'
import { isHeldByRequest } from '../analyse/held-instance.ts'
import { type Passages, passagesOf } from '../analyse/passages.ts'
import { folderOf, relativePath } from '../concerns/module/imports.ts'
import { readComposite, readWrapper } from '../analyse/wrappers.ts'
import type { RouteParam } from '../model/project.ts'
import type { RecipeContext } from '../recipes/recipe.ts'
import {
  findLoadedFunction,
  findModuleFunction,
  findModuleMade,
  findModuleWrapped,
} from '../analyse/module-functions.ts'
import { findRequestClass } from '../analyse/request-class.ts'
import type { Pass, Role } from '../model/route.ts'
import { loadedForOneCall, type SourceModule, type StandsFor } from '../syntax/imported.ts'
import type { Node } from '../syntax/tree.ts'
import { memberAt } from './member-references.ts'
import { followMadeFunction } from './made-function.ts'
import { planMade } from './made-wrapper.ts'
import { freeIn, otherName } from './free-in.ts'
import { isNameTaken, type ScopeTree } from '../syntax/scope.ts'
import { findList, type ListedName } from './export-list.ts'
import { planComposite } from './composite-wrapper.ts'
import { planShared } from './shared-function.ts'
import { planWithCallback } from './answering-callback.ts'
import { withCallees } from './callees-below.ts'
import { sharedParams } from './shared-params.ts'
import { specifierOf } from './shared-specifier.ts'
import { readWrapped } from './read-wrapped.ts'
import { planWrapper } from './shared-wrapper.ts'
import { planSubclass } from './request-subclass.ts'
import type {
  SharedCall,
  SharedEnvironment,
  SharedFunction,
  SharedFunctions,
  Wrapper,
  WrapperCallee,
} from './shared-model.ts'

type ReportedFacts = Record<'inheriting' | 'typed' | 'bodies' | 'queries' | 'answering' | 'ending', Set<string>> & {
  params: Map<string, readonly RouteParam[]>
  /** Its counterpart cannot be imported where it is needed. */
  refuse(callee: SharedFunction): void
}

interface Reporting {
  /** Adds what the attempt has shown. */
  report(facts: ReportedFacts): void
}

type Declaration = StandsFor

/** Plans functions of other modules when a route first hands them req or res; each once. */
export function createSharedFunctions(env: SharedEnvironment): SharedFunctions & Reporting {
  const known = new Map<Node, SharedFunction | null>()
  const middleware = new Map<Node, SharedFunction | null>()
  const withCallback = new Map<Node, SharedFunction | null>()
  const wrapped = new Map<Node, SharedFunction | null>()
  const open = new Set<Node>()
  const inherited = new Set<string>()
  const typed = new Set<string>()
  const bodies = new Set<string>()
  const queries = new Set<string>()
  const answering = new Set<string>()
  const ending = new Set<string>()
  const passages = new Map<ScopeTree, Passages>()
  const lists = new Map<string, ListedName>()
  const unreachable = new Set<SharedFunction>()
  const met = new Map<SharedFunction, (readonly RouteParam[])[]>()
  const metWhole = new Set<SharedFunction>()
  const shared: ReturnType<typeof createSharedFunctions> = {
    follow(call, passes, from) {
      if (call.type === 'NewExpression') return followMade(call, passes, from)
      const found = findModuleFunction(call.callee, from, env.graph) ?? findLoadedFunction(call.callee, from, env.graph)
      const planWrapped = (node: Node, make: () => SharedFunction | null): SharedFunction | null =>
        plan(node, make, wrapped)
      if (!found) return followMadeFunction(call, passes, from, { env, shared, plan: planOnce, planWrapped })
      if (!env.isOpen(found.module.path) || found.fn.generator) return null
      const roles = rolesAt(found.fn, call, passes, { target: found.module.tree, call: from.tree })
      if (!roles) return null
      const answering = shared.passages(from).at(call)?.answering
      const callee = answering
        ? plan(found.fn, () => planWithCallback(found, roles, answering, env, shared), withCallback)
        : planOnce(found.fn, () => planShared(found, roles, env, shared), roles)
      if (!callee || callee.wrapper || callee.model.roles.join() !== roles.join()) return null
      return { node: call, written: call.callee, callee, specifier: found.specifier, isOpen: found.isOpen }
    },
    find(callee, from) {
      const found = findModuleFunction(callee, from, env.graph)
      return found && found.specifier !== null && env.isOpen(found.module.path) ? found.fn : null
    },
    isWrapped(callee, from) {
      const found = findModuleWrapped(callee, from, env.graph)
      return found !== null && !found.part && env.isOpen(found.module.path) && readWrapped(found, shared) !== null
    },
    followWrapper(written, from) {
      const found = findModuleFunction(written, from, env.graph) ?? env.wrapperOf(written, from)
      if (!found) return followConstant(written, from)
      if (found.part || !env.isOpen(found.module.path)) return null
      const { fn, module } = found
      const shape = readWrapper(fn, module.tree)
      const composite = shape ? null : readComposite(fn, module.tree)
      const callee = shape
        ? plan(fn, () => planWrapper(found, shape, env, shared))
        : composite && plan(fn, () => planComposite(found, composite, env, shared))
      if (!isWrapper(callee)) return null
      return { written, callee, specifier: found.specifier, isOpen: found.isOpen }
    },
    nameAt: ({ written, callee, specifier, isOpen }, from, addImport) => {
      const declared = callee.source.module.standsFor
      if (declared?.package) {
        const { module, edit, keyed } = declared.package
        if (edit && module.path !== from.path)
          lists.set(`${module.path} ${callee.id}`, { id: callee.id, list: module, name: declared.name, edit })
        return keyed ? addImport(keyed.source, keyed.name, freeIn(from, keyed.name, keyed.source)) : null
      }
      if (declared) return declaredName(declared, from, addImport)
      const { source: own } = callee
      if (own.isWritten && specifier !== null) return addImport(specifier, own.name, freeIn(from, own.name, specifier))
      const name = env.facts.beside.get(callee.id)
      if (name === undefined) return null
      if (callee.source.part) return memberAt(written, name, from)
      if (loadedForOneCall(written, from.tree)) {
        // It is had from the module that is loaded there, by that name.
        if (!isOpen || isNameTaken(from.tree, name, from.file.ast.program)) unreachable.add(callee)
        return name
      }
      if (specifier === null) return name
      if (written.type === 'MemberExpression' && written.object.type === 'Identifier' && isOpen)
        return `${written.object.name}.${name}`
      const source = isOpen ? specifier : specifierOf(callee.source.module.path, { specifier, from: from.path, env })
      const listed = source === null ? findList(callee, name, { specifier, from: from.path, graph: env.graph }) : null
      if (listed) lists.set(`${listed.list.path} ${callee.id}`, listed)
      else if (source === null) unreachable.add(callee)
      const known = source ?? specifier
      return addImport(known, name, freeIn(from, name, known), otherName(written, name, from))
    },
    inherit: (callee, isTyped) => {
      for (let one: SharedFunction | undefined = callee; one; one = one.base) {
        inherited.add(one.id)
        if (isTyped) typed.add(one.id)
      }
    },
    handBody: (callee) => {
      for (let one: SharedFunction | undefined = callee; one; one = one.base)
        if (one.summary.readsBody === 'parsed') bodies.add(one.id)
    },
    askForAnswer: (wrapper) => void answering.add(wrapper),
    askForEnd: (wrapper) => void ending.add(wrapper),
    passages: (from) => {
      const before = passages.get(from.tree)
      if (before) return before
      const made = passagesOf(from, { graph: env.graph, packages: env.app.packages })
      passages.set(from.tree, made)
      return made
    },
    lists: () => [...lists.values()],
    all: () =>
      [known, middleware, withCallback, wrapped].flatMap((plans) => [...plans.values()].flatMap((one) => one ?? [])),
    meet: (callee, params) => {
      for (const one of withCallees(callee)) met.set(one, [...(met.get(one) ?? []), params])
    },
    meetWhole: (callee) => {
      const { id, model, wrapper, queryKeys, calls, subclass, handler } = callee
      if (queryKeys !== null || subclass || metWhole.has(callee)) return
      metWhole.add(callee)
      if (!wrapper && !handler && !model.roles.includes('context')) queries.add(id)
      for (const inner of calls.values()) shared.meetWhole(inner.callee)
      for (const { wrapper: inner } of wrapper?.around ?? []) shared.meetWhole(inner.callee)
    },
    report: (facts) => {
      for (const id of inherited) facts.inheriting.add(id)
      for (const id of typed) facts.typed.add(id)
      for (const id of bodies) facts.bodies.add(id)
      for (const id of queries) facts.queries.add(id)
      for (const id of answering) facts.answering.add(id)
      for (const id of ending) facts.ending.add(id)
      for (const one of unreachable) facts.refuse(one)
      for (const [callee, routes] of met) {
        const params = sharedParams(callee, routes)
        if (params.length > 0 && !facts.params.has(callee.id)) facts.params.set(callee.id, params)
      }
    },
  }
  return shared

  /** A middleware may be called in another way too: `requireUser(req, res, () => ...)`. */
  function planOnce(node: Node, make: () => SharedFunction | null, roles: readonly Role[]): SharedFunction | null {
    return plan(node, make, roles.includes('next') ? middleware : known)
  }

  function followMade(made: t.NewExpression, passes: readonly Pass[], from: SourceModule): SharedCall | null {
    const found = findRequestClass(made, passes, from, env.graph)
    if (!found || !env.isOpen(found.module.path)) return null
    if (!isHeldByRequest(made, { from, graph: env.graph, fields: found.fields })) return null
    const callee = plan(found.node, () => planSubclass(found, env, shared))
    if (!callee || callee.model.roles.join() !== found.roles.join()) return null
    return { node: made, written: made.callee, callee, specifier: found.specifier, isOpen: found.isOpen }
  }

  function followConstant(written: Node, from: SourceModule): WrapperCallee | null {
    const found = findModuleMade(written, from, env.graph)
    if (!found || !env.isOpen(found.module.path)) return null
    const callee = plan(found.made, () => planMade(found, env, shared))
    return isWrapper(callee) ? { written, callee, specifier: found.specifier, isOpen: found.isOpen } : null
  }

  function plan(node: Node, make: () => SharedFunction | null, planned = known): SharedFunction | null {
    const before = planned.get(node)
    if (before !== undefined) return before
    // Recursion: the inner call finds nothing, and keeps the function.
    if (open.has(node)) return null
    open.add(node)
    const made = make()
    open.delete(node)
    const found = made?.source.module.standsFor ? onTrust(made, made.source.module.standsFor) : made
    planned.set(node, found)
    return found
  }
}

/** What a user has declared is taken on trust: the report says so instead of what it would say of code. */
function onTrust(planned: SharedFunction, { name, from, package: known }: Declaration): SharedFunction {
  if (known) {
    const blocked = known.blocked ?? planned.summary.blocked
    return { ...planned, summary: { ...planned.summary, ...(blocked ? { blocked } : {}) }, notes: known.notes }
  }
  const span = { file: 'routeshift.config', start: 0, end: 0, line: 1, column: 1 }
  return { ...planned, notes: [{ code: 'PA539', level: 'note', span, data: { name, from } }] }
}

/** Null where the function itself is its own counterpart. */
function declaredName(
  { name, from, becomes }: Declaration,
  caller: SourceModule,
  addImport: RecipeContext['addImport'],
): string | null {
  if (name === becomes.name && from === becomes.from) return null
  const isTaken = isNameTaken(caller.tree, becomes.name, caller.file.ast.program)
  const { from: to } = becomes
  const source = to.startsWith('./') ? relativePath(folderOf(caller.path), to.slice(2)) : to
  return addImport(source, becomes.name, isTaken ? `${becomes.name}ForRoute` : becomes.name)
}

function isWrapper(callee: SharedFunction | null): callee is SharedFunction & { wrapper: Wrapper } {
  return callee !== null && callee.wrapper !== null
}
