import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, some } from '../syntax/tree.ts'
import { findHandedOn } from './handed-on.ts'
import type { ProjectModules } from './modules.ts'

/**
 * What a zod schema of an object makes of one key: it takes it away before anything of the schema sees it, or takes any text or nothing for it and
 * has it in what it gives. Null for what asks more, and for a schema that is not followed to its end.
 */
export type KeyUse = 'dropped' | 'carried'

/** `schema.parse(value)` and its like; their schema, null for any other call. */
export function schemaOfParse(call: t.CallExpression | t.OptionalCallExpression): Node | null {
  const callee = uncast(call.callee)
  if (!isMember(callee) || call.arguments.length !== 1) return null
  return /^(?:safeParse|parse)(?:Async)?$/.test(memberName(callee) ?? '') ? callee.object : null
}

export function keyUseOf(schema: Node, key: string, from: SourceModule, modules: ProjectModules): KeyUse | null {
  const shape = readObject(schema, from, { modules, key, depth: 12 })
  if (!shape || (!shape.field && shape.others !== 'dropped')) return null
  if (!shape.field) return 'dropped'
  if (shape.field !== 'optional text' || shape.isLookedAt) return null
  return shape.isMadeAnew ? 'dropped' : 'carried'
}

interface Shape {
  /** What the schema says of the key; null where it does not name it. */
  field: 'optional text' | 'other' | null
  /** Keys that it does not name. */
  others: 'dropped' | 'refused' | 'kept'
  /** Code is given the object, and may see the key. */
  isLookedAt: boolean
  /** What it gives is made by code that does not see the key. */
  isMadeAnew?: boolean
}

interface Search {
  modules: ProjectModules
  key: string
  depth: number
}

function readObject(node: Node, from: SourceModule, search: Search): Shape | null {
  const deeper = { ...search, depth: search.depth - 1 }
  const at = uncast(node)
  if (search.depth === 0) return null
  if (at.type === 'Identifier') {
    const named = declared(at, from, search.modules)
    return named && readObject(named.init, named.module, deeper)
  }
  if (at.type !== 'CallExpression') return null
  const made = zodName(at.callee, from)
  const [first] = at.arguments
  if (made !== null) {
    const others = OBJECTS[made]
    return others && first ? withFields({ field: null, others, isLookedAt: false }, first, from, search) : null
  }
  const callee = uncast(at.callee)
  if (!isMember(callee)) return null
  const base = readObject(callee.object, from, deeper)
  return base && refine(base, { method: memberName(callee) ?? '', first }, from, deeper)
}

const OBJECTS: Readonly<Record<string, Shape['others']>> = {
  object: 'dropped',
  strictObject: 'refused',
  looseObject: 'kept',
}

function refine(
  base: Shape,
  { method, first }: { method: string; first: Node | undefined },
  from: SourceModule,
  search: Search,
): Shape | null {
  switch (method) {
    case 'describe':
    case 'brand':
    case 'readonly':
      return base
    case 'strip':
      return { ...base, others: 'dropped' }
    case 'strict':
      return { ...base, others: 'refused' }
    case 'passthrough':
    case 'loose':
    case 'catchall':
      return { ...base, others: 'kept' }
    case 'extend':
      return first ? withFields(base, first, from, search) : null
    case 'merge': {
      const other = first ? readObject(first, from, search) : null
      return other && { ...other, field: other.field ?? base.field, isLookedAt: base.isLookedAt || other.isLookedAt }
    }
    case 'pick':
    case 'omit': {
      const named = first ? namesKey(first, search.key) : null
      if (named === null) return null
      return named === (method === 'pick') ? base : { ...base, field: null }
    }
    case 'partial':
    case 'required':
      return first || method === 'required' ? { ...base, field: base.field && 'other' } : base
    case 'refine':
    case 'superRefine':
    case 'transform': {
      const isBlind = base.isMadeAnew === true || (first !== undefined && readsOthers(first, from, search.key))
      return isBlind
        ? { ...base, isMadeAnew: base.isMadeAnew === true || method === 'transform' }
        : { ...base, isLookedAt: true }
    }
    default:
      return null
  }
}

/** `(value, context) => ...` that asks its value for other keys by name, and for nothing else. */
function readsOthers(node: Node, { tree }: SourceModule, key: string): boolean {
  const fn = uncast(node)
  const param = isPlainFunction(fn) ? fn.params[0] : null
  if (!isPlainFunction(fn) || fn.type === 'FunctionDeclaration' || fn.params.some((one) => one.type === 'RestElement'))
    return false
  if (!param) return fn.type === 'ArrowFunctionExpression'
  const binding = param.type === 'Identifier' ? bindingAt(tree, param) : null
  return (
    binding !== null &&
    !(fn.type !== 'ArrowFunctionExpression' && usesArguments(fn)) &&
    binding.references.every(({ node: use, kind }) => {
      const member = parentOf(use)
      if (kind === 'type') return true
      const name = isMember(member) && member.object === use ? memberName(member) : null
      return kind === 'read' && name !== null && name !== key
    })
  )
}

const usesArguments = (fn: Node): boolean => some(fn, (one) => one.type === 'Identifier' && one.name === 'arguments')

/** The fields that an object names; null where it may name more. */
function withFields(base: Shape, fields: Node, from: SourceModule, { key, modules }: Search): Shape | null {
  const object = uncast(fields)
  if (object.type !== 'ObjectExpression') return null
  let { field } = base
  for (const property of object.properties) {
    if (property.type !== 'ObjectProperty' || property.computed) return null
    if (keyName(property) !== key) continue
    field = isOptionalText(property.value, from, modules) ? 'optional text' : 'other'
  }
  return { ...base, field }
}

/** `z.string().optional()`, and no more. */
function isOptionalText(node: Node, from: SourceModule, modules: ProjectModules): boolean {
  const at = uncast(node)
  if (at.type === 'Identifier') {
    const named = declared(at, from, modules)
    return (
      named !== null && uncast(named.init).type !== 'Identifier' && isOptionalText(named.init, named.module, modules)
    )
  }
  const outer = at.type === 'CallExpression' ? uncast(at.callee) : null
  if (at.type !== 'CallExpression' || at.arguments.length > 0) return false
  if (!outer || !isMember(outer) || !/^(?:optional|nullish)$/.test(memberName(outer) ?? '')) return false
  const text = uncast(outer.object)
  return text.type === 'CallExpression' && text.arguments.length === 0 && zodName(text.callee, from) === 'string'
}

function namesKey(mask: Node, key: string): boolean | null {
  const object = uncast(mask)
  if (object.type !== 'ObjectExpression') return null
  if (object.properties.some((one) => one.type !== 'ObjectProperty' || one.computed)) return null
  return object.properties.some((one) => one.type === 'ObjectProperty' && keyName(one) === key)
}

/** `object` of `z.object`, however zod is imported. */
function zodName(callee: Node, { tree }: SourceModule): string | null {
  const imported = importedAs(callee, tree)
  if (!imported || !/^zod(?:\/v[34])?$/.test(imported.source)) return null
  return imported.name.replace(/^(?:z|default)\./, '')
}

/** What a constant is made of, in its own module or in the one that it is imported from. */
function declared(
  id: t.Identifier,
  from: SourceModule,
  modules: ProjectModules,
): { init: t.Expression; module: SourceModule } | null {
  const imported = importedAs(id, from.tree)
  if (!imported) return constant(bindingAt(from.tree, id), from)
  const path = modules.resolve(from.path, imported.source)
  if (path === null) return null
  const steps = findHandedOn({ path, name: imported.name }, modules)
  const last = steps && (steps[steps.length - 1] ?? { path, name: imported.name })
  const module = last && modules.at(last.path)
  if (!module) return null
  for (const statement of module.file.ast.program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const local = statement.specifiers.find(
      (one) => one.type === 'ExportSpecifier' && one.exported.type === 'Identifier' && one.exported.name === last.name,
    )
    const name = local?.type === 'ExportSpecifier' ? local.local.name : last.name
    if (local && !statement.source) return constant(module.tree.program.bindings.get(name) ?? null, module)
  }
  return constant(module.tree.program.bindings.get(last.name) ?? null, module)
}

function constant(
  binding: ReturnType<typeof bindingAt>,
  module: SourceModule,
): { init: t.Expression; module: SourceModule } | null {
  if (binding?.kind !== 'const' || binding.declaration.type !== 'VariableDeclarator') return null
  const { id, init } = binding.declaration
  return id.type === 'Identifier' && init ? { init, module } : null
}

/** The call that a value is an argument of. */
export function callAround(argument: Node): t.CallExpression | t.OptionalCallExpression | null {
  const call = parentOf(argument)
  return isCall(call) && call.arguments.some((one) => one === argument) ? call : null
}
