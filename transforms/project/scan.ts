import { type Host, HostError } from '../model/host.ts'

/** Sees the text of every source file of the repository once. */
export interface SourceCollector {
  visit: (path: string, text: string) => void
}

/** One pass over all JavaScript and TypeScript sources; files that cannot be read are left out. */
export function scanSources(host: Host, collectors: readonly SourceCollector[]): void {
  for (const path of host.list(['**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}'])) {
    let text: string
    try {
      text = host.read(path)
    } catch (error) {
      if (error instanceof HostError) continue
      throw error
    }
    for (const collector of collectors) collector.visit(path, text)
  }
}

/** By its name or folder a test, a mock or test tooling. */
export function isTestPath(path: string): boolean {
  const inTestFolder = /(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|cypress|playwright)\//.test(path)
  // A route under pages/api/test/ is no test.
  return /\.(?:test|spec|cy|e2e)\.[^/]+$/.test(path) || (inTestFolder && !/(?:^|\/)pages\/api\//.test(path))
}
