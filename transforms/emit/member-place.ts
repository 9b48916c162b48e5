import type { ModuleFunction } from '../analyse/module-functions.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { indentAt, leadStart } from '../syntax/lines.ts'
import { stringValue } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

type Part = NonNullable<ModuleFunction['part']>

/** The member of the same object or class that has a name. */
export function siblingOf(part: Part, name: string): Part | null {
  return membersAround(part).find((one) => one !== part && nameOf(one) === name) ?? null
}

/** The edit that gives a member its counterpart's name. */
export function renamed({ key }: Part, name: string): Edit {
  return { start: startOf(key), end: endOf(key), pieces: [name] }
}

/** A new member below an old one. */
export function insertedBelow(part: Part, text: string, doc: string, { file }: ModuleFunction['module']): Edit {
  const indent = indentAt(file.text, startOf(part))
  const isClass = part.type === 'ClassMethod' || part.type === 'ClassProperty'
  const place = endOf(part)
  const semicolon = part.type === 'ClassProperty' && file.text[place - 1] !== ';' && file.text[place] === ';' ? 1 : 0
  const pieces: Piece[] = [isClass ? '\n\n' : ',\n', indent, doc === '' ? '' : `${doc}\n${indent}`, text]
  return { start: place + semicolon, end: place + semicolon, pieces }
}

/** Takes a member away that its counterpart stands below. */
export function removedAbove(part: Part, counterpart: Part, { file }: ModuleFunction['module']): Edit {
  return { start: leadStart(file, part), end: leadStart(file, counterpart), pieces: [] }
}

function membersAround(part: Part): Part[] {
  const parent = parentOf(part)
  const all: readonly Node[] =
    parent?.type === 'ObjectExpression' ? parent.properties : parent?.type === 'ClassBody' ? parent.body : []
  return all.filter((one): one is Part => /^(?:ObjectProperty|ObjectMethod|ClassMethod|ClassProperty)$/.test(one.type))
}

function nameOf({ key }: Part): string | null {
  return key.type === 'Identifier' ? key.name : stringValue(key)
}
