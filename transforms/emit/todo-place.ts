import type { Diagnostic } from '../model/diagnostic.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { type Node, parentOf, startOf, statementOf } from '../syntax/tree.ts'

/** The start of the statement that a finding is in. */
export function todoPlace(file: SourceFile, found: Diagnostic): number {
  let best: number = found.span?.start ?? 0
  const at = found.span?.start ?? 0
  // The end of a body: something is added there.
  if (file.text[at] === '}') return at
  const visit = (node: { start?: number | null; end?: number | null }): boolean =>
    (node.start ?? 0) <= at && (node.end ?? 0) > at
  const stack: Node[] = [file.ast.program]
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (
          !child ||
          typeof child !== 'object' ||
          typeof child.type !== 'string' ||
          child === parentOf(node) ||
          !visit(child)
        )
          continue
        const statement = statementOf(child)
        if (statement) best = startOf(statement)
        stack.push(child)
      }
    }
  }
  return best
}
