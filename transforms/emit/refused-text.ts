import type { TypeScriptConfig } from '../model/project.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { findTypeRisk } from './type-risk.ts'

/** Is the text, which was JavaScript, refused by the type checker? */
export function isRefused(
  text: string,
  config: TypeScriptConfig | null,
  isUntyped: (source: string) => boolean,
): boolean {
  const file = parseSource('moved.js', text)
  return (
    isParseFailure(file) || findTypeRisk(file, analyseScopes(file.ast), config, file.ast.program, isUntyped) !== null
  )
}
