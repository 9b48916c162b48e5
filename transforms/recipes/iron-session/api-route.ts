import type * as t from '@babel/types'
import { spanOf, snippet } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { FunctionNode } from '../../model/route.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { indentAt, leadStart } from '../../syntax/lines.ts'
import { isMember, isQuiet, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import {
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  parentOf,
  some,
  startOf,
  statementOf,
  walk,
} from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { reindent } from '../layout.ts'
import type { Shorthand, ShorthandContext } from '../recipe.ts'

/**
 * `withIronSessionApiRoute(handler, options)`, iron-session@6.3.1 next/index.ts: an async function that opens the session, defines it as
 * `req.session` and calls the handler. Written out as that: in the handler itself where it is written in place, else around it. PA577: a
 * handler or options that only show at run time (options may be a function of req and res).
 */
export const apiRoute: Shorthand = {
  id: 'iron-session/api-route',
  codes: ['PA577'],
  packages: ['iron-session/next'],
  expand: (module, context) => {
    const edits: Edit[] = []
    const blockers: Diagnostic[] = []
    walk(module.file.ast.program, (node) => {
      if (node.type !== 'CallExpression' || !isWrapCall(node, module)) return undefined
      const found = writeOut(node, module, context)
      if (typeof found === 'string')
        blockers.push({
          code: 'PA577',
          level: 'blocker',
          span: spanOf(module.file, node),
          data: { why: found, text: snippet(module.file, node) },
        })
      else edits.push(...found)
      return undefined
    })
    const isNew = edits.length > 0 && sessionFunction(module) === null
    return { edits: isNew ? [importEdit(module), ...edits] : edits, notes: [], blockers }
  },
}

function isWrapCall({ callee }: t.CallExpression, { tree }: SourceModule): boolean {
  const imported = importedAs(callee, tree)
  return imported?.source === 'iron-session/next' && imported.name === 'withIronSessionApiRoute'
}

/** The edits, or the part that is not understood. */
function writeOut(call: t.CallExpression, module: SourceModule, context: ShorthandContext): Edit[] | string {
  const [handler, options] = call.arguments
  if (!handler || !options || call.arguments.length !== 2) return 'form'
  if (!isOptions(options, module, context)) return 'options'
  const value = uncast(handler)
  const named = value.type === 'Identifier' ? ownHandler(value, module) : null
  const fn = isPlainFunction(value) ? value : named
  const open = sessionFunction(module) ?? 'getIronSession'
  if (!fn || !canOpenIn(fn)) return value.type === 'Identifier' ? around(call, value, options, open, module) : 'handler'
  const replaced: Edit = { ...replacedRange(call, module), pieces: [sliceOf(fn === named ? value : fn)] }
  const moved = fn === named ? [] : reindent(module.file, fn, indentAt(module.file.text, startOf(call)))
  const hoisted = hoistOptions(call, options, module)
  return [replaced, ...moved, ...hoisted.edits, ...openIn(fn, hoisted.pieces, open, module)]
}

/** An object of several lines gets a name, above the statement that it was written in. */
function hoistOptions(
  call: t.CallExpression,
  options: Node,
  { file, tree }: SourceModule,
): { edits: Edit[]; pieces: readonly Piece[] } {
  const { text } = file
  const inline = { edits: [], pieces: [sliceOf(options)] }
  const statement = statementOf(call)
  const isTop = statement !== null && parentOf(statement) === file.ast.program
  const isShort = !text.slice(startOf(options), endOf(options)).includes('\n')
  if (!isTop || isShort || functionAround(call) !== null) return inline
  const isTaken = (name: string): boolean =>
    tree.globals.has(name) || [...tree.scopeOf.values()].some(({ bindings }) => bindings.has(name))
  const name = ['sessionOptions', 'ironOptions', 'ironSessionOptions'].find((one) => !isTaken(one))
  if (!name) return inline
  const start = leadStart(file, statement)
  const pieces = [`const ${name} = `, sliceOf(options), `${detectStyle(file).semicolon}\n\n`]
  return { edits: [{ start, end: start, pieces }, ...reindent(file, options, '')], pieces: [name] }
}

/** `export default wrap(...);` loses its semicolon to a function declaration. */
function replacedRange(call: t.CallExpression, { file }: SourceModule): { start: number; end: number } {
  const parent = parentOf(call)
  const isWhole = parent?.type === 'ExportDefaultDeclaration' && call.arguments[0]?.type === 'FunctionExpression'
  return { start: startOf(call), end: isWhole && file.text[endOf(parent) - 1] === ';' ? endOf(parent) : endOf(call) }
}

/** A function of this file that nobody else uses. */
function ownHandler(id: t.Identifier, { tree }: SourceModule): FunctionNode | null {
  const binding = bindingAt(tree, id)
  if (binding?.references.length !== 1) return null
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return declaration
  const init = declaration.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  return isPlainFunction(init) ? init : null
}

function canOpenIn({ params, generator, body }: FunctionNode): boolean {
  return (
    params.length === 2 &&
    params.every(({ type }) => type === 'Identifier') &&
    !generator &&
    body.type === 'BlockStatement' &&
    body.directives.length === 0
  )
}

/** The first statement of the handler: `const session = ...` where nobody else asks req for it. */
function openIn(fn: FunctionNode, options: readonly Piece[], open: string, module: SourceModule): Edit[] {
  const { file } = module
  const [req, res] = fn.params
  const style = detectStyle(file)
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier' || fn.body.type !== 'BlockStatement') return []
  const base = indentAt(file.text, startOf(statementOf(fn) ?? fn))
  const start = startOf(fn.body) + 1
  const reads = sessionReads(req, fn, module)
  const target = reads === null ? `${req.name}.session = ` : reads.length > 0 ? 'const session = ' : ''
  const isEmpty = fn.body.body.length === 0
  const statement: Edit = {
    start,
    end: start,
    pieces: [
      `\n${base}${style.indent}${target}await ${open}(${req.name}, ${res.name}, `,
      ...options,
      `)${style.semicolon}${isEmpty ? `\n${base}` : ''}`,
    ],
  }
  const asyncEdits: Edit[] = fn.async ? [] : [{ start: startOf(fn), end: startOf(fn), pieces: ['async '] }]
  const renamed = (reads ?? []).map((node): Edit => ({ start: startOf(node), end: endOf(node), pieces: ['session'] }))
  return [...asyncEdits, statement, ...renamed]
}

/** Every `req.session`; null where it has to stay a property: req is handed on, taken apart, or the name is another's. */
function sessionReads(req: t.Identifier, fn: FunctionNode, { tree }: SourceModule): Node[] | null {
  const reads: Node[] = []
  for (const { node, kind } of bindingAt(tree, req)?.references ?? []) {
    const member = parentOf(node)
    if (kind === 'type') continue
    if (!isMember(member) || member.object !== node || memberName(member) === null) return null
    if (memberName(member) !== 'session') continue
    const parent = parentOf(member)
    if (member.type !== 'MemberExpression' || member.computed) return null
    if (parent?.type === 'AssignmentExpression' && parent.left === member) return null
    reads.push(member)
  }
  return some(fn, (node) => node.type === 'Identifier' && node.name === 'session' && !isProperty(node)) ? null : reads
}

/** `x.session`, `{ session: x }` */
function isProperty(node: Node): boolean {
  const parent = parentOf(node)
  return (
    (isMember(parent) && parent.property === node && !parent.computed) ||
    (parent?.type === 'ObjectProperty' && parent.key === node && !parent.shorthand)
  )
}

function around(
  call: t.CallExpression,
  handler: t.Identifier,
  options: Node,
  open: string,
  { file }: SourceModule,
): Edit[] | string {
  if (some(options, (node) => node.type === 'Identifier' && /^re[qs]$/.test(node.name))) return 'options'
  const { indent, semicolon } = detectStyle(file)
  const line = `\n${indentAt(file.text, startOf(call))}`
  const pieces: Piece[] = [
    `async (req, res) => {${line}${indent}req.session = await ${open}(req, res, `,
    sliceOf(options),
    `)${semicolon}${line}${indent}return `,
    sliceOf(handler),
    `(req, res)${semicolon}${line}}`,
  ]
  return [{ start: startOf(call), end: endOf(call), pieces }]
}

/** An object, written here or under a name: not a function that makes one for each request. */
function isOptions(node: Node, module: SourceModule, context: ShorthandContext): boolean {
  const value = uncast(node)
  if (value.type === 'ObjectExpression') return isQuiet(value)
  if (value.type !== 'Identifier') return false
  const imported = importedAs(value, module.tree)
  const path = imported ? context.resolve(imported.source, module.path) : null
  const other = path === null ? null : context.moduleAt(path)
  const binding =
    other && imported ? other.tree.program.bindings.get(imported.name) : imported ? null : bindingAt(module.tree, value)
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  return init?.type === 'ObjectExpression'
}

/** The name that the file imports getIronSession by. */
function sessionFunction({ tree }: SourceModule): string | null {
  for (const { kind, id, name } of tree.program.bindings.values()) {
    const known = kind === 'import' ? importedAs(id, tree) : null
    if (known?.source === 'iron-session' && known.name === 'getIronSession') return name
  }
  return null
}

function importEdit({ file }: SourceModule): Edit {
  const { semicolon, quote } = detectStyle(file)
  const next = file.ast.program.body.find(
    (s) => s.type === 'ImportDeclaration' && s.source.value === 'iron-session/next',
  )
  const place = next ? endOf(next) : 0
  const text = `\nimport { getIronSession } from ${quote}iron-session${quote}${semicolon}`
  return { start: place, end: place, pieces: [text], sticky: true }
}
