import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { editExpanded } from '../syntax/expansion.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt } from '../syntax/lines.ts'
import { isCall, keyName, uncast } from '../syntax/match.ts'
import { isParseFailure } from '../syntax/parse.ts'
import { analyseScopes, bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, type Node, some, startOf } from '../syntax/tree.ts'

interface Loaded {
  name: string
  source: t.StringLiteral
  /** The key in the table. */
  method: string
  /** Where a handler loads the module itself. */
  isLate: boolean
}

export interface ForwardedInput {
  /** The function of another module that a callee names, where its calls can be followed. */
  find: (callee: Node, from: SourceModule) => FunctionNode | null
  /** The callee names what wrappers make of a handler in its module. */
  isWrapped: (callee: Node, from: SourceModule) => boolean
  /** How the module that a specifier names writes its `config`, as an expression. */
  configOf: (source: string) => string | null
  /** The module that a specifier names throws when it is loaded, on some condition maybe. */
  mayFail: (source: string) => boolean
  /** The wrapper that is called takes this argument for a table of promises of modules, one for each method. */
  isTable: (argument: Node, call: t.CallExpression, from: SourceModule) => boolean
}

/**
 * A route whose handler is written in another module, as the same program with a function of its own that hands req and res on:
 * `export { default } from './x'`, `export default imported`, `export default withX(imported)`. Null for any other file.
 */
export function forwardEntry(module: SourceModule, input: ForwardedInput): SourceModule | null {
  const { file } = module
  const { body } = file.ast.program
  // What `export *` hands on, a config maybe, is not to be seen here.
  if (body.some(({ type }) => type === 'ExportAllDeclaration')) return null
  const loaded: Loaded[] = []
  const edits = body.flatMap((statement) => editsOf(statement, module, input, loaded))
  if (edits.length === 0) return null
  const written = editExpanded(file, edits)
  if (isParseFailure(written)) return null
  const notes = [...(module.notes ?? []), ...notesOn(loaded, module)]
  const forwarded = { ...module, file: written, tree: analyseScopes(written.ast), notes }
  if (loaded.some(({ isLate }) => isLate)) return forwarded
  const isFollowed = some(written.ast.program, (node) => {
    if (node.type !== 'ArrowFunctionExpression' || node.body.type !== 'CallExpression' || !isSame(node)) return false
    const { callee } = node.body
    const fn = input.find(callee, forwarded)
    return fn !== null ? isHandler(fn) : input.isWrapped(callee, forwarded)
  })
  return isFollowed ? forwarded : null
}

/** When the modules of a table are loaded now. */
function notesOn(loaded: readonly Loaded[], { file }: SourceModule): Diagnostic[] {
  return [true, false].flatMap((late): Diagnostic[] => {
    const [first, ...others] = loaded.filter(({ isLate }) => isLate === late)
    if (!first) return []
    const methods = [first, ...others].map(({ method }) => method)
    return [{ code: late ? 'PA355' : 'PA356', level: 'note', span: spanOf(file, first.source), data: { methods } }]
  })
}

function editsOf(statement: t.Statement, module: SourceModule, input: ForwardedInput, all: Loaded[]): Edit[] {
  const replace = (text: string): Edit[] => [{ start: startOf(statement), end: endOf(statement), pieces: [text] }]
  const { semicolon } = detectStyle(module.file)
  if (statement.type === 'ExportNamedDeclaration') {
    const specifier = statement.specifiers.find((s) => s.type === 'ExportSpecifier' && nameOf(s.exported) === 'default')
    if (specifier?.type !== 'ExportSpecifier') return []
    if (statement.source) return replace(reexported(statement, statement.source, specifier, module, input))
    return statement.specifiers.length === 1 && isImported(specifier.local, module)
      ? replace(`export default ${forwarder(specifier.local.name)}${semicolon}`)
      : []
  }
  if (statement.type !== 'ExportDefaultDeclaration') return []
  const value = uncast(statement.declaration)
  if (isImported(value, module)) return replace(`export default ${forwarder(textOf(value, module))}${semicolon}`)
  return handlersOf(value).flatMap(({ node, property, isIn }): Edit[] => {
    const loaded =
      isIn && input.isTable(isIn.argument, isIn.call, module) ? loadedBy(node, property, module, input) : null
    if (loaded) {
      all.push(loaded)
      return loaded.isLate ? writeLoading(loaded, node, module) : writeImport(loaded, node, statement, module)
    }
    if (!isImported(node, module)) return []
    const fn = input.find(node, module)
    if (fn ? !isHandler(fn) : !input.isWrapped(node, module)) return []
    const key = property?.shorthand ? `${textOf(node, module)}: ` : ''
    return [{ start: startOf(node), end: endOf(node), pieces: [key + forwarder(textOf(node, module))] }]
  })
}

/** `export { default, config } from './x'`: what Next reads of the other module stands here from now on. */
function reexported(
  statement: t.ExportNamedDeclaration,
  source: t.StringLiteral,
  specifier: t.ExportSpecifier,
  module: SourceModule,
  { configOf }: ForwardedInput,
): string {
  const { text } = module.file
  const { bindings, types } = module.tree.program
  const style = detectStyle(module.file)
  const imported = nameOf(specifier.local)
  const preferred = imported === 'default' ? 'handler' : imported
  const name = bindings.has(preferred) || types.has(preferred) ? `${preferred}2` : preferred
  const from = text.slice(startOf(source), endOf(source))
  const binding = imported === 'default' ? name : name === imported ? `{ ${name} }` : `{ ${imported} as ${name} }`
  const config = statement.specifiers.some((s) => nameOf(s.exported) === 'config') ? configOf(source.value) : null
  const rest = statement.specifiers.filter((s) => s !== specifier && !(config && nameOf(s.exported) === 'config'))
  const kept = rest.map((s) => text.slice(startOf(s), endOf(s))).join(', ')
  return [
    `import ${binding} from ${from}${style.semicolon}`,
    ...(kept === '' ? [] : [`export { ${kept} } from ${from}${style.semicolon}`]),
    ...(config === null ? [] : ['', `export const config = ${config}${style.semicolon}`]),
    '',
    `export default ${forwarder(name)}${style.semicolon}`,
  ].join('\n')
}

const forwarder = (name: string): string => `(req, res) => ${name}(req, res)`

function isSame({ params, body }: t.ArrowFunctionExpression): boolean {
  const names = (list: readonly Node[]): string =>
    list.map((node) => (node.type === 'Identifier' ? node.name : '')).join()
  return names(params) === 'req,res' && isCall(body) && names(body.arguments) === 'req,res'
}

/** It takes req and res, and asks for nothing else that it might be called with. */
function isHandler(fn: FunctionNode): boolean {
  return (
    fn.params.length > 0 &&
    fn.params.length <= 2 &&
    fn.params.every(({ type }) => type !== 'RestElement') &&
    !some(fn.body, (node) => node.type === 'Identifier' && node.name === 'arguments')
  )
}

function isImported(node: Node, { tree }: SourceModule): boolean {
  return node.type === 'Identifier' && bindingAt(tree, node)?.kind === 'import'
}

function writeImport({ name, source }: Loaded, node: Node, statement: t.Statement, module: SourceModule): Edit[] {
  const { semicolon } = detectStyle(module.file)
  const [first] = module.file.ast.program.body
  const place = startOf(first?.type === 'ImportDeclaration' ? first : statement)
  return [
    { start: place, end: place, pieces: [`import ${name} from ${textOf(source, module)}${semicolon}\n`] },
    { start: startOf(node), end: endOf(node), pieces: [`Promise.resolve({ default: ${forwarder(name)} })`] },
  ]
}

/** Its module is loaded by the handler, so that the route does not fail where it does. */
function writeLoading({ name, source }: Loaded, node: Node, module: SourceModule): Edit[] {
  const { semicolon, indent } = detectStyle(module.file)
  const outer = `\n${indentAt(module.file.text, startOf(node))}`
  const lines = [`const { default: ${name} } = await import(${textOf(source, module)})`, `return ${name}(req, res)`]
  const body = lines.map((line) => `${outer}${indent}${line}${semicolon}`).join('')
  const pieces = [`Promise.resolve({ default: async (req, res) => {${body}${outer}} })`]
  return [{ start: startOf(node), end: endOf(node), pieces }]
}

/** What may be a handler, with the property and the call that it is written in. */
interface Candidate {
  node: Node
  property: t.ObjectProperty | null
  isIn: { argument: Node; call: t.CallExpression } | null
}

/** The arguments of `withA(options)(withB(handler))`, at every level, and the handlers in `api({ GET: handler })`. */
function handlersOf(node: Node): Candidate[] {
  if (node.type !== 'CallExpression') return []
  const inArguments = node.arguments.map(uncast).flatMap((argument): Candidate[] => {
    if (argument.type !== 'ObjectExpression')
      return [{ node: argument, property: null, isIn: null }, ...handlersOf(argument)]
    const isIn = { argument, call: node }
    return argument.properties.flatMap((property) => {
      const value = property.type === 'ObjectProperty' ? uncast(property.value) : null
      return property.type === 'ObjectProperty' && value ? [{ node: value, property, isIn }, ...handlersOf(value)] : []
    })
  })
  return [...handlersOf(uncast(node.callee)), ...inArguments]
}

/** `GET: import('./get')`: the module is loaded with the route's either way, and the wrapper waits for it. */
function loadedBy(
  node: Node,
  property: t.ObjectProperty | null,
  { tree }: SourceModule,
  { mayFail }: ForwardedInput,
): Loaded | null {
  const call = node.type === 'CallExpression' && node.callee.type === 'Import' ? node : null
  const [source] = call?.arguments ?? []
  const key = property ? keyName(property) : null
  if (source?.type !== 'StringLiteral' || key === null || !/^[A-Za-z]+$/.test(key)) return null
  const name = `${key.toLowerCase()}Handler`
  if (tree.program.bindings.has(name) || tree.program.types.has(name)) return null
  return { name, source, method: key, isLate: mayFail(source.value) }
}

function textOf(node: Node, { file }: SourceModule): string {
  return file.text.slice(startOf(node), endOf(node))
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : ''
}
