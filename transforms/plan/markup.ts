import type { RecipeContext } from '../recipes/recipe.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, memberName, stringValue, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type FunctionNode, isFunction, type Node, parentOf, walk } from '../syntax/tree.ts'

const MARKUP = /^\s*<(!doctype|[a-z][a-z0-9-]*[\s>/])/i

/** Where an expression stands; `module`: in another file than the route's. */
interface Place {
  tree: ScopeTree
  functionAt: RecipeContext['functionAt']
  module?: SourceModule
  /** What a Promise of it comes to stands there. */
  isAwaited?: boolean
  /** Functions on the way, each looked into once. */
  within?: readonly FunctionNode[]
}

/** Text that begins as HTML does: as the expression shows, or the constant or the function of the project that it comes from. */
export function isMarkup(value: Node, place: Place): boolean {
  const beginnings = beginningsOf(value, place, 0)
  return beginnings.length > 0 && beginnings.every((text) => MARKUP.test(text))
}

/** How a text may begin; '' where nothing shows that. */
function beginningsOf(value: Node, place: Place, depth: number): string[] {
  if (depth > MOST_STEPS) return ['']
  const node = uncast(value)
  const inner = (next: Node): string[] => beginningsOf(next, place, depth + 1)
  if (node.type === 'TemplateLiteral') {
    const [first] = node.quasis
    const [placed] = node.expressions
    return first?.value.cooked === '' && placed ? inner(placed) : [first?.value.cooked ?? '']
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') return inner(node.left)
  if (node.type === 'ConditionalExpression') return [...inner(node.consequent), ...inner(node.alternate)]
  if (node.type === 'AwaitExpression') return beginningsOf(node.argument, { ...place, isAwaited: true }, depth + 1)
  if (isCall(node) && isMember(node.callee) && KEEPS_BEGINNING.test(memberName(node.callee) ?? ''))
    return inner(node.callee.object)
  if (isCall(node)) return ofFunction(node.callee, place, depth)
  const binding = node.type === 'Identifier' ? bindingAt(place.tree, node) : null
  if (binding?.declaration.type === 'VariableDeclarator') return ofVariable(binding, inner)
  return [stringValue(node) ?? '']
}

const MOST_STEPS = 12

/** Of text; what they take away or put in is not at its head, or only blanks. */
const KEEPS_BEGINNING = /^(?:trim|trimStart|trimEnd|concat|toString)$/

/** What it is declared with and what it is set to; `let html = ''; html += '<ul>'` begins with what is added first. */
function ofVariable({ declaration, references }: Binding, inner: (node: Node) => string[]): string[] {
  const init = declaration.type === 'VariableDeclarator' ? declaration.init : null
  const writes = references.filter(({ kind }) => kind === 'write').map(({ node }) => parentOf(node))
  const initial = init ? inner(init) : ['']
  const isEmpty = initial.every((text) => text === '')
  const later = writes.flatMap((write, index) => {
    if (write?.type !== 'AssignmentExpression') return ['']
    return write.operator === '=' || (isEmpty && index === 0) ? inner(write.right) : []
  })
  return isEmpty && later.length > 0 ? later : [...initial, ...later]
}

/** All that a function of the project may return: not a Promise of it, and not what a generator gives. */
function ofFunction(
  callee: Node,
  { functionAt, module, within = [], isAwaited = false }: Place,
  depth: number,
): string[] {
  const found = functionAt(callee, module)
  if (!found || within.includes(found.fn) || found.fn.generator || (found.fn.async && !isAwaited)) return ['']
  const returned = returnsOf(found.fn)
  const place = { tree: found.tree, functionAt, module: found.module, isAwaited, within: [...within, found.fn] }
  return returned.length === 0 ? [''] : returned.flatMap((value) => beginningsOf(value, place, depth + 1))
}

function returnsOf({ body }: FunctionNode): Node[] {
  if (body.type !== 'BlockStatement') return [body]
  const found: Node[] = []
  walk(body, (node) => {
    if (node.type === 'ReturnStatement' && node.argument) found.push(node.argument)
    return isFunction(node) ? false : undefined
  })
  return found
}
