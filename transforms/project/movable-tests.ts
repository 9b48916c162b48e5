import { parse } from '@babel/parser'
import type * as t from '@babel/types'
import { type Host, HostError } from '../model/host.ts'
import type { MovableTest, NextApp } from '../model/project.ts'
import { parserOptions } from '../syntax/parse.ts'
import { walk } from '../syntax/tree.ts'
import { findImportersOf } from './importers.ts'
import { dirOf, inDir, isInside, joinPath, nameOf } from './paths.ts'
import { findSpecifiers } from './specifiers.ts'
import { hasDefaultExport } from './routes.ts'
import { isServedTest } from './test-files.ts'

/**
 * Tests below pages/ that can leave it with the routes that they test: the new place is the same one below app/, where Next serves no
 * such file. What depends on where the test lies is not moved: one that others import, mocks, paths that are no imports.
 */
export function createMovableTests(
  host: Host,
  apps: readonly NextApp[],
  { keep }: { keep: boolean },
): (path: string) => MovableTest | null {
  const known = new Map<string, MovableTest | null>()
  return (path) => {
    const found = known.get(path)
    if (found !== undefined) return found
    const test = keep ? null : readTest(path, host, apps)
    known.set(path, test)
    return test
  }
}

function readTest(path: string, host: Host, apps: readonly NextApp[]): MovableTest | null {
  const app = apps.find(({ pagesDir }) => isInside(path, pagesDir))
  if (!app || !isServedTest(path, app) || /(?:^|\/)__mocks__\//.test(path) || SPECIAL.test(path)) return null
  const target = inDir(app.appDir, path.slice(app.pagesDir.length + 1))
  const text = readOrNull(host, path)
  // With a default export it is a route or a page too.
  if (text === null || host.exists(target) || hasDefaultExport(text)) return null
  const relatives = findSpecifiers(path, text).filter(({ specifier }) => /^\.\.?(?:\/|$)/.test(specifier))
  const snapshot = { path: snapshotOf(path), target: snapshotOf(target) }
  const hasSnapshot = host.exists(snapshot.path)
  // Without the file at its usual place, nothing says where it is.
  if (SNAPSHOTS.test(text) !== hasSnapshot || host.exists(snapshot.target)) return null
  const isBound = dependsOnPlace(path, text, new Set(relatives.map(({ start }) => start)))
  if (isBound || relatives.some(({ specifier }) => joinPath(path, '..', specifier) === null)) return null
  return findImportersOf(host, new Set([path])).length > 0
    ? null
    : { path, target, relatives, snapshot: hasSnapshot ? snapshot : null }
}

/** Names that Next looks for in app/. */
export const SPECIAL =
  /\/(?:page|route|layout|template|default|error|global-error|loading|not-found|forbidden|unauthorized|icon|apple-icon|opengraph-image|twitter-image|sitemap|robots|manifest)\.\w+$/
const PLACES = new Set(['__dirname', '__filename'])
const SNAPSHOTS = /\bto(?:Match|ThrowErrorMatching)Snapshot\b/

/** `__snapshots__/x.test.ts.snap`: Jest and Vitest name the tests in it, not their file. */
function snapshotOf(path: string): string {
  return inDir(inDir(dirOf(path), '__snapshots__'), `${nameOf(path)}.snap`)
}

/** A path that is not imported may be relative to the test. */
export function dependsOnPlace(path: string, text: string, specifiers: ReadonlySet<number>): boolean {
  let program: t.Program
  try {
    program = parse(text, parserOptions(path)).program
  } catch {
    return true
  }
  let isBound = false
  walk(program, (node) => {
    if (node.type === 'MetaProperty') isBound ||= node.meta.name === 'import'
    else if (node.type === 'Identifier') isBound ||= PLACES.has(node.name) || node.name === 'toMatchFileSnapshot'
    else if (node.type === 'StringLiteral') isBound ||= /^\.\.?\//.test(node.value) && !isOne(node)
    else if (node.type === 'TemplateLiteral')
      isBound ||= /^\.\.?\//.test(node.quasis[0]?.value.cooked ?? '') && !isOne(node)
    return undefined
  })
  return isBound

  function isOne(node: t.Node): boolean {
    return specifiers.has((node.start ?? 0) + 1)
  }
}

function readOrNull(host: Host, path: string): string | null {
  try {
    return host.read(path)
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
}
