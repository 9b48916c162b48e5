import type * as t from '@babel/types'
import type { WrapperShape } from '../analyse/wrappers.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, withCasts } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, isPlainFunction, type Node, parentOf, some, startOf } from '../syntax/tree.ts'

/** What the wrapper does where there is no handler. */
export interface Refusal {
  statements: readonly t.Statement[]
  shape: WrapperShape
  module: SourceModule
}

/** The statements of the wrapper with the names of the caller; null where they say more than the caller can. */
export function writtenRefusal(
  { statements, shape, module }: Refusal,
  given: readonly [t.Identifier, t.Identifier],
  methods: readonly string[],
  into: SourceModule,
): string[] | null {
  const { file, tree } = module
  const { quote } = detectStyle(into.file)
  const params = shape.inner.params.map((param) => (param.type === 'Identifier' ? bindingAt(tree, param) : null))
  const written = statements.map((statement): string | null => {
    const edits: { start: number; end: number; text: string }[] = []
    const isOther = some(statement, (node) => {
      if (node.type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)/.test(node.type))
        return !/Keyword$/.test(node.type)
      if (isPlainFunction(node) || node.type === 'ThisExpression' || node.type === 'Import') return true
      if (node.type === 'ObjectProperty' && node.shorthand) return true
      if (node.type !== 'Identifier' || isKey(node)) return false
      const binding = bindingAt(tree, node)
      const index = binding ? params.indexOf(binding) : -1
      const name = index >= 0 ? given[index]?.name : undefined
      if (name !== undefined) edits.push({ start: startOf(node), end: endOf(node), text: name })
      else if (binding === shape.handler) {
        const edit = keysEdit(node, methods, quote, file.text)
        if (!edit) return true
        edits.push(edit)
      } else return binding !== null || isDeclared(node.name, into)
      return false
    })
    if (isOther) return null
    let text = file.text.slice(startOf(statement), endOf(statement))
    for (const edit of edits.sort((a, b) => b.start - a.start))
      text = text.slice(0, edit.start - startOf(statement)) + edit.text + text.slice(edit.end - startOf(statement))
    return text
  })
  return written.every((one) => one !== null) ? written.flatMap((one) => one ?? []) : null
}

/** Somewhere in the file the name stands for something else than the global. */
function isDeclared(name: string, { tree }: SourceModule): boolean {
  return [...tree.scopeOf.values()].some(({ bindings }) => bindings.has(name))
}

/** `Object.keys(handlers)`, or `Object.keys(handlers).join(', ')`, as what it is; null for another use of the table. */
function keysEdit(
  node: Node,
  methods: readonly string[],
  quote: string,
  text: string,
): { start: number; end: number; text: string } | null {
  const keys = parentOf(withCasts(node))
  if (keys?.type !== 'CallExpression' || keys.arguments.length !== 1 || !isMember(keys.callee)) return null
  const { object } = keys.callee
  if (object.type !== 'Identifier' || object.name !== 'Object' || memberName(keys.callee) !== 'keys') return null
  const member = parentOf(keys)
  const call = isMember(member) && member.object === keys && memberName(member) === 'join' ? parentOf(member) : null
  const [between, ...others] = call?.type === 'CallExpression' && call.callee === member ? call.arguments : []
  const isJoined = between?.type === 'StringLiteral' && others.length === 0 && /^[\w ,|/]*$/.test(between.value)
  if (!call || !isJoined) {
    const list = methods.map((one) => quote + one + quote).join(', ')
    return { start: startOf(keys), end: endOf(keys), text: `[${list}]` }
  }
  const joined = methods.join(between.value)
  const [start, end] = [startOf(call), endOf(call)]
  const isInTemplate =
    parentOf(call)?.type === 'TemplateLiteral' && text.slice(start - 2, start) === '${' && text[end] === '}'
  return isInTemplate ? { start: start - 2, end: end + 1, text: joined } : { start, end, text: quote + joined + quote }
}

/** A name behind a dot, or a key. */
function isKey(node: Node): boolean {
  const parent = parentOf(node)
  if (isMember(parent)) return parent.property === node && !parent.computed
  return parent?.type === 'ObjectProperty' && parent.key === node && !parent.computed && !parent.shorthand
}
