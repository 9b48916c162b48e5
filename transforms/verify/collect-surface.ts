import { openLedger } from '../analyse/ledger.ts'
import { findEntry } from '../analyse/entry.ts'
import type { RouteParam } from '../model/project.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast } from '../syntax/match.ts'
import { type FunctionNode, httpMethods, type Root } from '../model/route.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, walk } from '../syntax/tree.ts'
import { createConstants, type Environment } from './constants.ts'
import { createFields, type Fields } from './fields.ts'
import { asMethod, findMethodSites } from './method-sites.ts'
import { type Origin, traceOrigins } from './origins.ts'
import { readComparison } from './comparisons.ts'
import { flattenShape, shapeOf } from './schema-shape.ts'
import type { BodyForm, Surface } from './surface.ts'

/** What requests to a handler are made from. */
export interface HandlerSources {
  /** The parameters of its path. */
  params: readonly RouteParam[]
  /** The handler's own module first, then the project modules that it reaches, as far as they are known. */
  modules: readonly SourceModule[]
  /** What the stand-in of process.env answers. */
  environment: Environment
}

/**
 * Everything that the sources name and a request can carry. Read twice over, by the ledger of the engine and by a scan of the syntax that
 * shares nothing with it: what one of them overlooks, the other may find.
 */
export function collectSurface({ params, modules, environment }: HandlerSources): Surface {
  const entries = modules.slice(0, 1).flatMap(findHandler)
  const origins = traceOrigins(modules, entries)
  const constants = createConstants(modules, environment)
  const methodsAt = findMethodSites(modules, origins, constants)
  const fields = createFields(params.map(({ name }) => name))
  const methods = new Set<string>()
  const bodyForms = new Set<BodyForm>()
  const note = (node: Node, path: Origin) => {
    if (path[0] === 'body') bodyForms.add('json')
    fields.add(path, methodsAt(node))
  }
  for (const { fn, roles } of entries) readLedger(modules, fn, roles, note)
  for (const { file } of modules)
    walk(file.ast.program, (node) => {
      for (const method of methodsNamed(node)) methods.add(method)
      const form = bodyFormOf(node, origins.of)
      if (form) bodyForms.add(form)
      for (const path of computedReads(node, origins.of, constants)) note(node, path)
      if (isRead(node)) for (const origin of origins.of(node)) note(node, origin)
      readSchema(node, origins.of, constants, (path, values, kind) => {
        note(node, path)
        fields.tell(path, values, kind)
      })
      for (const { node: subject, values, kind } of readComparison(node, constants))
        for (const origin of origins.of(subject)) fields.tell(origin, values, kind)
      return true
    })
  return { methods: [...methods], fields: fields.list(), bodyForms }
}

/** The functions of the handler's module that take a request by their place: the default export, or what it is made from. */
function findHandler({ file, tree }: SourceModule): { fn: FunctionNode; roles: (Root | null)[] }[] {
  const entry = findEntry(file.ast, tree)
  if (entry.kind === 'function') return [{ fn: entry.fn, roles: ['req', 'res'] }]
  if (entry.kind !== 'call') return []
  return handlersIn(entry.call, tree).map((fn) => ({ fn, roles: ['req', 'res'] }))
}

/** `withA(withB(handler))`, `api({ GET: handler })`: also by name, and in an object that has one. */
function handlersIn(node: Node, tree: ScopeTree): FunctionNode[] {
  const value = uncast(node)
  if (isPlainFunction(value) || value.type === 'ObjectMethod') return [value]
  if (isCall(value)) return value.arguments.flatMap((argument) => handlersIn(argument, tree))
  if (value.type === 'ObjectExpression')
    return value.properties.flatMap((p) =>
      p.type === 'ObjectProperty' ? handlersIn(p.value, tree) : p.type === 'ObjectMethod' ? [p] : [],
    )
  const declared = value.type === 'Identifier' ? bindingAt(tree, value)?.declaration : null
  if (declared?.type === 'FunctionDeclaration') return [declared]
  const init = declared?.type === 'VariableDeclarator' && declared.init ? uncast(declared.init) : null
  return init && (isPlainFunction(init) || init.type === 'ObjectExpression') ? handlersIn(init, tree) : []
}

function readLedger(
  modules: readonly SourceModule[],
  fn: FunctionNode,
  roles: readonly (Root | null)[],
  note: (node: Node, path: Origin) => void,
): void {
  const tree = modules[0]?.tree
  if (!tree) return
  const { uses, destructures } = openLedger(
    fn,
    null,
    roles.map((role) => role ?? 'other'),
    true,
    tree,
  )
  for (const { root, steps, node } of uses) {
    if (root !== 'req') continue
    const names: string[] = []
    for (const step of steps) {
      // The name before the parentheses is that of a method.
      if (step.kind === 'call') names.pop()
      if (step.kind !== 'prop') break
      names.push(step.name)
    }
    note(node, names)
  }
  for (const { root, leaves } of destructures)
    for (const { path, property, rest } of leaves) if (root === 'req' && !rest) note(property, path)
}

/** `req.query[name]` and `name in req.query`, where the sources show which names there are. */
function computedReads(
  node: Node,
  originsOf: (node: Node) => readonly Origin[],
  constants: ReturnType<typeof createConstants>,
): Origin[] {
  const [object, key] =
    isMember(node) && node.computed && memberName(node) === null
      ? [node.object, node.property]
      : node.type === 'BinaryExpression' && node.operator === 'in'
        ? [node.right, node.left]
        : [null, null]
  if (!object || !key) return []
  const places = originsOf(object).filter(({ length }) => length === 1)
  if (places.length === 0) return []
  return constants.valuesOf(key).flatMap((name) => places.map((place) => [...place, String(name)]))
}

/** Where a value is taken, not only passed through: the last link of a chain, a name that is declared. */
function isRead(node: Node): boolean {
  if (node.type === 'Identifier') {
    const parent = parentOf(node)
    return parent === null || !isMember(parent) || parent.object === node
  }
  const call = parentOf(node)
  if (isMember(node)) return call === null || !isCall(call) || call.callee !== node
  return isCall(node)
}

function methodsNamed(node: Node): string[] {
  const text =
    node.type === 'ObjectProperty' || node.type === 'ObjectMethod'
      ? (keyName(node) ?? '')
      : isMember(node)
        ? isHandlerCall(node)
          ? (memberName(node) ?? '')
          : ''
        : (stringValue(node) ?? '')
  // `get` alone is the name of too many things.
  const isPlain = httpMethods.some((method) => method === text)
  const method = isPlain || (isMember(node) && text !== '') ? asMethod(text) : null
  return method ? [method] : text.split(/[,\s]+/).flatMap((word) => httpMethods.filter((one) => one === word))
}

/** `router.post(handler)`, with a function in the place of the handler. */
function isHandlerCall(node: Node): boolean {
  const call = parentOf(node)
  return (
    call !== null &&
    isCall(call) &&
    call.callee === node &&
    call.arguments.some((argument) => isPlainFunction(argument))
  )
}

/** What the names in the sources say about the form of the body. */
function bodyFormOf(node: Node, originsOf: (node: Node) => readonly Origin[]): BodyForm | null {
  if (node.type === 'StringLiteral') {
    if (/urlencoded/.test(node.value)) return 'form'
    if (/multipart|formidable|multer|busboy/.test(node.value)) return 'multipart'
    if (/^(?:raw-body|micro|get-raw-body)$/.test(node.value)) return 'text'
  }
  if (node.type === 'ObjectProperty' && keyName(node) === 'bodyParser' && node.value.type === 'BooleanLiteral')
    return node.value.value ? null : 'text'
  if (!isCall(node) || !isMember(node.callee)) return null
  const name = memberName(node.callee)
  if (name === 'formData') return 'form'
  const [first] = node.arguments
  const isBody = first !== undefined && originsOf(first).some(([place]) => place === 'body')
  return name === 'parse' && isBody && stringValue(node.callee.object) === null ? 'text' : null
}

/** `schema.parse(req.body)`: what the schema reads belongs to its argument. */
function readSchema(
  node: Node,
  originsOf: (node: Node) => readonly Origin[],
  constants: ReturnType<typeof createConstants>,
  tell: (path: Origin, values: Parameters<Fields['tell']>[1], kind: Parameters<Fields['tell']>[2]) => void,
): void {
  if (!isCall(node)) return
  const subjects = node.arguments.flatMap((argument) => originsOf(argument).filter((origin) => origin.length > 0))
  if (subjects.length === 0) return
  const schemas = [...(isMember(node.callee) ? [node.callee.object] : []), ...node.arguments]
  for (const schema of schemas)
    for (const { path, values, kind } of flattenShape(shapeOf(schema, constants)))
      for (const subject of subjects)
        if (subject.length === 1)
          tell(
            subject[0] === 'headers' ? [...subject, ...path.map((key) => key.toLowerCase())] : [...subject, ...path],
            values,
            kind,
          )
}
