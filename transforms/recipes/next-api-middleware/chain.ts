import type * as t from '@babel/types'
import { exportedHere } from '../../syntax/exported.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { keyName, stringValue, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { literalOf } from './literal.ts'
import { type Declared, declaredIn, type Middleware, PACKAGE } from './middleware.ts'

/** A call of `label` or `use`, with the names of what runs. */
export interface Maker {
  module: SourceModule
  call: t.CallExpression
  /** The constant that it makes; null where it is called at once. */
  constant: Binding | null
  /** Names of the middleware that always runs, in order. */
  always: readonly t.Identifier[]
  /** What can be chosen by name; null for `use`, whose result is given the handler. */
  choices: ReadonlyMap<string, readonly t.Identifier[]> | null
}

export interface Unclear {
  node: Node
  module: SourceModule
}

export function isMakerCall(node: Node, { tree }: SourceModule): node is t.CallExpression {
  if (node.type !== 'CallExpression') return false
  const imported = importedAs(node.callee, tree)
  return imported?.source === PACKAGE && /^(?:label|use)$/.test(imported.name)
}

/** `label({ errors, user }, ['errors'])`, `use(errors, [user, log])` */
export function readMaker(call: t.CallExpression, module: SourceModule, context: ShorthandContext): Maker | Unclear {
  const isLabel = importedAs(call.callee, module.tree)?.name === 'label'
  const parent = parentOf(call)
  const isConstant = parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
  const constant = isConstant ? bindingAt(module.tree, parent.id) : null
  const base = { module, call, constant }
  if (!isLabel) {
    const always = namesIn(call.arguments, module)
    return 'node' in always ? always : { ...base, always: always.names, choices: null }
  }
  const [object, order, ...others] = call.arguments.map((argument) =>
    literalOf(argument, { module, context, isReader: isMakerCall }),
  )
  if (object?.type !== 'ObjectExpression' || others.length > 0) return { node: object ?? call, module }
  const choices = new Map<string, readonly t.Identifier[]>()
  for (const property of object.properties) {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    const found = property.type === 'ObjectProperty' ? namesIn([property.value], module) : null
    if (key === null || !found || 'node' in found || choices.has(key)) return { node: property, module }
    choices.set(key, found.names)
  }
  if (order && order.type !== 'ArrayExpression') return { node: order, module }
  const always = chosen(order?.elements ?? [], choices, module)
  return 'node' in always ? always : { ...base, always: always.names, choices }
}

/** What `withMiddleware('user', log)` chooses. */
export function chosen(
  given: readonly (Node | null)[],
  choices: Maker['choices'],
  module: SourceModule,
): { names: readonly t.Identifier[] } | Unclear {
  const names: t.Identifier[] = []
  for (const argument of given) {
    const key = argument ? stringValue(uncast(argument)) : null
    const known = key === null ? null : choices?.get(key)
    const found = known ? { names: known } : argument ? namesIn([argument], module) : null
    if (!argument || !found || (key !== null && !known)) return { node: argument ?? module.file.ast.program, module }
    if ('node' in found) return found
    names.push(...found.names)
  }
  return { names }
}

function namesIn(given: readonly Node[], module: SourceModule): { names: t.Identifier[] } | Unclear {
  const names: t.Identifier[] = []
  for (const argument of given) {
    const value = uncast(argument)
    const found =
      value.type === 'ArrayExpression'
        ? namesIn(
            value.elements.flatMap((element) => element ?? []),
            module,
          )
        : value.type === 'Identifier'
          ? { names: [value] }
          : { node: argument, module }
    if ('node' in found) return found
    names.push(...found.names)
  }
  return { names }
}

/** The names that a module lists in its calls of `label` and `use`. */
export function listedIn(module: SourceModule, context: ShorthandContext): Set<string> {
  const names = new Set<string>()
  walk(module.file.ast.program, (node) => {
    const maker = isMakerCall(node, module) ? readMaker(node, module, context) : null
    if (!maker || 'node' in maker) return undefined
    for (const { name } of [...maker.always, ...[...(maker.choices ?? []).values()].flat()]) names.add(name)
    return undefined
  })
  return names
}

/** Every call of `label` and `use` at the top of a module. */
export function makersIn(module: SourceModule, context: ShorthandContext): (Maker | Unclear)[] {
  return module.file.ast.program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    const [declarator] = declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
    const init = declarator?.init ? uncast(declarator.init) : null
    return init && isMakerCall(init, module) ? [readMaker(init, module, context)] : []
  })
}

/** What a name in a module stands for, where it is a middleware that is written as a wrapper; null for anything else. */
export function middlewareAt(id: t.Identifier, from: SourceModule, context: ShorthandContext): Middleware | null {
  const imported = importedAs(id, from.tree)
  const found = imported ? moduleOf(imported, from, context) : { module: from, binding: bindingAt(from.tree, id) }
  if (!found?.binding || found.binding.scope !== found.module.tree.program) return null
  const { module, binding } = found
  if (binding.references.some(({ kind }) => kind === 'write')) return null
  const declared = declaredIn(module, listedIn(module, context))
  const own = declared.find(({ name, maker }) => name === binding.name && maker === null)
  return own ?? madeBy(binding, module, declared, context)
}

/** `const onlyGet = onlyFor('GET')` */
function madeBy(
  { kind, declaration }: Binding,
  module: SourceModule,
  declared: readonly Declared[],
  context: ShorthandContext,
): Middleware | null {
  const call =
    kind === 'const' && declaration.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return null
  const imported = importedAs(call.callee, module.tree)
  const found = imported ? moduleOf(imported, module, context) : null
  const all = found ? declaredIn(found.module, listedIn(found.module, context)) : declared
  const { name } = found?.binding ?? call.callee
  return all.find((one) => one.name === name && one.maker !== null) ?? null
}

/** The binding of another module behind an import, through no further module. */
export function moduleOf(
  { source, name }: { source: string; name: string },
  from: SourceModule,
  context: ShorthandContext,
): { module: SourceModule; binding: Binding | null } | null {
  const path = context.resolve(source, from.path)
  const module = path === null ? null : context.moduleAt(path)
  return module ? { module, binding: exported(name, module) } : null
}

function exported(name: string, module: SourceModule): Binding | null {
  const found = exportedHere(name, module)
  return found && 'binding' in found ? found.binding : null
}

/** The name under which a module exports what it declares. */
export function exportedAs(name: string, module: SourceModule): string | null {
  const binding = module.tree.program.bindings.get(name)
  if (!binding) return null
  if (exported(name, module) === binding) return name
  return exported('default', module) === binding ? 'default' : null
}
