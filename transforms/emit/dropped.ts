import type * as t from '@babel/types'
import { isUnreached } from '../analyse/unreached.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { ExtraExport } from '../concerns/module/exports.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge } from '../model/project.ts'
import type { HandlerPlan } from '../plan/route-context.ts'
import { isParseFailure, parseSource, type SourceFile } from '../syntax/parse.ts'
import { analyseScopes, type Binding, type ScopeTree } from '../syntax/scope.ts'
import { contains, type Node } from '../syntax/tree.ts'
import type { Move } from './move-exports.ts'

export interface Dropped {
  file: SourceFile
  tree: ScopeTree
  planned: {
    plan: Pick<HandlerPlan, 'parts' | 'unreached'>
    move: Move | null
    /** Imports of tests that are left behind, and have a finding of their own. */
    left: ReadonlySet<ImportEdge>
  }
  /** Exports that the new file may not have. */
  extras: readonly ExtraExport[]
  output: { path: string; text: string }
}

/** Declarations of the file that nothing asked to leave: exports that nobody imports, and what only code used that no request came to. */
export function findDropped(input: Dropped): Diagnostic[] {
  const { file, output } = input
  const extras = input.extras.filter((one) => !isElsewhere(one, input.planned))
  const alone = usedBeside(input).filter(({ name }) => !extras.some(({ local }) => local === name))
  if (extras.length === 0 && alone.length === 0) return []
  const isLeft = declaredIn(output)
  const exported = extras.map(({ name, local, statement, specifier }): Diagnostic => {
    const isHere = statement.type === 'ExportNamedDeclaration' && !statement.source
    const data = { name, ...(isHere && isLeft(local) ? { stays: 1 } : {}) }
    return { code: 'PA347', level: 'note', span: spanOf(file, specifier ?? statement), data }
  })
  const others = alone
    .filter(({ name }) => !isLeft(name))
    .map(({ name, declaration }): Diagnostic => {
      return { code: 'PA346', level: 'note', span: spanOf(file, declaration), data: { name } }
    })
  return [...exported, ...others].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
}

/** A handler has the names of its methods now; what has moved beside the route file, its importers find there. */
function isElsewhere({ name, local }: ExtraExport, { plan, move, left }: Dropped['planned']): boolean {
  const handlers = plan.parts.map(({ entry }) => entry.name)
  const isAsked = [...left].some(({ names }) => names.some(({ imported }) => imported === name))
  return isAsked || handlers.includes(local) || handlers.includes(name) || move?.extraction.names.has(local) === true
}

function declaredIn({ path, text }: Dropped['output']): (name: string) => boolean {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return () => true
  const { bindings } = analyseScopes(file.ast).program
  return (name) => bindings.has(name)
}

/** Declarations that are used in unreached code and in each other, and nowhere else. */
function usedBeside({ tree, planned }: Dropped): Binding[] {
  const { unreached } = planned.plan
  if (unreached.length === 0) return []
  const found = new Set<Binding>()
  const isOut = (node: Node): boolean =>
    isUnreached(unreached, node) || [...found].some(({ declaration }) => contains(declaration, node))
  const all = [...tree.program.bindings.values()].filter(
    ({ kind, references }) => kind !== 'import' && references.length > 0,
  )
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const binding of all)
      if (binding.references.every(({ node }) => isOut(node) || contains(binding.declaration, node) || isListed(node)))
        found.add(binding)
  }
  return [...found]
}

/** `export { x }` */
function isListed(node: Node & { parent?: Node }): boolean {
  return (node.parent as t.Node | undefined)?.type === 'ExportSpecifier'
}
