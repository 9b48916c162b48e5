import type { ExitSite } from '../analyse/flow-model.ts'
import { block, freeName, type Lowering } from '../concerns/lowering.ts'
import { headerName } from './header-value.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * A wrapper sets headers and then calls the handler, whose answer carries them in Pages unless it sets them itself. In App they are put on
 * the handler's Response, where it has none of that name. A content type would be taken for the handler's own choice, and cookies add up:
 * with those the wrapper stays (PA531).
 */
export function mergeHeaders(site: ExitSite, at: Lowering, indentAt: (position: number) => string): void {
  for (const { what, node } of site.pending) {
    if (what.kind !== 'header') continue
    const name = headerName(what.name)?.toLowerCase()
    if (name === undefined || name === 'content-type' || name === 'set-cookie' || what.mode === 'delete')
      block(at, 'PA531', node)
  }
  if (site.pending.some(({ what }) => what.kind === 'call' || what.kind === 'inherited')) block(at, 'PA531', site.node)
  const { statement } = site
  const isListed = /^(?:BlockStatement|SwitchCase)$/.test(parentOf(statement)?.type ?? '')
  if (!isListed || site.isNested || (site.form !== 'returned' && site.form !== 'tail'))
    return block(at, 'PA212', site.node)
  site.isReplaced = true
  const call = callIn(site)
  const response = freeName(at.tree, at.fn, 'response', 'answer')
  const line = `${at.style.semicolon}\n${indentAt(startOf(statement))}`
  const { headers } = at.names
  at.edits.push({
    start: startOf(statement),
    end: endOf(statement),
    pieces: [
      `const ${response} = await `,
      { from: startOf(call), to: endOf(call) },
      `${line}for (const [name, value] of ${headers}) if (!${response}.headers.has(name)) ${response}.headers.set(name, value)`,
      `${line}return ${response}${at.style.semicolon}`,
    ],
  })
}

function callIn(site: ExitSite): Node {
  return site.what.kind === 'call' ? site.what.call.node : site.node
}
