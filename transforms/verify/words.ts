import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { type Node, walk } from '../syntax/tree.ts'

const MOST = 60

/** Strings and numbers that a file compares with: what an outside value has to be for its branches to run. */
export function collectWords(path: string, text: string): (string | number)[] {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return []
  const words = new Set<string | number>()
  const add = (node: Node | null | undefined): void => {
    if (node?.type === 'StringLiteral' || node?.type === 'NumericLiteral') words.add(node.value)
    if (node?.type === 'ArrayExpression') for (const item of node.elements) add(item)
  }
  walk(file.ast.program, (node) => {
    if (node.type === 'BinaryExpression' && /^(?:[!=]==?|[<>]=?)$/.test(node.operator)) {
      add(node.left)
      add(node.right)
    } else if (node.type === 'SwitchCase') add(node.test)
    else if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const { property, object } = node.callee
      if (property.type === 'Identifier' && /^(?:includes|startsWith|endsWith|indexOf|has)$/.test(property.name)) {
        add(object)
        for (const argument of node.arguments) add(argument)
      }
    }
    return true
  })
  return [...words].slice(0, MOST)
}

/** Names of all properties that a file calls. */
export const collectCalled = (text: string): string[] =>
  Array.from(text.matchAll(/\.\s*([\w$]+)\s*(?:\?\.)?\s*(?:<[^<>()]*>)?\s*\(/g), ([, name = '']) => name)
