import type { Host } from './model/host.ts'
import type { ImportEdge, NextApp, Project } from './model/project.ts'
import type { RouteContext } from './plan/route-context.ts'
import { routeOfNone } from './plan/shared-function.ts'
import { findExportedFunction, findModuleFunction } from './analyse/module-functions.ts'
import { findLoadedTexts } from './project/loaded-texts.ts'
import { rewritesTo } from './project/surroundings.ts'
import { type ProjectModules, projectModules } from './project/modules.ts'
import { dress } from './emit/body-reader.ts'
import { writtenExtension } from './emit/leaving.ts'
import { chooseLibraryPath } from './library-path.ts'
import { freeName } from './concerns/lowering.ts'
import { folderOf, relativePath } from './concerns/module/imports.ts'
import type { FunctionNode } from './model/route.ts'
import type { LibraryModule, RecipeContext } from './recipes/recipe.ts'
import { restoreBytes } from './syntax/parse.ts'
import { detectStyle } from './syntax/style.ts'
import type { Edit } from './syntax/edits.ts'
import type { NewImport } from './syntax/print.ts'
import type { Node } from './syntax/tree.ts'
import { importedAs, type SourceModule } from './syntax/imported.ts'
import { isNameTaken } from './syntax/scope.ts'

/** What recipes ask for outside of the handler; filled while it is planned. */
export interface Asked {
  imports: NewImport[]
  edits: Edit[]
  /** Imports of other routes. */
  edges: ImportEdge[]
}

/** The same for a module that is no route. */
export function moduleRecipeContext(
  { path, file, tree }: SourceModule,
  { app, project, host }: { app: NextApp; project: Project; host: Host },
): Asked & { recipes: RecipeContext } {
  const asked: Asked = { imports: [], edits: [], edges: [] }
  return { ...asked, recipes: recipeContext({ app, project, route: routeOfNone(path), file, tree }, host, asked) }
}

/** What a recipe sees of the project, and where it leaves imports and edits. */
export function recipeContext(
  context: Pick<RouteContext, 'app' | 'project' | 'route' | 'file' | 'tree'>,
  host: Host,
  { imports, edits, edges }: Asked,
): RecipeContext {
  const modules = projectModules(host, context.app)
  return {
    app: context.app,
    project: context.project,
    route: context.route,
    file: context.file,
    tree: context.tree,
    importOf: (node) => importedAs(node, context.tree),
    moduleAt: modules.at,
    list: host.list,
    loadedTexts: (from) => findLoadedTexts(host, modules.resolve, from ?? context.route.source),
    rewritesTo: () => rewritesTo(host, context.app, context.route),
    functionAt: (node, from) =>
      functionAt(node, from ?? { path: context.route.source, file: context.file, tree: context.tree }, modules),
    exportedFunction: (path, name) => {
      const module = modules.at(path)
      const found = module && findExportedFunction(module, name, modules)
      return found ? { fn: found.fn, tree: found.module.tree, module: found.module } : null
    },
    resolve: (specifier, from) => modules.resolve(from ?? context.route.source, specifier),
    addLibrary: (module) => {
      const known = imports.find((i) => i.made && i.name === module.name)
      if (known) return known.local
      const made = libraryImport(module, context, host)
      imports.push(made)
      return made.local
    },
    edit: (edit) => {
      if (!edits.some((e) => e.start === edit.start)) edits.push(edit)
    },
    addImport: (source, name, preferred, otherwise) => {
      const known = imports.find((i) => i.source === source && i.name === name)
      if (known) return known.local
      // Two modules may have something by the same name.
      const isTaken = imports.some((i) => i.local === (preferred ?? name))
      const local = freeBeside(imports, (isTaken ? otherwise : preferred) ?? preferred ?? name, context)
      imports.push({ source, name, local, isType: false })
      const from = context.route.source
      const to = modules.resolve(from, source)
      if (to && context.app.routes.some((route) => route.source === to))
        edges.push({
          from,
          to,
          specifier: source,
          start: 0,
          end: 0,
          kind: 'import',
          names: [{ imported: name, local, isType: false }],
          isTest: false,
        })
      return local
    },
  }
}

/** Two modules may each have a counterpart of one name. */
function freeBeside(
  imports: readonly NewImport[],
  preferred: string,
  { tree, file }: Pick<RouteContext, 'tree' | 'file'>,
): string {
  const isImported = (name: string): boolean => imports.some(({ local }) => local === name)
  if (!isImported(preferred)) return preferred
  for (let count = 2; ; count++) {
    const name = preferred.replace(/\d*$/, String(count))
    if (!isImported(name) && !isNameTaken(tree, name, file.ast.program)) return name
  }
}

/** The import of a module that is written into `lib/`; it is not written where an earlier run has done so. */
function libraryImport(
  module: LibraryModule,
  { app, route, file, tree }: Pick<RouteContext, 'app' | 'route' | 'file' | 'tree'>,
  host: Host,
): NewImport {
  const typed = app.hasTypeScript || file.language === 'ts'
  const { path, isThere } = chooseLibraryPath(module, typed ? 'ts' : 'js', { app, host, beside: route.source })
  const { quote, semicolon, indent } = detectStyle(file)
  const text = dress(module.print(typed), quote, semicolon, indent)
  const stem = relativePath(folderOf(route.source), path.replace(/\.[jt]s$/, ''))
  return {
    source: stem + writtenExtension(file, path),
    name: module.name,
    local: freeName(tree, tree.program.node as FunctionNode, module.name, `${module.name}Stream`),
    isType: false,
    made: { path, text: isThere ? null : restoreBytes(text, { ...file, bom: false }) },
  }
}

/** The function that an expression in a module names. */
export function functionAt(
  node: Node,
  from: SourceModule,
  modules: ProjectModules,
): ReturnType<RecipeContext['functionAt']> {
  const found = findModuleFunction(node, from, modules)
  return found ? { fn: found.fn, tree: found.module.tree, module: found.module } : null
}
