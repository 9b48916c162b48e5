import type * as t from '@babel/types'
import { spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { indentAt } from '../../syntax/lines.ts'
import { isCall, isMember, keyName, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import {
  contains,
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  parentOf,
  startOf,
  walk,
} from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { Shorthand } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { lineOf } from './line.ts'
import { mayBeMissing } from './read.ts'

/**
 * `setCookie({ res }, name, value, options)`, `destroyCookie` and `parseCookies({ req })`, nookies@2.5.2 dist/index.js. A cookie that is set is
 * a line at the end of the Set-Cookie header, by cookie@0.4.2; it is written out as that line, where the code shows its attributes. What it
 * reads are the cookies of the header by `parse` of the same package that Next has for `req.cookies` (next/dist/compiled/cookie, Next 13 to 16).
 * It also reads the lines that are there already, leaves out one that is the same cookie, and writes the others anew (PA263): its own come out
 * as they were from 2.5 on; where the file itself has others, nothing is written out.
 */
export const nookies: Shorthand = {
  id: 'nookies',
  codes: ['PA263'],
  packages: ['nookies'],
  concerns: ({ file }) => /require\(['"]nookies['"]\)/.test(file.text),
  expand: (module, { app }) => {
    const edits: Edit[] = []
    const notes: Diagnostic[] = []
    if (!isKnown(app.packages.nookies) || hasOtherCookies(module)) return { edits, notes, blockers: [] }
    walk(module.file.ast.program, (node) => {
      if (node.type !== 'CallExpression') return undefined
      const name = functionOf(node.callee, module.tree)
      if (name === 'parseCookies') edits.push(...readEdits(node, module))
      const written = name === 'setCookie' || name === 'destroyCookie' ? setEdit(node, name, module) : null
      if (!written) return undefined
      edits.push(written)
      notes.push({ code: 'PA263', level: 'note', span: spanOf(module.file, node), data: {} })
      return undefined
    })
    return { edits, notes, blockers: [] }
  },
}

/** Versions before 2.5 lost attributes of the cookies that were set before. */
function isKnown(version: string | undefined): boolean {
  const range = version === undefined ? null : parseRange(version)
  return range?.lowest[0] === 2 && range.lets([2, 5, 0])
}

/** Lines that it would read and write anew: attributes in other words and another order, or none at all. */
function hasOtherCookies({ file }: SourceModule): boolean {
  return /['"`]set-cookie['"`]/i.test(file.text)
}

/** The function of the package that is called, by its own name. */
function functionOf(callee: Node, tree: ScopeTree): string | null {
  const found = importedAs(callee, tree)
  if (found?.source !== 'nookies') return null
  const member = /^default\.(set|get|destroy)$/.exec(found.name)?.[1]
  if (member === undefined) return found.name
  // What `require` gives has the members under their long names.
  const object = callee.type === 'MemberExpression' && callee.object.type === 'Identifier' ? callee.object : null
  const declaration = object && bindingAt(tree, object)?.declaration
  if (declaration?.type !== 'ImportDefaultSpecifier') return null
  return member === 'get' ? 'parseCookies' : `${member}Cookie`
}

/** `parseCookies({ req })` is `req.cookies`. */
function readEdits(call: t.CallExpression, module: SourceModule): Edit[] {
  const { tree } = module
  const [context, options] = call.arguments
  const request = context && !options ? (rootIn(context, 'req', tree) ?? requestBeside(context, call, tree)) : null
  return request && mayBeMissing(call, module)
    ? [{ start: startOf(call), end: endOf(call), pieces: [`${request.name}.cookies`] }]
    : []
}

/** `parseCookies(res)`: a response of Node has its request as `req`, which is what the function was handed before it. */
function requestBeside(context: Node, call: Node, tree: ScopeTree): t.Identifier | null {
  const response = context.type === 'Identifier' && isGiven(context, tree) ? bindingAt(tree, context) : null
  const fn = response && parentOf(response.declaration)
  const [first, second] = isPlainFunction(fn) ? fn.params : []
  if (!fn || first?.type !== 'Identifier' || second !== response?.id || functionAround(call) !== fn) return null
  const own = bindingAt(tree, first)
  const isShadowed = [...tree.scopeOf].some(
    ([place, { bindings }]) => contains(fn, place) && bindings.has(first.name) && bindings.get(first.name) !== own,
  )
  return !isShadowed && isGiven(first, tree) ? first : null
}

/** Null for a call whose value is used, and for a cookie that the code does not show. */
function setEdit(call: t.CallExpression, name: 'setCookie' | 'destroyCookie', module: SourceModule): Edit | null {
  const [context, cookie, ...rest] = call.arguments
  const response = context ? rootIn(context, 'res', module.tree) : null
  if (!response || !cookie || parentOf(call)?.type !== 'ExpressionStatement') return null
  const [value = null, options = null, more] = name === 'setCookie' ? rest : [null, ...rest]
  if (more || (name === 'setCookie' && !value)) return null
  const line = lineOf({ name: cookie, value, options }, module)
  const { quote } = detectStyle(module.file)
  if (!line) return null
  const pieces = [sliceOf(response), `.appendHeader(${quote}Set-Cookie${quote}, `, ...line, ')']
  return { start: startOf(call), end: endOf(call), pieces: [...lostComments(call, pieces, module), ...pieces] }
}

/** What was said among the options is said above the line. */
function lostComments(call: t.CallExpression, pieces: readonly Piece[], { file }: SourceModule): Piece[] {
  const isIn = ({ start, end }: t.Comment, from: number, to: number): boolean =>
    (start ?? 0) >= from && (end ?? 0) <= to
  const line = `\n${indentAt(file.text, startOf(call))}`
  return (file.ast.comments ?? [])
    .filter((one) => isIn(one, startOf(call), endOf(call)))
    .filter((one) => !pieces.some((piece) => typeof piece !== 'string' && isIn(one, piece.from, piece.to)))
    .map((one) => `${file.text.slice(one.start ?? 0, one.end ?? 0)}${line}`)
}

/** `{ req, res }` of parameters. */
function rootIn(context: Node, key: 'req' | 'res', tree: ScopeTree): t.Identifier | null {
  const object = uncast(context)
  if (object.type !== 'ObjectExpression') return null
  let found: t.Identifier | null = null
  for (const property of object.properties) {
    const name = property.type === 'ObjectProperty' && !property.computed ? keyName(property) : null
    const value = property.type === 'ObjectProperty' ? uncast(property.value) : null
    if ((name !== 'req' && name !== 'res') || value?.type !== 'Identifier' || !isGiven(value, tree)) return null
    if (name === key) found = value
  }
  return found
}

/** A parameter that stays what it was, of a function that is only handed such parameters: another object need not be a request. */
function isGiven(name: Node, tree: ScopeTree): boolean {
  const binding = bindingAt(tree, name)
  const fn = binding?.kind === 'param' ? parentOf(binding.declaration) : null
  if (!binding || !isPlainFunction(fn) || binding.references.some(({ kind }) => kind === 'write')) return false
  const index = fn.params.findIndex((param) => param === binding.id)
  const outer = parentOf(fn)
  if (index < 0) return false
  // What a method of something calls it with.
  if (isCall(outer) && (outer.callee === fn || isMember(outer.callee))) return false
  const id = fn.type === 'FunctionDeclaration' ? fn.id : outer?.type === 'VariableDeclarator' ? outer.id : null
  const uses = id ? (bindingAt(tree, id)?.references ?? []) : []
  return uses.every(({ node }) => {
    const call = parentOf(node)
    if (!isCall(call) || call.callee !== node) return true
    const given = call.arguments[index]
    return given?.type === 'Identifier' && bindingAt(tree, given)?.kind === 'param'
  })
}
