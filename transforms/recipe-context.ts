import type { NewImport } from './emit/module.ts'
import type { Host } from './model/host.ts'
import type { ImportEdge } from './model/project.ts'
import type { RouteContext } from './plan/route-context.ts'
import { projectModules } from './project/modules.ts'
import type { RecipeContext } from './recipes/recipe.ts'
import type { Edit } from './syntax/edits.ts'
import { isMember, uncast } from './syntax/match.ts'
import { bindingAt, type ScopeTree } from './syntax/scope.ts'
import { type Node, parentOf } from './syntax/tree.ts'

/** What recipes ask for outside of the handler; filled while it is planned. */
export interface Asked {
  imports: NewImport[]
  edits: Edit[]
  /** Imports of other routes. */
  edges: ImportEdge[]
}

/** What a recipe sees of the project, and where it leaves imports and edits. */
export function recipeContext(context: RouteContext, host: Host, { imports, edits, edges }: Asked): RecipeContext {
  const modules = projectModules(host, context.app)
  return {
    app: context.app,
    project: context.project,
    route: context.route,
    file: context.file,
    tree: context.tree,
    importOf: (node) => importOf(node, context.tree),
    moduleAt: modules.at,
    resolve: (specifier, from) => modules.resolve(from ?? context.route.source, specifier),
    edit: (edit) => {
      if (!edits.some((e) => e.start === edit.start)) edits.push(edit)
    },
    addImport: (source, name, preferred) => {
      const known = imports.find((i) => i.source === source && i.name === name)
      if (known) return known.local
      const local = preferred ?? name
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

function importOf(node: Node, tree: ScopeTree): { source: string; name: string } | null {
  const at = uncast(node)
  if (isMember(at) && at.object.type === 'Identifier') {
    const base = importOf(at.object, tree)
    return base && at.property.type === 'Identifier'
      ? { source: base.source, name: base.name === '*' ? at.property.name : `${base.name}.${at.property.name}` }
      : null
  }
  if (at.type !== 'Identifier') return null
  const declaration = bindingAt(tree, at)?.declaration
  const parent = declaration ? parentOf(declaration) : null
  if (parent?.type === 'ImportDeclaration') {
    const source = parent.source.value
    if (declaration?.type === 'ImportDefaultSpecifier') return { source, name: 'default' }
    if (declaration?.type === 'ImportNamespaceSpecifier') return { source, name: '*' }
    if (declaration?.type === 'ImportSpecifier')
      return {
        source,
        name: declaration.imported.type === 'Identifier' ? declaration.imported.name : declaration.imported.value,
      }
  }
  if (
    declaration?.type === 'VariableDeclarator' &&
    declaration.init?.type === 'CallExpression' &&
    declaration.init.callee.type === 'Identifier' &&
    declaration.init.callee.name === 'require'
  ) {
    const argument = declaration.init.arguments[0]
    if (argument?.type === 'StringLiteral')
      return { source: argument.value, name: declaration.id.type === 'Identifier' ? 'default' : at.name }
  }
  return null
}
