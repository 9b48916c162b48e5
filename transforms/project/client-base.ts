import type * as t from '@babel/types'
import { exportedHere } from '../syntax/exported.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { initOf } from '../syntax/known-functions.ts'
import { isCall, isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { contains, endOf, isFunction, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { findHandedOn } from './handed-on.ts'
import type { ProjectModules } from './modules.ts'
import { isOwnBase } from './url-literals.ts'

/** The option of axios, ofetch and ky that all URLs begin with. `prefix` is none: routers have it too. */
const BASE_KEY = /^(?:baseURL|baseUrl|prefixUrl)$/
const MOST_NAMES = 200

/**
 * Does a call of this put `/api` before the URL that it is given: it leads to a function that adds it, or to what was made with it as base.
 * Believed only where the base itself is read; one from the environment may be a stranger's.
 */
export function createBaseTest(modules: ProjectModules, basePaths: readonly string[]) {
  // Names may lead round in a circle.
  let left = 0
  return (callee: Node, at: SourceModule): boolean => {
    left = MOST_NAMES
    return isClient(callee, at, new Set())
  }

  function isClient(callee: Node, from: SourceModule, seen: Set<Node>): boolean {
    const found = meaningOf(callee, from)
    if (!found || seen.has(found.node)) return false
    seen.add(found.node)
    const { node, at } = found
    if (isFunction(node)) return addsBase(node, at, seen)
    // api.create({ baseURL }), withToken(axios.create({ baseURL }))
    if (!isCall(node)) return false
    return node.arguments.some((given) => hasBase(given, at) || (isCall(given) && isClient(given, at, seen)))
  }

  /** What happens to the first parameter: `/api` is put before it, or it is handed to what does so. */
  function addsBase(fn: Node & { params: readonly Node[] }, at: SourceModule, seen: Set<Node>): boolean {
    const [first] = fn.params
    return (
      first !== undefined && namesIn(first, at).some(({ references }) => references.some(({ node }) => isBased(node)))
    )

    function isBased(node: Node): boolean {
      for (let inner = node, up = parentOf(inner); up && up !== fn; inner = up, up = parentOf(inner)) {
        if (up.type === 'TemplateLiteral' && opens(up, inner, at)) return true
        if (up.type === 'BinaryExpression' && up.operator === '+' && up.right === inner && isBase(up.left, at))
          return true
        if (hasBase(up, at)) return true
        if (isCall(up) && !contains(up.callee, inner) && isClient(up.callee, at, seen)) return true
      }
      return false
    }
  }

  /** The base and nothing else stands before a part of a template. */
  function opens(template: t.TemplateLiteral, inner: Node, at: SourceModule): boolean {
    const [first] = template.expressions
    const before = at.file.text.slice(startOf(template) + 1, startOf(inner) - '${'.length)
    if (isOwnTemplate(before)) return true
    const isAlone =
      first && first !== inner && at.file.text.slice(startOf(first) - 2, endOf(first) + 1) === before.replace(/\/$/, '')
    return Boolean(isAlone) && first !== undefined && isBase(first, at)
  }

  function isOwnTemplate(text: string): boolean {
    return !/\benv\b/.test(text) && isOwnBase(text.replace(/^\$\{[^{}]*(?:origin|base_?path)[^{}]*\}/i, ''), basePaths)
  }

  /** `{ baseURL: '/api' }` */
  function hasBase(node: Node, at: SourceModule): boolean {
    return (
      node.type === 'ObjectExpression' &&
      node.properties.some((p) => p.type === 'ObjectProperty' && BASE_KEY.test(keyName(p) ?? '') && isBase(p.value, at))
    )
  }

  /** `'/api'`, a constant that is this, and what is computed from it alone: `withBasePath('/api')`. */
  function isBase(given: Node, from: SourceModule): boolean {
    const found = meaningOf(given, from)
    if (!found) return false
    const { node, at } = found
    switch (node.type) {
      case 'StringLiteral':
        return isOwnBase(node.value, basePaths)
      case 'TemplateLiteral':
        return isOwnTemplate(at.file.text.slice(startOf(node) + 1, endOf(node) - 1))
      case 'BinaryExpression':
        return isBase(node.left, at)
      case 'ConditionalExpression':
        return isBase(node.consequent, at) || isBase(node.alternate, at)
      case 'LogicalExpression':
        return isBase(node.left, at) || isBase(node.right, at)
      case 'CallExpression':
        return node.arguments.length === 1 && node.arguments.some((argument) => isBase(argument, at))
      default:
        return false
    }
  }

  /** What a name or a member stands for, in the module where that is written. */
  function meaningOf(node: Node, at: SourceModule): { node: Node; at: SourceModule } | null {
    const value = uncast(node)
    if (left-- <= 0) return null
    if (value.type !== 'Identifier' && !isMember(value)) return { node: value, at }
    const imported = importedAs(value, at.tree)
    if (imported) {
      const [name = '', ...members] = imported.name.split('.')
      const found = exportOf(modules.resolve(at.path, imported.source), name)
      return found && members.reduce<typeof found | null>((base, member) => base && memberOf(base, member), found)
    }
    if (isMember(value)) {
      const base = meaningOf(value.object, at)
      return base && memberOf(base, memberName(value))
    }
    const binding = bindingAt(at.tree, value)
    return binding && boundTo(binding, at)
  }

  /** A method of an object that is written out; else what the member belongs to, as `api.delete` does to what made `api`. */
  function memberOf(base: { node: Node; at: SourceModule }, name: string | null): typeof base | null {
    const { node, at } = base
    if (node.type !== 'ObjectExpression') return base
    const property = node.properties.find((p) => p.type !== 'SpreadElement' && keyName(p) === name)
    if (property?.type === 'ObjectMethod') return { node: property, at }
    return property?.type === 'ObjectProperty' ? meaningOf(property.value, at) : null
  }

  function exportOf(path: string | null, name: string): { node: Node; at: SourceModule } | null {
    const steps = path === null ? null : findHandedOn({ path, name }, modules)
    if (path === null || !steps) return null
    const origin = steps.at(-1) ?? { path, name }
    const at = modules.at(origin.path)
    const exported = at && exportedHere(origin.name, at)
    if (!at || !exported) return null
    return 'value' in exported ? { node: exported.value, at } : boundTo(exported.binding, at)
  }

  function boundTo({ id, declaration }: Binding, at: SourceModule): { node: Node; at: SourceModule } | null {
    if (declaration.type === 'FunctionDeclaration') return { node: declaration, at }
    const init = initOf(id, at.tree)
    return init && meaningOf(init, at)
  }
}

function namesIn(parameter: Node, { tree }: SourceModule): Binding[] {
  const found = new Set<Binding>()
  walk(parameter, (node) => {
    const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
    if (binding?.kind === 'param') found.add(binding)
    return true
  })
  return [...found]
}
