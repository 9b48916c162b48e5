import type { EffectSite } from '../analyse/flow-model.ts'
import { stringValue } from '../syntax/match.ts'
import type { FunctionInput } from './function-model.ts'
import { cookieWriter, outsider } from './function-flow.ts'
import { headerName } from './header-value.ts'

/** May what was set here be a content type other than JSON's? `res.json` set its own over it; a Headers value keeps it. */
export function setsOtherType(
  { what }: EffectSite,
  { summaries, inheritsType }: Pick<FunctionInput, 'summaries' | 'inheritsType'>,
): boolean {
  if (what.kind === 'inherited') return inheritsType
  if (what.kind === 'call' && what.call.callee === cookieWriter) return false
  // cors.
  if (what.kind === 'call' && what.call.kind === 'stops' && what.call.callee === outsider) return false
  if (what.kind === 'call') return summaries.get(what.call.callee)?.setsType ?? true
  if (what.kind !== 'header' || what.mode === 'delete') return false
  const name = headerName(what.name)?.toLowerCase()
  // The name may be given by a caller, of another file.
  if (name === undefined) return true
  return name === 'content-type' && !/^application\/json\b/.test(stringValue(what.value) ?? '')
}
