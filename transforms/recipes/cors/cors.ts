import type * as t from '@babel/types'
import { block, type Lowering, need } from '../../concerns/lowering.ts'
import type { Piece } from '../../syntax/edits.ts'
import { indentAt, removalRange } from '../../syntax/lines.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isCall, withCasts } from '../../syntax/match.ts'
import { endOf, functionAround, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { isNext } from '../next-connect/writing.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { hereOf } from './computed-origin.ts'
import { findCors } from './cors-call.ts'
import { type CorsOptions, readOptions } from './cors-options.ts'
import { printCors } from './cors-statements.ts'

/**
 * cors@2.8.6 lib/index.js, alone or as nextjs-cors@2.2.1 dist/index.js. Pages: headers on res, by the options and the request's Origin; a request with
 * OPTIONS is answered, and the promise around stays open then, so that the handler never goes on. An origin that is not set (false, an empty
 * or missing variable) leaves everything alone. App: the same headers on the Headers of the answer, and a Response for OPTIONS. Options that
 * are no literals, variables of the environment or lists of them (an origin: the request's own, and a function that only decides, too) keep the
 * route (PA554).
 */
export const cors: Recipe = {
  id: 'cors',
  codes: ['PA554'],
  packages: ['nextjs-cors'],
  owns: (found, context) => findCors(found, context) !== null,
  stops: (found, context) => {
    const where = findCors(found, context)
    return (
      where &&
      (mayPass(readOptions(where, hereOf(functionAround(found.call), context.tree, found.passes))) ? 'some' : 'all')
    )
  },
  lower: (found, at, context) => {
    const statement = statementOf(found)
    const options = optionsOf(found, at, context)
    if (!statement || !options) {
      block(at, 'PA554', found.call)
      return true
    }
    const indent = at.indentAt?.(startOf(statement)) ?? indentAt(at.file.text, startOf(statement))
    const lines = printCors(options, at)
    const isAsked = lines.flat().some((piece) => typeof piece === 'string' && piece.includes(`${at.names.request}.`))
    if (isAsked) need(at, 'request', statement)
    dropMiddleware(found, at, context)
    const pieces = lines.flatMap((line, i): Piece[] => (i === 0 ? line : [`\n${indent}`, ...line]))
    at.edits.push({ start: startOf(statement), end: endOf(statement), pieces })
    return true
  },
}

function statementOf({ call }: PackageCall): t.ExpressionStatement | null {
  const awaited = parentOf(withCasts(call))
  const statement = awaited?.type === 'AwaitExpression' ? parentOf(withCasts(awaited)) : null
  return statement?.type === 'ExpressionStatement' && parentOf(statement)?.type === 'BlockStatement' ? statement : null
}

/** `const cors = Cors(options)` of a route file, when it was made for this call alone, or for those in the chains of a router. */
function dropMiddleware({ call }: PackageCall, at: Lowering, { route, edit }: RecipeContext): void {
  const [, , argument] = call.arguments
  const made = isNext(argument) ? call.callee : argument
  const binding = made?.type === 'Identifier' ? bindingAt(at.tree, made) : null
  const declaration = binding ? parentOf(binding.declaration) : null
  const isAlone =
    route.id !== '' &&
    binding?.scope === at.tree.program &&
    (binding.references.length === 1 || binding.references.every(({ node }) => isInChain(node))) &&
    declaration?.type === 'VariableDeclaration' &&
    declaration.declarations.length === 1 &&
    parentOf(declaration)?.type === 'Program'
  if (isAlone) edit({ ...removalRange(at.file, declaration), pieces: [] })
}

function isInChain(callee: Node): boolean {
  const call = parentOf(callee)
  return isCall(call) && call.callee === callee && isNext(call.arguments[2])
}

/** An origin that may be missing leaves a preflight to the handler. */
function mayPass(options: CorsOptions | null): boolean {
  const origin = options?.origin
  if (origin?.kind === 'computed') return origin.parts.has('missing') || origin.parts.has('text')
  return !origin || /^(?:variable|none|asked)$/.test(origin.kind)
}

function optionsOf(found: PackageCall, { fn, tree }: Lowering, context: RecipeContext): CorsOptions | null {
  const where = findCors(found, context)
  return where && readOptions(where, hereOf(fn, tree, found.passes))
}
