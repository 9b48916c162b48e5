import { rolesAt } from '../analyse/callees.ts'
import { type FoundFunction, findModuleFunction } from '../analyse/module-functions.ts'
import { folderOf, relativePath } from '../concerns/module/imports.ts'
import { readWrapper } from '../analyse/wrappers.ts'
import type { FunctionNode } from '../model/route.ts'
import { isNameTaken } from '../syntax/scope.ts'
import { planShared } from './shared-function.ts'
import { planWrapper } from './shared-wrapper.ts'
import type { SharedEnvironment, SharedFunction, SharedFunctions, Wrapper } from './shared-model.ts'

/** Plans functions of other modules when a route first hands them req or res; each once. */
export function createSharedFunctions(env: SharedEnvironment): SharedFunctions & { inherited(): ReadonlySet<string> } {
  const known = new Map<FunctionNode, SharedFunction | null>()
  const open = new Set<FunctionNode>()
  const inherited = new Set<string>()
  const shared: ReturnType<typeof createSharedFunctions> = {
    follow(call, passes, from) {
      const found = findModuleFunction(call.callee, from, env.graph)
      if (!found || !env.isOpen(found.module.path) || found.fn.generator) return null
      const roles = rolesAt(found.fn, call, passes)
      if (!roles) return null
      const callee = plan(found, () => planShared(found, roles, env, shared))
      if (!callee || callee.wrapper || callee.model.roles.join() !== roles.join()) return null
      return { node: call, written: call.callee, callee, specifier: found.specifier, isOpen: found.isOpen }
    },
    followWrapper(written, from) {
      const found = findModuleFunction(written, from, env.graph)
      if (!found || !env.isOpen(found.module.path)) return null
      const shape = readWrapper(found.fn, found.module.tree)
      const callee = shape ? plan(found, () => planWrapper(found, shape, env, shared)) : null
      if (!isWrapper(callee)) return null
      return { written, callee, specifier: found.specifier, isOpen: found.isOpen }
    },
    nameAt: ({ written, callee, specifier, isOpen }, from, addImport) => {
      const name = env.facts.beside.get(callee.id)
      if (name === undefined) return null
      if (specifier === null) return name
      if (written.type === 'MemberExpression' && written.object.type === 'Identifier' && isOpen)
        return `${written.object.name}.${name}`
      const path = callee.source.module.path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
      const source = isOpen ? specifier : relativePath(folderOf(from.path), path)
      return addImport(source, name, isNameTaken(from.tree, name, from.file.ast.program) ? `${name}2` : name)
    },
    inherit: (callee) => {
      inherited.add(callee.id)
    },
    all: () => [...known.values()].flatMap((one) => one ?? []),
    inherited: () => inherited,
  }
  return shared

  function plan(found: FoundFunction, make: () => SharedFunction | null): SharedFunction | null {
    const before = known.get(found.fn)
    if (before !== undefined) return before
    // Recursion: the inner call finds nothing, and keeps the function.
    if (open.has(found.fn)) return null
    open.add(found.fn)
    const planned = make()
    open.delete(found.fn)
    known.set(found.fn, planned)
    return planned
  }
}

function isWrapper(callee: SharedFunction | null): callee is SharedFunction & { wrapper: Wrapper } {
  return callee !== null && callee.wrapper !== null
}
