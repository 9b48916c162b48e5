import type { FileChange } from './model/change.ts'
import type { ListedName } from './plan/export-list.ts'
import type { SharedFunction } from './plan/shared-model.ts'
import { carrySpecifiers } from './project/carry-specifiers.ts'
import { render } from './syntax/edits.ts'
import { restoreBytes } from './syntax/parse.ts'

/** A list of exports of a package with the counterparts that are imported through it. */
export interface WrittenList {
  path: string
  ids: readonly string[]
  text: string
}

/** The lists that are to be changed for functions that moving routes reach. */
export function writeLists(all: readonly ListedName[], reached: readonly SharedFunction[]): WrittenList[] {
  const byPath = new Map<string, Map<string, ListedName>>()
  for (const listed of all) {
    if (!listed.edit || !reached.some(({ id }) => id === listed.id)) continue
    const { path } = listed.list
    const names = byPath.get(path) ?? new Map<string, ListedName>()
    byPath.set(path, names.set(listed.id, listed))
  }
  return [...byPath].flatMap(([path, names]) => {
    const list = [...names.values()]
    const file = list[0]?.list.file
    if (!file) return []
    // What several routes ask of a module is one edit.
    const edits = [
      ...new Map(list.flatMap(({ edit }) => (edit ? [[JSON.stringify(edit), edit] as const] : []))).values(),
    ]
    return [{ path, ids: [...names.keys()], text: restoreBytes(render(file.text, edits, 0, file.text.length), file) }]
  })
}

/** Two apps have planned the same new text for a function. */
export function isSameForm(a: SharedFunction, b: SharedFunction): boolean {
  const [one, other] = [a, b].map(({ edits, imports, source }) =>
    JSON.stringify([source.module.file.text, edits, imports]),
  )
  return one === other
}

/** A module that imports from a route that moves is changed for that too. */
export function withMovedImports(path: string, text: string, other: FileChange | undefined): string | null {
  if (other === undefined) return text
  return other.kind === 'edit' ? carrySpecifiers(path, other.before, other.after, text) : null
}

export function groupByPath(list: readonly SharedFunction[]): Map<string, SharedFunction[]> {
  const groups = new Map<string, SharedFunction[]>()
  for (const shared of list) {
    const { path } = shared.source.module
    groups.set(path, [...(groups.get(path) ?? []), shared])
  }
  return groups
}

export function changeOf(path: string, before: string | null, after: string): FileChange | null {
  if (before === null) return { kind: 'create', path, before, after }
  return after === before ? null : { kind: 'edit', path, before, after }
}
