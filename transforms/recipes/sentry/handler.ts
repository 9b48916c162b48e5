import type * as t from '@babel/types'
import { spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { Shorthand } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { isCaught, loadedWrapper, withoutLoading } from './loaded.ts'

const WRAPPERS = /^(?:withSentry|withSentryAPI|wrapApiHandlerWithSentry)$/

/**
 * `withSentry(handler)` and `wrapApiHandlerWithSentry(handler, route)`, @sentry/nextjs@6.19.7 to 7.70.0: the handler is called, what it throws
 * is reported and thrown again. From 7.67.0 on the SDK wraps route handlers by itself when Next builds them
 * (config/templates/routeHandlerWrapperTemplate.js), so the wrapper goes. PA584: before that nobody reports. PA594: it sees only what no `catch` of the route's own keeps from it.
 */
export const sentryHandler: Shorthand = {
  id: 'sentry/handler',
  codes: ['PA584', 'PA594'],
  packages: ['@sentry/nextjs'],
  expand: (module, { app }) => {
    const edits: Edit[] = []
    const notes: Diagnostic[] = []
    const range = parseRange(app.packages['@sentry/nextjs'] ?? '')
    const isWrapped = !range || range.lets([7, 67, 0]) || range.lowest[0] > 7
    walk(module.file.ast.program, (node) => {
      if (node.type !== 'CallExpression') return undefined
      const loaded = loadedWrapper(node.callee, module)
      const handler = wrappedHandler(node, loaded?.name ?? importedName(node.callee, module))
      if (!handler) return undefined
      if (loaded) edits.push(...withoutLoading(node, handler, loaded, module))
      else edits.push({ ...rangeOf(node, module), pieces: [sliceOf(handler)] })
      const span = spanOf(module.file, node)
      if (isWrapped && isCaught(node)) notes.push({ code: 'PA594', level: 'review', span, data: {} })
      else
        notes.push({
          code: 'PA584',
          level: isWrapped ? 'note' : 'review',
          span,
          data: { version: app.packages['@sentry/nextjs'] ?? '', isWrapped: isWrapped ? 'yes' : 'no' },
        })
      return undefined
    })
    return { edits, notes, blockers: [] }
  },
}

function importedName(callee: Node, { tree }: SourceModule): string | null {
  const imported = importedAs(callee, tree)
  return imported?.source === '@sentry/nextjs' ? imported.name : null
}

function wrappedHandler({ arguments: [handler] }: t.CallExpression, name: string | null): Node | null {
  if (name === null || !WRAPPERS.test(name)) return null
  return handler &&
    /^(?:Identifier|ArrowFunctionExpression|FunctionExpression|CallExpression)$/.test(uncast(handler).type)
    ? handler
    : null
}

/** `export default withSentry(function ...);` loses its semicolon to the function declaration that is left. */
function rangeOf(call: t.CallExpression, { file }: SourceModule): { start: number; end: number } {
  const parent = parentOf(call)
  const isWhole = parent?.type === 'ExportDefaultDeclaration' && call.arguments[0]?.type === 'FunctionExpression'
  return { start: startOf(call), end: isWhole && file.text[endOf(parent) - 1] === ';' ? endOf(parent) : endOf(call) }
}
