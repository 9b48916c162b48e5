import type * as t from '@babel/types'
import { importedAs } from './imported.ts'
import { isMember, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { eachChild, isFunction, type Node, parentOf } from './tree.ts'

/**
 * The first thing that a module does when it is loaded and that others could see: it changes what is not its own (a global, the environment,
 * something imported), calls a function for what that does, or is decorated. What the module keeps is taken for a value that was only made,
 * `const store = createStore()`, unless the name of the function says more, as that of `initializeApp()`.
 */
export function findLoadEffect({ ast }: { ast: t.File }, tree: ScopeTree): Node | null {
  const seen = new Set<Node>()
  return first(ast.program.body, statementEffect)

  function statementEffect(node: Node): Node | null {
    switch (node.type) {
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        return node.declaration ? statementEffect(node.declaration) : null
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'FunctionDeclaration':
        return null
      case 'ExpressionStatement':
        return calledFor(node.expression)
      case 'IfStatement':
        return (
          valueEffect(node.test) ??
          (isBrowserOnly(node.test) ? null : statementEffect(node.consequent)) ??
          (node.alternate ? statementEffect(node.alternate) : null)
        )
      default:
        return /^(?:TS(?!Enum|Module)|Declare)/.test(node.type) ? null : valueEffect(node)
    }
  }

  /** An expression whose value nobody keeps. */
  function calledFor(expression: Node): Node | null {
    const node = uncast(expression)
    if (node.type === 'AssignmentExpression') return valueEffect(node)
    if (node.type !== 'CallExpression') return /Literal$/.test(node.type) ? null : (valueEffect(node) ?? node)
    const own = ownFunction(node.callee)
    if (!own && !isOfOwnCollection(node.callee) && !isCheck(node.callee, tree)) return node
    const run = node.arguments.filter((argument) => isFunction(argument))
    return first(node.arguments, valueEffect) ?? first(run, (fn) => bodyEffect(fn)) ?? (own && bodyEffect(own))
  }

  /** `names.add(x)`, `lists[key].push(x)` of what was made in this file. */
  function isOfOwnCollection(callee: Node): boolean {
    if (!isMember(callee) || !COLLECTION.test(memberName(callee) ?? '')) return false
    let object = uncast(callee.object)
    while (isMember(object)) object = uncast(object.object)
    const init = object.type === 'Identifier' ? constOf(object) : null
    if (init?.type === 'ArrayExpression' || init?.type === 'ObjectExpression') return true
    const made = init?.type === 'NewExpression' && init.callee.type === 'Identifier' ? init.callee : null
    return made !== null && !bindingAt(tree, made) && /^(?:Weak)?(?:Map|Set)$/.test(made.name)
  }

  function constOf(id: t.Identifier): Node | null {
    const binding = bindingAt(tree, id)
    const declaration = binding?.kind === 'const' ? binding.declaration : null
    return declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  }

  function bodyEffect(fn: Node, kept = false): Node | null {
    if (seen.has(fn)) return null
    seen.add(fn)
    const body = isFunction(fn) ? fn.body : fn
    if (body.type === 'BlockStatement') return first(body.body, statementEffect)
    return kept ? valueEffect(body) : calledFor(body)
  }

  function valueEffect(node: Node): Node | null {
    if (node.type === 'ExpressionStatement') return statementEffect(node)
    if (node.type === 'Decorator') return node
    if (node.type === 'AssignmentExpression' || node.type === 'UpdateExpression' || isDelete(node)) {
      const target = node.type === 'AssignmentExpression' ? node.left : node.argument
      if (!isOwn(target)) return node
    }
    if (node.type === 'CallExpression') {
      const own = ownFunction(node.callee)
      const found = own ? bodyEffect(own, true) : isRegistration(node) ? node : null
      if (found) return found
    }
    let found: Node | null = null
    eachChild(node, (child) => {
      found ??= isFunction(child) || /^TS(?!As|Non|Sat)/.test(child.type) ? decoratorOf(child) : valueEffect(child)
    })
    return found
  }

  function decoratorOf(node: Node): Node | null {
    const decorators = 'decorators' in node ? node.decorators : null
    return Array.isArray(decorators) ? (decorators[0] ?? null) : null
  }

  /** The function of this file that a callee is, or names. */
  function ownFunction(callee: Node): Node | null {
    const node = uncast(callee)
    if (isFunction(node)) return node
    const declaration = node.type === 'Identifier' ? bindingAt(tree, node)?.declaration : null
    if (declaration && isFunction(declaration)) return declaration
    const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
    return init && isFunction(init) ? init : null
  }

  /** Is what is changed a variable of this file, or part of something that was made in it? */
  function isOwn(target: Node): boolean {
    const node = uncast(target)
    if (node.type === 'ObjectPattern' || node.type === 'ArrayPattern') return false
    if (isMember(node)) {
      const object = uncast(node.object)
      if (object.type !== 'Identifier') return isMember(object) && isOwn(object)
      return isMadeHere(object, /^(?:displayName|defaultProps|propTypes)$/.test(memberName(node) ?? ''))
    }
    const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
    return binding !== null && binding.kind !== 'import'
  }

  /** `for (const item of list)` of a list that is written out in this file. */
  function listItem(id: t.Identifier): Node | null {
    const declaration = bindingAt(tree, id)?.declaration
    const statement = declaration && parentOf(declaration)
    const loop = statement && parentOf(statement)
    if (loop?.type !== 'ForOfStatement' || loop.left !== statement || loop.right.type !== 'Identifier') return null
    const list = constOf(loop.right)
    const items = list?.type === 'ArrayExpression' ? list.elements : []
    return items.length > 0 && items.every((item) => item?.type === 'ObjectExpression') ? (items[0] ?? null) : null
  }

  /** `forwardRef(...)`, `React.memo(...)`: a new component. */
  function isOfReact(callee: Node): boolean {
    return importedAs(callee, tree)?.source === 'react'
  }

  /** What a call gives may be somebody else's, but for a component that it makes. */
  function isMadeHere(id: t.Identifier, isComponent: boolean): boolean {
    const declaration = bindingAt(tree, id)?.declaration
    if (!declaration) return false
    if (isFunction(declaration) || declaration.type === 'ClassDeclaration' || declaration.type === 'TSEnumDeclaration')
      return true
    const init =
      declaration.type === 'VariableDeclarator' ? (declaration.init ? uncast(declaration.init) : listItem(id)) : null
    if (init?.type === 'CallExpression') return isComponent || isOfReact(init.callee)
    return init !== null && /^(?:Object|Array|ArrowFunction|Function|Class|New)Expression$/.test(init.type)
  }
}

/** Methods that change, or walk, what they are called on. */
const COLLECTION = /^(?:add|copyWithin|delete|fill|forEach|pop|push|reverse|set|shift|sort|splice|unshift)$/

function first<T extends Node>(list: readonly T[], find: (node: T) => Node | null): Node | null {
  for (const node of list) {
    const found = find(node)
    if (found) return found
  }
  return null
}

/** `initializeApp(config)`, `setUpClient(options)`: more than a value is made, by its name. A call of the result only makes it. */
function isRegistration(call: t.CallExpression): boolean {
  const callee = uncast(call.callee)
  const name = callee.type === 'Identifier' ? callee.name : isMember(callee) ? (memberName(callee) ?? '') : ''
  const parent = parentOf(call)
  return REGISTERS.test(name) && !(parent?.type === 'CallExpression' && parent.callee === call)
}

const REGISTERS =
  /^(?:init(?:iali[sz]e)?|register|set[uU]p|install|bootstrap|patch|enable|start|connect|subscribe|listen)(?![a-z]|With)/

/** A line of a log, and an assertion: nothing is different afterwards. */
function isCheck(callee: Node, tree: ScopeTree): boolean {
  const object = isMember(callee) ? uncast(callee.object) : null
  if (object?.type === 'Identifier' && object.name === 'console') return !bindingAt(tree, object)
  return ASSERTIONS.test(importedAs(callee, tree)?.source ?? '')
}

const ASSERTIONS = /^(?:tiny-invariant|ts-invariant|invariant|(?:node:)?assert)$/

function isDelete(node: Node): node is t.UnaryExpression {
  return node.type === 'UnaryExpression' && node.operator === 'delete'
}

/** `typeof window !== 'undefined'`, which is never so on a server. */
function isBrowserOnly(test: Node): boolean {
  const node = uncast(test)
  if (node.type === 'LogicalExpression') return node.operator === '&&' && isBrowserOnly(node.left)
  if (node.type !== 'BinaryExpression' || !/^!==?$/.test(node.operator)) return false
  const [kind, text] = [node.left, node.right]
  return (
    kind.type === 'UnaryExpression' &&
    kind.operator === 'typeof' &&
    kind.argument.type === 'Identifier' &&
    /^(?:window|document|navigator)$/.test(kind.argument.name) &&
    text.type === 'StringLiteral' &&
    text.value === 'undefined'
  )
}
