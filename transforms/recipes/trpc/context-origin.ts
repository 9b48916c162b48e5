import type * as t from '@babel/types'
import { exportedHere } from '../../syntax/exported.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { isFunction, type Node, parentOf, walk } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { withoutAwait } from './context-seeds.ts'

type Context = Pick<RecipeContext, 'resolve' | 'moduleAt' | 'functionAt'>

/** Packages that hand the context to no code of their own; the middleware of Sentry reads path, type and input. */
const KNOWN = /^@(?:sentry|trpc)\//

/**
 * Does code of a package stand behind an expression: what its chain begins with, through constants, modules that hand it on and functions of
 * the project that give it back? Also for a variable that is assigned, and what is not found.
 */
export function isOfPackage(node: Node, module: SourceModule, context: Context, seen = new Set<Node>()): boolean {
  const ask = (one: Node, from = module): boolean => isOfPackage(one, from, context, seen)
  for (let at = withoutAwait(node); ; at = withoutAwait(at)) {
    if (seen.has(at)) return false
    seen.add(at)
    const imported = importedAs(at, module.tree)
    if (imported) return isImported(imported.source, imported.name, module, context, seen)
    if (isMember(at)) at = at.object
    else if (at.type === 'NewExpression') at = at.callee
    else if (isCall(at)) {
      if (at.callee.type === 'Import') {
        const [source] = at.arguments
        return source?.type !== 'StringLiteral' || isImported(source.value, '*', module, context, seen)
      }
      const found = context.functionAt(at.callee, module)
      if (found && returnedBy(found.fn).some((one) => ask(one, found.module))) return true
      if (uncast(at.callee).type === 'Identifier' && at.arguments.some((one) => isName(one) && ask(one))) return true
      at = at.callee
    } else if (at.type === 'ConditionalExpression') return ask(at.consequent) || ask(at.alternate)
    else if (at.type === 'LogicalExpression') return ask(at.left) || ask(at.right)
    else {
      const binding = at.type === 'Identifier' ? bindingAt(module.tree, at) : null
      if (binding?.declaration.type !== 'VariableDeclarator') return false
      return givenTo(binding).some((one) => one === null || ask(one))
    }
  }
}

/** What can stand for a function or a router: no literal, and nothing that is written there. */
export function isName(node: Node): boolean {
  const at = withoutAwait(node)
  return isMember(at) || isCall(at) || ['Identifier', 'ConditionalExpression', 'LogicalExpression'].includes(at.type)
}

function isImported(source: string, name: string, from: SourceModule, context: Context, seen: Set<Node>): boolean {
  const path = context.resolve(source, from.path)
  if (path === null) return !KNOWN.test(source)
  if (!/\.[cm]?[jt]sx?$/.test(path) || name === '*') return false
  const module = context.moduleAt(path)
  if (!module) return true
  const [first = name] = name.split('.')
  const here = exportedHere(first, module)
  if (here && 'value' in here) return isOfPackage(here.value, module, context, seen)
  if (here) {
    const { id, declaration } = here.binding
    const imports = importedAs(id, module.tree)
    if (imports) return isImported(imports.source, imports.name, module, context, seen)
    if (declaration.type !== 'VariableDeclarator') return false
    return givenTo(here.binding).some((one) => one === null || isOfPackage(one, module, context, seen))
  }
  const handedOn = module.file.ast.program.body.filter((one) => 'source' in one && one.source && !seen.has(one))
  return handedOn.some((statement) => {
    seen.add(statement)
    if (statement.type === 'ExportAllDeclaration')
      return first !== 'default' && isImported(statement.source.value, first, module, context, seen)
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source) return false
    const specifier = statement.specifiers.find((one) => nameOf(one.exported) === first)
    if (!specifier) return seen.delete(statement) && false
    const local = specifier.type === 'ExportSpecifier' ? specifier.local.name : '*'
    return isImported(statement.source.value, local, module, context, seen)
  })
}

/** What a variable is given; null among them for what cannot be told. */
function givenTo({ declaration, references }: Binding): (Node | null)[] {
  const init = declaration.type === 'VariableDeclarator' ? declaration.init : null
  const later = references.flatMap(({ node, kind }): (Node | null)[] => {
    if (kind !== 'write') return []
    const parent = parentOf(node)
    if (parent?.type !== 'AssignmentExpression' || parent.left !== node) return [null]
    // What is added to is no function.
    return /^(?:|\|\||&&|\?\?)=$/.test(parent.operator) ? [parent.right] : []
  })
  return init ? [init, ...later] : later
}

const nameOf = (node: t.Identifier | t.StringLiteral): string => (node.type === 'Identifier' ? node.name : node.value)

function returnedBy({ body }: t.Function): Node[] {
  if (body.type !== 'BlockStatement') return [body]
  const returned: Node[] = []
  walk(body, (node) => {
    if (isFunction(node)) return false
    if (node.type === 'ReturnStatement' && node.argument) returned.push(node.argument)
    return undefined
  })
  return returned
}
