import { block, type Lowering, need, note, snippet } from '../concerns/lowering.ts'
import { importedAs } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt, isNameTaken } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import type { Init } from './print-response.ts'
import { jsonBody, type ResponseValue } from './response-body.ts'
import { type ResponseContext, slice } from './response.ts'
import { isStatedText } from './stated-result.ts'

/**
 * `res.send(value)` of a value of which the expression does not show what it is: a type tells (NextApiResponse<T>, the result
 * of a function), else a function at the end of the route file looks at the value as `res.send` did.
 */
export function sendUnknown(value: Node, init: Init, context: ResponseContext): ResponseValue | null {
  const { at } = context
  const type = context.bodyType?.trim() ?? ''
  if (type === 'string' || isStatedText(value, context)) return { kind: 'plain', value: [slice(value)] }
  if (isObjectType(type)) return jsonBody(value, init, context)
  if (isCaught(value, at)) {
    note(at, 'PA598', 'note', value, { text: snippet(at.file, value) })
    init.headers = init.headers.filter((h) => h.name?.toLowerCase() !== 'content-type')
    return jsonBody(value, init, context)
  }
  // What browsers load too cannot import from node:stream.
  if (at.hasCallers || NAMES.some((name) => meansElse(name, at))) {
    block(at, 'PA221', value)
    return null
  }
  const name = senderName(at)
  need(at, 'sender', value, name)
  note(at, 'PA599', 'note', value, { text: snippet(at.file, value), name })
  return { kind: 'sent', by: name, value: [slice(value)] }
}

/** `{ ... }`, `Item[]` or `Array<Item>`, and nothing beside it: one half of a union may be text. */
function isObjectType(type: string): boolean {
  let outer = type
  for (let inner = ''; inner !== outer; ) {
    inner = outer
    outer = outer.replace(/\{[^{}<>()]*\}/g, '#').replace(/<[^{}<>()]*>|\([^{}<>()]*\)/g, '')
  }
  return /^(?:#|Array|(?:#|[\w.]+)\[\])$/.test(outer)
}

/** What a catch block caught, as it came. */
function isCaught(value: Node, { tree }: Lowering): boolean {
  const node = uncast(value)
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  return binding?.kind === 'catch' && binding.references.every(({ kind }) => kind !== 'write')
}

/** What the function at the end of the file refers to. */
const NAMES = ['Readable', 'Stream', 'Buffer', 'Response', 'NextResponse', 'Headers', 'Uint8Array']

/** The name is one of the file's own, unless it imports just that. */
function meansElse(name: string, { tree }: Lowering): boolean {
  const { bindings, types } = tree.program
  const binding = bindings.get(name)
  if (!binding) return types.has(name)
  const imported = importedAs(binding.id, tree)
  return (
    isTypeOnly(binding.declaration) ||
    imported?.name !== name ||
    !/^(node:)?(stream|buffer)$|^next\/server$/.test(imported.source)
  )
}

/** `import type { Readable }`, `import { type Readable }`: no value has that name. */
function isTypeOnly(declaration: Node): boolean {
  const parent = parentOf(declaration)
  return [declaration, parent].some((node) => node && 'importKind' in node && node.importKind === 'type')
}

/** One for the whole file, which no function of it uses for something else. */
function senderName({ tree, file }: Lowering): string {
  const isFree = (name: string): boolean => !isNameTaken(tree, name, file.ast.program)
  for (let i = 2; ; i++) {
    const found = ['send', 'sendValue', `send${i}`].find(isFree)
    if (found) return found
  }
}
