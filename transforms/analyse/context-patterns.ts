import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isConstant, keyName } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { contains, endOf, isPlainFunction, type Node, some, startOf, walk } from '../syntax/tree.ts'

/**
 * `async (opts) => { const { req, res, user } = opts; ... }` with the pattern where the parameter is: its first statement takes one of the
 * parameters apart, and that is all that is done with it.
 */
export function patternEdits(module: SourceModule): Edit[] {
  const { file } = module
  if (!mayHavePattern(file.text)) return []
  const edits: Edit[] = []
  walk(file.ast.program, (node) => {
    if (isPlainFunction(node)) edits.push(...editsOf(node, module))
    return true
  })
  return edits
}

/** How far a pattern reaches: no text is looked at again and again. */
const LONGEST = 2000

/** `{ ... req ... } = x` somewhere, with braces inside it or not. */
function mayHavePattern(text: string): boolean {
  for (const { index } of text.matchAll(/\}\s*=\s*\w/g)) {
    let open = 1
    let from = index
    while (open > 0 && from > index - LONGEST && from > 0) {
      const before = text[--from]
      if (before === '}') open++
      else if (before === '{') open--
    }
    if (/\bre[qs]\b/.test(text.slice(from, index))) return true
  }
  return false
}

function editsOf(fn: FunctionNode, module: SourceModule): Edit[] {
  const first = fn.body.type === 'BlockStatement' ? fn.body.body[0] : undefined
  if (!first || fn.generator || (fn.body.type === 'BlockStatement' && fn.body.directives.length > 0)) return []
  for (const param of fn.params) {
    const pattern = param.type === 'Identifier' && !param.optional ? patternOf(first, param, module) : null
    if (param.type === 'Identifier' && pattern && mayStandAt(param, { pattern, fn, module }))
      return moved(first, { param, pattern, fn, module })
  }
  return []
}

interface Found {
  pattern: t.ObjectPattern
  fn: FunctionNode
  module: SourceModule
}

function moved(first: t.Statement, { param, pattern, fn, module }: Found & { param: t.Identifier }): Edit[] {
  const { file } = module
  const { typeAnnotation: annotation } = param
  const isBare = fn.params.length === 1 && /^\s*=>/.test(file.text.slice(endOf(param)))
  const slices = [pattern, ...(annotation ? [annotation] : [])].map((node) => ({
    from: startOf(node),
    to: endOf(node),
  }))
  return [
    // Comments above it stay.
    {
      start: startOf(first),
      end: endOf(first) + (/^\s*/.exec(file.text.slice(endOf(first)))?.[0].length ?? 0),
      pieces: [],
    },
    { start: startOf(param), end: endOf(param), pieces: isBare ? ['(', ...slices, ')'] : slices },
  ]
}

/**
 * Among the parameters it is taken apart before those after it get their defaults, and sees neither them nor what the body declares; its names
 * are seen by the others.
 */
function mayStandAt(param: t.Identifier, { pattern, fn, module: { tree } }: Found): boolean {
  const at = fn.params.indexOf(param)
  const isPlain = (one: Node): boolean =>
    one.type === 'Identifier' ||
    (one.type === 'AssignmentPattern' && one.left.type === 'Identifier' && isConstant(one.right))
  const bindingsIn = (node: Node): Binding[] => {
    const found: Binding[] = []
    walk(node, (inner) => {
      const binding = inner.type === 'Identifier' ? bindingAt(tree, inner) : null
      if (binding) found.push(binding)
      return undefined
    })
    return found
  }
  const own = new Set(
    bindingsIn(pattern)
      .filter(({ id }) => contains(pattern, id))
      .map(({ name }) => name),
  )
  const others = fn.params.filter((one) => one !== param)
  return (
    fn.params.slice(at + 1).every(isPlain) &&
    !others.some((one) => some(one, (node) => node.type === 'Identifier' && own.has(node.name))) &&
    bindingsIn(pattern).every(
      ({ id, scope }) =>
        contains(pattern, id) || !contains(fn, scope.node) || fn.params.slice(0, at).some((one) => contains(one, id)),
    )
  )
}

/** The pattern that takes `req` or `res`, and more, off the parameter; where it takes no more the names are followed as they are. */
function patternOf(statement: t.Statement, param: t.Identifier, { tree }: SourceModule): t.ObjectPattern | null {
  const declarator = statement.type === 'VariableDeclaration' ? statement.declarations[0] : undefined
  if (statement.type !== 'VariableDeclaration' || !declarator || statement.declarations.length !== 1) return null
  const { id, init } = declarator
  const binding = bindingAt(tree, param)
  const isOnly = binding?.references.filter(({ kind }) => kind !== 'type').every(({ node }) => node === init)
  if (statement.kind === 'var' || id.type !== 'ObjectPattern' || id.typeAnnotation || !isOnly || !init) return null
  const keys = id.properties.map((property) => (property.type === 'ObjectProperty' ? keyName(property) : null))
  const isRoot = (key: string | null): boolean => key === 'req' || key === 'res'
  return keys.some(isRoot) && !keys.every(isRoot) && !keys.includes(null) ? id : null
}
