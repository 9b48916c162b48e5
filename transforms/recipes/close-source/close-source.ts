import type * as t from '@babel/types'
import { afterIn } from '../../concerns/after.ts'
import { type Lowering, note, snippet } from '../../concerns/lowering.ts'
import type { Pass } from '../../model/route.ts'
import { isCall, isMember, keyName, memberName } from '../../syntax/match.ts'
import { isPlainListener, listenedFor } from '../../syntax/listeners.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { type Registered, takesRegister } from './register-type.ts'

/**
 * `run({ source: res })`: a function of the project that does no more with the response than `source.on('close', stop)`.
 * Pages: `close` comes when the connection has ended: after the answer, or when the client leaves while the handler still works.
 * App: what `after()` of next/server is given runs by the same event, then as well (next@15.5.26, server/after/after-context.ts
 * `runCallbacksOnClose`; build/templates/app-route.ts: `onClose: (cb) => res.on('close', cb)`). The function stays as it is, and is handed an
 * object with the same method (PA597).
 */
export const closeSource: Recipe = {
  id: 'close-source',
  codes: ['PA597'],
  packages: [],
  owns: (found, context) => registeredBy(found, context) !== null,
  lower: (found, at, context) => {
    const registered = registeredBy(found, context)
    if (!registered || !at.hasAfter) return false
    for (const pass of found.passes) hand(pass, registered, at)
    note(at, 'PA597', 'note', found.call, { text: snippet(at.file, found.call.callee) })
    return true
  },
}

function hand({ ref }: Pass, { names, isTyped }: Registered, at: Lowering): void {
  const types = at.typed && !isTyped ? [': string', ': () => void'] : ['', '']
  const parameters = `(_event${types[0]}, listener${types[1]}) => `
  const property = parentOf(ref)
  const after = afterIn(at.tree).local
  const isShort = property?.type === 'ObjectProperty' && property.shorthand
  at.edits.push({
    start: startOf(ref),
    end: endOf(ref),
    pieces: [
      `${isShort && ref.type === 'Identifier' ? `${ref.name}: ` : ''}{ `,
      ...names.flatMap((name, i) => [`${i > 0 ? ', ' : ''}${name}: ${parameters}`, `${after}(`, 'listener)']),
      ' }',
    ],
  })
}

/** The methods that the callee registers its listeners with; null when it does, or may do, anything else with the response. */
function registeredBy({ call, passes }: PackageCall, context: RecipeContext): Registered | null {
  const [pass, ...others] = passes
  if (!pass || others.length > 0 || pass.root !== 'res' || pass.key === null || pass.isWhole) return null
  if (call.arguments.slice(0, pass.index + 1).some(({ type }) => type === 'SpreadElement')) return null
  const argument = call.arguments[pass.index]
  if (argument?.type !== 'ObjectExpression' || argument.properties.some(({ type }) => type === 'SpreadElement'))
    return null
  const found = context.functionAt(call.callee)
  const param = found?.fn.params[pass.index]
  const uses = param && found ? usesOf(param, pass.key, found.tree) : null
  if (!uses || uses.length === 0 || !found) return null
  const names = uses.map(registrationOf)
  const known = names.flatMap((name) => name ?? [])
  if (known.length < names.length || !param) return null
  return takesRegister(param, pass.key, { names: [...new Set(known)], tree: found.tree })
}

/** Where a part of a parameter is used: by the name that takes it off, or as a member of the parameter. Null when that cannot be told. */
function usesOf(param: Node, key: string, tree: ScopeTree): Node[] | null {
  if (param.type === 'ObjectPattern') return usesInPattern(param, key, tree)
  const binding = param.type === 'Identifier' ? bindingAt(tree, param) : null
  if (!binding) return null
  const uses: Node[] = []
  for (const { node, kind } of binding.references) {
    const parent = parentOf(node)
    if (kind === 'type') continue
    if (kind === 'read' && isMember(parent) && parent.object === node) {
      const name = memberName(parent)
      if (name === null) return null
      if (name === key) uses.push(parent)
    } else if (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'ObjectPattern') {
      const taken = usesInPattern(parent.id, key, tree)
      if (!taken) return null
      uses.push(...taken)
    } else return null
  }
  return uses
}

/** Empty when the pattern does not take it off. */
function usesInPattern({ properties }: t.ObjectPattern, key: string, tree: ScopeTree): Node[] | null {
  const uses: Node[] = []
  for (const property of properties) {
    if (property.type !== 'ObjectProperty' || property.computed) return null
    if (keyName(property) !== key) continue
    const binding = property.value.type === 'Identifier' ? bindingAt(tree, property.value) : null
    if (!binding || binding.references.some(({ kind }) => kind === 'write')) return null
    uses.push(...binding.references.flatMap(({ node, kind }) => (kind === 'type' ? [] : [node])))
  }
  return uses
}

/** `source.on('close', stop)` as a statement: the name of the method. */
function registrationOf(node: Node): string | null {
  const member = parentOf(node)
  const call = isMember(member) && member.object === node ? parentOf(member) : null
  if (!isMember(member) || !isCall(call) || call.callee !== member || call.optional) return null
  const listener = listenedFor(call, 'close')
  const isStatement = parentOf(call)?.type === 'ExpressionStatement'
  return listener && isStatement && isPlainListener(listener) ? memberName(member) : null
}
