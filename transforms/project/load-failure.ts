import type { ProjectModules } from './modules.ts'
import { findLoadEffects } from '../syntax/load-effects.ts'

/** A module throws when it is loaded, or one that it imports itself does: on some condition maybe, as for a variable that is not set. */
export function mayFailToLoad(path: string, modules: ProjectModules): boolean {
  const module = modules.at(path)
  if (!module) return false
  const imported = module.file.ast.program.body.flatMap((statement) => {
    const isType = statement.type === 'ImportDeclaration' && statement.importKind === 'type'
    if (isType || !/^(?:Import|Export(?:All|Named))Declaration$/.test(statement.type)) return []
    const source = 'source' in statement && statement.source ? modules.resolve(path, statement.source.value) : null
    return source ?? []
  })
  return [path, ...imported].some((one) => throwsAtLoad(one, modules))
}

function throwsAtLoad(path: string, modules: ProjectModules): boolean {
  const module = modules.at(path)
  const effects = module && findLoadEffects(module.file, module.tree)
  return effects !== null && (effects.throws !== null || effects.acts?.type === 'ThrowStatement')
}
