import type { Host } from './model/host.ts'
import type { Project } from './model/project.ts'
import { inDir, isInside } from './project/paths.ts'

/** What gives a module a default export, comments included: in doubt it has one. */
const DEFAULT = /\bdefault\b|\bmodule\.exports\s*=|\bexport\s*=/

/**
 * Which files are routes. A module under pages/api without a default export is one that Next can only fail for: it is there for what others
 * import from it, and is a module like any other.
 */
export function createRouteTest(project: Project, host: Host): (path: string) => boolean {
  const known = new Map<string, boolean>()
  return (path) => {
    if (!project.apps.some((app) => isInside(path, inDir(app.pagesDir, 'api')))) return false
    const found = known.get(path) ?? (!host.isFile(path) || DEFAULT.test(host.read(path)))
    known.set(path, found)
    return found
  }
}
