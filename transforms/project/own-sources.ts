import type { Host } from '../model/host.ts'

/**
 * Sources that a run may change: those that git has or would take. What it ignores is built anew from something else, and no
 * diff shows a change of it; what lies in a submodule belongs to another repository. Of neither do we know who else uses it.
 */
export function createOwnSources(host: Host): (path: string) => boolean {
  let own: ReadonlySet<string> | null = null
  return (path) => {
    own ??= new Set(host.list(['**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}']))
    return own.has(path)
  }
}
