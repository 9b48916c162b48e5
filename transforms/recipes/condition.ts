import type { Node } from '../syntax/tree.ts'

/**
 * A condition that is put together of pieces of the source. A node is printed without the parentheses that stood around it, so whatever takes it
 * as an operand has to set them anew.
 */
export interface Condition {
  text: string
  /** What it may stand beside without parentheses: everything but `!`, its own operator, nothing. */
  binds: 'alone' | '||' | '&&' | 'loosely'
}

/** `print` gives the text of a node, as it stands in the source. */
type Print = (node: Node) => string

export function printTest(test: Node, print: Print): Condition {
  return { text: print(test), binds: bindingOf(test) }
}

function bindingOf(test: Node): Condition['binds'] {
  if (test.type === 'LogicalExpression') return test.operator === '??' ? 'loosely' : test.operator
  return isUnit(test) || test.type === 'BinaryExpression' ? 'alone' : 'loosely'
}

/** Nothing in front of it takes a part of it. */
function isUnit({ type }: Node): boolean {
  return /^(?:Identifier|UnaryExpression|(?:Optional)?(?:Call|Member)Expression|(?:String|Numeric|Boolean|Null|Template)Literal)$/.test(
    type,
  )
}

export function joined(left: Condition, operator: '||' | '&&', right: Condition): Condition {
  const operand = ({ text, binds }: Condition): string => (binds === 'alone' || binds === operator ? text : `(${text})`)
  return { text: `${operand(left)} ${operator} ${operand(right)}`, binds: operator }
}

const OPPOSITES: Readonly<Record<string, string>> = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' }

/** That the test does not hold. */
export function negated(test: Node, print: Print): Condition {
  if (test.type === 'UnaryExpression' && test.operator === '!') return printTest(test.argument, print)
  const opposite = test.type === 'BinaryExpression' ? OPPOSITES[test.operator] : undefined
  if (test.type === 'BinaryExpression' && opposite && isUnit(test.left) && isUnit(test.right))
    return { text: `${print(test.left)} ${opposite} ${print(test.right)}`, binds: 'alone' }
  return { text: isUnit(test) ? `!${print(test)}` : `!(${print(test)})`, binds: 'alone' }
}
