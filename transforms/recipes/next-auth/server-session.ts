import { type Lowering, note } from '../../concerns/lowering.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import { argumentsEdit, sliceOf, takesBoth } from '../call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { noteExpires } from './expires.ts'
import { checkVersion } from './version.ts'

/**
 * `getServerSession(req, res, options)`, next-auth@4.24.15 next/index.js. Pages: reads cookies and headers of req, writes the
 * renewed session cookie (and the csrf and callback cookies) to res. App: with the options alone it reads next/headers, and
 * its response is a dummy. The same session either way, but the cookies are not sent (PA540), so a rolling session is renewed
 * only by the client's own /api/auth/session, and `expires` is deleted from it (PA541).
 */
export const serverSession: Recipe = {
  id: 'next-auth/server-session',
  codes: ['PA540', 'PA541', 'PA542'],
  packages: ['next-auth', 'next-auth/next'],
  takesLoaded: true,
  lower: (found, at, context) => {
    const { call, passes, imported } = found
    const isOld = imported?.name === 'unstable_getServerSession'
    if ((imported?.name !== 'getServerSession' && !isOld) || !takesBoth(passes) || call.arguments.length > 3)
      return false
    if (!checkVersion('session', context.app, at, call)) return true
    if (isOld && !renameImport(found, at, context)) return false
    const options = call.arguments[2]
    at.edits.push(argumentsEdit(at.file, call, options ? [sliceOf(options)] : []))
    noteCookies(found, at)
    noteExpires(call, at)
    return true
  },
}

/** Once for each route: the finding hangs on the import. */
export function noteCookies({ call, imported }: PackageCall, at: Lowering): void {
  const declaration = bindingAt(at.tree, call.callee)?.declaration
  note(at, 'PA540', 'note', declaration ?? call, { name: imported?.name ?? '' })
}

/** `unstable_getServerSession` warns in development that it has been renamed: it is called and imported by its new name. */
function renameImport({ call }: PackageCall, at: Lowering, context: RecipeContext): boolean {
  const specifier = bindingAt(at.tree, call.callee)?.declaration
  if (call.callee.type !== 'Identifier' || specifier?.type !== 'ImportSpecifier') return false
  const name = 'getServerSession'
  if (call.callee.name !== 'unstable_getServerSession') {
    context.edit(replacing(specifier.imported, name))
    return true
  }
  const known = isImported(at, name)
  if (!known && at.tree.program.bindings.has(name)) context.edit(replacing(specifier, `${name} as ${call.callee.name}`))
  else {
    if (!known) context.edit(replacing(specifier, name))
    at.edits.push(replacing(call.callee, name))
  }
  return true
}

/** The file imports the new name too. */
function isImported(at: Lowering, name: string): boolean {
  const declaration = at.tree.program.bindings.get(name)?.declaration
  return (
    declaration?.type === 'ImportSpecifier' &&
    declaration.imported.type === 'Identifier' &&
    declaration.imported.name === name
  )
}

function replacing(node: Node, text: string): { start: number; end: number; pieces: string[] } {
  return { start: startOf(node), end: endOf(node), pieces: [text] }
}
