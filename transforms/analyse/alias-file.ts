import type * as t from '@babel/types'
import { type ConfigPlan, readConfig, type Segment, segmentExports } from '../concerns/module/config.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'

/** A route file that has nothing of its own but its config: its handler is that of another file. */
export interface AliasFile {
  file: SourceFile
  /** The statement that exports the handler. */
  exporter: t.Statement
  /** What goes: the import of the handler, the config. */
  gone: readonly t.Statement[]
  /** Null where it is the other file's, handed on with the handler. */
  config: ConfigPlan | null
  segments: readonly Segment[]
}

/**
 * `export { default } from './x'`, `import handler from './x'` with `export default handler` or with a function that does nothing but
 * `return handler(req, res)`, each also beside a config. What else it hands on of that file goes: nobody imports it from here.
 */
export function readAliasFile(file: SourceFile): AliasFile | null {
  const { body, directives } = file.ast.program
  if (directives.length > 0) return null
  const config = readConfig(file)
  const imports: t.ImportDeclaration[] = []
  const types: t.Statement[] = []
  const exporters: t.Statement[] = []
  const others: t.ExportNamedDeclaration[] = []
  let local: string | null = null
  let isConfigHanded = false
  for (const statement of body) {
    if (statement === config.statement) continue
    if (isTypesOfNext(statement)) types.push(statement)
    else if (statement.type === 'ImportDeclaration') imports.push(statement)
    else if (statement.type === 'ExportDefaultDeclaration') {
      local = statement.declaration.type === 'Identifier' ? statement.declaration.name : calledBy(statement.declaration)
      if (local === null) return null
      exporters.push(statement)
    } else if (statement.type === 'ExportNamedDeclaration' && !statement.declaration) {
      if (handsOnOthers(statement)) {
        others.push(statement)
        continue
      }
      const handed = handedOn(statement)
      if (!handed) return null
      isConfigHanded = handed.config
      local = handed.local
      exporters.push(statement)
    } else return null
  }
  const [exporter, ...more] = exporters
  if (!exporter || more.length > 0 || !isImportedBy(imports, local)) return null
  // They would go with the function.
  const isToldIn = file.comments.some(
    ({ start, end }) => (start ?? 0) > startOf(exporter) && (end ?? 0) < endOf(exporter),
  )
  if (isToldIn) return null
  const source = (exporter.type === 'ExportNamedDeclaration' ? exporter.source : null) ?? imports[0]?.source
  if (others.some((one) => one.source?.value !== source?.value)) return null
  if (isConfigHanded ? config.statement !== null : config.blockers.length > 0) return null
  return {
    file,
    exporter,
    gone: [...types, ...imports, ...others, ...(config.statement ? [config.statement] : [])],
    config: isConfigHanded ? null : config,
    segments: isConfigHanded ? [] : segmentExports(file, config),
  }
}

/** `export { limit, total } from './x'` */
function handsOnOthers({ source, specifiers }: t.ExportNamedDeclaration): boolean {
  return Boolean(source) && specifiers.every((one) => !/^(?:default|config)$/.test(nameOf(one.exported)))
}

/** The local name of what `export { ... }` gives as the default; null for one with a source of its own. */
function handedOn(statement: t.ExportNamedDeclaration): { local: string | null; config: boolean } | null {
  const pairs = statement.specifiers.map((one) =>
    one.type === 'ExportSpecifier' ? { from: one.local.name, to: nameOf(one.exported) } : { from: '', to: '' },
  )
  const main = pairs.find(({ to }) => to === 'default')
  const rest = pairs.filter((one) => one !== main)
  if (!main || statement.exportKind === 'type') return null
  if (!statement.source) return rest.length === 0 ? { local: main.from, config: false } : null
  const isConfig = rest.length === 1 && rest.every(({ from, to }) => from === 'config' && to === 'config')
  return main.from === 'default' && (rest.length === 0 || isConfig) ? { local: null, config: isConfig } : null
}

/** The one import is that of the handler, or there is none and none is needed. */
function isImportedBy(imports: readonly t.ImportDeclaration[], local: string | null): boolean {
  if (local === null) return imports.length === 0
  const [only, ...others] = imports
  const [specifier, ...more] = only?.specifiers ?? []
  return (
    others.length === 0 &&
    more.length === 0 &&
    only?.importKind !== 'type' &&
    specifier?.type === 'ImportDefaultSpecifier' &&
    specifier.local.name === local
  )
}

/** `import type { NextApiRequest, NextApiResponse } from 'next'` */
function isTypesOfNext(statement: t.Statement): boolean {
  return (
    statement.type === 'ImportDeclaration' &&
    statement.source.value === 'next' &&
    statement.specifiers.length > 0 &&
    statement.specifiers.every((one) => one.type === 'ImportSpecifier' && nameOf(one.imported).startsWith('NextApi'))
  )
}

/** The name that a function calls with its two parameters, and does nothing else. What that throws comes out of both alike. */
function calledBy(node: Node): string | null {
  if (!isPlainFunction(node) || node.type === 'FunctionExpression' || node.generator) return null
  const names = node.params.map((param) => (param.type === 'Identifier' ? param.name : null))
  const value = resultOf(node.body)
  const call = value?.type === 'AwaitExpression' ? value.argument : value
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return null
  const given = call.arguments.map((argument) => (argument.type === 'Identifier' ? argument.name : ''))
  const isSame = names.length === 2 && given.length === 2 && given.every((name, i) => name === names[i])
  return isSame && names[0] !== names[1] && !names.includes(call.callee.name) ? call.callee.name : null
}

/** What the body returns, or waits for as its only statement. */
function resultOf(body: t.BlockStatement | t.Expression): Node | null {
  if (body.type !== 'BlockStatement') return body
  const [only, ...others] = body.body
  if (others.length > 0 || body.directives.length > 0) return null
  if (only?.type === 'ReturnStatement') return only.argument ?? null
  return only?.type === 'ExpressionStatement' && only.expression.type === 'AwaitExpression' ? only.expression : null
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
