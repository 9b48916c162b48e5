import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { editExpanded } from '../syntax/expansion.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, keyName, uncast } from '../syntax/match.ts'
import { isParseFailure } from '../syntax/parse.ts'
import { analyseScopes, bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, type Node, some, startOf } from '../syntax/tree.ts'

interface Loaded {
  name: string
  source: t.StringLiteral
}

export interface ForwardedInput {
  /** The function of another module that a callee names, where its calls can be followed. */
  find: (callee: Node, from: SourceModule) => FunctionNode | null
  /** How the module that a specifier names writes its `config`, as an expression. */
  configOf: (source: string) => string | null
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
  const edits = body.flatMap((statement) => editsOf(statement, module, input))
  if (edits.length === 0) return null
  const written = editExpanded(file, edits)
  if (isParseFailure(written)) return null
  const forwarded = { ...module, file: written, tree: analyseScopes(written.ast) }
  const isFollowed = some(written.ast.program, (node) => {
    if (node.type !== 'ArrowFunctionExpression' || node.body.type !== 'CallExpression' || !isSame(node)) return false
    const fn = input.find(node.body.callee, forwarded)
    return fn !== null && isHandler(fn)
  })
  return isFollowed ? forwarded : null
}

function editsOf(statement: t.Statement, module: SourceModule, input: ForwardedInput): Edit[] {
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
  return handlersOf(value).flatMap(({ node, property }): Edit[] => {
    const loaded = loadedBy(node, property, module)
    if (loaded) return writeImport(loaded, node, statement, module)
    const fn = isImported(node, module) ? input.find(node, module) : null
    if (!fn || !isHandler(fn)) return []
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

/** The arguments of `withA(options)(withB(handler))`, at every level, and the handlers in `api({ GET: handler })`. */
function handlersOf(node: Node): { node: Node; property: t.ObjectProperty | null }[] {
  if (node.type !== 'CallExpression') return []
  const inArguments = node.arguments.map(uncast).flatMap((argument) => {
    if (argument.type !== 'ObjectExpression') return [{ node: argument, property: null }, ...handlersOf(argument)]
    return argument.properties.flatMap((property) => {
      const value = property.type === 'ObjectProperty' ? uncast(property.value) : null
      return property.type === 'ObjectProperty' && value ? [{ node: value, property }, ...handlersOf(value)] : []
    })
  })
  return [...handlersOf(uncast(node.callee)), ...inArguments]
}

/** `GET: import('./get')`: the module is loaded with the route's either way, and the wrapper waits for it. */
function loadedBy(node: Node, property: t.ObjectProperty | null, { tree }: SourceModule): Loaded | null {
  const call = node.type === 'CallExpression' && node.callee.type === 'Import' ? node : null
  const [source] = call?.arguments ?? []
  const key = property ? keyName(property) : null
  if (source?.type !== 'StringLiteral' || key === null || !/^[A-Za-z]+$/.test(key)) return null
  const name = `${key.toLowerCase()}Handler`
  return tree.program.bindings.has(name) || tree.program.types.has(name) ? null : { name, source }
}

function textOf(node: Node, { file }: SourceModule): string {
  return file.text.slice(startOf(node), endOf(node))
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : ''
}
