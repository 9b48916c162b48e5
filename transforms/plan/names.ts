import { wholeContextOf } from '../analyse/whole-context.ts'
import { isDead } from '../analyse/variant.ts'
import { freeName, type Lowering } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'

/** The names for a function's new variables. */
export function chooseNames(model: FunctionModel, tree: Lowering['tree']): Lowering['names'] {
  const { fn } = model
  const whole = wholeContextOf(fn, model.roles, tree)
  return {
    request: whole
      ? `${whole.name}.request`
      : paramNamed(model, 'req') === 'request' || isOnlyAlias('request', model, tree)
        ? 'request'
        : freeName(tree, fn, 'request', 'req_'),
    // A wrapper puts them into the object that it hands to a handler.
    params: whole && model.isEntry ? `${whole.name}.params` : freeName(tree, fn, 'params', 'routeParams'),
    searchParams: freeName(tree, fn, 'searchParams', 'urlSearchParams'),
    query: queryName(model, tree),
    body: freeName(tree, fn, 'body', 'payload', 'requestBody'),
    form: freeName(tree, fn, 'form', 'formFields'),
    headers: freeName(tree, fn, 'headers', 'responseHeaders'),
    status: freeName(tree, fn, 'status', 'responseStatus'),
    answer: freeName(tree, fn, 'answer', 'answered'),
  }
}

/** The names of a function that hands on all that Next gives it: the params are read off that. */
export function withContext(
  names: Lowering['names'],
  fn: FunctionModel['fn'],
  tree: Lowering['tree'],
): Lowering['names'] {
  const context = freeName(tree, fn, 'context', 'routeContext')
  return { ...names, context, params: `${context}.params` }
}

function paramNamed(model: FunctionModel, role: 'req' | 'res'): string | null {
  const param = model.fn.params[model.roles.indexOf(role)]
  return param?.type === 'Identifier' ? param.name : null
}

/** `const request = req as UserRequest`: the name goes with its statement, and nothing else in the function has it. */
function isOnlyAlias(name: string, { fn, destructures }: FunctionModel, tree: Lowering['tree']): boolean {
  const leaves = destructures.flatMap((d) => (d.root === 'req' ? d.leaves : []))
  const alias = leaves.find((l) => l.isAlias && l.path.length === 0 && isNamed(l.target, name))
  const binding = alias ? bindingAt(tree, alias.target) : null
  const statement = binding ? parentOf(binding.declaration) : null
  if (!binding || !statement || parentOf(statement) !== fn.body) return false
  return [...tree.scopeOf].every(([node, { bindings }]) => {
    const found = contains(fn, node) ? bindings.get(name) : undefined
    return found === undefined || found === binding
  })
}

const isNamed = (node: Node, name: string): boolean => node.type === 'Identifier' && node.name === name

/** `query` may be a name of the code that only stands for req.query: then it is free. */
function queryName(model: FunctionModel, tree: Lowering['tree']): string {
  const alias = model.destructures
    .flatMap((d) => d.leaves)
    .find((l) => l.isAlias && l.path.length === 1 && l.path[0] === 'query' && l.target.type === 'Identifier')
  const name = alias?.target.type === 'Identifier' ? alias.target.name : null
  if (name && bindingAt(tree, alias?.target as Node)) return name
  return freeName(tree, model.fn, 'query', 'searchQuery')
}

export { isDead }
