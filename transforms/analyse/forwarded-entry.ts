import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { type Edit, render } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, uncast } from '../syntax/match.ts'
import { isParseFailure, parseSource, type SourceFile } from '../syntax/parse.ts'
import { analyseScopes, bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, type Node, some, startOf } from '../syntax/tree.ts'

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
export function forwardEntry(module: SourceModule, input: ForwardedInput): SourceFile | null {
  const { file } = module
  const { body } = file.ast.program
  // What `export *` hands on, a config maybe, is not to be seen here.
  if (file.original || body.some(({ type }) => type === 'ExportAllDeclaration')) return null
  const edits = body.flatMap((statement) => editsOf(statement, module, input))
  if (edits.length === 0) return null
  const written = parseSource(file.path, render(file.text, edits, 0, file.text.length))
  if (isParseFailure(written)) return null
  const forwarded = { ...module, file: written, tree: analyseScopes(written.ast) }
  const isFollowed = some(written.ast.program, (node) => {
    if (node.type !== 'ArrowFunctionExpression' || node.body.type !== 'CallExpression' || !isSame(node)) return false
    const fn = input.find(node.body.callee, forwarded)
    return fn !== null && isHandler(fn)
  })
  return isFollowed ? { ...written, eol: file.eol, bom: file.bom } : null
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
  return argumentsOf(value).flatMap((argument): Edit[] => {
    const fn = isImported(argument, module) ? input.find(argument, module) : null
    if (!fn || !isHandler(fn)) return []
    return [{ start: startOf(argument), end: endOf(argument), pieces: [forwarder(textOf(argument, module))] }]
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

/** The arguments of `withA(options)(withB(handler))`, at every level. */
function argumentsOf(node: Node): Node[] {
  if (!isCall(node) || node.type !== 'CallExpression') return []
  return [...argumentsOf(uncast(node.callee)), ...node.arguments.flatMap((a) => [uncast(a), ...argumentsOf(uncast(a))])]
}

function textOf(node: Node, { file }: SourceModule): string {
  return file.text.slice(startOf(node), endOf(node))
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : ''
}
