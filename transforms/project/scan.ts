import { type Host, HostError } from '../model/host.ts'

/** Sees the text of every source file of the repository once. */
export interface SourceCollector {
  visit: (path: string, text: string) => void
}

/** A source that cannot be read, and why. */
export interface UnreadSource {
  path: string
  why: string
}

/** One pass over all JavaScript and TypeScript sources. Answers the files that are left out, since they cannot be read. */
export function scanSources(host: Host, collectors: readonly SourceCollector[]): UnreadSource[] {
  const unread: UnreadSource[] = []
  for (const path of host.list(['**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}'])) {
    let text: string
    try {
      text = host.read(path)
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      unread.push({ path, why: error.message })
      continue
    }
    for (const collector of collectors) collector.visit(path, text)
  }
  return unread
}

/** By its name or folder a test, a mock or test tooling. */
export function isTestPath(path: string): boolean {
  const inTestFolder = /(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|cypress|playwright)\//.test(path)
  // A route under pages/api/test/ is no test.
  return /\.(?:test|spec|cy|e2e)\.[^/]+$/.test(path) || (inTestFolder && !/(?:^|\/)pages\/api\//.test(path))
}
