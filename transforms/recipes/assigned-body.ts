import type * as t from '@babel/types'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { type Binding, isNameTaken } from '../syntax/scope.ts'
import { contains, endOf, functionAround, isPlainFunction, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import type { Shorthand } from './recipe.ts'

/**
 * `req.body = { ...req.body, source: 'web' }`, and the new body read after it. Pages: a property of one object that goes through the whole program. It is written out as a
 * constant of the function, where nothing else of that function sees the request once it is set (PA158): who reads the body of the same request after the
 * function has ended reads what was sent. For functions whose parameter says that it is a request.
 */
export const assignedBody: Shorthand = {
  id: 'assigned-body',
  codes: ['PA158'],
  packages: [],
  concerns: ({ file }) => /\.body\s*=(?!=)/.test(file.text),
  expand: (module) => {
    const edits: Edit[] = []
    const notes: Diagnostic[] = []
    walk(module.file.ast.program, (node) => {
      const found = node.type === 'ExpressionStatement' ? readAssigned(node, module) : null
      if (!found) return undefined
      edits.push(...writeConstant(found, module))
      const data = { text: snippet(module.file, node), name: found.name }
      notes.push({ code: 'PA158', level: 'review', span: spanOf(module.file, node), data })
      return undefined
    })
    return { edits, notes, blockers: [] }
  },
}

interface Assigned {
  left: t.MemberExpression
  /** What reads the body afterwards. */
  reads: readonly Node[]
  name: string
}

function readAssigned(statement: t.ExpressionStatement, module: SourceModule): Assigned | null {
  const { expression } = statement
  const left = expression.type === 'AssignmentExpression' && expression.operator === '=' ? expression.left : null
  if (left?.type !== 'MemberExpression' || left.object.type !== 'Identifier' || memberName(left) !== 'body') return null
  const binding = module.tree.bindingOf.get(left.object)
  const fn = functionAround(statement)
  if (!binding || !isPlainFunction(fn) || parentOf(statement) !== fn.body || !isRequest(binding, fn, module))
    return null
  const others = binding.references.filter(({ node, kind }) => node !== left.object && kind !== 'type')
  if (others.some(({ kind }) => kind === 'write')) return null
  const reads: Node[] = []
  for (const { node } of others) {
    const isLater = startOf(node) > endOf(statement)
    const use = usageOf(node)
    if (use.kind === 'set') return null
    // A function from before may run after it.
    if (!isLater && use.kind !== 'other' && functionAround(node) !== fn) return null
    if (!isLater) continue
    if (use.kind === 'whole') return null
    if (use.kind === 'body') reads.push(use.node)
  }
  const name = ['body', 'requestBody'].find((one) => !isNameTaken(module.tree, one, fn))
  return name === undefined ? null : { left, reads, name }
}

/** A parameter of the function that is typed as one. */
function isRequest(binding: Binding, fn: t.Function, { file }: SourceModule): boolean {
  const { id } = binding
  if (!fn.params.some((param) => param === id) || !id.typeAnnotation) return false
  return /\bNextApiRequest\b/.test(file.text.slice(startOf(id.typeAnnotation), endOf(id.typeAnnotation)))
}

/** How the request is used: its body is read, or something else of it; `whole` where it goes elsewhere, or is taken apart with its body. */
function usageOf(node: Node): { kind: 'body' | 'set' | 'other' | 'whole'; node: Node } {
  const parent = parentOf(node)
  if (parent && isMember(parent) && parent.object === node) {
    const name = memberName(parent)
    if (name === null) return { kind: 'whole', node }
    const outer = parentOf(parent)
    const isSet =
      (outer?.type === 'AssignmentExpression' && outer.left === parent) ||
      outer?.type === 'UpdateExpression' ||
      (outer?.type === 'UnaryExpression' && outer.operator === 'delete')
    if (name !== 'body') return { kind: 'other', node }
    return { kind: isSet ? 'set' : 'body', node: parent }
  }
  if (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'ObjectPattern') {
    const takesBody = parent.id.properties.some(
      (one) => one.type === 'RestElement' || one.computed || (one.key.type === 'Identifier' && one.key.name === 'body'),
    )
    return { kind: takesBody ? 'whole' : 'other', node }
  }
  return { kind: 'whole', node }
}

function writeConstant({ left, reads, name }: Assigned, { file }: SourceModule): Edit[] {
  const type = file.language === 'ts' ? ': any' : ''
  return [
    { start: startOf(left), end: endOf(left), pieces: [`const ${name}${type}`] },
    ...reads
      .filter((one) => !contains(left, one))
      .map((one) => ({ start: startOf(one), end: endOf(one), pieces: [name] })),
  ]
}
