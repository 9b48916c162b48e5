import type { SharedFunction, Subclass } from '../plan/shared-model.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { indentAt } from '../syntax/lines.ts'
import type { Style } from '../syntax/style.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

interface Printing {
  name: string
  style: Style
  /** Those of the constructor and of the methods. */
  edits: readonly Edit[]
}

/** `class TrackerForRoute extends Tracker`: what it keeps, its constructor, and the methods that use the request. */
export function subclassText(shared: SharedFunction, subclass: Subclass, { name, style, edits }: Printing): string {
  const { found, fields, parameters } = subclass
  const { text } = found.module.file
  const base = indentAt(text, startOf(found.statement))
  const line = `\n${base}${style.indent}`
  const { semicolon } = style
  const print = (from: number, to: number, more: readonly Edit[] = []): string =>
    render(text, [...edits.filter((e) => e.start >= from && e.end <= to), ...more], from, to)
  const start = startOf(found.maker)
  const list = print(start, start, [{ start, end: start, pieces: [...parameters] }])
  const given = found.maker.params.map((param, i) => {
    const id = param.type === 'AssignmentPattern' ? param.left : param
    return found.roles[i] === 'other' && id.type === 'Identifier' ? id.name : 'undefined'
  })
  while (given[given.length - 1] === 'undefined') given.pop()
  const body = print(startOf(found.guarded), endOf(found.guarded)).trim()
  const members = [
    ...(fields.length === 0
      ? []
      : [fields.map((field) => `private ${field.name}: ${field.type}${semicolon}`).join(line)]),
    `constructor${list} {${line}${style.indent}super(${given.join(', ')})${semicolon}${line}${style.indent}${body}${line}}`,
    ...found.methods.map((method) => print(startOf(method), endOf(method), [overrideEdit(method, text)])),
  ]
  const head = `export class ${name} extends ${shared.source.name} {`
  return `${head}${line}${members.join(`\n${line}`)}\n${base}}`
}

function overrideEdit(method: Node, text: string): Edit {
  const start = startOf(method)
  const found = /^(?:private|protected|public)\b/.exec(text.slice(start))?.[0] ?? ''
  const access = found === 'private' ? 'protected' : found
  return { start, end: start + found.length, pieces: [access === '' ? 'override ' : `${access} override`] }
}

/** Members that the class which extends it uses are private no more. */
export function openedEdits({ subclass, source }: SharedFunction): Edit[] {
  return (subclass?.opened ?? []).flatMap((member) => {
    const start = startOf(member)
    const isFirst = source.module.file.text.startsWith('private', start)
    return isFirst ? [{ start, end: start + 'private'.length, pieces: ['protected'] }] : []
  })
}
