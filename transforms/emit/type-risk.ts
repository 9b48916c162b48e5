import type * as t from '@babel/types'
import { NEXT, PENDING } from '../analyse/middleware.ts'
import { MADE } from '../recipes/multer/multer.ts'
import type { TypeScriptConfig } from '../model/project.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { functionAround, isFunction, type Node, parentOf, walk } from '../syntax/tree.ts'
import { isBuffer, isDate, isText, mayBeMissing, mixesNumbers } from './value-kinds.ts'

/** Something that JavaScript allows and TypeScript refuses. `what` is a short name for the report. */
export interface TypeRisk {
  what: string
  node: Node
}

/**
 * Would a JavaScript file fail the type check as TypeScript? Idioms that the checker refuses whatever the imports are, with the
 * stricter ones where the project's own config asks for them. In doubt, yes: the file is then marked `@ts-nocheck`,
 * which leaves it as checked as it was.
 */
export function findTypeRisk(
  file: SourceFile,
  tree: ScopeTree,
  config: TypeScriptConfig | null,
  handler: Node,
  isUntyped: (source: string) => boolean,
): TypeRisk | null {
  const isStrict = config?.kind === 'tsconfig' && config.strict
  const noImplicitAny = config?.kind === 'tsconfig' && (config.noImplicitAny || config.strict)
  let found: TypeRisk | null = null
  const report = (what: string, node: Node): void => {
    found ??= { what, node }
  }
  walk(file.ast.program, (node) => {
    if (found) return false
    checkText(node, tree, report)
    if (node.type === 'NewExpression') checkPromise(node, tree, report)
    if (isMember(node)) checkMember(node, tree, isStrict, report)
    else if (
      node.type === 'BinaryExpression' &&
      ['-', '*', '/'].includes(node.operator) &&
      (isDate(node.left, tree) || isDate(node.right, tree))
    )
      report('arithmetic on a Date', node)
    else if (node.type === 'CallExpression') checkCall(node, { file, tree, isStrict }, report)
    else if (node.type === 'ImportDeclaration' && /^next-auth/.test(node.source.value))
      report('a session with properties of its own', node)
    else if (
      noImplicitAny &&
      node.type === 'ImportDeclaration' &&
      node.specifiers.length > 0 &&
      isUntyped(node.source.value)
    )
      report('a package without types', node)
    else if (
      noImplicitAny &&
      isFunction(node) &&
      node !== handler &&
      node.params.some((p) => !('typeAnnotation' in p && p.typeAnnotation))
    )
      report('a parameter without a type', node)
    return undefined
  })
  for (const [name, references] of tree.globals) {
    const first = references[0]
    if (first && first.kind !== 'type' && !(name in globalThis) && !BROWSER.has(name) && !STAND_INS.has(name))
      report('a name that is declared nowhere', first.node)
  }
  return found
}

/** Names of what is written out. */
const STAND_INS = new Set([NEXT, PENDING, MADE])

const BROWSER = new Set([
  'require',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'process',
  'Buffer',
  'console',
  'undefined',
  'arguments',
  'File',
  'document',
  'window',
])

/** A property that the object literal behind the name does not have, and uses of a caught error. */
function checkMember(
  node: t.MemberExpression | t.OptionalMemberExpression,
  tree: ScopeTree,
  isStrict: boolean,
  report: (what: string, node: Node) => void,
): void {
  const object = uncast(node.object)
  const binding = object.type === 'Identifier' ? bindingAt(tree, object) : null
  if (!binding) return
  if (isStrict && binding.kind === 'catch') return report('a caught error of unknown type', node)
  const { declaration } = binding
  const init =
    declaration.type === 'VariableDeclarator' && declaration.id.type === 'Identifier' && declaration.init
      ? uncast(declaration.init)
      : null
  const own = memberName(node)
  if (init?.type === 'ArrayExpression' && own !== null && !(own in Array.prototype) && !/^\d+$/.test(own))
    return report('a property of an array', node)
  if (init?.type === 'ArrayExpression' && init.elements.length > 0 && own === 'push')
    return report('an array of unlike elements', node)
  if (init?.type === 'LogicalExpression' && uncast(init.right).type === 'ObjectExpression')
    return report('a property of an empty object', node)
  if (init?.type !== 'ObjectExpression' || init.properties.some((p) => p.type === 'SpreadElement')) return
  const name = memberName(node)
  if (name === null) return isStrict ? report('an object indexed by a name that is not known', node) : undefined
  const property = init.properties.find((p) => p.type !== 'SpreadElement' && keyName(p) === name)
  if (!property && !(name in Object.prototype)) return report('a property that is added later', node)
  const value = property?.type === 'ObjectProperty' ? uncast(property.value) : null
  const isEmpty = value?.type === 'NullLiteral' || (value?.type === 'ArrayExpression' && value.elements.length === 0)
  if (isStrict && isEmpty) report('a property that begins empty', node)
}

/** `new Promise((resolve) => ... resolve())`: a Promise<unknown>, whose `resolve` wants a value. */
function checkPromise(made: t.NewExpression, tree: ScopeTree, report: (what: string, node: Node) => void): void {
  const [executor] = made.arguments
  const resolve = executor && isFunction(executor) ? executor.params[0] : null
  if (made.callee.type !== 'Identifier' || made.callee.name !== 'Promise' || resolve?.type !== 'Identifier') return
  for (const { node } of bindingAt(tree, resolve)?.references ?? []) {
    const call = parentOf(node)
    if (call?.type === 'CallExpression' && call.callee === node && call.arguments.length === 0)
      report('a promise that is fulfilled with nothing', call)
  }
}

/** Arithmetic on text, names that are used too early, and names whose value becomes one of another type. */
function checkText(node: Node, tree: ScopeTree, report: (what: string, node: Node) => void): void {
  if (node.type === 'BinaryExpression' && ['-', '*', '/', '%'].includes(node.operator)) {
    if (isText(node.left, tree) || isText(node.right, tree)) report('arithmetic on text', node)
  } else if (node.type === 'Identifier') {
    const binding = bindingAt(tree, node)
    const { declaration } = binding ?? {}
    const isEarly =
      declaration?.type === 'VariableDeclarator' &&
      binding?.kind !== 'var' &&
      node !== binding?.id &&
      (node.start ?? 0) < (declaration.end ?? 0) &&
      functionAround(node) === functionAround(declaration) &&
      declaration.id.type === 'Identifier'
    if (isEarly) report('a name that is used before it has a value', node)
  } else if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'Identifier') {
    const right = uncast(node.right)
    const called = right.type === 'CallExpression' ? right.callee : null
    const name = isMember(called) ? memberName(called) : called?.type === 'Identifier' ? called.name : null
    const isOther = /^(?:split|map|filter|parseInt|parseFloat|Number)$/.test(name ?? '')
    if (isOther && isText(node.left, tree)) report('a name that gets a value of another type', node)
  }
}

/** Calls of the file's own functions with too few arguments, values of unknown objects, numbers where strings are wanted. */
function checkCall(
  node: t.CallExpression,
  { file, tree, isStrict }: { file: SourceFile; tree: ScopeTree; isStrict: boolean },
  report: (what: string, node: Node) => void,
): void {
  const { callee } = node
  const isParsed = isMember(callee) && memberName(callee) === 'parse'
  const missing = isStrict && isParsed ? node.arguments.find((argument) => mayBeMissing(argument, tree)) : undefined
  if (missing) return report('a value that may be missing', missing)
  if (
    isMember(callee) &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Object' &&
    ['values', 'entries'].includes(memberName(callee) ?? '')
  ) {
    return report('values of an object of unknown type', node)
  }
  const last = node.arguments[node.arguments.length - 1]
  if (
    isMember(callee) &&
    memberName(callee) === 'reduce' &&
    last?.type === 'ObjectExpression' &&
    last.properties.length === 0
  )
    return report('an object filled by reduce', node)
  if (callee.type !== 'Identifier') return
  if (
    ['parseInt', 'parseFloat', 'isNaN', 'isFinite'].includes(callee.name) &&
    mixesNumbers(node.arguments[0], { file, tree })
  )
    return report('a number where text is wanted', node)
  const declaration = bindingAt(tree, callee)?.declaration
  // The doc comment of a function in JavaScript, which says `{string}`, is a type for TypeScript.
  const from = declaration ? parentOf(declaration) : null
  const isImported = from?.type === 'ImportDeclaration' && from.source.value.startsWith('.')
  if (isImported && node.arguments.some((argument) => isBuffer(argument, tree)))
    return report('bytes for a function of another module', node)
  const init = declaration?.type === 'VariableDeclarator' ? declaration.init : declaration
  if (!init || !isFunction(init) || node.arguments.some((a) => a.type === 'SpreadElement')) return
  const needed = init.params.filter((p) => p.type !== 'AssignmentPattern' && p.type !== 'RestElement').length
  if (node.arguments.length < needed) report('a call with fewer arguments than parameters', node)
}
