import type { FileChange } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { RouteResult } from '../model/migration.ts'
import type { ImportEdge, MovableTest } from '../model/project.ts'
import { joinPath, relativePath } from '../concerns/module/imports.ts'
import { positionOf } from '../syntax/lines.ts'
import { newSpecifier, type Relocatables, type RepointTools } from './relocate.ts'
import { editSpecifiers } from './repoint.ts'

interface MovedTest {
  changes: readonly FileChange[]
  /** The routes that it leaves with, and what is said of it at each. */
  findings: ReadonlyMap<string, Diagnostic>
}

/**
 * Tests that lie in pages/ leave it with the routes that they import from: Next would build them without what they test. Only their
 * specifiers change, for the new place; a test that calls a handler of the old form is written for the new one by hand.
 */
export function moveTests(
  moving: Relocatables,
  edges: readonly ImportEdge[],
  tools: RepointTools,
  { read, movable }: { read: (path: string) => string; movable: (path: string) => MovableTest | null },
): MovedTest[] {
  const asked = new Map<MovableTest, ImportEdge[]>()
  for (const edge of edges) {
    const test = moving.has(edge.to) ? movable(edge.from) : null
    if (test) asked.set(test, [...(asked.get(test) ?? []), edge])
  }
  return [...asked].map(([test, own]) => {
    const before = read(test.path)
    const changes: FileChange[] = [
      { kind: 'create', path: test.target, before: null, after: editSpecifiers(before, newSpecifiers(test, own)) },
      { kind: 'delete', path: test.path, before, after: null },
    ]
    if (test.snapshot) {
      const kept = read(test.snapshot.path)
      changes.push({ kind: 'create', path: test.snapshot.target, before: null, after: kept })
      changes.push({ kind: 'delete', path: test.snapshot.path, before: kept, after: null })
    }
    const findings = new Map<string, Diagnostic>()
    for (const edge of own) if (!findings.has(edge.to)) findings.set(edge.to, describe(edge.to, before))
    return { changes, findings }

    function describe(route: string, text: string): Diagnostic {
      const here = own.filter(({ to }) => to === route)
      const isLeft = here.some((edge) => moving.get(route)?.left.has(edge))
      const start = Math.min(...here.map((edge) => edge.start))
      return {
        code: 'PA595',
        level: isLeft ? 'review' : 'note',
        span: { file: test.path, start, end: start, ...positionOf(text, start) },
        data: { test: test.path, target: test.target },
      }
    }
  })

  function newSpecifiers(test: MovableTest, own: readonly ImportEdge[]): { edge: Place; specifier: string }[] {
    const routes = own.flatMap((edge) => {
      const route = moving.get(edge.to)
      return route ? [{ edge, specifier: newSpecifier(edge, test.target, route, tools) }] : []
    })
    const others = test.relatives.filter(({ start }) => !own.some((edge) => edge.start === start))
    return [
      ...routes,
      ...others.map((edge) => ({
        edge,
        specifier: relativePath(joinPath(test.target, '..'), joinPath(joinPath(test.path, '..'), edge.specifier)),
      })),
    ]
  }
}

/** A route with the tests that leave with it. */
export function withTests(result: RouteResult, tests: readonly MovedTest[]): RouteResult {
  const own = tests.filter(({ findings }) => findings.has(result.route.source))
  const said = own.flatMap(({ findings }) => findings.get(result.route.source) ?? [])
  return {
    ...result,
    outcome: said.some(({ level }) => level === 'review') ? 'review' : result.outcome,
    diagnostics: [...result.diagnostics, ...said],
    changes: [...result.changes, ...own.flatMap(({ changes }) => changes)],
  }
}

type Place = Pick<ImportEdge, 'start' | 'end'>
