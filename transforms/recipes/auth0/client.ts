import type * as t from '@babel/types'
import { type Imported, importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, uncast } from '../../syntax/match.ts'
import type { Node } from '../../syntax/tree.ts'
import { findDeclared } from '../declared.ts'
import type { PackageCall, RecipeContext } from '../recipe.ts'

/** `auth0.getSession` in version 4 is a method of the project's client, in version 3 also a function of the package. */
export interface SessionMethod {
  name: string
  major: 3 | 4
}

const PACKAGE = '@auth0/nextjs-auth0'

/** The method of the SDK that a call goes to; null for any other call. */
export function sessionMethod({ call, imported }: PackageCall, context: RecipeContext): SessionMethod | null {
  if (imported?.source === PACKAGE) return { name: imported.name, major: 3 }
  const callee = uncast(call.callee)
  if (!isMember(callee) || callee.computed || callee.property.type !== 'Identifier') return null
  const major = clientAt(callee.object, context)
  return major && { name: callee.property.name, major }
}

/** `const auth0 = new Auth0Client(options)`, or `initAuth0(options)`, in the file or in a module that it imports. */
function clientAt(object: Node, context: RecipeContext): 3 | 4 | null {
  const from: SourceModule = { path: context.file.path, file: context.file, tree: context.tree }
  const found = findDeclared(object, from, context)
  const made = found?.node
  if (!found || (made?.type !== 'NewExpression' && made?.type !== 'CallExpression')) return null
  const maker = makerOf(made, found.module)
  if (made.type === 'NewExpression')
    return maker?.source === `${PACKAGE}/server` && maker.name === 'Auth0Client' ? 4 : null
  return maker?.source === PACKAGE && maker.name === 'initAuth0' ? 3 : null
}

function makerOf({ callee }: t.NewExpression | t.CallExpression, { tree }: SourceModule): Imported | null {
  return callee.type === 'Identifier' ? importedAs(callee, tree) : null
}
