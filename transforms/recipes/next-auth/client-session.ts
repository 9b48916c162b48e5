import type * as t from '@babel/types'
import { block, freeName, type Lowering, note } from '../../concerns/lowering.ts'
import type { Piece } from '../../syntax/edits.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { endOf, some, startOf } from '../../syntax/tree.ts'
import type { Imported } from '../../syntax/imported.ts'
import type { Recipe, RecipeContext } from '../recipe.ts'
import { noteExpires } from './expires.ts'
import { findOptions } from './options.ts'
import { checkVersion, majorOf } from './version.ts'

/**
 * `getSession({ req })` of next-auth/react, next-auth@4.24.15 react/index.js and client/_utils.js. Pages: asks the server's own
 * /api/auth/session over HTTP with req's cookie header (and, when there is a body, as a POST that is refused: null).
 * App: next-auth/react is client code; `getServerSession(options)` reads the same session without the detour. It needs the
 * options that the project gives to NextAuth. PA544: what the detour did; PA541: no `expires`; PA546: no options to import.
 */
export const clientSession: Recipe = {
  id: 'next-auth/client-session',
  codes: ['PA541', 'PA542', 'PA544', 'PA546'],
  packages: ['next-auth/react'],
  lower: ({ call, passes, imported }, at, context) => {
    const [pass] = passes
    const [argument] = call.arguments
    if (
      imported?.name !== 'getSession' ||
      passes.length !== 1 ||
      pass?.key !== 'req' ||
      argument?.type !== 'ObjectExpression' ||
      majorOf(context.app) !== 4
    )
      return false
    const options = findOptions(context)
    if (options.kind === 'missing') {
      block(at, 'PA546', call, { why: options.why, file: options.file })
      return true
    }
    if (!checkVersion('session', context.app, at, call)) return true
    const session = importName(at, context, { source: 'next-auth', name: 'getServerSession' }, 'getServerSession')
    const name = importName(at, context, options.import, 'authOptions')
    at.edits.push({ start: startOf(call), end: endOf(call), pieces: callPieces(call, session, name) })
    note(at, 'PA544', readsBody(at) ? 'review' : 'note', call)
    noteExpires(call, at)
    return true
  },
}

function callPieces(call: t.CallExpression | t.OptionalCallExpression, session: string, options: string): Piece[] {
  const types = call.typeArguments ?? call.typeParameters
  return [session, ...(types ? [{ from: startOf(types), to: endOf(types) }] : []), `(${options})`]
}

/** The local name of an import: the one that the file has, else a new one. */
function importName(at: Lowering, context: RecipeContext, wanted: Imported, preferred: string): string {
  const file = wanted.source.startsWith('.') ? context.resolve(wanted.source) : null
  for (const binding of at.tree.program.bindings.values()) {
    const found = binding.kind === 'import' ? context.importOf(binding.id) : null
    if (
      found?.name === wanted.name &&
      (found.source === wanted.source || (file !== null && context.resolve(found.source) === file))
    )
      return binding.name
  }
  const base = wanted.name === 'default' ? preferred : wanted.name
  return context.addImport(
    wanted.source,
    wanted.name,
    freeName(at.tree, at.tree.program.node as typeof at.fn, base, `${base}Import`),
  )
}

/** With a body the old call was a POST to the session endpoint, which answers nothing. */
function readsBody(at: Lowering): boolean {
  return some(at.file.ast.program, (node) => isMember(node) && memberName(node) === 'body')
}
