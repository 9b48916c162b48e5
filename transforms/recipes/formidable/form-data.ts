import type * as t from '@babel/types'
import { canAwaitAt, freeName, type Lowering } from '../../concerns/lowering.ts'
import type { NextApp } from '../../model/project.ts'
import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import type { Edit } from '../../syntax/edits.ts'
import { isMember, keyName, memberName, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { findFileUses } from './file.ts'
import type { Parse, Shape } from './form.ts'
import { findReads, type Read } from './reads.ts'

/** What must be known of the function that a form is read in. */
export type FormSite = Pick<Lowering, 'file' | 'tree' | 'fn' | 'style' | 'typed' | 'mayAwait' | 'isLive'>

/** The declaration that becomes `const formData = await request.formData()`, the edits of what is read from it, and the names of files. */
export interface FormData {
  statement: t.VariableDeclaration
  declarator: t.VariableDeclarator
  name: string
  edits: Edit[]
  files: string[]
}

/** Null where something is done with the fields or files that FormData has no word for. */
export function readAsFormData(parse: Parse, at: FormSite, app: NextApp): FormData | null {
  const awaited = parentOf(withCasts(parse.value))
  const declarator = awaited ? parentOf(withCasts(awaited)) : null
  const statement = declarator ? parentOf(declarator) : null
  if (
    awaited?.type !== 'AwaitExpression' ||
    declarator?.type !== 'VariableDeclarator' ||
    statement?.type !== 'VariableDeclaration' ||
    statement.declarations.length !== 1 ||
    !canAwaitAt(at, awaited)
  )
    return null
  const version = majorOf(app)
  if (parse.shape === 'list' && parse.value.type !== 'NewExpression' && version < 3) return null
  const parts = partsOf(declarator.id, parse.shape, at)
  if (!parts) return null
  const edits: Edit[] = []
  const name = freeName(at.tree, at.fn, 'formData', 'uploadData')
  const fields = findReads('fields', parts.fields, version >= 3, at.tree)
  const files = findReads('files', parts.files, version >= 3, at.tree)
  if ('irregular' in fields || 'irregular' in files) return null
  for (const read of [...fields, ...files]) {
    const found = read.from === 'fields' ? fieldEdits(read, name, at) : fileEdits(read, name, at)
    if (!found) return null
    edits.push(...found)
  }
  return { statement, declarator, name, edits, files: [...new Set(files.map((read) => read.name))] }
}

/** 3 where nothing says otherwise. */
function majorOf(app: NextApp): number {
  return Number(/\d+/.exec(app.packages.formidable ?? '')?.[0] ?? 3)
}

/** Where fields and files are referred to; null for patterns that take them further apart. */
function partsOf(id: Node, shape: Shape, at: FormSite): { fields: Node[]; files: Node[] } | null {
  const parts: { fields: Node[]; files: Node[] } = { fields: [], files: [] }
  const add = (key: string | null, nodes: Node[] | null): boolean => {
    if (!nodes || (key !== 'fields' && key !== 'files')) return false
    parts[key].push(...nodes)
    return true
  }
  if (id.type === 'ArrayPattern' && shape === 'list')
    return id.elements.every((e, i) => e === null || add(['fields', 'files'][i] ?? null, referencesOf(e, at)))
      ? parts
      : null
  if (id.type === 'ObjectPattern' && shape === 'record')
    return id.properties.every((p) => p.type === 'ObjectProperty' && add(keyName(p), referencesOf(p.value, at)))
      ? parts
      : null
  if (id.type !== 'Identifier') return null
  const key = (member: Node | null): string | null =>
    !isMember(member)
      ? null
      : shape === 'record'
        ? memberName(member)
        : (['fields', 'files'][Number(memberName(member))] ?? null)
  const members = referencesOf(id, at)?.map((node) => parentOf(withCasts(node))) ?? [null]
  return members.every((member) => member && add(key(member), [member])) ? parts : null
}

function referencesOf(id: Node, at: FormSite): Node[] | null {
  const references = id.type === 'Identifier' ? bindingAt(at.tree, id)?.references : undefined
  if (!references || references.some((r) => r.kind === 'write')) return null
  return references.filter((r) => r.kind === 'read' && at.isLive(r.node)).map((r) => r.node)
}

function fieldEdits(read: Read, form: string, at: FormSite): Edit[] | null {
  if (read.isRequired) return null
  const key = quoted(at.style, read.name)
  if (read.kind === 'present') return [edit(read.node, `${form}.has(${key})`)]
  const value = `${form}.get(${key})`
  if (read.node.type === 'TSAsExpression') return [edit(read.node.expression, value)]
  const missing = tellsNullFromUndefined(read.node, at.tree) ? ' ?? undefined' : ''
  const cast = at.typed ? `${value} as string | null` : value
  const text = missing && at.typed ? `(${cast})${missing}` : `${cast}${missing}`
  return [edit(read.node, text !== value && isOperand(read.node) ? `(${text})` : text)]
}

/** Stands where a cast or `??` needs parentheses. */
function isOperand(node: Node): boolean {
  const parent = parentOf(node)
  return (
    parent !== null &&
    (isMember(parent) || /^(Binary|Logical|Unary|Await|Conditional)Expression$|^TSNonNull|^Spread/.test(parent.type))
  )
}

/** `const file = files.file?.[0]`, and the uses of the name. */
function fileEdits(read: Read, form: string, at: FormSite): Edit[] | null {
  const key = quoted(at.style, read.name)
  if (read.kind === 'present') return [edit(read.node, `${form}.has(${key})`)]
  const declarator = parentOf(read.node)
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || declarator.init !== read.node)
    return null
  const uses = findFileUses(declarator.id, at)
  if ('irregular' in uses) return null
  const type = at.tree.program.bindings.has('File') || at.tree.program.types.has('File') ? 'globalThis.File' : 'File'
  const cast = at.typed ? ` as ${type}${uses.isTested ? ' | null' : ''}` : ''
  return [...uses.edits, ...annotationEdits(declarator.id), edit(read.node, `${form}.get(${key})${cast}`)]
}

function annotationEdits(id: t.Identifier): Edit[] {
  return id.typeAnnotation ? [{ start: startOf(id.typeAnnotation), end: endOf(id.typeAnnotation), pieces: [] }] : []
}

function edit(node: Node, text: string): Edit {
  return { start: startOf(node), end: endOf(node), pieces: [text] }
}
