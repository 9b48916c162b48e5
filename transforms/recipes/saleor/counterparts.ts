import type * as t from '@babel/types'
import { spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { detectStyle, quoted } from '../../syntax/style.ts'
import { endOf, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { findDeclared } from '../declared.ts'
import type { Counterpart, CounterpartRecipe, RecipeContext } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { FIRST, PAGES_HANDLERS, ROUTE_HANDLERS } from './factories.ts'

/** A webhook refuses every other method itself. */
const WEBHOOK = `export function createHandler(handler) {
  return async (req, res) => {
    if (req.method !== 'POST') return res.status(405).json(refusal())
    return handler(req, res, validate(req.headers))
  }
}
`

const PROTECTED = `export function createProtectedHandler(handler, apl, permissions) {
  return async (req, res) => handler(req, res, validate(req.headers))
}
`

/**
 * `createHandler(handler)` of a webhook, and `createProtectedHandler(handler, apl, permissions)`: @saleor/app-sdk@1.11.0 handlers/next. Their
 * namesakes of handlers/next-app-router validate alike (shared/generic-saleor-webhook, shared/protected-action-validator) and then call
 * `handler(request, context)`, where these call `handler(req, res, context)`. Errors of a webhook's handler go to Next in both. Those of a
 * protected handler did too, after its first await; now they are answered (PA593: 500, `Unexpected server error`).
 */
export const saleorCounterparts: CounterpartRecipe = {
  id: 'saleor/counterparts',
  codes: ['PA564', 'PA592', 'PA593'],
  find: (callee, from, context) => {
    const node = uncast(callee)
    const imported = importedAs(node, from.tree)
    if (imported?.source === PAGES_HANDLERS && imported.name === 'createProtectedHandler')
      return protectedHandler(node, from, context)
    if (!isMember(node) || node.computed || memberName(node) !== 'createHandler') return null
    const found = findDeclared(node.object, from, context)
    return found?.node.type === 'NewExpression'
      ? webhook(found.node, found.module, { callee: node, from, context })
      : null
  },
}

interface Called {
  callee: Node
  from: SourceModule
  context: RecipeContext
}

function webhook(made: t.NewExpression, module: SourceModule, { callee, from, context }: Called): Counterpart | null {
  const imported = importedAs(made.callee, module.tree)
  if (imported?.source !== PAGES_HANDLERS || !/^Saleor(?:Async|Sync)Webhook$/.test(imported.name)) return null
  const refuse = (why: string, at: Node): Diagnostic => refusal(why, at, from)
  const source = importOf(made.callee, module)
  const [options, ...others] = made.arguments
  const object = options && others.length === 0 ? uncast(options) : null
  const blocked = !hasForm(context)
    ? refuse('version', callee)
    : source === null
      ? refuse('import', callee)
      : object?.type !== 'ObjectExpression' || !object.properties.every((p) => ignoresRequest(p, module))
        ? refuse('options', callee)
        : null
  return {
    name: 'createHandler',
    text: WEBHOOK,
    notes: [{ code: 'PA564', level: 'note', span: spanOf(from.file, callee), data: {} }],
    blocked,
    definition: { module, node: made, member: 'createHandler', source: PAGES_HANDLERS, type: imported.name },
    ...edited(source, module),
    readsRaw: true,
    keyed: null,
  }
}

function protectedHandler(callee: Node, from: SourceModule, context: RecipeContext): Counterpart {
  const source = importOf(callee, from)
  const why = !hasForm(context) ? 'version' : source === null ? 'import' : null
  const span = spanOf(from.file, callee)
  return {
    name: 'createProtectedHandler',
    text: PROTECTED,
    notes: [
      { code: 'PA564', level: 'note', span, data: {} },
      { code: 'PA593', level: 'review', span, data: {} },
    ],
    blocked: why === null ? null : refusal(why, callee, from),
    definition: null,
    ...edited(source, from),
    readsRaw: false,
    keyed: null,
  }
}

function edited(source: Node | null, module: SourceModule): Pick<Counterpart, 'module' | 'edit'> {
  const pieces = [quoted(detectStyle(module.file), ROUTE_HANDLERS)]
  return { module, edit: source && { start: startOf(source), end: endOf(source), pieces } }
}

function hasForm({ app }: RecipeContext): boolean {
  return parseRange(app.packages['@saleor/app-sdk'] ?? '')?.lets(FIRST) === true
}

function refusal(why: string, at: Node, { file }: SourceModule): Diagnostic {
  return { code: 'PA592', level: 'blocker', span: spanOf(file, at), data: { why } }
}

/** `onError` and `formatErrorResponse` are given the request after the error. */
function ignoresRequest(property: t.ObjectExpression['properties'][number], { tree }: SourceModule): boolean {
  const name = property.type === 'SpreadElement' ? null : keyName(property)
  if (name === null || property.type === 'SpreadElement') return false
  if (name !== 'onError' && name !== 'formatErrorResponse') return true
  const fn = property.type === 'ObjectMethod' ? property : uncast(property.value)
  if (fn.type !== 'ObjectMethod' && !isPlainFunction(fn)) return false
  const [, request, ...more] = fn.params
  if (more.length > 0 || tree.globals.has('arguments')) return false
  if (!request) return fn.params.every((param) => param.type !== 'RestElement')
  return request.type === 'Identifier' && (bindingAt(tree, request)?.references ?? []).every((r) => r.kind === 'type')
}

/** Where the name is imported from, when that can be changed: the other names are types of handlers, which go with the old handler. */
function importOf(name: Node, { tree }: SourceModule): Node | null {
  const declaration = name.type === 'Identifier' ? bindingAt(tree, name)?.declaration : undefined
  const statement = declaration ? parentOf(declaration) : null
  if (statement?.type !== 'ImportDeclaration' || statement.specifiers.some((s) => s.type !== 'ImportSpecifier'))
    return null
  const isAlone = statement.specifiers.every((one) => {
    const uses = bindingAt(tree, one.local)?.references ?? []
    return one === declaration
      ? uses.length === 1
      : uses.every(({ node, kind }) => kind === 'type' && isHandlerType(node))
  })
  return isAlone ? statement.source : null
}

/** `const handler: NextJsWebhookHandler<Payload> = async (req, res, context) => ...` */
function isHandlerType(node: Node): boolean {
  let at: Node | null = node
  while (at && at.type !== 'VariableDeclarator' && at.type !== 'Program') at = parentOf(at)
  return at?.type === 'VariableDeclarator' && isPlainFunction(at.init ? uncast(at.init) : null)
}
