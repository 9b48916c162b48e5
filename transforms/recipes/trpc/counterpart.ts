import type * as t from '@babel/types'
import { type Edit, render } from '../../syntax/edits.ts'
import { frozenRanges, indentAt } from '../../syntax/lines.ts'
import { withCasts } from '../../syntax/match.ts'
import { isNameTaken } from '../../syntax/scope.ts'
import { detectStyle, quoted, type Style } from '../../syntax/style.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { insertFields } from './fields.ts'
import { type ContextEdits, editContext, editErrors, NOTHING } from './counterpart-options.ts'
import { importsOf } from './counterpart-imports.ts'
import { printHolders } from './holders.ts'
import { parseRange } from '../version-range.ts'
import type { Factory } from './made-handler.ts'
import { type FindFunction, optionNamed } from './options.ts'

// In any of the paths by which a request may come.
const endpointOf = (style: Style): string =>
  `endpoint: new URL(request.url).pathname.replace(/\\/[^/]+\\/?$/, ${quoted(style, '')})`

/** The factory for route handlers, which stands beside the old one: its name, and the edits that add it; none where it is there. */
export interface CounterpartFactory {
  name: string
  edits: readonly Edit[]
}

/** Type of `CreateNextContextOptions` from version 11 on. */
function tellsInfo({ app }: RecipeContext): boolean {
  const range = parseRange(app.packages['@trpc/server'] ?? '')
  return range === null || range.lets([11, 0, 0])
}

/** Null where it cannot be written: a name is taken, or `createContext` is not understood. */
export function writeCounterpart(
  factory: Factory,
  options: t.ObjectExpression,
  context: RecipeContext,
): CounterpartFactory | null {
  const { module, fn, statement, id } = factory
  const { file, tree } = module
  const style = detectStyle(file)
  const typed = file.language === 'ts'
  if (fn.async || fn.generator || /\barguments\b/.test(file.text.slice(startOf(fn), endOf(fn)))) return null
  const names = ['request', 'resHeaders', ...(tellsInfo(context) ? ['info'] : [])]
  if (names.some((name) => isNameTaken(tree, name, fn))) return null
  const find: FindFunction = (node) => context.functionAt(node, module)
  const holds = optionNamed(options, 'createContext')
  const contextEdits = holds ? editContext(holds, { factory, find, tellsInfo: tellsInfo(context) }) : NOTHING
  const edits = contextEdits && editFactory({ ...factory, options, typed, style, holds: contextEdits, find })
  if (!edits) return null
  const name = `${id.name}ForRoute`
  const isDefault = statement.type === 'ExportDefaultDeclaration'
  const body =
    (isDefault ? 'export ' : '') + render(file.text, edits, startOf(isDefault ? fn : statement), endOf(statement))
  const holders = printHolders(body, style, typed)
  const text = [`/** \`${id.name}\` for route handlers. */\n${body}`, ...holders.texts].join('\n\n')
  if (file.text.includes(text)) return { name, edits: [] }
  if ([name, ...holders.names].some((one) => tree.program.bindings.has(one) || tree.globals.has(one))) return null
  const imports = importsOf(factory, { types: typed ? ['NextRequest', ...holders.types] : [], style })
  return (
    imports && {
      name,
      edits: [...imports, { start: endOf(statement), end: endOf(statement), pieces: [`\n\n${text}`] }],
    }
  )
}

interface Parts extends Factory {
  options: t.ObjectExpression
  typed: boolean
  style: Style
  holds: ContextEdits
  find: FindFunction
}

function editFactory({ module, fn, id, call, options, typed, style, holds, find }: Parts): Edit[] | null {
  const { text, ast } = module.file
  const lines = [...text.slice(startOf(call), endOf(call)).matchAll(/\n(?=[^\n])/g)].map(
    ({ index }) => startOf(call) + index + 1,
  )
  const frozen = frozenRanges(ast)
  // `as NextApiHandler`
  const whole = withCasts(call)
  const request = typed ? '(request: NextRequest)' : '(request)'
  const base = `\n${indentAt(text, startOf(call))}`
  // What is asked for more than once is made once.
  const [open, close] = holds.request
    ? [
        `{${base}${style.indent}const req = ${holds.request}${style.semicolon}${base}${style.indent}return `,
        `${style.semicolon}${base}}`,
      ]
    : [base + style.indent, '']
  const indented = (edit: Edit): Edit => ({
    ...edit,
    pieces: edit.pieces.map((piece) =>
      typeof piece === 'string' ? piece.replaceAll('\n', `\n${style.indent}`) : piece,
    ),
  })
  return [
    { start: startOf(id), end: endOf(id), pieces: [`${id.name}ForRoute`] },
    ...(fn.returnType ? [{ start: startOf(fn.returnType), end: endOf(fn.returnType), pieces: [] }] : []),
    {
      start: startOf(call),
      end: endOf(call.callee),
      pieces: [`${request} =>${holds.request ? ' ' : ''}${open}fetchRequestHandler`],
    },
    { start: startOf(whole), end: startOf(call), pieces: [] },
    { start: endOf(call), end: endOf(whole), pieces: [close] },
    ...(call.typeArguments ? [{ start: startOf(call.typeArguments), end: endOf(call.typeArguments), pieces: [] }] : []),
    ...(call.typeParameters
      ? [{ start: startOf(call.typeParameters), end: endOf(call.typeParameters), pieces: [] }]
      : []),
    ...lines.flatMap((line): Edit[] =>
      frozen.some(({ start, end }) => start < line && line <= end)
        ? []
        : [{ start: line, end: line, pieces: [style.indent] }],
    ),
    ...insertFields(options, [endpointOf(style), 'req: request'], { file: module.file, style }).map(indented),
    ...holds.edits,
    ...editErrors(options, module.file.text, find),
  ]
}
