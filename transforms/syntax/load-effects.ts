import type * as t from '@babel/types'
import { importedAs } from './imported.ts'
import { createKnownFunctions } from './known-functions.ts'
import { createMade } from './made-here.ts'
import { isCall, isMember, memberName, rootOf, uncast } from './match.ts'
import type { Effects, ImportedCall } from './effects.ts'
import {
  CALLS_BACK,
  decoratorOf,
  effectOfGlobal,
  isBrowserOnly,
  isCheckOfEnvironment,
  isLog,
  isRegistration,
  isShared,
  loadsEnvironment,
  MUTATES,
} from './known-effects.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { eachChild, isClass, isFunction, type Node } from './tree.ts'

type Run = t.CallExpression | t.OptionalCallExpression | t.NewExpression | t.TaggedTemplateExpression

/**
 * What a module does when it is loaded. What it keeps is taken for a value that was only made, `const store = createStore()`, unless the name of
 * the function says more, as that of `initializeApp()`, or it is a function of the project that does more. What is `taken` out of the module is
 * not its own.
 */
export function findLoadEffects(
  { ast }: { ast: t.File },
  tree: ScopeTree,
  taken: ReadonlySet<string> = new Set(),
): Effects {
  return effectsOf(ast.program, tree, taken)
}

/** What a call of a function, or of a class with `new`, does. */
export function findCallEffects(called: Node, tree: ScopeTree): Effects {
  return effectsOf(called, tree, new Set())
}

function effectsOf(start: Node, tree: ScopeTree, taken: ReadonlySet<string>): Effects {
  let seen = new Map<Node, boolean>()
  let calls: ImportedCall[] = []
  let changes: Node | null = null
  let throws: Node | null = null
  let isForValue = false
  const { functionOf, classOf } = createKnownFunctions(tree)
  const made = createMade(tree, taken)
  const acts = start.type === 'Program' ? first(start.body, statementEffect) : bodyEffect(start, true)
  return { acts, throws, changes, calls }

  function statementEffect(node: Node): Node | null {
    switch (node.type) {
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        return node.declaration ? statementEffect(node.declaration) : null
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'FunctionDeclaration':
        return null
      case 'ThrowStatement':
        if (!isForValue) return node
        throws ??= node
        return valueEffect(node.argument)
      case 'ExpressionStatement':
        return calledFor(node.expression)
      case 'IfStatement':
        return (
          valueEffect(node.test) ??
          (isBrowserOnly(node.test) ? null : statementEffect(node.consequent)) ??
          (node.alternate ? statementEffect(node.alternate) : null)
        )
      default:
        return isFunction(node) || /^(?:TS(?!Enum|Module)|Declare)/.test(node.type) ? null : valueEffect(node)
    }
  }

  /** An expression whose value nobody keeps. */
  function calledFor(expression: Node): Node | null {
    const node = uncast(expression)
    if (node.type === 'AssignmentExpression') return valueEffect(node)
    if (!isCall(node)) return /Literal$|^Super$/.test(node.type) ? null : (valueEffect(node) ?? node)
    if (node.callee.type === 'Super') return valueEffect(node)
    const { callee } = node
    const own = functionOf(callee)
    const collection = !own && isMember(callee) && MUTATES.test(memberName(callee) ?? '') ? callee.object : null
    const isKnown = own !== null || (collection && made.isOwnObject(collection)) || isLog(callee, tree)
    if (!isKnown) return node
    const found = childEffect(node) ?? runAll(node.arguments, false)
    if (found) return found
    return own ? bodyEffect(own, false) : collection && changed(collection, node, made.isOwnObject)
  }

  function bodyEffect(fn: Node, kept: boolean): Node | null {
    const before = seen.get(fn)
    // What is done for its value only is not all that is done.
    if (before === false || before === kept) return null
    seen.set(fn, kept)
    const outer = isForValue
    isForValue ||= kept
    const found = isFunction(fn) ? runEffects(fn, kept) : isClass(fn) ? constructEffect(fn) : null
    isForValue = outer
    return found
  }

  function runEffects({ params, body }: t.Function, kept: boolean): Node | null {
    const found = first<Node>(params, valueEffect)
    if (found) return found
    if (body.type === 'BlockStatement') return first(body.body, statementEffect)
    return kept ? valueEffect(body) : calledFor(body)
  }

  /** The fields were looked at where the class is; of a class of another file they were not. */
  function constructEffect({ superClass, body }: t.Class): Node | null {
    const above = superClass ? classOf(superClass) : null
    return (
      (above && bodyEffect(above, true)) ??
      (superClass && !above ? importedEffect(superClass, superClass, []) : null) ??
      first(body.body, (member) => {
        if (member.type === 'ClassMethod') return member.kind === 'constructor' ? bodyEffect(member, true) : null
        const isField = member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty'
        return isField && !member.static && member.value ? valueEffect(member.value) : null
      })
    )
  }

  function valueEffect(node: Node): Node | null {
    switch (node.type) {
      case 'Decorator':
        return node
      case 'ExpressionStatement':
      case 'IfStatement':
      case 'ThrowStatement':
        return statementEffect(node)
      case 'AssignmentExpression':
        return changed(node.left, node) ?? childEffect(node)
      case 'UpdateExpression':
        return changed(node.argument, node) ?? childEffect(node)
      case 'UnaryExpression':
        return (node.operator === 'delete' ? changed(node.argument, node) : null) ?? childEffect(node)
      case 'ForInStatement':
      case 'ForOfStatement':
        return (node.left.type === 'VariableDeclaration' ? null : changed(node.left, node)) ?? childEffect(node)
      case 'ConditionalExpression':
        return isBrowserOnly(node.test) ? valueEffect(node.alternate) : childEffect(node)
      case 'LogicalExpression':
        return node.operator === '&&' && isBrowserOnly(node.left) ? null : childEffect(node)
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        return runEffect(node) ?? childEffect(node)
      default:
        return childEffect(node)
    }
  }

  function childEffect(node: Node): Node | null {
    let found: Node | null = null
    eachChild(node, (child) => {
      found ??=
        isFunction(child) || /^TS(?!As|Non|Sat|ModuleBlock|TypeAss)/.test(child.type)
          ? decoratorOf(child)
          : valueEffect(child)
    })
    return found
  }

  /** Calls and constructors, whose value is kept. */
  function runEffect(node: Run): Node | null {
    const callee = uncast(node.type === 'TaggedTemplateExpression' ? node.tag : node.callee)
    const args: readonly Node[] = node.type === 'TaggedTemplateExpression' ? node.quasi.expressions : node.arguments
    const own = node.type === 'NewExpression' ? classOf(callee) : functionOf(callee)
    if (own) return bodyEffect(own, true) ?? runAll(args)
    const name = isMember(callee) ? (memberName(callee) ?? '') : ''
    const root = rootOf(callee)
    if (node.type === 'CallExpression' && isRegistration(node)) return node
    if (isCheckOfEnvironment(callee, args)) return node
    if (isMember(callee) && MUTATES.test(name) && (root || isOfFile(callee.object)))
      return changed(callee.object, node, made.isOwnObject) ?? runAll(args, name !== 'forEach')
    if (root && !bindingAt(tree, root)) return globalEffect(node, effectOfGlobal(root.name, callee), args)
    if (args.some((arg) => isShared(arg, tree) || made.holdsTaken(arg))) return node
    if (isMember(callee) && CALLS_BACK.test(name)) return runAll(args)
    return importedEffect(node, callee, args)
  }

  /** `lists().push(x)`, `[].concat(x).sort()`: not what a function of others has made. */
  function isOfFile(object: Node): boolean {
    const node = uncast(object)
    return made.isOwnObject(node) || (isCall(node) && functionOf(node.callee) !== null)
  }

  function globalEffect(node: Run, effect: 'none' | 'changes' | 'acts', args: readonly Node[]): Node | null {
    const [target] = args
    if (effect === 'acts') return node
    return (effect === 'changes' && target ? changed(target, node, made.isMade) : null) ?? runAll(args)
  }

  function importedEffect(node: Node, callee: Node, args: readonly Node[]): Node | null {
    const imported = importedAs(callee, tree)
    if (!imported) return null
    if (loadsEnvironment(imported.source)) return node
    const outer = { seen, calls, throws }
    seen = new Map(seen)
    calls = []
    throws = null
    const acts = runAll(args)
    const given = { acts, throws, changes: null, calls }
    seen = outer.seen
    calls = outer.calls
    throws = outer.throws
    calls.push({ node, ...imported, given })
    return null
  }

  /** The functions among arguments. */
  function runAll(args: readonly Node[], kept = true): Node | null {
    return first(args, (arg) => {
      const fn = functionOf(arg)
      return fn && bodyEffect(fn, kept)
    })
  }

  function changed(target: Node, node: Node, isIt = made.isOwn): Node | null {
    if (!isIt(target)) return node
    const root = rootOf(target)
    const binding = root && bindingAt(tree, root)
    if (start !== tree.program.node && binding?.scope === tree.program) changes ??= node
    return null
  }
}

function first<T extends Node>(list: readonly T[], find: (node: T) => Node | null): Node | null {
  for (const node of list) {
    const found = find(node)
    if (found) return found
  }
  return null
}
