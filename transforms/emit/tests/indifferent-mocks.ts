import type * as t from '@babel/types'
import { isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'
import { type Call, importedName, keyOf, type Resolve } from './asked-modules.ts'
import type { Refusals } from './irregular.ts'
import { isMockFunction, isRunner } from './mock-function.ts'

interface World {
  tree: ScopeTree
  refuse: Refusals['refuse']
  resolve: Resolve
}

/** A call of `jest.mock`, or of one that does the same. */
export interface Mock {
  node: t.CallExpression
  factory: Node | null
}

/** The mock of a function gives what it is told to, whatever it is called with. */
export function isIndifferent({ key, name }: Call, mock: Mock, test: SourceFile, world: World): boolean {
  const { tree, refuse, resolve } = world
  const value = mock.factory ? factoryValue(mock.factory, name) : undefined
  if (value === null) return refuse('handed', mock.node) !== null
  if (value && !isStill(value, world)) return refuse('handed', value) !== null
  for (const binding of tree.program.bindings.values()) {
    const up = parentOf(binding.declaration)
    if (binding.kind !== 'import' || up?.type !== 'ImportDeclaration') continue
    if (keyOf(test.path, up.source.value, resolve) !== key) continue
    const declaration = binding.declaration as t.ImportSpecifier | t.ImportDefaultSpecifier | t.ImportNamespaceSpecifier
    const imported = importedName(declaration)
    if (imported !== name && imported !== '*') continue
    if (imported === '*' && binding.references.length > 0) return refuse('handed', binding.id) !== null
    const bad = binding.references.find(({ node, kind }) => kind !== 'type' && !isStillUse(node, world))
    if (bad) return refuse('handed', bad.node) !== null
  }
  return true
}

/** What a factory gives under a name: null where that is not shown. */
function factoryValue(factory: Node, name: string): Node | null {
  if (!isPlainFunction(factory)) return null
  const last = factory.body.type === 'BlockStatement' ? factory.body.body.at(-1) : undefined
  const body =
    factory.body.type === 'BlockStatement' ? (last?.type === 'ReturnStatement' ? last.argument : null) : factory.body
  if (body?.type !== 'ObjectExpression') return null
  const property = body.properties.find((one) => one.type === 'ObjectProperty' && keyName(one) === name)
  return property?.type === 'ObjectProperty' ? property.value : null
}

const SETS = new Set([
  'mockResolvedValue',
  'mockResolvedValueOnce',
  'mockReturnValue',
  'mockReturnValueOnce',
  'mockRejectedValue',
  'mockRejectedValueOnce',
  'mockReset',
  'mockClear',
  'mockRestore',
])
const IMPLEMENTS = new Set(['mockImplementation', 'mockImplementationOnce'])

/** A mock function without code of its own, or with code that takes nothing; a wrapper that gives the handler back. */
function isStill(value: Node, world: World): boolean {
  const at = uncast(value)
  if (isMockFunction(at, world.tree)) return (at as t.CallExpression).arguments.every((one) => takesNothing(one))
  if (at.type === 'CallExpression' && isMember(at.callee) && isStill(at.callee.object, world)) {
    const name = memberName(at.callee) ?? ''
    return SETS.has(name) || (IMPLEMENTS.has(name) && at.arguments.every((one) => takesNothing(one)))
  }
  if (at.type === 'ArrowFunctionExpression') return takesNothing(at) || isIdentity(at)
  const binding = at.type === 'Identifier' ? bindingAt(world.tree, at) : null
  if (binding?.kind !== 'const') return false
  const init = initOf(binding)
  return (
    init !== null &&
    isStill(init, world) &&
    binding.references.every(({ node, kind }) => kind === 'type' || node === at || isStillUse(node, world))
  )
}

/** `const x = jest.fn()`, and `const { x } = vi.hoisted(() => ({ x: vi.fn() }))`. */
function initOf({ declaration, name }: Binding): Node | null {
  if (declaration.type !== 'VariableDeclarator' || !declaration.init) return null
  if (declaration.id.type === 'Identifier') return declaration.init
  const call = uncast(declaration.init)
  const isHoisted = call.type === 'CallExpression' && isMember(call.callee) && memberName(call.callee) === 'hoisted'
  const [factory] = isHoisted ? call.arguments : []
  return factory ? factoryValue(factory, name) : null
}

const takesNothing = (node: Node): boolean => isPlainFunction(node) && node.params.length === 0

function isIdentity(fn: t.ArrowFunctionExpression): boolean {
  const [one, other] = fn.params
  const body = uncast(fn.body)
  return one?.type === 'Identifier' && !other && body.type === 'Identifier' && body.name === one.name
}

/** It is told what to give, or asked whether it was called. */
function isStillUse(node: Node, world: World): boolean {
  const at = withCasts(node)
  const parent = parentOf(at)
  if (parent?.type === 'ObjectProperty') return true
  if (isMember(parent) && parent.object === at) {
    const name = memberName(parent) ?? ''
    const call = parentOf(parent)
    if (call?.type !== 'CallExpression' || call.callee !== parent) return false
    return SETS.has(name) || (IMPLEMENTS.has(name) && call.arguments.every((one) => takesNothing(one)))
  }
  if (parent?.type !== 'CallExpression' || parent.arguments[0] !== at) return false
  const { callee } = parent
  if (isMember(callee) && memberName(callee) === 'mocked' && isRunner(callee.object, world.tree))
    return isStillUse(parent, world)
  if (callee.type !== 'Identifier' || callee.name !== 'expect') return false
  let member = parentOf(parent)
  if (isMember(member) && memberName(member) === 'not') member = parentOf(member)
  return (
    isMember(member) &&
    /^(?:toHaveBeenCalled|toHaveBeenCalledTimes|toBeCalled|toBeCalledTimes)$/.test(memberName(member) ?? '')
  )
}
