import { parentOf } from '../../syntax/tree.ts'
import { isCall, keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { argumentsEdit, takesBoth } from '../call.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { noteCookies } from './server-session.ts'
import { majorOf } from './version.ts'

/**
 * `auth(req, res)`, next-auth@5.0.0-beta.30 lib/index.js. The project exports the function: `export const { auth } =
 * NextAuth({...})`. Pages: session from req's headers, its renewed cookies appended to res. App: `auth()` reads next/headers; the
 * session is the same (`expires` included), the cookies are not sent (PA540).
 */
export const authFunction: Recipe = {
  id: 'next-auth/auth-function',
  codes: ['PA540'],
  packages: [],
  owns: (found, context) => majorOf(context.app) === 5 && isAuthFunction(found, context),
  lower: (found, at) => {
    if (!takesBoth(found.passes) || found.call.arguments.length !== 2) return false
    at.edits.push(argumentsEdit(at.file, found.call, []))
    noteCookies(found, at)
    return true
  },
}

function isAuthFunction({ imported }: PackageCall, context: RecipeContext): boolean {
  const path = imported ? context.resolve(imported.source) : null
  const module = path ? context.moduleAt(path) : null
  return Boolean(module && imported && isDestructuredAuth(module, imported.name))
}

/** `const { auth: name } = NextAuth(...)`, NextAuth being next-auth's default export. */
function isDestructuredAuth(module: SourceModule, name: string): boolean {
  const binding = module.tree.program.bindings.get(name)
  const declarator = binding?.declaration
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'ObjectPattern' || !declarator.init)
    return false
  const isAuth = declarator.id.properties.some(
    (p) =>
      p.type === 'ObjectProperty' && keyName(p) === 'auth' && p.value.type === 'Identifier' && p.value.name === name,
  )
  const call = uncast(declarator.init)
  if (!isAuth || !isCall(call) || call.callee.type !== 'Identifier') return false
  const specifier = bindingAt(module.tree, call.callee)?.declaration
  const declaration = specifier ? parentOf(specifier) : null
  return (
    specifier?.type === 'ImportDefaultSpecifier' &&
    declaration?.type === 'ImportDeclaration' &&
    declaration.source.value === 'next-auth'
  )
}
