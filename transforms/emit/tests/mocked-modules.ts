import { isMember, memberName, stringValue, uncast } from '../../syntax/match.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf, walk } from '../../syntax/tree.ts'
import { keyOf, readModule, type Resolve } from './asked-modules.ts'
import { isIndifferent, type Mock } from './indifferent-mocks.ts'
import type { Refusals } from './irregular.ts'
import { isRunner } from './mock-function.ts'

/** A file that the handler is made of, before and after. */
export interface Rewritten {
  path: string
  old: string
  /** Of a route, its file and the module beside it. */
  fresh: readonly { path: string; text: string }[]
}

export interface MockWorld {
  tree: ScopeTree
  refuse: Refusals['refuse']
  resolve: Resolve
  rewritten: readonly Rewritten[]
}

/**
 * A test replaces modules by mocks. They still stand for what the new code asks for when it asks the same modules for the same names, and when
 * those that were handed `req` or `res` do nothing with them. What Next knows of a request beside its object (`cookies()`, `after()`) is not there
 * in a test that calls a function.
 */
export function hasSameMocks(file: SourceFile, world: MockWorld): boolean {
  const mocks = findMocks(file, world)
  const changed = new Set(world.rewritten.map(({ path }) => path))
  for (const [key, [mock]] of mocks) if (mock && changed.has(key)) return world.refuse('mock', mock.node) !== null
  return world.rewritten.every((one) => holds(one, mocks, file, world))
}

const MOCKING = new Set(['mock', 'doMock', 'unstable_mockModule', 'spyOn', 'replaceProperty'])

/** By the path of the module, or the name of the package. */
function findMocks(file: SourceFile, world: MockWorld): Map<string, Mock[]> {
  const found = new Map<string, Mock[]>()
  walk(file.ast.program, (node) => {
    if (node.type !== 'CallExpression' || !isMember(node.callee)) return undefined
    if (!MOCKING.has(memberName(node.callee) ?? '') || !isRunner(node.callee.object, world.tree)) return undefined
    const [what, factory] = node.arguments
    const specifier = what ? specifierOf(what, world.tree) : null
    if (specifier === null) return undefined
    const key = keyOf(file.path, specifier, world.resolve)
    // After the whole module comes the name of what is spied on.
    found.set(key, [
      ...(found.get(key) ?? []),
      { node, factory: what?.type === 'Identifier' ? null : (factory ?? null) },
    ])
    return undefined
  })
  return found
}

/** `'x'`, `import('x')`, or the whole module as it is imported: `import * as x from 'x'`. */
function specifierOf(node: Node, tree: ScopeTree): string | null {
  const text = stringValue(node)
  if (text !== null) return text
  if (node.type === 'CallExpression' && node.callee.type === 'Import') return stringValue(node.arguments[0])
  const declaration = bindingAt(tree, uncast(node))?.declaration
  const up = declaration ? parentOf(declaration) : null
  return up?.type === 'ImportDeclaration' ? up.source.value : null
}

type Mocks = ReadonlyMap<string, readonly Mock[]>

function holds(one: Rewritten, mocks: Mocks, test: SourceFile, world: MockWorld): boolean {
  const { resolve, refuse } = world
  const old = readModule(one.path, one.old, resolve)
  const fresh = one.fresh.flatMap(({ path, text }) => readModule(path, text, resolve) ?? [])
  const place = test.ast.program
  if (!old || fresh.length < one.fresh.length) return refuse('unread', place) !== null
  for (const [key, names] of fresh.flatMap((module) => [...module.names])) {
    const added = [...names].filter((name) => !old.names.get(key)?.has(name))
    if (added.length === 0) continue
    const mock = mocks.get(key)?.[0]
    if (mock) return refuse('mock', mock.node) !== null
    if (!isFile(key) && !isHarmless(key, added)) return refuse('scope', place) !== null
  }
  for (const [key, [mock]] of mocks) {
    const isGone = [...(old.names.get(key) ?? [])].some((name) => !fresh.some(({ names }) => names.get(key)?.has(name)))
    if (mock && isGone) return refuse('mock', mock.node) !== null
  }
  return old.handed.every((call) => {
    const own = mocks.get(call.key)
    if (own) return own.every((mock) => isIndifferent(call, mock, test, world))
    const isWithout = fresh.some(({ unhanded }) =>
      unhanded.some(({ key, name }) => key === call.key && name === call.name),
    )
    return isFile(call.key) || !isWithout || refuse('scope', place) !== null
  })
}

const isFile = (key: string): boolean => /\.[cm]?[jt]sx?$/.test(key)

const OF_NODE =
  /^(?:fs|path|crypto|stream|util|url|buffer|events|os|zlib|querystring|http|https|fs\/promises|stream\/web|stream\/promises)$/

function isHarmless(key: string, names: readonly string[]): boolean {
  return (
    OF_NODE.test(key) ||
    (key === 'next/server' && names.every((name) => name === 'NextRequest' || name === 'NextResponse'))
  )
}
