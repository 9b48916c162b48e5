import { exportedHere } from '../syntax/exported.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import type { Effects, ImportedCall } from '../syntax/effects.ts'
import { findCallEffects } from '../syntax/load-effects.ts'
import { initOf } from '../syntax/known-functions.ts'
import { isCall, isMember, uncast } from '../syntax/match.ts'
import { isClass, isFunction, type Node } from '../syntax/tree.ts'
import { type ExportedName, findHandedOn } from './handed-on.ts'
import type { ProjectModules } from './modules.ts'

/** A call as far as its effects go, without the tree that it is in. */
export interface Call<Place> {
  at: Place
  source: string
  name: string
  given: { acts: boolean; throws: boolean; calls: readonly Call<Place>[] }
}

/** The first of some calls that does more than to make a value, and the first that may throw instead. */
export interface CallEffects<Place> {
  acts: Place | null
  throws: Place | null
}

/**
 * Says what calls in a module do besides making a value: the function of the project that is called changes what others see, or what its module
 * keeps, where that module is still reached. What a value is that is called, and no function, cannot be told; functions of packages, and of what
 * these have made, are taken for what they are called.
 */
export function createCallEffects(modules: ProjectModules) {
  const known = new Map<string, { path: string; effects: Effects | null }>()
  return <Place>(
    path: string,
    calls: readonly Call<Place>[],
    isReached: (path: string) => boolean,
  ): CallEffects<Place> => {
    const seen = new Set<string>()
    let throws: Place | null = null
    const acting = calls.find((call) => {
      const effect = effectOf(path, call)
      if (effect === 'throws') throws ??= call.at
      return effect === 'acts'
    })
    return { acts: acting?.at ?? null, throws }

    function effectOf(from: string, { source, name, given }: Call<unknown>): Effect {
      const to = modules.resolve(from, source)
      if (to === null) return null
      const first = given.acts ? 'acts' : worst(from, given.calls, given.throws ? 'throws' : null)
      const key = `${to} ${name}`
      if (first === 'acts' || seen.has(key)) return first
      seen.add(key)
      const { path, effects } = calledAt(to, name)
      if (!effects) return isReached(path) && (LISTENS.test(name) || !isOfPackage({ path: to, name })) ? 'acts' : first
      if (effects.acts || (effects.changes && isReached(path))) return 'acts'
      const inner = effects.calls.map((call) => callOf(call, () => null))
      return worst(path, inner, effects.throws ? 'throws' : first)
    }

    function worst(from: string, inner: readonly Call<unknown>[], found: Effect): Effect {
      const effects = [found, ...inner.map((call) => effectOf(from, call))]
      return effects.find((effect) => effect === 'acts') ?? effects.find((effect) => effect !== null) ?? null
    }
  }

  function calledAt(path: string, name: string): { path: string; effects: Effects | null } {
    const key = `${path} ${name}`
    const found = known.get(key) ?? read(path, name)
    known.set(key, found)
    return found
  }

  /**
   * `userSchema.extend` of `export const userSchema = z.object(...)`, `publicProcedure.input`: what a package has made, or what was made of
   * that. Its methods are functions of the package.
   */
  function isOfPackage({ path, name }: ExportedName, seen: Set<string> = new Set()): boolean {
    const [base = ''] = name.split('.')
    if (seen.has(`${path} ${base}`)) return false
    seen.add(`${path} ${base}`)
    const at = declaredAt({ path, name: base })
    return at !== null && isMadeByPackage(at.value, at.module, seen)
  }

  function isMadeByPackage(value: Node, module: SourceModule, seen: Set<string>): boolean {
    let base = uncast(value)
    while (isMember(base) || isCall(base) || base.type === 'NewExpression')
      base = uncast(isMember(base) ? base.object : base.callee)
    if (base.type !== 'Identifier' || base === value) return false
    const imported = importedAs(base, module.tree)
    if (!imported) {
      const init = seen.has(`${module.path} = ${base.name}`) ? null : initOf(base, module.tree)
      seen.add(`${module.path} = ${base.name}`)
      return init !== null && isMadeByPackage(init, module, seen)
    }
    const to = modules.resolve(module.path, imported.source)
    return to === null || isOfPackage({ path: to, name: imported.name }, seen)
  }

  function read(path: string, name: string): { path: string; effects: Effects | null } {
    const at = declaredAt({ path, name })
    const effects = at && isCallable(at.value) ? findCallEffects(at.value, at.module.tree) : null
    return { path: at?.module.path ?? path, effects }
  }

  function declaredAt(name: ExportedName): { value: Node; module: SourceModule } | null {
    const steps = findHandedOn(name, modules)
    const at = steps && (steps.at(-1) ?? name)
    const module = at && modules.at(at.path)
    const value = at && module && exportedValue(at.name, module)
    return value ? { value, module } : null
  }
}

/** `bus.on('paid', send)`, `api.interceptors.request.use(sign)`, whatever is kept of it. tRPC makes a new procedure: `procedure.use()`. */
const LISTENS = /\.(?:on|once|emit|dispatch|addListener|addEventListener)$|\binterceptors\..*use$/

type Effect = 'acts' | 'throws' | null

export function callOf<Place>(
  { node, source, name, given }: ImportedCall,
  placeOf: (node: Node) => Place,
): Call<Place> {
  const calls = given.calls.map((call) => callOf(call, placeOf))
  return { at: placeOf(node), source, name, given: { acts: given.acts !== null, throws: given.throws !== null, calls } }
}

function exportedValue(name: string, module: SourceModule): Node | null {
  const found = exportedHere(name, module)
  if (!found || 'value' in found) return found?.value ?? null
  const { id, declaration } = found.binding
  return declaration.type === 'VariableDeclarator' ? initOf(id, module.tree) : declaration
}

function isCallable(node: Node): boolean {
  return isFunction(node) || isClass(node)
}
