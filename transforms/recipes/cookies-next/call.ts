import type * as t from '@babel/types'
import { keyName, uncast } from '../../syntax/match.ts'
import { type Imported, importedAs } from '../../syntax/imported.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import type { PackageCall } from '../recipe.ts'

/** Where each function takes its options. */
const OPTIONS: Readonly<Record<string, number>> = {
  getCookies: 0,
  getCookie: 1,
  hasCookie: 1,
  setCookie: 2,
  deleteCookie: 1,
}

const SETTERS: ReadonlySet<string> = new Set(['setCookie', 'deleteCookie'])

export interface CookieCall {
  name: string
  isSetter: boolean
  /** The properties `req` and `res`, in the order in which they are written. */
  given: readonly t.ObjectProperty[]
  options: t.ObjectExpression
}

/** A call whose options are written out in it, with req (and res, which a setter needs) each as a property of its own. */
export function cookieCall({ call, passes, imported }: PackageCall): CookieCall | null {
  const name = imported?.name ?? ''
  const index = OPTIONS[name]
  if (index === undefined || call.arguments.length !== index + 1) return null
  const last = call.arguments[index]
  const options = last ? uncast(last) : null
  if (options?.type !== 'ObjectExpression') return null
  const given = options.properties.filter(
    (p): p is t.ObjectProperty => p.type === 'ObjectProperty' && !p.computed && /^(?:req|res)$/.test(keyName(p) ?? ''),
  )
  const names = given.map((p) => keyName(p))
  const areHandedOver =
    passes.length === given.length &&
    passes.every((pass) => pass.index === index && pass.key === pass.root && names.includes(pass.root))
  if (!areHandedOver || !names.includes('req') || (SETTERS.has(name) && !names.includes('res'))) return null
  // What is spread could bring a `req` or `cookies` of its own.
  if (options.properties.some((p) => p.type === 'ObjectProperty' && keyName(p) === 'cookies')) return null
  return { name, isSetter: SETTERS.has(name), given, options }
}

export const isSetter = (found: PackageCall): boolean => cookieCall(found)?.isSetter === true

/** A getter of the package, whatever it is given. */
export function isGetter(callee: t.Node, tree: ScopeTree): boolean {
  const imported: Imported | null = importedAs(callee, tree)
  return /^cookies-next(?:\/server)?$/.test(imported?.source ?? '') && /^(?:get|has)Cookie/.test(imported?.name ?? '')
}
