import type * as t from '@babel/types'
import { rolesAt } from '../analyse/callees.ts'
import { passesOn } from '../analyse/middleware.ts'
import { findGivenBack, ownMade } from '../analyse/factories.ts'
import { type FoundMade, findModuleMade, findModuleWrapped } from '../analyse/module-functions.ts'
import type { Pass, Role } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCast, uncast } from '../syntax/match.ts'
import { endOf, isPlainFunction, parentOf, startOf } from '../syntax/tree.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { helperEdits } from './helper-edits.ts'
import { planSharedBody, whyBlocked } from './shared-function.ts'
import type { SharedCall, SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'
import { planWrapped } from './wrapped-function.ts'
import { resultTypeEdits } from './wrapper-result-types.ts'
import { keepsState } from './wrapper-state.ts'

/** Plans a function once, by what it is; a middleware may be called in another way too. */
type PlanOnce = (node: t.Node, make: () => SharedFunction | null, roles: readonly Role[]) => SharedFunction | null

interface Following {
  env: SharedEnvironment
  shared: SharedFunctions
  plan: PlanOnce
  /** The same for what wrappers make of a handler. */
  planWrapped: (node: t.Node, make: () => SharedFunction | null) => SharedFunction | null
}

/**
 * A call of what a function of the project gives back: `requireRole('admin')(req, res)` where it stands, or by a constant that is made of it,
 * of the same file or of another module.
 */
export function followMadeFunction(
  call: SharedCall['node'],
  passes: readonly Pass[],
  from: SourceModule,
  following: Following,
): SharedCall | null {
  const { env } = following
  const callee = uncast(call.callee)
  const made = callee.type === 'CallExpression' ? callee : env.isOpen(from.path) ? null : ownMade(callee, from)
  if (made) {
    const target = followFactory(made, call, passes, from, following)
    return target && { ...target, node: call, made }
  }
  const found = findModuleMade(callee, from, env.graph)
  if (!found) return followWrapped(call, passes, from, following)
  if (found.part || isCast(parentOf(found.made) ?? found.made) || !env.isOpen(found.module.path)) return null
  const roles = passesOn(call) ? (['next'] as const) : []
  const constant = following.plan(found.made, () => planConstant(found, call, passes, following), roles)
  if (!constant) return followWrapped(call, passes, from, following)
  if (constant.wrapper) return null
  return { node: call, written: call.callee, callee: constant, specifier: found.specifier, isOpen: found.isOpen }
}

/** `list(req, res)` with `export default withUser(list)` in its module. */
function followWrapped(
  call: SharedCall['node'],
  passes: readonly Pass[],
  from: SourceModule,
  { env, shared, planWrapped: planOnce }: Following,
): SharedCall | null {
  const isWhole =
    call.arguments.length === 2 &&
    ['req', 'res'].every((root, index) =>
      passes.some((pass) => pass.root === root && pass.index === index && pass.key === null),
    )
  const found = isWhole ? findModuleWrapped(call.callee, from, env.graph) : null
  if (!found || found.part || found.specifier === null || !env.isOpen(found.module.path)) return null
  if (isCast(parentOf(found.made) ?? found.made)) return null
  const callee = planOnce(found.made, () => planWrapped(found, env, shared))
  return callee && { node: call, written: call.callee, callee, specifier: found.specifier, isOpen: found.isOpen }
}

function followFactory(
  made: t.CallExpression,
  call: SharedCall['node'],
  passes: readonly Pass[],
  from: SourceModule,
  { env, shared, plan }: Following,
): SharedCall | null {
  const found = findGivenBack(made, from, env.graph)
  if (!found || !env.isOpen(found.module.path)) return null
  const roles = rolesAt(found.fn, call, passes, { target: found.module.tree, call: from.tree })
  if (!roles) return null
  const edits: Parameters<typeof planSharedBody>[0]['edits'] = (helper) => [
    ...helperEdits(helper),
    ...resultTypeEdits(isPlainFunction(found.node) ? [found.node] : []),
  ]
  const make = (): SharedFunction => planSharedBody({ found, fn: found.fn, roles, handler: null, edits }, env, shared)
  const callee = plan(found.fn, make, roles)
  if (!callee || callee.wrapper || !isSame(callee.model.roles, roles)) return null
  return { node: made, written: made.callee, callee, specifier: found.specifier, isOpen: found.isOpen }
}

function isSame(one: readonly Role[], other: readonly Role[]): boolean {
  return one.join() === other.join()
}

/** `export const requireAdmin = requireRole('admin')`: the same function under a name of its own. */
function planConstant(
  found: FoundMade,
  call: SharedCall['node'],
  passes: readonly Pass[],
  following: Following,
): SharedFunction | null {
  const { env, shared } = following
  const { module, name, made } = found
  const base = followFactory(made, call, passes, module, following)
  if (!base) return null
  const { callee } = base
  const context = env.contextOf(module)
  const renamed = shared.nameAt(base, module, context.recipes.addImport)
  const id = `${module.path}#${name}`
  const refused = env.facts.refused.get(id) ?? (env.facts.beside.has(id) ? stateOf(found, callee) : null)
  const blocked = refused ? whyBlocked(refused, found) : callee.summary.blocked
  return {
    ...callee,
    id,
    base: callee,
    source: found,
    model: { ...callee.model },
    at: { ...callee.at, notes: [] },
    calls: new Map([[made, base]]),
    summary: blocked ? { ...callee.summary, blocked } : callee.summary,
    edits: [
      ...typeEdits(found),
      ...(renamed === null ? [] : [{ start: startOf(base.written), end: endOf(base.written), pieces: [renamed] }]),
    ],
    imports: context.imports,
  }
}

/** The counterpart would count by itself what both are to count. */
function stateOf({ module, name, made }: FoundMade, { source }: SharedFunction): Diagnostic | null {
  const { node } = source
  if (isPlainFunction(node) && !keepsState(made, node, source.module.tree)) return null
  return {
    code: 'PA527',
    level: 'blocker',
    span: spanOf(module.file, made),
    data: { name, file: module.path, why: 'state', text: snippet(module.file, made) },
  }
}

/** A type that is written for it names the old parameters. */
function typeEdits({ made }: FoundMade): Edit[] {
  const declarator = parentOf(made)
  const { id } = declarator?.type === 'VariableDeclarator' ? declarator : {}
  const type = id?.type === 'Identifier' ? id.typeAnnotation : null
  return type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : []
}
