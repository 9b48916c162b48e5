import { folderOf, relativePath } from '../../concerns/module/imports.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, uncast } from '../../syntax/match.ts'
import { type NewImport, printImport } from '../../syntax/print.ts'
import { bindingAt, isNameTaken } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, type Node, some } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { ShorthandContext } from '../recipe.ts'
import type { Item } from './functions.ts'

/** What the file of a route must import of what its router was given in other modules. */
export interface Outside {
  /** What a function is called in the file; null for one that the file cannot import. */
  nameOf(item: Item): Piece | null
  /** The imports that are missing. */
  edits(): Edit[]
}

interface Exported {
  source: string
  /** The file, null for a package. */
  path: string | null
  name: string
}

export function createOutside(module: SourceModule, context: ShorthandContext): Outside {
  const added: NewImport[] = []
  return { nameOf, edits }

  function nameOf({ node, module: written }: Item): Piece | null {
    const value = uncast(node)
    if (written === module) return sliceOf(node)
    if (value.type === 'Identifier') return imported(exportOf({ node: value, module: written }, context), value.name)
    if (isMember(value) && value.object.type === 'Identifier') {
      const { object } = value
      const name = imported(exportOf({ node: object, module: written }, context), object.name)
      return name === null ? null : name + written.file.text.slice(endOf(object), endOf(value))
    }
    // `cors({ origin: '*' })` means the same in every module.
    const callee = isCall(value) && value.callee.type === 'Identifier' ? value.callee : null
    const isPackage =
      callee !== null && context.resolve(importedAs(callee, written.tree)?.source ?? '', written.path) === null
    if (!callee || !isCall(value) || !isPackage || value.arguments.some((one) => usesModule(one, written))) return null
    const name = imported(exportOf({ node: callee, module: written }, context), callee.name)
    return name === null ? null : name + written.file.text.slice(endOf(callee), endOf(value))
  }

  function imported(found: Exported | null, wanted: string): string | null {
    if (!found) return null
    for (const statement of module.file.ast.program.body) {
      if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
      for (const { local } of statement.specifiers) {
        const known = importedAs(local, module.tree)
        if (known?.name === found.name && isSame(known.source, found)) return local.name
      }
    }
    const before = added.find(({ source, name }) => source === found.source && name === found.name)
    if (before) return before.local
    let local = wanted
    const isTaken = (name: string): boolean =>
      isNameTaken(module.tree, name, module.file.ast.program) || added.some((one) => one.local === name)
    for (let n = 2; isTaken(local); n++) local = `${wanted}${n}`
    added.push({ source: specifierOf(found), name: found.name, local, isType: false })
    return local
  }

  function isSame(source: string, { source: other, path }: Exported): boolean {
    return path === null ? source === other : context.resolve(source, module.path) === path
  }

  /** As the file imports that module already, or as it is imported there, else by its path. */
  function specifierOf({ source, path }: Exported): string {
    if (path === null) return source
    for (const statement of module.file.ast.program.body) {
      const known = statement.type === 'ImportDeclaration' ? statement.source.value : null
      if (known !== null && context.resolve(known, module.path) === path) return known
    }
    const isAlias = !/^\.\.?(?:\/|$)/.test(source) && context.resolve(source, module.path) === path
    return isAlias ? source : relativePath(folderOf(module.path), path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, ''))
  }

  function edits(): Edit[] {
    const imports = module.file.ast.program.body.filter(({ type }) => type === 'ImportDeclaration')
    const last = imports[imports.length - 1]
    if (!last || added.length === 0) return []
    const style = detectStyle(module.file)
    const lines = added.map((one) => `\n${printImport(one.source, [one], style)}`)
    return [{ start: endOf(last), end: endOf(last), pieces: lines }]
  }
}

/** Where a name of another module can be imported from; null for one that its module keeps to itself. */
function exportOf({ node, module }: Item, context: ShorthandContext): Exported | null {
  const imported = importedAs(node, module.tree)
  if (imported) {
    const path = context.resolve(imported.source, module.path)
    return imported.name === '*' || imported.name.includes('.') ? null : { ...imported, path }
  }
  const binding = bindingAt(module.tree, node)
  if (!binding || binding.scope !== module.tree.program) return null
  const name = exportedName(binding.name, module)
  return name === null ? null : { source: module.path, path: module.path, name }
}

function exportedName(name: string, { file }: SourceModule): string | null {
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement
      const own =
        declaration.type === 'Identifier'
          ? declaration.name
          : declaration.type === 'FunctionDeclaration'
            ? declaration.id?.name
            : null
      if (own === name) return 'default'
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue
    const { declaration } = statement
    if (declaration?.type === 'FunctionDeclaration' && declaration.id?.name === name) return name
    if (
      declaration?.type === 'VariableDeclaration' &&
      declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name)
    )
      return name
    for (const specifier of statement.specifiers)
      if (specifier.type === 'ExportSpecifier' && specifier.local.name === name)
        return specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value
  }
  return null
}

/** It refers to something of its module. */
function usesModule(node: Node, { tree }: SourceModule): boolean {
  return some(node, (one) => one.type === 'Identifier' && bindingAt(tree, one)?.scope === tree.program)
}
