import { areAdjacent } from '../analyse/flow-facts.ts'
import type { EffectSite, ExitSite } from '../analyse/flow-model.ts'
import type { Body } from '../model/response.ts'
import { isConstant, isQuiet, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, type Node } from '../syntax/tree.ts'
import { kindOf } from '../syntax/value-kind.ts'
import { isIdleLength, isReplaced } from './content-length.ts'
import { headerName, headerValues, isSetCookie } from './header-value.ts'
import type { ResponseContext } from './response.ts'

/** The effects that cannot be folded, closed under sharing an exit. */
export function variableSites(context: ResponseContext): Set<EffectSite> {
  const { flow } = context
  const variable = new Set(flow.effects.filter((site) => !isFoldable(site, context)))
  for (let grew = true; grew; ) {
    grew = false
    for (const exit of flow.exits) {
      for (const family of FAMILIES) {
        const sites = exit.pending.filter((s) => familyOf(s) === family && !isRedundant(s, context))
        if (!sites.some((s) => variable.has(s))) continue
        for (const site of sites) if (!variable.has(site)) grew = Boolean(variable.add(site))
      }
    }
    for (const statement of new Set(flow.effects.map((e) => e.statement))) {
      const sites = flow.effects.filter((e) => e.statement === statement && statement && familyOf(e) === 'header')
      if (sites.some((s) => variable.has(s)))
        for (const site of sites) if (!variable.has(site)) grew = Boolean(variable.add(site))
    }
  }
  return variable
}

const FAMILIES = ['status', 'header', 'write'] as const

export function familyOf(site: EffectSite): (typeof FAMILIES)[number] {
  return site.what.kind === 'status' || site.what.kind === 'write' ? site.what.kind : 'header'
}

function isFoldable(site: EffectSite, context: ResponseContext): boolean {
  if (site.what.kind === 'call' || site.what.kind === 'inherited' || site.isInner) return false
  if (context.readsHeaders && familyOf(site) === 'header') return false
  if (isRedundant(site, context)) return true
  // A response with a status of its own does not see this one.
  const exits = [...site.exits].filter(([exit]) => site.what.kind !== 'status' || !overrulesStatus(exit))
  const [only] = exits
  if (!only || exits.length !== 1 || !only[1] || only[0].what.kind !== 'response') return false
  const effect = site.what
  if (effect.kind === 'header' && effect.mode === 'delete') return false
  // The answer states its own: evaluated where it stood, and taken away.
  if (isReplaced(effect, only[0].what.fact.exit, context.at.tree)) return false
  const value = effect.value as Node
  if (effect.kind === 'header' && isSetCookie(effect) && headerValues(effect, context.at) === null) return false
  if (effect.kind === 'write')
    return isConstant(value) || isSteady(value, context) || areAdjacent(site, only[0], context.flow)
  if (isConstant(value)) return true
  return (isQuiet(value) && areAdjacent(site, only[0], context.flow)) || isSteady(value, context)
}

/** A name that never changes, or a template of such: worth the same wherever it stands. */
function isSteady(value: Node, { at }: ResponseContext): boolean {
  const node = uncast(value)
  if (node.type === 'Identifier') {
    const binding = bindingAt(at.tree, node)
    return (
      binding !== null &&
      binding.kind !== 'let' &&
      binding.references.every((r) => r.kind !== 'write') &&
      kindOf(node, at.tree) === 'string'
    )
  }
  if (node.type === 'TemplateLiteral')
    return node.expressions.every((e) => isConstant(e) || isSteady(e, { at } as ResponseContext))
  return false
}

/**
 * `Content-Type: application/json` where every response it reaches is JSON already, a length where each states its own, and statuses that
 * redirect overrules.
 */
export function isRedundant(site: EffectSite, { readsHeaders, at }: ResponseContext): boolean {
  const effect = site.what
  if (readsHeaders && familyOf(site) === 'header') return false
  if (isIdleLength(site, at.tree)) return true
  if (effect.kind === 'header' && effect.mode === 'set' && headerName(effect.name)?.toLowerCase() === 'content-type') {
    const type = stringValue(effect.value)
    const exits = [...site.exits.keys()]
    return (
      exits.length > 0 &&
      type !== null &&
      /^application\/json\b/i.test(type) &&
      exits.every((e) => e.what.kind === 'response' && isJson(e.what.fact.exit))
    )
  }
  if (effect.kind === 'status') {
    const exits = [...site.exits.keys()]
    return exits.length > 0 && isQuiet(effect.value) && exits.every(overrulesStatus)
  }
  return false
}

export function overrulesStatus(exit: ExitSite): boolean {
  return (
    exit.what.kind === 'response' &&
    (exit.what.fact.exit?.kind === 'redirect' || exit.what.fact.effects.some((x) => x.kind === 'status'))
  )
}

export function isJson(body: Body | null): boolean {
  return body?.kind === 'json'
}

/** The one status of the function, set for certain before all that use it in its own block: a constant. */
export function isOnlyStatus(site: EffectSite, { flow }: ResponseContext): boolean {
  const all = flow.effects.filter((e) => e.what.kind === 'status')
  const block = (site.statement as (Node & { parent?: Node }) | null)?.parent
  const isAlone = flow.effects.filter((e) => e.statement === site.statement).length === 1
  return (
    all.length === 1 &&
    site.exits.size > 0 &&
    isAlone &&
    block?.type === 'BlockStatement' &&
    [...site.exits].every(([exit, certain]) => overrulesStatus(exit) || (certain && contains(block, exit.statement)))
  )
}
