import type * as t from '@babel/types'
import { findCalledImports } from '../syntax/called-imports.ts'
import type { SourceModule } from '../syntax/imported.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { type ExportedName, findHandedOn } from './handed-on.ts'
import type { LayerEdge, LayerGraph } from './layer-graph.ts'
import type { ProjectModules } from './modules.ts'

/** Imports of a file that go past a module which only hands the names on. */
export interface Bypass {
  /** The file that imports. */
  file: string
  /** The module that hands the names on, and that is no longer imported. */
  barrel: string
  names: readonly BypassedName[]
  /** Where something that is no longer loaded could have failed to load: `lib/env.ts:4`, and the first line of that. */
  throws?: { file: string; line: number; text: string }
  /** Offset of the first of the imports. */
  start: number
}

/** What was imported under one name of the barrel, and where it is had now. */
export interface BypassedName {
  imported: string
  to: ExportedName
  /** Set when that module declares it among code that route handlers may not reach: it is to be taken out of it. */
  isTaken: boolean
  /** The modules behind the barrel that it came through, and the one that it is taken out of: a mock of one of these is no longer met. */
  past: readonly string[]
  /** The files that importing it leads to. */
  leads: readonly string[]
}

/** May a declaration be taken out of its module? Answers the files that it needs, which must be open too. */
export type CanTake = (name: ExportedName, isOpen: (path: string) => boolean) => readonly string[] | null

/** All names by which a file needs a module when it runs, with the modules that they come from, the nearest first. */
interface HandedNames {
  names: readonly { imported: string; from: readonly ExportedName[] }[]
  /** Names that one call of `import()` is for: they must be had from one module. */
  together: readonly (readonly string[])[]
  start: number
}

/**
 * How a file can import from other modules all that it has from one: the nearest that `isOpen` takes. Null when it cannot have a name
 * elsewhere, or when the file imports it in a way that names nothing (`import './x'`, `import * as`, `export *`, `require`, `import()` whose value
 * goes elsewhere).
 */
export function createBypasses(graph: LayerGraph, modules: ProjectModules, canTake: CanTake) {
  const known = new Map<string, HandedNames | null>()
  return (edge: LayerEdge, file: string, isOpen: (path: string) => boolean): Bypass | null => {
    const key = `${file} ${edge.to}`
    const handed = known.get(key) ?? (known.has(key) ? null : readNames(file, edge.to))
    known.set(key, handed)
    if (!handed) return null
    const names: BypassedName[] = []
    for (const { imported, from } of handed.names) {
      const open = from.find(({ path }) => isOpen(path))
      const to = open ?? from.at(-1) ?? { path: edge.to, name: imported }
      const leads = open ? [open.path] : canTake(to, isOpen)
      if (!leads) return null
      const past = (open ? from.slice(0, from.indexOf(open)) : [...from, to]).map(({ path }) => path)
      names.push({ imported, to, isTaken: !open, past, leads })
    }
    if (!handed.together.every((list) => areOfOne(names.filter(({ imported }) => list.includes(imported))))) return null
    return { file, barrel: edge.to, names, start: handed.start }
  }

  function readNames(file: string, barrel: string): HandedNames | null {
    const module = modules.at(file)
    if (!module) return null
    const isIt = (source: string): boolean => modules.resolve(file, source) === barrel
    const statements = module.file.ast.program.body.flatMap((statement) => {
      const names = namesOf(statement, module, isIt)
      return names ? [{ names, start: statement.start ?? 0 }] : []
    })
    const compiled = (graph.open(file)?.edges ?? []).filter(
      (each) => each.to === barrel && graph.isCompiled(each, file),
    )
    const calls = compiled.some(({ from }) => from.isDynamic)
      ? findCalledImports(module.file.ast, module.tree).filter(({ source }) => isIt(source.value))
      : []
    const together = calls.map((call) => call.names.map(({ imported }) => imported))
    const imports = [...statements, ...calls.map(({ start }, i) => ({ start, names: together[i] ?? [] }))]
    // What is neither is a call of require, or of import for the whole.
    if (imports.length === 0 || compiled.length !== imports.length) return null
    const names = new Map<string, readonly ExportedName[]>()
    for (const imported of imports.flatMap((each) => each.names)) {
      const from = imported === '*' ? null : findHandedOn({ path: barrel, name: imported }, modules)
      if (!from || from.some(({ path }) => path === file)) return null
      names.set(imported, from)
    }
    const list = [...names].map(([imported, from]) => ({ imported, from }))
    return { names: list, together, start: Math.min(...imports.map(({ start }) => start)) }
  }
}

function areOfOne(names: readonly BypassedName[]): boolean {
  return new Set(names.map(({ to, isTaken }) => `${to.path} ${isTaken}`)).size === 1
}

/** The names that a statement needs of a module when it runs; `*` for what names nothing, null when it needs none. */
function namesOf(
  statement: t.Statement,
  { file, tree }: SourceModule,
  isIt: (source: string) => boolean,
): readonly string[] | null {
  switch (statement.type) {
    case 'ExportAllDeclaration':
      return statement.exportKind !== 'type' && isIt(statement.source.value) ? ['*'] : null
    case 'ExportNamedDeclaration': {
      if (!statement.source || statement.exportKind === 'type' || !isIt(statement.source.value)) return null
      const names = statement.specifiers.map((item) => (item.type === 'ExportSpecifier' ? item.local.name : '*'))
      return names.length === 0 ? ['*'] : names
    }
    case 'ImportDeclaration': {
      if (statement.importKind === 'type' || !isIt(statement.source.value)) return null
      if (statement.specifiers.length === 0) return ['*']
      const needed = statement.specifiers.filter((item) => isNeeded(item, tree, file.language === 'ts'))
      return needed.length === 0 ? null : needed.map(importedName)
    }
    default:
      return null
  }
}

/** TypeScript drops a name that only types use. */
function isNeeded(item: t.ImportDeclaration['specifiers'][number], tree: ScopeTree, typed: boolean): boolean {
  if (item.type === 'ImportSpecifier' && item.importKind === 'type') return false
  const binding = tree.program.bindings.get(item.local.name)
  return !typed || !binding || binding.references.some(({ kind }) => kind !== 'type')
}

function importedName(item: t.ImportDeclaration['specifiers'][number]): string {
  if (item.type === 'ImportDefaultSpecifier') return 'default'
  if (item.type === 'ImportNamespaceSpecifier') return '*'
  return item.imported.type === 'Identifier' ? item.imported.name : item.imported.value
}
