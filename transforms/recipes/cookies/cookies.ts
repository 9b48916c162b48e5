import type * as t from '@babel/types'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { removalRange } from '../../syntax/lines.ts'
import { uncast } from '../../syntax/match.ts'
import { bindingAt, type Reference, type Scope, type ScopeTree } from '../../syntax/scope.ts'
import { spanOf } from '../../concerns/lowering.ts'
import { endOf, isListHolder, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { Shorthand } from '../recipe.ts'
import { isReader, isTest, type Setting, settingOf } from './uses.ts'

/**
 * `new Cookies(req, res)`, cookies@0.9.1 index.js. `get` looks for the name in `req.headers.cookie` and does nothing else where the jar has no keys;
 * so the jar is made of that header alone. `set` adds `new Cookies.Cookie(name, value, options).toHeader()` to the Set-Cookie header, and
 * is written out as that. It makes the cookie `secure` where the socket of the request is encrypted, which no route handler can tell (PA262);
 * where the options ask for that on a socket that is not, it throws: those are left alone, as are jars that sign, or are handed on.
 */
export const cookieJar: Shorthand = {
  id: 'cookies',
  codes: ['PA262'],
  packages: ['cookies'],
  concerns: ({ file }) => /require\(['"]cookies['"]\)/.test(file.text),
  expand: (module) => {
    const edits: Edit[] = []
    const notes: Diagnostic[] = []
    walk(module.file.ast.program, (node) => {
      const jar = node.type === 'NewExpression' || node.type === 'CallExpression' ? readJar(node, module) : null
      if (!jar) return undefined
      edits.push(
        ...(jar.isRead ? [onHeader(jar, module)] : dropped(jar, module)),
        ...jar.set.map((one) => written(one, jar, module)),
      )
      notes.push(
        ...jar.set.map(
          ({ call }): Diagnostic => ({ code: 'PA262', level: 'note', span: spanOf(module.file, call), data: {} }),
        ),
      )
      return undefined
    })
    return { edits, notes, blockers: [] }
  },
}

interface Jar {
  made: t.NewExpression | t.CallExpression
  request: t.Identifier
  response: t.Identifier
  /** Null where it is used where it is made. */
  declaration: t.VariableDeclarator | null
  isRead: boolean
  set: readonly Setting[]
}

function readJar(made: t.NewExpression | t.CallExpression, module: SourceModule): Jar | null {
  const { tree } = module
  const callee = importedAs(made.callee, tree)
  if (callee?.source !== 'cookies' || callee.name !== 'default') return null
  const [request, response, options] = made.arguments
  if (request?.type !== 'Identifier' || response?.type !== 'Identifier' || options) return null
  const parent = parentOf(made)
  const declaration = parent?.type === 'VariableDeclarator' && parent.init === made ? parent : null
  const uses = declaration ? usesOf(declaration, module) : [made]
  if (!uses) return null
  if (declaration && !isOfList(parentOf(declaration))) return null
  if (![request, response].every((one) => isGiven(one, tree))) return null
  const set = uses.flatMap((use) => settingOf(use) ?? [])
  const named = [uncast(made.callee), response]
  // The names that are written where a cookie is set must mean the same there.
  if (!set.every(({ jar }) => jar === made || named.every((name) => isSameAt(name, jar, tree)))) return null
  const others = uses.filter((use) => !set.some(({ jar }) => jar === use))
  if (!others.every((use) => isReader(use) || (declaration && isTest(use)))) return null
  return { made, request, response, declaration, isRead: others.length > 0, set }
}

/** It is taken away where nothing is read: no `if (wanted) var jar = ...`. */
function isOfList(statement: Node | null): boolean {
  const around = statement && parentOf(statement)
  return around !== null && isListHolder(around)
}

/** What the function was called with: an object of its own need not be a response. */
function isGiven(name: Node, tree: ScopeTree): boolean {
  const binding = bindingAt(tree, name)
  return binding?.kind === 'param' && binding.references.every(({ kind }) => kind !== 'write')
}

function isSameAt(name: Node, jar: Node, tree: ScopeTree): boolean {
  const binding = bindingAt(tree, name)
  const place = bindingAt(tree, jar)?.references.find(({ node }) => node === jar)
  if (!binding || !place) return false
  let scope: Scope | null = place.scope
  while (scope && !scope.bindings.has(binding.name)) scope = scope.parent
  return scope?.bindings.get(binding.name) === binding
}

/** Null for a name that may be another jar, or that other code may have. */
function usesOf({ id }: t.VariableDeclarator, { tree }: SourceModule): readonly Node[] | null {
  const binding = id.type === 'Identifier' && !id.typeAnnotation ? bindingAt(tree, id) : null
  if (!binding || binding.scope === tree.program || binding.references.length === 0) return null
  const isRead = ({ kind }: Reference): boolean => kind === 'read'
  return binding.references.every(isRead) ? binding.references.map(({ node }) => node) : null
}

function onHeader({ request, response }: Jar, { file }: SourceModule): Edit {
  const cast = file.language === 'ts' ? ' as never' : ''
  const pieces = ['{ headers: { cookie: ', sliceOf(request), `.headers.cookie } }${cast}, {}${cast}`]
  return { start: startOf(request), end: endOf(response), pieces }
}

/** The declaration of a jar that nothing is read from. */
function dropped({ declaration }: Jar, { file }: SourceModule): Edit[] {
  const statement = declaration ? parentOf(declaration) : null
  if (statement?.type !== 'VariableDeclaration' || statement.declarations.length > 1) return []
  // A comment above it speaks of what is set, which stays.
  return [{ ...removalRange(file, statement, startOf(statement)), pieces: [] }]
}

/** `res.appendHeader('Set-Cookie', new Cookies.Cookie('token', token).toHeader())` */
function written({ call, given }: Setting, { made, response }: Jar, { file }: SourceModule): Edit {
  // @types/cookies does not know the class.
  const name = uncast(made.callee)
  const pieces =
    file.language === 'ts' ? ['new (', sliceOf(name), ' as any).Cookie('] : ['new ', sliceOf(name), '.Cookie(']
  const rest = given.flatMap((one, i) => [...(i > 0 ? [', '] : []), sliceOf(one)])
  const header = ["'Set-Cookie', ", ...pieces, ...rest, ').toHeader()']
  return { start: startOf(call), end: endOf(call), pieces: [sliceOf(response), '.appendHeader(', ...header, ')'] }
}
