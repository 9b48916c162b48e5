import type * as t from '@babel/types'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import { isConstant, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import { readUnits, type Unit } from './units.ts'

/** A module that something is taken out of. */
export interface Origin {
  file: SourceFile
  tree: ScopeTree
  /** What cannot move: the handler, the helpers that are rewritten with it, `config`. */
  fixed: ReadonlySet<t.Statement>
}

/** What leaves a module together with the names that are asked for. */
export interface Extraction {
  units: readonly Unit[]
  /** In source order. */
  moved: readonly Unit[]
  /** Names that the moved part declares. */
  names: ReadonlySet<string>
  /** Names of the moved part that what stays uses; true where a value is needed. */
  shared: ReadonlyMap<string, boolean>
}

/** Types that say of a function that it is a handler, or a part of one. */
const HANDLER_TYPES = new Set(['NextApiRequest', 'NextApiResponse', 'NextApiHandler'])

/**
 * Takes declarations out of a module: the named ones, everything at module level that they refer to, and statements that
 * act on these. Or says why that would change what the code means.
 */
export function extract(origin: Origin, wanted: readonly string[]): Extraction | Diagnostic {
  const units = readUnits(origin.file, origin.tree)
  const moved = new Set<Unit>()
  for (const name of wanted) {
    const stopped = pull(name, { name, moved, units, origin })
    if (stopped) return stopped
  }
  const effects = pullEffects(moved, units, origin)
  if (!(effects instanceof Set)) return effects
  const names = new Set([...moved].flatMap((unit) => [...unit.declares]))
  const shared = findShared(names, moved, units)
  for (const unit of [...effects]) {
    // Without an import of the sibling the route would no longer run the statement.
    if (![...shared.values()].includes(true)) return dependent(origin, unit, [...unit.uses][0] ?? '')
  }
  for (const unit of units) {
    const written = moved.has(unit) ? undefined : [...unit.writes].find((name) => names.has(name))
    if (written) return dependent(origin, unit, written)
  }
  return { units, moved: units.filter((unit) => moved.has(unit)), names, shared }
}

interface Pull {
  /** The export that it is done for. */
  name: string
  moved: Set<Unit>
  units: readonly Unit[]
  origin: Origin
}

/** Moves what declares a name and all that it refers to. */
function pull(name: string, at: Pull): Diagnostic | null {
  for (const unit of at.units) {
    if (unit.kind === 'import' || unit.kind === 'export-list' || at.moved.has(unit) || !unit.declares.has(name))
      continue
    if (at.origin.fixed.has(unit.statement) || unit.statement.type === 'ExportDefaultDeclaration')
      return blocker('PA424', at.origin, unit, { name: at.name, helper: name })
    at.moved.add(unit)
    const type = [...unit.uses].find((used) => isHandlerType(used, at.origin.tree))
    if (type) return blocker('PA424', at.origin, unit, { name: at.name, helper: name })
    for (const used of unit.uses) {
      const stopped = pull(used, at)
      if (stopped) return stopped
    }
  }
  return null
}

function isHandlerType(name: string, tree: ScopeTree): boolean {
  const declaration = tree.program.bindings.get(name)?.declaration
  if (declaration?.type !== 'ImportSpecifier') return false
  const from = parentOf(declaration)
  const imported = declaration.imported.type === 'Identifier' ? declaration.imported.name : declaration.imported.value
  return from?.type === 'ImportDeclaration' && from.source.value === 'next' && HANDLER_TYPES.has(imported)
}

/** Statements that act on something moved (`schema.register(...)`, `dayjs.extend(...)`) go with it, where they can. */
function pullEffects(moved: Set<Unit>, units: readonly Unit[], origin: Origin): Set<Unit> | Diagnostic {
  const effects = new Set<Unit>()
  for (let before = -1; before !== moved.size; ) {
    before = moved.size
    for (const unit of units) {
      const isFree = unit.kind === 'effect' && !moved.has(unit) && !origin.fixed.has(unit.statement)
      const name = isFree ? findSubject(unit, moved, origin.tree) : null
      if (name === null) continue
      moved.add(unit)
      effects.add(unit)
      for (const used of unit.uses)
        if (pull(used, { name: used, moved, units, origin })) return dependent(origin, unit, name)
    }
  }
  return effects
}

/** What a statement has in common with the moved part: a moved name, an import that both use, or the environment. */
function findSubject(effect: Unit, moved: ReadonlySet<Unit>, tree: ScopeTree): string | null {
  const readsEnvironment = [...moved].some((unit) => unit.globals.has('process'))
  for (const name of effect.values) {
    const declaration = tree.program.bindings.get(name)?.declaration
    // Nothing can be done to a number or a text.
    if (declaration?.type === 'VariableDeclarator' && isPrimitive(declaration.init)) continue
    if ([...moved].some((unit) => unit.declares.has(name) || unit.values.has(name))) return name
    const from = declaration ? parentOf(declaration) : null
    if (readsEnvironment && from?.type === 'ImportDeclaration' && /^(dotenv|@next\/env)/.test(from.source.value))
      return name
  }
  return null
}

function isPrimitive(init: Node | null | undefined): boolean {
  return isConstant(init) && (!init || uncast(init).type !== 'ArrayExpression')
}

function findShared(
  names: ReadonlySet<string>,
  moved: ReadonlySet<Unit>,
  units: readonly Unit[],
): Map<string, boolean> {
  const shared = new Map<string, boolean>()
  for (const unit of units) {
    if (moved.has(unit) || unit.kind === 'export-list') continue
    for (const name of unit.uses)
      if (names.has(name)) shared.set(name, shared.get(name) === true || unit.values.has(name))
  }
  return shared
}

function dependent(origin: Origin, unit: Unit, name: string): Diagnostic {
  return blocker('PA425', origin, unit, { name, text: snippet(origin.file, unit.statement) })
}

function blocker(code: Code, { file }: Origin, unit: Unit, data: Data): Diagnostic {
  return { code, level: 'blocker', span: spanOf(file, unit.statement), data }
}
