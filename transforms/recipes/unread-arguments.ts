import { contains } from '../syntax/tree.ts'
import { argumentsEdit, sliceOf } from './call.ts'
import type { PackageCall, Recipe, RecipeContext } from './recipe.ts'

/**
 * `await listPosts(req, res)`, where the project declares `async function listPosts()`: what it has no parameters for it never sees. The call
 * loses those arguments, and nothing else about it changes.
 */
export const unreadArguments: Recipe = {
  id: 'unread-arguments',
  codes: [],
  packages: [],
  owns: isUnread,
  lower: (found, at, context) => {
    const { call, passes } = found
    if (!isUnread(found, context)) return false
    // All that leave stand behind the parameters: what moves up is not read either.
    const left = call.arguments.filter((_, index) => passes.every((pass) => pass.index !== index))
    const pieces = left.flatMap((argument, i) => (i > 0 ? [', ', sliceOf(argument)] : [sliceOf(argument)]))
    at.edits.push(argumentsEdit(at.file, call, pieces))
    return true
  },
}

function isUnread({ call, passes }: PackageCall, context: RecipeContext): boolean {
  // What a method of an object is may be for a class that extends another one to say.
  if (call.callee.type !== 'Identifier') return false
  const first = Math.min(...passes.map(({ index }) => index))
  if (passes.some(({ key, isWhole }) => key !== null || isWhole)) return false
  if (call.arguments.slice(0, first + 1).some(({ type }) => type === 'SpreadElement')) return false
  const found = context.functionAt(call.callee)
  if (!found || found.fn.params.length > first) return false
  if (found.fn.params.some((param) => param.type === 'RestElement')) return false
  return !(found.tree.globals.get('arguments') ?? []).some(({ node }) => contains(found.fn, node))
}
