import { dress } from './emit/body-reader.ts'
import { chooseLibraryPath } from './library-path.ts'
import { type FoundFunction, findModuleFunction } from './analyse/module-functions.ts'
import { folderOf, relativePath } from './concerns/module/imports.ts'
import type { Host } from './model/host.ts'
import type { NextApp } from './model/project.ts'
import type { WrapperModel } from './recipes/recipe.ts'
import { wrapperRecipes } from './recipes/registry.ts'
import { importedAs, type SourceModule } from './syntax/imported.ts'
import { isParseFailure, parseSource } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'
import { detectStyle } from './syntax/style.ts'
import type { Node } from './syntax/tree.ts'

/** Wrappers of packages that only know Pages, as functions of modules that are still to be written into `lib/`. */
export interface WrapperModels {
  find(callee: Node, from: SourceModule): FoundFunction | null
  /** The module comes from here, and not from the disk. */
  has(path: string): boolean
  /** An earlier run has written it. */
  isThere(path: string): boolean
}

export function createWrapperModels(host: Host, app: NextApp): WrapperModels {
  const modules = new Map<string, SourceModule>()
  const written = new Set<string>()
  return {
    find(callee, from) {
      const imported = importedAs(callee, from.tree)
      if (!imported) return null
      for (const recipe of wrapperRecipes) {
        const model = recipe.model(imported, app, isTyped(from))
        const module = model && open(model, from)
        const found = module && findOwn(module, model.name)
        if (found)
          return { ...found, specifier: relativePath(folderOf(from.path), stemOf(module.path)), isWritten: true }
      }
      return null
    },
    has: (path) => [...modules.values()].some((module) => module.path === path),
    isThere: (path) => written.has(path),
  }

  function isTyped({ file }: SourceModule): boolean {
    return app.hasTypeScript || file.language === 'ts'
  }

  function open(model: WrapperModel, from: SourceModule): SourceModule | null {
    const known = modules.get(model.text)
    if (known) return known
    const { path, isThere } = chooseLibraryPath(model, isTyped(from) ? 'ts' : 'js', { app, host })
    if (isThere) written.add(path)
    const { quote, semicolon, indent } = detectStyle(from.file)
    const file = parseSource(path, dress(model.text, quote, semicolon, indent))
    if (isParseFailure(file)) return null
    const module = { path, file: { ...file, eol: from.file.eol }, tree: analyseScopes(file.ast) }
    modules.set(model.text, module)
    return module
  }
}

const stemOf = (path: string): string => path.replace(/\.[jt]s$/, '')

function findOwn(module: SourceModule, name: string): FoundFunction | null {
  const id = module.tree.program.bindings.get(name)?.id
  return id ? findModuleFunction(id, module, { at: () => null, resolve: () => null }) : null
}
