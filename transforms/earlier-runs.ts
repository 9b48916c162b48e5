import { paramsOfCounterpart } from './emit/shared-module.ts'
import type { Host } from './model/host.ts'
import type { ImportEdge, Project } from './model/project.ts'
import type { SharedFunction, SharedFunctions } from './plan/shared-model.ts'
import type { ModuleImporter } from './plan/shared-references.ts'
import { projectModules } from './project/modules.ts'
import { isInside } from './project/paths.ts'

/** `requireUser` stays, `requireUserForRoute` is its counterpart. */
export function counterpartName({ source }: SharedFunction): string {
  return `${source.name}ForRoute`
}

/**
 * What routes that moved in an earlier run hand to the counterpart of a function, those of this run hand to it too: else there would be
 * two counterparts, each of another form.
 */
export function takeOverForm(one: SharedFunction, shared: SharedFunctions): void {
  if (one.source.isWritten || one.source.module.standsFor) return
  const params = paramsOfCounterpart(one, counterpartName(one))
  if (params.includes('query')) shared.meetWhole(one)
  if (params.includes('body')) shared.handBody(one)
  if (params.includes('headers')) shared.inherit(one, false)
}

/** Route files that import the modules: one that an earlier run wrote asks for counterparts alone, and needs no old form. */
export function movedBefore(edges: readonly ImportEdge[], { apps }: Project, host: Host): ModuleImporter[] {
  return [...new Set(edges.map(({ from }) => from))].flatMap((path) => {
    const app = apps.find(({ appDir }) => isInside(path, appDir))
    const module = app && /\/route\.[cm]?[jt]sx?$/.test(path) ? projectModules(host, app).at(path) : null
    return module ? [{ path, tree: module.tree, file: module.file, calls: new Map() }] : []
  })
}
