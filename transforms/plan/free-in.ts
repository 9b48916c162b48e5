import { hasImport, type SourceModule } from '../syntax/imported.ts'
import { isNameTaken } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'

/** An earlier run may have imported it from there: then it has its name already. */
export function freeIn({ tree, file }: SourceModule, name: string, source?: string): string {
  if (!isNameTaken(tree, name, file.ast.program)) return name
  const isHidden = [...tree.scopeOf.values()].some((scope) => scope !== tree.program && scope.bindings.has(name))
  return source !== undefined && !isHidden && hasImport(file, { source, name, local: name }) ? name : `${name}2`
}

/** `import { handlerForRoute as listForRoute }`, where another module has a `handlerForRoute` too: after what its caller calls it. */
export function otherName(written: Node, name: string, from: SourceModule): string {
  const own = written.type === 'Identifier' ? written.name : name
  return freeIn(from, own === name ? `${name}2` : `${own}ForRoute`)
}
