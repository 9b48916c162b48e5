import type { Host } from '../model/host.ts'
import type { ImportEdge, MovableTest, NextApp } from '../model/project.ts'
import { findImportersOf } from './importers.ts'
import { isInside } from './paths.ts'
import { isTestPath } from './scan.ts'

/** What may become of a file when what it imports changes its form. `served`: Next builds it, so an import without a target stops the build. */
export type TestKind = 'test' | 'served' | 'none'

/** By its name alone a test, a mock or the setup of a test tool. */
const NAMED =
  /\.(?:test|spec|cy|e2e)\.[^/]+$|(?:^|\/)__(?:tests|mocks)__\/|(?:^|\/)(?:jest|vitest|playwright|cypress)\.[^/]+$/

/**
 * Tells tests from code that runs. A folder called `test` may hold either: such a file is a test when Next does not serve it and no file
 * outside of tests imports it.
 */
export function createTestKinds(
  host: Host,
  apps: readonly NextApp[],
  movable: (path: string) => MovableTest | null,
): (edge: ImportEdge) => TestKind {
  const known = new Map<string, TestKind>()
  return ({ from, kind }) => {
    const found = known.get(from) ?? kindOf(from)
    known.set(from, found)
    // `jest.mock` has a meaning in tests only, whatever the file is called.
    return found === 'none' && kind === 'mock' ? 'test' : found
  }

  function kindOf(path: string): TestKind {
    const isNamed = NAMED.test(path)
    if (!isNamed && !isTestPath(path)) return 'none'
    if (apps.some((app) => isServed(path, app))) return isNamed ? (movable(path) ? 'test' : 'served') : 'none'
    if (isNamed) return 'test'
    const users = findImportersOf(host, new Set([path]))
    return users.every(({ from }) => NAMED.test(from) || isTestPath(from)) ? 'test' : 'none'
  }
}

/** A test by its name that Next builds. */
export function isServedTest(path: string, app: NextApp): boolean {
  return NAMED.test(path) && isServed(path, app)
}

/** Next makes a page or an API route of every file below pages/ that has one of the page extensions. */
function isServed(path: string, { pagesDir, appDir, pageExtensions }: NextApp): boolean {
  const isPage = isInside(path, pagesDir) && pageExtensions.some((extension) => path.endsWith(`.${extension}`))
  return isPage || (isInside(path, appDir) && !NAMED.test(path))
}
