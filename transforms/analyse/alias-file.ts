import type * as t from '@babel/types'
import { type ConfigPlan, readConfig, type Segment, segmentExports } from '../concerns/module/config.ts'
import { uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'

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

/** `export { default } from './x'`, `import handler from './x'; export default handler`, each also beside a config. */
export function readAliasFile(file: SourceFile): AliasFile | null {
  const { body, directives } = file.ast.program
  if (directives.length > 0) return null
  const config = readConfig(file)
  const imports: t.ImportDeclaration[] = []
  const exporters: t.Statement[] = []
  let local: string | null = null
  let isConfigHanded = false
  for (const statement of body) {
    if (statement === config.statement) continue
    if (statement.type === 'ImportDeclaration') imports.push(statement)
    else if (statement.type === 'ExportDefaultDeclaration') {
      const value = uncast(statement.declaration)
      if (value !== statement.declaration || value.type !== 'Identifier') return null
      local = value.name
      exporters.push(statement)
    } else if (statement.type === 'ExportNamedDeclaration' && !statement.declaration) {
      const handed = handedOn(statement)
      if (!handed) return null
      isConfigHanded = handed.config
      local = handed.local
      exporters.push(statement)
    } else return null
  }
  const [exporter, ...others] = exporters
  if (!exporter || others.length > 0 || !isImportedBy(imports, local)) return null
  if (isConfigHanded ? config.statement !== null : config.blockers.length > 0) return null
  return {
    file,
    exporter,
    gone: [...imports, ...(config.statement ? [config.statement] : [])],
    config: isConfigHanded ? null : config,
    segments: isConfigHanded ? [] : segmentExports(file, config),
  }
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

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
