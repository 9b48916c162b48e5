import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'
import { endOf, isListHolder, listOf, type Node, startOf, walk } from '../../transforms/syntax/tree.ts'

/** One way to make a source smaller: [start, end) becomes the text. */
export interface Cut {
  start: number
  end: number
  text: string
}

/** All ways to take one thing out of a file, those that take most first: statements, branches, members of lists, operands. */
export function findCuts(path: string, source: string): Cut[] {
  const file = parseSource(path, source)
  if (isParseFailure(file)) return []
  const cuts: Cut[] = []
  const textOf = (node: Node): string => source.slice(startOf(node), endOf(node))
  const replace = (node: Node, text: string): number => cuts.push({ start: startOf(node), end: endOf(node), text })
  walk(file.ast.program, (node) => {
    if (isListHolder(node)) for (const statement of listOf(node)) replace(statement, '')
    if (node.type === 'SwitchStatement') for (const arm of node.cases) replace(arm, '')
    for (const [whole, part] of partsOf(node)) {
      const inside = part.type === 'BlockStatement' ? textOf(part).slice(1, -1) : textOf(part)
      replace(whole, inside)
    }
    for (const list of listsOf(node)) {
      for (const [i, item] of list.entries()) {
        const next = list[i + 1]
        const before = list[i - 1]
        if (next) cuts.push({ start: startOf(item), end: startOf(next), text: '' })
        else if (before) cuts.push({ start: endOf(before), end: endOf(item), text: '' })
        else replace(item, '')
      }
    }
    return undefined
  })
  return cuts.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length))
}

/** What a compound node can be replaced by. */
function partsOf(node: Node): [Node, Node][] {
  const found: (Node | null | undefined)[] = []
  if (node.type === 'IfStatement') found.push(node.consequent, node.alternate)
  else if (node.type === 'TryStatement') found.push(node.block, node.handler?.body)
  else if (node.type === 'ForOfStatement' || node.type === 'BlockStatement')
    found.push(...(node.type === 'BlockStatement' ? [] : [node.body]))
  else if (node.type === 'ConditionalExpression') found.push(node.consequent, node.alternate)
  else if (node.type === 'LogicalExpression' || node.type === 'BinaryExpression') found.push(node.left, node.right)
  else if (node.type === 'AwaitExpression' || node.type === 'UnaryExpression') found.push(node.argument)
  else if (node.type === 'TSAsExpression' || node.type === 'TSNonNullExpression') found.push(node.expression)
  else if (node.type === 'CallExpression') {
    found.push(node.arguments[0])
    // A link of a chain: `res.status(1).json(x)` without its status.
    if (node.callee.type === 'MemberExpression' && node.callee.object.type === 'CallExpression') {
      const link = node.callee.object
      return link.callee.type === 'MemberExpression' ? [[link, link.callee.object]] : []
    }
  }
  const pairs: [Node, Node][] = []
  for (const part of found) if (part) pairs.push([node, part])
  if (node.type === 'IfStatement' && node.alternate) pairs.push([node, { ...node, end: endOf(node.consequent) }])
  return pairs
}

function listsOf(node: Node): Node[][] {
  if (node.type === 'ObjectExpression' || node.type === 'ObjectPattern') return [node.properties]
  if (node.type === 'ArrayExpression') return [node.elements.filter((e) => e !== null)]
  if (node.type === 'VariableDeclaration' && node.declarations.length > 1) return [node.declarations]
  return []
}

/** Names that a source uses and does not declare. Null: it is no program. */
export function findGlobals(path: string, source: string): Set<string> | null {
  const file = parseSource(path, source)
  if (isParseFailure(file)) return null
  return new Set(analyseScopes(file.ast).globals.keys())
}
