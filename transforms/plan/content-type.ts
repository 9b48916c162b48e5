import type { EffectSite } from '../analyse/flow-model.ts'
import { stringValue } from '../syntax/match.ts'
import type { FunctionInput } from './function-model.ts'
import { outsider } from './function-flow.ts'
import { headerName } from './header-value.ts'
import { isCookiePackage } from './package-setters.ts'

/** JSON's, or maybe another; null where none is set. */
export type ContentType = 'json' | 'other' | null

type Known = Pick<FunctionInput, 'summaries' | 'inheritsType'>

/** The content type that is, or may be, set here. */
export function contentTypeOf({ what }: EffectSite, { summaries, inheritsType }: Known): ContentType {
  if (what.kind === 'inherited') return inheritsType ? 'other' : null
  if (what.kind === 'call' && isCookiePackage(what.call.callee)) return null
  // cors.
  if (what.kind === 'call' && what.call.kind === 'stops' && what.call.callee === outsider) return null
  if (what.kind === 'call') {
    const summary = summaries.get(what.call.callee)
    return summary ? summary.setsType : 'other'
  }
  if (what.kind !== 'header' || what.mode === 'delete') return null
  const name = headerName(what.name)?.toLowerCase()
  // The name may be given by a caller, of another file.
  if (name === undefined) return 'other'
  if (name !== 'content-type') return null
  return /^application\/json(?=\s*(?:;|$))/.test(stringValue(what.value) ?? '') ? 'json' : 'other'
}

/** May what was set here be a content type other than JSON's? `res.json` set its own over it; a Headers value keeps it. */
export const setsOtherType = (site: EffectSite, known: Known): boolean => contentTypeOf(site, known) === 'other'

/** The one that matters more to who answers. */
export const strongestType = (all: readonly ContentType[]): ContentType =>
  all.includes('other') ? 'other' : all.includes('json') ? 'json' : null

/** What functions and callers of other modules set is known, or must be feared; of packages the file shows whether a type is set at all. */
export function maySetType({ what }: EffectSite, known: Known, text: string): boolean {
  if (what.kind === 'header') return (headerName(what.name)?.toLowerCase() ?? 'content-type') === 'content-type'
  // Of callers, only types other than JSON's are told apart.
  if (what.kind === 'inherited') return true
  if (what.kind === 'call' && known.summaries.get(what.call.callee)?.setsType) return true
  return what.kind === 'call' && /content-type/i.test(text)
}
