import type * as t from '@babel/types'
import { block, canAwaitAt, freeName, type Lowering, note } from '../../concerns/lowering.ts'
import type { NextApp } from '../../model/project.ts'
import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import type { Edit } from '../../syntax/edits.ts'
import { removalRange } from '../../syntax/lines.ts'
import { isMember, keyName, memberName, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { readRaw } from '../body-read.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { findFileUses } from './file.ts'
import { isFormParse, type Parse, parsesForm, readParse, type Shape } from './form.ts'
import { findReads, type Read } from './reads.ts'

/**
 * formidable 1.2.6 lib/incoming_form.js, 2.1.2 and 3.5.2 src/Formidable.js. Pages, with `bodyParser: false`: parses the
 * stream; fields and files by name, in version 3 always arrays; files are written to a temporary folder; too large, too many
 * and (2, 3) empty files are refused. App: `request.formData()`, a File in memory, no limits (PA543). Kept where a path,
 * a stream or a whole object is used (PA549), and where a missing field threw: it would be served now.
 */
export const formidable: Recipe = {
  id: 'formidable',
  codes: ['PA125', 'PA543', 'PA549'],
  packages: [],
  owns: (found, context) => isFormParse(found.call, context.tree) || parseOf(found, context) !== null,
  lower: (found, at, context) => {
    const parse = parseOf(found, context)
    const why = !at.mayReadRaw ? 'body-parser' : !parse ? 'form' : rewrite(parse, at, context)
    if (why) block(at, 'PA549', found.call, { package: 'formidable', why })
    return true
  },
}

/** The parse in the call itself, or in the helper that it calls, of this file or another one. */
function parseOf({ call }: PackageCall, context: RecipeContext): Parse | null {
  if (isFormParse(call, context.tree)) return readParse(call, context.tree)
  const helper = call.callee.type === 'Identifier' ? context.functionAt(call.callee) : null
  const parse = helper ? parsesForm(helper.fn, helper.tree) : null
  return parse ? { value: call, shape: parse.shape, setup: [] } : null
}

/** Why the form cannot be read with formData(), or null when it is done. */
function rewrite(parse: Parse, at: Lowering, context: RecipeContext): string | null {
  const awaited = parentOf(withCasts(parse.value))
  const declarator = awaited ? parentOf(withCasts(awaited)) : null
  const statement = declarator ? parentOf(declarator) : null
  if (
    awaited?.type !== 'AwaitExpression' ||
    declarator?.type !== 'VariableDeclarator' ||
    statement?.type !== 'VariableDeclaration'
  )
    return 'form'
  if (statement.declarations.length !== 1 || !canAwaitAt(at, awaited)) return 'form'
  const version = majorOf(context.app)
  if (parse.shape === 'list' && parse.value.type !== 'NewExpression' && version < 3) return 'form'
  const parts = partsOf(declarator.id, parse.shape, at)
  if (!parts) return 'form'
  const edits: Edit[] = []
  const name = freeName(at.tree, at.fn, 'formData', 'uploadData')
  const fields = findReads('fields', parts.fields, version >= 3, at.tree)
  const files = findReads('files', parts.files, version >= 3, at.tree)
  if ('irregular' in fields || 'irregular' in files) return 'whole'
  for (const read of [...fields, ...files]) {
    const found = read.from === 'fields' ? fieldEdits(read, name, at) : fileEdits(read, name, at)
    if (typeof found === 'string') return found
    edits.push(...found)
  }
  at.edits.push(...edits, {
    start: startOf(statement),
    end: endOf(declarator),
    pieces: [`const ${name} = await ${at.names.request}.formData()`],
  })
  for (const gone of parse.setup) at.edits.push({ ...removalRange(at.file, gone), pieces: [] })
  readRaw(at, parse.value)
  note(at, 'PA543', files.length > 0 ? 'review' : 'note', statement, {
    package: 'formidable',
    files: [...new Set(files.map((read) => read.name))],
  })
  return null
}

/** 3 where nothing says otherwise. */
function majorOf(app: NextApp): number {
  return Number(/\d+/.exec(app.packages.formidable ?? '')?.[0] ?? 3)
}

/** Where fields and files are referred to; null for patterns that take them further apart. */
function partsOf(id: Node, shape: Shape, at: Lowering): { fields: Node[]; files: Node[] } | null {
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

function referencesOf(id: Node, at: Lowering): Node[] | null {
  const references = id.type === 'Identifier' ? bindingAt(at.tree, id)?.references : undefined
  if (!references || references.some((r) => r.kind === 'write')) return null
  return references.filter((r) => r.kind === 'read' && at.isLive(r.node)).map((r) => r.node)
}

function fieldEdits(read: Read, form: string, at: Lowering): Edit[] | string {
  if (read.isRequired) return 'required'
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
function fileEdits(read: Read, form: string, at: Lowering): Edit[] | string {
  const key = quoted(at.style, read.name)
  if (read.kind === 'present') return [edit(read.node, `${form}.has(${key})`)]
  const declarator = parentOf(read.node)
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || declarator.init !== read.node)
    return 'file'
  const uses = findFileUses(declarator.id, at)
  if ('irregular' in uses) return 'file'
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
