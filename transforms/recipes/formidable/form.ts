import type * as t from '@babel/types'
import { isCall, isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, statementOf } from '../../syntax/tree.ts'

/** How the parsed parts come: `[fields, files]` or `{ fields, files }`. */
export type Shape = 'list' | 'record'

/** An expression whose awaited value is what formidable parsed. */
export interface Parse {
  /** The call or `new Promise(...)` that is awaited. */
  value: Node
  shape: Shape
  /** Statements that make and set up the form, and go with it. */
  setup: t.Statement[]
}

/** Options that change nothing but limits and names of temporary files. `multiples` changes shapes. */
const PLAIN_OPTIONS = new Set([
  'keepExtensions',
  'maxFileSize',
  'maxTotalFileSize',
  'maxFields',
  'maxFieldsSize',
  'maxFiles',
  'minFileSize',
  'allowEmptyFiles',
  'hashAlgorithm',
])

/** Is this call `form.parse(...)`, the form being made by formidable; whatever the rest looks like. */
export function isFormParse(call: Node, tree: ScopeTree): boolean {
  if (!isCall(call) || !isMember(call.callee) || memberName(call.callee) !== 'parse') return false
  const object = uncast(call.callee.object)
  const made = object.type === 'Identifier' ? initOf(object, tree) : object
  return made !== null && isForm(made, tree)
}

/** The parse that a call of `form.parse` is part of; null where its form is not one that is known. */
export function readParse(call: t.CallExpression | t.OptionalCallExpression, tree: ScopeTree): Parse | null {
  if (!isFormParse(call, tree) || !isMember(call.callee)) return null
  const setup = setupOf(uncast(call.callee.object), call, tree)
  if (!setup) return null
  const [, callback] = call.arguments
  if (!callback) return { value: call, shape: 'list', setup }
  const promise = isPlainFunction(callback) ? promiseAround(call) : null
  const shape = promise && isPlainFunction(callback) ? resolvedShape(promise, callback, setup, call) : null
  return promise && shape ? { value: promise, shape, setup } : null
}

function initOf(id: t.Identifier, tree: ScopeTree): Node | null {
  const declaration = bindingAt(tree, id)?.declaration
  return declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
}

/** `formidable(...)`, `new IncomingForm(...)`, `new formidable.IncomingForm(...)` */
function isForm(node: Node, tree: ScopeTree): boolean {
  if (!isCall(node) && node.type !== 'NewExpression') return false
  const callee = uncast(node.callee)
  const root = isMember(callee) ? callee.object : callee
  return root.type === 'Identifier' && sourceOf(root, tree) === 'formidable'
}

function sourceOf(id: t.Identifier, tree: ScopeTree): string | null {
  const declaration = bindingAt(tree, id)?.declaration
  const from = declaration ? parentOf(declaration) : null
  if (from?.type === 'ImportDeclaration') return from.source.value
  const init = initOf(id, tree)
  const [path] =
    init && isCall(init) && init.callee.type === 'Identifier' && init.callee.name === 'require' ? init.arguments : []
  return path?.type === 'StringLiteral' ? path.value : null
}

/** The statements that make the form; null when something is done with it that has no counterpart. */
function setupOf(object: Node, call: Node, tree: ScopeTree): t.Statement[] | null {
  if (object.type !== 'Identifier') return isPlain(object) ? [] : null
  const binding = bindingAt(tree, object)
  const made = initOf(object, tree)
  const statement = binding ? parentOf(binding.declaration) : null
  if (
    !binding ||
    !made ||
    !isPlain(made) ||
    statement?.type !== 'VariableDeclaration' ||
    statement.declarations.length !== 1
  )
    return null
  const setup: t.Statement[] = [statement]
  for (const { node } of binding.references) {
    const member = parentOf(withCasts(node))
    const use = member ? parentOf(member) : null
    if (isMember(member) && use === call) continue
    const set =
      isMember(member) &&
      use?.type === 'AssignmentExpression' &&
      use.left === member &&
      PLAIN_OPTIONS.has(memberName(member) ?? '')
        ? statementOf(use)
        : null
    if (!set) return null
    setup.push(set)
  }
  return setup
}

/** Made with options that only limit; `multiples: false` is the default. */
function isPlain(made: Node): boolean {
  if (!isCall(made) && made.type !== 'NewExpression') return false
  const [options, ...others] = made.arguments
  if (!options) return true
  const node = uncast(options)
  if (others.length > 0 || node.type !== 'ObjectExpression') return false
  return node.properties.every(
    (p) =>
      p.type === 'ObjectProperty' &&
      (PLAIN_OPTIONS.has(keyName(p) ?? '') ||
        (keyName(p) === 'multiples' && p.value.type === 'BooleanLiteral' && !p.value.value)),
  )
}

/** `new Promise((resolve, reject) => { form.parse(req, callback) })` around the call. */
function promiseAround(call: Node): t.NewExpression | null {
  for (let up = parentOf(call); up; up = parentOf(up)) {
    if (isPlainFunction(up)) {
      const made = parentOf(up)
      return made?.type === 'NewExpression' &&
        made.callee.type === 'Identifier' &&
        made.callee.name === 'Promise' &&
        made.arguments[0] === up
        ? made
        : null
    }
  }
  return null
}

/** What the callback resolves with, when it does nothing but resolve and reject. */
function resolvedShape(
  promise: t.NewExpression,
  callback: Node,
  setup: readonly t.Statement[],
  call: Node,
): Shape | null {
  const executor = promise.arguments[0]
  if (!executor || !isPlainFunction(executor) || !isPlainFunction(callback) || callback.body.type !== 'BlockStatement')
    return null
  const own = executor.body.type === 'BlockStatement' ? executor.body.body.filter((s) => !setup.includes(s)) : []
  if (
    executor.body.type === 'BlockStatement' &&
    (own.length !== 1 || own[0]?.type !== 'ExpressionStatement' || own[0].expression !== call)
  )
    return null
  const [resolve, reject] = executor.params.map(nameOf)
  const [error, fields, files] = callback.params.map(nameOf)
  const end = callback.body.body.at(-1)
  const otherwise = end?.type === 'IfStatement' ? onlyOf(end.alternate) : null
  const last = otherwise ?? end
  const before = otherwise ? callback.body.body : callback.body.body.slice(0, -1)
  if (
    !resolve ||
    !fields ||
    !files ||
    !before.every(
      (s) =>
        s.type === 'IfStatement' &&
        nameOf(s.test) === error &&
        (!s.alternate || (otherwise && s === end)) &&
        rejects(s.consequent, reject ?? '', error ?? ''),
    )
  )
    return null
  const sent = callOf(last, resolve)
  return sent ? shapeOf(sent, fields, files) : null
}

/** The statement of an `else`, where it is alone in it. */
function onlyOf(node: Node | null | undefined): Node | null {
  if (node?.type !== 'BlockStatement') return node ?? null
  const [only, ...others] = node.body
  return only && others.length === 0 ? only : null
}

/** `reject(error)`, returned, in a block, or with a return after it. */
function rejects(node: Node, reject: string, error: string): boolean {
  const [first, ...rest] = node.type === 'BlockStatement' ? node.body : [node]
  const value = callOf(first, reject)
  return value !== null && nameOf(value) === error && rest.every((s) => s.type === 'ReturnStatement' && !s.argument)
}

/** The one argument of `name(x)`, as a statement or returned. */
function callOf(statement: Node | undefined, name: string): Node | null {
  const node =
    statement?.type === 'ExpressionStatement'
      ? statement.expression
      : statement?.type === 'ReturnStatement'
        ? statement.argument
        : null
  return node && isCall(node) && nameOf(node.callee) === name ? (node.arguments[0] ?? null) : null
}

function shapeOf(value: Node, fields: string, files: string): Shape | null {
  const node = uncast(value)
  if (node.type === 'ArrayExpression')
    return node.elements.length === 2 && node.elements.every((e, i) => e && nameOf(e) === [fields, files][i])
      ? 'list'
      : null
  if (node.type !== 'ObjectExpression') return null
  const isOwn = node.properties.every(
    (p) =>
      p.type === 'ObjectProperty' &&
      ((keyName(p) === 'fields' && nameOf(p.value) === fields) ||
        (keyName(p) === 'files' && nameOf(p.value) === files)),
  )
  return isOwn ? 'record' : null
}

function nameOf(node: Node): string | null {
  return node.type === 'Identifier' ? node.name : null
}

/** What a helper that only parses the form returns: `const form = ...; return new Promise(...)`. */
export function parsesForm(fn: Node, tree: ScopeTree): Parse | null {
  if (!isPlainFunction(fn) || fn.params.length !== 1) return null
  const statements = fn.body.type === 'BlockStatement' ? fn.body.body : []
  const last = fn.body.type === 'BlockStatement' ? statements.at(-1) : fn.body
  const returned = last?.type === 'ReturnStatement' ? last.argument : last
  const value = returned ? uncast(returned.type === 'AwaitExpression' ? returned.argument : returned) : null
  const call = value ? findParse(value, tree) : null
  const parse = call ? readParse(call, tree) : null
  if (!parse || parse.value !== value) return null
  return statements.slice(0, -1).every((s) => parse.setup.includes(s)) ? parse : null
}

function findParse(value: Node, tree: ScopeTree): t.CallExpression | t.OptionalCallExpression | null {
  if (isCall(value) && isFormParse(value, tree)) return value
  const executor = value.type === 'NewExpression' ? value.arguments[0] : null
  if (!executor || !isPlainFunction(executor)) return null
  const nodes =
    executor.body.type === 'BlockStatement'
      ? executor.body.body.map((s) => (s.type === 'ExpressionStatement' ? s.expression : s))
      : [executor.body]
  const found = nodes.find((node) => isFormParse(node, tree))
  return isCall(found) ? found : null
}
