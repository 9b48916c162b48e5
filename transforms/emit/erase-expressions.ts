import type { Edit } from '../syntax/edits.ts'
import { outerRange } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** `x as T`, `x satisfies T`, `x!`, `<T>x`: what is left is x, without the parentheses that only the cast needed. */
export function castEdits(node: Node, file: SourceFile): Edit[] {
  const { text } = file
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression': {
      const keyword = skipOn(text, endOf(node.expression))
      const suffix: Edit = { start: skipBack(text, keyword), end: endOf(node), pieces: [] }
      return [suffix, ...parentheses(node, file), ...innerParentheses(node, file), ...trailingSemicolon(node, file)]
    }
    case 'TSNonNullExpression':
      return [{ start: skipOn(text, endOf(node.expression)), end: endOf(node), pieces: [] }, ...parentheses(node, file)]
    case 'TSTypeAssertion':
      return prefixEdits(node, outerRange(text, node.expression).start, file)
    default:
      return []
  }
}

/** `<T>{ a }` at the start of an arrow's body or a statement would become a block. */
function prefixEdits(node: Node, from: number, file: SourceFile): Edit[] {
  const { text } = file
  const parent = parentOf(node)
  const head = text.slice(from)
  const wasStart =
    parent?.type === 'ExpressionStatement' || (parent?.type === 'ArrowFunctionExpression' && parent.body === node)
  const isBare = !(node.extra as { parenthesized?: boolean } | undefined)?.parenthesized
  if (wasStart && isBare && /^(?:\{|function\b|class\b)/.test(head))
    return [
      { start: startOf(node), end: from, pieces: ['('] },
      { start: endOf(node), end: endOf(node), pieces: [')'] },
    ]
  const sign = text[startOf(node) - 1]
  const clash = (sign === '+' || sign === '-') && head[0] === sign
  return [{ start: startOf(node), end: from, pieces: clash ? [' '] : [] }, ...parentheses(node, file)]
}

const SIMPLE: ReadonlySet<string> = new Set(['Identifier', 'ThisExpression', 'MemberExpression', 'CallExpression'])

/** `(body as T).name` becomes `body.name`. Kept where they mean something (an optional chain, `new (f() as T)()`) or part words. */
function parentheses(node: Node, { text }: SourceFile): Edit[] {
  const { start, end } = outerRange(text, node)
  if (start === startOf(node) || !('expression' in node)) return []
  let inner = node.expression as Node
  while (/^TS(As|Satisfies|NonNull)/.test(inner.type) && 'expression' in inner) inner = inner.expression as Node
  const parent = parentOf(node)
  const isPlain = SIMPLE.has(inner.type) && !(inner.extra as { parenthesized?: boolean } | undefined)?.parenthesized
  if (!isPlain || parent?.type === 'NewExpression' || /[\w$]/.test(text[start - 1] ?? '')) return []
  // A comment or a line break inside stays where it is.
  if (text.slice(start + 1, startOf(node)).trim() !== '' || text.slice(endOf(node), end - 1).trim() !== '') return []
  if (text.slice(start, end).includes('\n')) return []
  return [
    { start, end: startOf(node), pieces: [] },
    { start: endOf(node), end, pieces: [] },
  ]
}

/** `f((a ?? b) as T)`: where a whole expression stands, they were for the cast. */
function innerParentheses(node: Node, { text }: SourceFile): Edit[] {
  const inner = 'expression' in node ? (node.expression as Node) : node
  const { start, end } = outerRange(text, inner)
  const parent = parentOf(node)
  const isWhole =
    ((parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee !== node) ||
    (parent?.type === 'VariableDeclarator' && parent.init === node) ||
    (parent?.type === 'AssignmentExpression' && parent.right === node) ||
    (parent?.type === 'ObjectProperty' && parent.value === node)
  const isPlain = start + 1 === startOf(inner) && end - 1 === endOf(inner) && inner.type !== 'SequenceExpression'
  const isOuter = outerRange(text, node).start === startOf(node)
  if (!isWhole || !isPlain || !isOuter || text.slice(start, end).includes('\n')) return []
  return [
    { start, end: start + 1, pieces: [] },
    { start: end - 1, end, pieces: [] },
  ]
}

/** Where a type ended the statement, the next line may now go on with it: `a as T` before a line with `(`. */
export function trailingSemicolon(node: Node, { text }: SourceFile): Edit[] {
  const parent = parentOf(node)
  const isEnd = /^TS(As|Satisfies|Instantiation)/.test(node.type) || parent?.type === 'TSInstantiationExpression'
  const follows = /^(?:[ \t]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*\n(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*[([`]/.test(
    text.slice(endOf(node)),
  )
  return isEnd && follows ? [{ start: endOf(node), end: endOf(node), pieces: [';'] }] : []
}

/** Over white space, comments and closing parentheses. */
function skipOn(text: string, from: number): number {
  return from + (/^(?:[\s)]|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*/.exec(text.slice(from))?.[0].length ?? 0)
}

export function skipBack(text: string, from: number): number {
  let at = from
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--
  return at
}
