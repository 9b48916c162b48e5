import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { type Node, walk } from '../syntax/tree.ts'

/** A string or number of the source; null stands for what the request says. */
export type Word = string | number | null

/** What outside values are compared with: what they have to be for the branches behind to run. */
export interface Words {
  all: readonly (string | number)[]
  /** By the name of the property or variable that is compared: `role` -> `admin`. */
  named: Readonly<Record<string, readonly Word[]>>
}

const MOST = 60

export function collectWords(files: readonly (readonly [path: string, text: string])[]): Words {
  const all = new Set<string | number>()
  const named = new Map<string, Set<Word>>()
  const compare = (one: Node, other: Node): void => {
    const values = literalsOf(other)
    for (const value of values) all.add(value)
    const name = nameOf(one)
    if (name === null) return
    const known = named.get(name) ?? new Set()
    named.set(name, known)
    for (const value of values) known.add(value)
    if (values.length === 0 && nameOf(other) !== null) known.add(null)
  }
  for (const [path, text] of files) {
    const file = parseSource(path, text)
    if (!isParseFailure(file)) walk(file.ast.program, (node) => collect(node, compare))
  }
  return {
    all: [...all].slice(0, MOST),
    named: Object.fromEntries([...named].map(([name, words]) => [name, [...words].slice(0, MOST)])),
  }
}

function collect(node: Node, compare: (one: Node, other: Node) => void): boolean {
  if (node.type === 'BinaryExpression' && /^(?:[!=]==?|[<>]=?)$/.test(node.operator)) {
    compare(node.left, node.right)
    compare(node.right, node.left)
  } else if (node.type === 'SwitchStatement') {
    for (const { test } of node.cases) if (test) compare(node.discriminant, test)
  } else if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const [argument] = node.arguments
    const name = memberName(node.callee)
    if (argument && name !== null && /^(?:includes|startsWith|endsWith|indexOf|has)$/.test(name)) {
      compare(argument, node.callee.object)
      compare(node.callee.object, argument)
    }
  }
  return true
}

function literalsOf(node: Node): (string | number)[] {
  const plain = uncast(node)
  if (plain.type === 'StringLiteral' || plain.type === 'NumericLiteral') return [plain.value]
  if (plain.type !== 'ArrayExpression') return []
  return plain.elements.flatMap((item) => (item ? literalsOf(item) : []))
}

function nameOf(node: Node): string | null {
  const plain = uncast(node)
  if (plain.type === 'Identifier') return plain.name
  if (isMember(plain)) return memberName(plain)
  return null
}

/** Names of all properties that a file calls. */
export const collectCalled = (text: string): string[] =>
  Array.from(text.matchAll(/\.\s*([\w$]+)\s*(?:\?\.)?\s*(?:<[^<>()]*>)?\s*\(/g), ([, name = '']) => name)
