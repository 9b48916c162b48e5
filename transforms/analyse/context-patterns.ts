import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { keyName } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, isPlainFunction, startOf, walk } from '../syntax/tree.ts'

/**
 * `async (opts) => { const { req, res, user } = opts; ... }` with the pattern where the parameter is: its first statement takes the object
 * apart, and that is all that is done with it.
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

/** `{ ... req ... } = x` somewhere. Each text between braces is looked at once: one expression would begin again at every `req`. */
function mayHavePattern(text: string): boolean {
  for (const { index } of text.matchAll(/\}\s*=\s*\w/g)) {
    const from = Math.max(text.lastIndexOf('{', index - 1), text.lastIndexOf('}', index - 1)) + 1
    if (/\bre[qs]\b/.test(text.slice(from, index))) return true
  }
  return false
}

function editsOf(fn: FunctionNode, module: SourceModule): Edit[] {
  const [param, ...others] = fn.params
  const first = fn.body.type === 'BlockStatement' ? fn.body.body[0] : undefined
  if (param?.type !== 'Identifier' || others.length > 0 || !first || fn.generator) return []
  const pattern = patternOf(first, param, module)
  if (!pattern) return []
  const { file } = module
  const { typeAnnotation: annotation } = param
  const isBare = /^\s*=>/.test(file.text.slice(endOf(param)))
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
