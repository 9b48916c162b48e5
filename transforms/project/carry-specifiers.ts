import type { ImportEdge } from '../model/project.ts'
import { findSpecifiers } from './specifiers.ts'

type Found = Pick<ImportEdge, 'specifier' | 'start' | 'end' | 'kind' | 'names'>

/**
 * A text that another edit has made of the same file gets the specifiers that changed between `before` and `after`: imports of routes
 * that move. Null where the two cannot be compared.
 */
export function carrySpecifiers(path: string, before: string, after: string, text: string): string | null {
  const [old, fresh] = [findSpecifiers(path, before), findSpecifiers(path, after)]
  if (old.length !== fresh.length) return null
  const renamed = new Map<string, string>()
  for (const [i, found] of old.entries()) {
    const specifier = fresh[i]?.specifier
    if (specifier !== undefined && specifier !== found.specifier) renamed.set(keyOf(found), specifier)
  }
  let out = text
  for (const found of findSpecifiers(path, text).toReversed()) {
    const specifier = renamed.get(keyOf(found))
    if (specifier !== undefined) out = out.slice(0, found.start) + specifier + out.slice(found.end)
  }
  return out
}

function keyOf({ specifier, kind, names }: Found): string {
  return `${kind} ${specifier} ${names.map(({ imported }) => imported).sort()}`
}
