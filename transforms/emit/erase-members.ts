import type * as t from '@babel/types'
import type { Edit } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

/** Type syntax of functions, classes and declarations that is no annotation. `gone` takes the parameter `this`. */
export function memberEdits(node: Node, file: SourceFile, gone: Set<Node>): Edit[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ObjectMethod':
      return thisEdits(node.params, file, gone)
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return [...thisEdits(node.params, file, gone), ...modifierEdits(node, file)]
    case 'ClassProperty':
    case 'ClassPrivateProperty':
    case 'ClassAccessorProperty':
      return modifierEdits(node, file)
    case 'ClassDeclaration':
    case 'ClassExpression':
      return classEdits(node, file)
    case 'Identifier':
      return node.optional && !node.typeAnnotation ? [{ start: endOf(node) - 1, end: endOf(node), pieces: [] }] : []
    default:
      return []
  }
}

/** `function f(this: Window, a)` */
function thisEdits(params: readonly Node[], { text }: SourceFile, gone: Set<Node>): Edit[] {
  const [first, second] = params
  if (first?.type !== 'Identifier' || first.name !== 'this') return []
  gone.add(first)
  const comma = /^\s*,\s*/.exec(text.slice(endOf(first)))?.[0].length ?? 0
  return [{ start: startOf(first), end: second ? startOf(second) : endOf(first) + comma, pieces: [] }]
}

function classEdits(node: t.ClassDeclaration | t.ClassExpression, { text }: SourceFile): Edit[] {
  const edits: Edit[] = []
  const abstract = /^abstract\s+/.exec(text.slice(startOf(node)))
  if (abstract && 'abstract' in node && node.abstract)
    edits.push({ start: startOf(node), end: startOf(node) + abstract[0].length, pieces: [] })
  const [first, last] = [node.implements?.[0], node.implements?.at(-1)]
  if (!first || !last) return edits
  const start = text.slice(0, startOf(first)).search(/\s+implements\s+(?:\/\*[\s\S]*?\*\/\s*)?$/)
  if (start >= 0) edits.push({ start, end: endOf(last), pieces: [] })
  return edits
}

type Member = t.ClassMethod | t.ClassPrivateMethod | t.ClassProperty | t.ClassPrivateProperty | t.ClassAccessorProperty

/** `private`, `readonly`, `override` and the like before the name, `?` and `!` after it. */
function modifierEdits(node: Member, { text }: SourceFile): Edit[] {
  const key = startOf(node.key)
  const words = text.slice(startOf(node), key).matchAll(/\b(?:public|private|protected|readonly|override|abstract)\s+/g)
  const edits = Array.from(words, (m): Edit => {
    const start = startOf(node) + m.index
    return { start, end: start + m[0].length, pieces: [] }
  })
  const hasMark = 'optional' in node && node.optional ? true : 'definite' in node && node.definite
  const isTyped = 'typeAnnotation' in node && node.typeAnnotation
  const mark = hasMark && !isTyped ? /^\s*\]?(\s*[?!])/.exec(text.slice(endOf(node.key))) : null
  if (mark) {
    const end = endOf(node.key) + mark[0].length
    edits.push({ start: end - (mark[1]?.length ?? 0), end, pieces: [] })
  }
  return [...edits, ...keywordName(node, text)]
}

/** A field named `get` whose type ended its line would take the next member for its own. */
function keywordName(node: Member, text: string): Edit[] {
  if (node.type !== 'ClassProperty' || node.value || node.key.type !== 'Identifier' || node.computed) return []
  if (!/^(?:get|set|static|async|accessor)$/.test(node.key.name) || text[endOf(node) - 1] === ';') return []
  return [{ start: endOf(node), end: endOf(node), pieces: [';'] }]
}
