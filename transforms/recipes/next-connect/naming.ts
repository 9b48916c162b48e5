import type { Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { endOf, isPlainFunction, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { reindent } from '../layout.ts'
import type { Link } from './plan.ts'
import type { Unclear } from './router.ts'
import type { Writing } from './writing.ts'

/** What the function of a link is called by; one that a call gives back is made once, as it was. Null for one that has no name here. */
export function nameOf(link: Link, writing: Writing): Piece | null {
  const { node, written, isMade } = link
  const isCalled = isMade && uncast(node).type === 'CallExpression'
  if (isCalled) return written === writing.module && !isBehindExport(link, writing) ? hoist(link, writing) : null
  return isPlainFunction(uncast(node)) ? null : writing.outside.nameOf({ node, module: written })
}

/** A constant in front of the handler. */
export function hoist({ node, next }: Link, writing: Writing): string {
  const { module, hoisted, semicolon } = writing
  const known = writing.written.get(node)
  if (known) return known
  const name = freeName(module, next ? 'middleware' : 'answer', hoisted.length)
  writing.written.set(node, name)
  hoisted.push([`const ${name} = `, sliceOf(node), `${semicolon}\n\n`])
  writing.edits.push(...reindent(module.file, node, ''))
  return name
}

/** The constant would stand in front of what its call reads. */
function isBehindExport({ node }: Link, { router }: Writing): boolean {
  return startOf(node) > endOf(router.exported)
}

export function unnamed(link: Link, writing: Writing): Unclear {
  return link.written === writing.module ? { why: 'behind', node: link.node, module: link.written } : elsewhere(link)
}

export function elsewhere({ node, written }: Link): Unclear {
  return { why: 'elsewhere', node, module: written }
}

function freeName({ tree }: SourceModule, stem: string, count: number): string {
  const isTaken = (name: string): boolean =>
    tree.globals.has(name) || [...tree.scopeOf.values()].some(({ bindings }) => bindings.has(name))
  const name = (n: number): string => (n === 0 ? stem : `${stem}${n + 1}`)
  let n = count
  while (isTaken(name(n))) n++
  return name(n)
}
