import type * as t from '@babel/types'
import { joinPath, relativePath } from '../../concerns/module/imports.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import type { Imported, SourceModule } from '../../syntax/imported.ts'
import type { RecipeContext } from '../recipe.ts'

/** Where the options of the project's NextAuth can be imported from; or why not. */
export type OptionsPlace =
  | { kind: 'found'; import: Imported }
  | { kind: 'missing'; why: 'no-route' | 'inline' | 'not-exported' | 'in-route'; file: string }

/** The options that the project's [...nextauth] file gives to NextAuth, as the route can import them. */
export function findOptions(context: RecipeContext): OptionsPlace {
  const module = findAuthRoute(context)
  if (!module) return { kind: 'missing', why: 'no-route', file: '' }
  const missing = (why: 'inline' | 'not-exported'): OptionsPlace => ({
    kind: 'missing',
    why,
    file: module.path,
  })
  const options = optionsOf(module)
  if (options?.type !== 'Identifier') return missing('inline')
  const declaration = bindingAt(module.tree, options)?.declaration
  const from = declaration ? parentOf(declaration) : null
  if (!declaration || from?.type !== 'ImportDeclaration') {
    if (!isExported(module, options)) return missing('not-exported')
    return {
      kind: 'found',
      import: { source: sourceTo(module.path.replace(/\.[cm]?[jt]sx?$/, ''), context), name: options.name },
    }
  }
  const name = importedName(declaration)
  return name
    ? { kind: 'found', import: { source: sourceFrom(module.path, from.source.value, context), name } }
    : missing('not-exported')
}

function findAuthRoute(context: RecipeContext): SourceModule | null {
  const { appDir, routes } = context.app
  const old = routes
    .filter((route) => route.params.some((param) => param.name === 'nextauth'))
    .map((route) => route.source)
  const moved = ['ts', 'js'].map((extension) => `${appDir}/api/auth/[...nextauth]/route.${extension}`)
  for (const path of [...old, ...moved]) {
    const module = context.moduleAt(path)
    if (module) return module
  }
  return null
}

/** The last argument of the one `NextAuth(...)`: `NextAuth(options)` or `NextAuth(req, res, options)`. */
function optionsOf(module: SourceModule): Node | null {
  const calls: t.CallExpression[] = []
  walk(module.file.ast.program, (node) => {
    if (node.type === 'CallExpression' && isNextAuth(node.callee, module)) calls.push(node)
    return undefined
  })
  const [only] = calls
  const last =
    only && calls.length === 1 && (only.arguments.length === 1 || only.arguments.length === 3)
      ? only.arguments[only.arguments.length - 1]
      : undefined
  return last && !isCall(last) ? uncast(last) : null
}

function isNextAuth(callee: Node, module: SourceModule): boolean {
  const declaration = callee.type === 'Identifier' ? bindingAt(module.tree, callee)?.declaration : undefined
  const from = declaration ? parentOf(declaration) : null
  return (
    from?.type === 'ImportDeclaration' &&
    /^next-auth(\/next)?$/.test(from.source.value) &&
    declaration?.type === 'ImportDefaultSpecifier'
  )
}

function isExported(module: SourceModule, name: t.Identifier): boolean {
  const statement = module.file.ast.program.body.find(
    (s) =>
      s.type === 'ExportNamedDeclaration' &&
      s.declaration?.type === 'VariableDeclaration' &&
      s.declaration.declarations.some((d) => d.id.type === 'Identifier' && d.id.name === name.name),
  )
  return statement !== undefined
}

function importedName(specifier: Node): string | null {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  return specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier'
    ? specifier.imported.name
    : null
}

/** The specifier as the route's file would write it: aliases as they are. */
function sourceFrom(path: string, specifier: string, context: RecipeContext): string {
  return /^\.\.?(\/|$)/.test(specifier) ? sourceTo(joinPath(dirOf(path), specifier), context) : specifier
}

function sourceTo(path: string, { route }: RecipeContext): string {
  return relativePath(dirOf(route.source), path)
}

function dirOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
