import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { contains, functionAround, isLoop, type Node, parentOf } from '../syntax/tree.ts'

/**
 * Nobody else reads the stream or ends it: its name stands only where it is declared, where it is piped and before the `.on` of listeners
 * that are known. Another reader (`data`, a second pipe) takes the bytes that come while the answer is waited for.
 */
export function isReadOnlyHere(stream: t.Identifier, listeners: readonly Node[], { tree }: SourceModule): boolean {
  const heads = listeners.map(emitterOf)
  return (
    bindingAt(tree, stream)?.references.every(
      ({ node, kind }) => kind === 'type' || node === stream || heads.includes(node),
    ) === true
  )
}

/**
 * The name means one stream for the whole request: what the same function declares, at the level of the pipe, or is given. Its first bytes may have
 * come, or its end: only a stream behind it tells (a PassThrough of ours has a `readable` for either).
 */
export function isOwnStream(stream: t.Identifier, piped: Node, { tree }: SourceModule): boolean {
  const binding = bindingAt(tree, stream)
  const isSteady = binding?.kind === 'const' || binding?.references.every(({ kind }) => kind !== 'write') === true
  return (
    binding !== null &&
    isSteady &&
    binding.kind !== 'import' &&
    functionAround(binding.id) === functionAround(piped) &&
    !isRepeated(piped, binding)
  )
}

function emitterOf(listener: Node): Node | null {
  const call = listener.type === 'ExpressionStatement' && isCall(listener.expression) ? listener.expression : null
  return call && isMember(call.callee) ? call.callee.object : null
}

/**
 * `const file = createReadStream(path)` of the same function: nothing has been read of it yet, so that its first bytes, its end or its
 * failure are still to come. A stream from elsewhere may be at its end, and then there is no `readable` (node@20 lib/internal/streams/readable.js,
 * `nReadingNextTick`: `read(0)` of an ended stream only emits `end`). One with an encoding gives text.
 */
export function isFreshFile(stream: t.Identifier, piped: Node, { tree }: SourceModule): boolean {
  const binding = bindingAt(tree, stream)
  const declarator = binding?.declaration
  if (!binding || declarator?.type !== 'VariableDeclarator' || declarator.id !== binding.id || !declarator.init)
    return false
  const declaration = parentOf(declarator)
  const made = uncast(declarator.init)
  return (
    declaration?.type === 'VariableDeclaration' &&
    declaration.kind === 'const' &&
    functionAround(declarator) === functionAround(piped) &&
    !isRepeated(piped, binding) &&
    isCall(made) &&
    opensFile(made, tree)
  )
}

/** A loop around the pipe that is not around the declaration. */
function isRepeated(piped: Node, { declaration }: Binding): boolean {
  for (let at = parentOf(piped); at && !contains(at, declaration); at = parentOf(at)) if (isLoop(at)) return true
  return false
}

function opensFile(
  { callee, arguments: given }: t.CallExpression | t.OptionalCallExpression,
  tree: SourceModule['tree'],
): boolean {
  const imported = importedAs(callee, tree)
  const [path, options, ...more] = given
  return (
    /^(?:node:)?fs$/.test(imported?.source ?? '') &&
    /^(?:default\.)?createReadStream$/.test(imported?.name ?? '') &&
    path !== undefined &&
    path.type !== 'SpreadElement' &&
    more.length === 0 &&
    (!options || (options.type === 'ObjectExpression' && options.properties.every(isRange)))
  )
}

const isRange = (property: Node): boolean =>
  property.type === 'ObjectProperty' && /^(?:start|end|highWaterMark)$/.test(keyName(property) ?? '')
