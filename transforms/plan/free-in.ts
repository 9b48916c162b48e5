import { hasImport, type SourceModule } from '../syntax/imported.ts'
import { isNameTaken } from '../syntax/scope.ts'

/** An earlier run may have imported it from there: then it has its name already. */
export function freeIn({ tree, file }: SourceModule, name: string, source?: string): string {
  if (!isNameTaken(tree, name, file.ast.program)) return name
  const isHidden = [...tree.scopeOf.values()].some((scope) => scope !== tree.program && scope.bindings.has(name))
  return source !== undefined && !isHidden && hasImport(file, { source, name, local: name }) ? name : `${name}2`
}
