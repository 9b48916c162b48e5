import type { Diagnostic } from '../model/diagnostic.ts'
import type { SharedFunction } from '../plan/shared-model.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { restoreEdits, withOriginal } from '../syntax/expansion.ts'
import { commonExports, isCommonModule, listEdit } from '../syntax/common-exports.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { commentEnd, removalRange } from '../syntax/lines.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import type { NewImport } from '../syntax/print.ts'
import { analyseScopes, type ScopeTree } from '../syntax/scope.ts'
import { detectStyle, type Style } from '../syntax/style.ts'
import { endOf, isFunction, isPlainFunction, type Node, some, startOf, statementOf } from '../syntax/tree.ts'
import { newDoc, paramDocEdits, rewrittenParams } from './param-docs.ts'
import { dropUnused } from './cleanup.ts'
import { importEdits } from './module-imports.ts'
import { insertedBelow, removedAbove, renamed, siblingOf } from './member-place.ts'
import { openedEdits, subclassText } from './subclass.ts'
import { lineOf, type Mark, markedEdits } from './marks.ts'
import { todoPlace } from './todo-place.ts'
import { findCapturedName } from './captured-names.ts'
import { findLostName } from './verify-output.ts'
import { weakKeyEdits } from './weak-key-types.ts'

/** What becomes of a shared function. */
export type SharedForm =
  | { kind: 'in place' }
  /** The old one stays for those who still call it, the new one stands below it under this name. */
  | { kind: 'beside'; name: string }
  /** An earlier run made the new one, and nobody calls the old one any more. */
  | { kind: 'retired'; name: string }

export interface SharedModuleInput {
  module: SourceModule
  functions: readonly { shared: SharedFunction; form: SharedForm }[]
  /** The comment that marks a review finding in the code. */
  comment: (found: Diagnostic) => string
}

export type SharedModuleText =
  | { kind: 'text'; text: string }
  /** Something else has the name that a new function was to get. */
  | { kind: 'clash'; ids: readonly string[] }
  | { kind: 'wrong'; what: string }
  /** What new code means by a name is hidden by a declaration of the file. */
  | { kind: 'captured'; name: string; at: Node }

/** A module with its shared functions in their new form. Line ends are LF; pure. */
export function emitSharedModule({ module, functions, comment }: SharedModuleInput): SharedModuleText {
  const { file, tree, path } = module
  const style = detectStyle(file)
  const edits: Edit[] = []
  const imports: NewImport[] = []
  const clashes: string[] = []
  const added: string[] = []
  const gone = new Set<string>()
  for (const { shared, form } of [...functions].sort((a, b) => byPlace(a.shared, b.shared))) {
    if (form.kind === 'in place') {
      edits.push(...ownEdits(shared, comment))
      edits.push(...paramDocEdits(placeOf(shared), oldParams(shared), file))
      imports.push(...shared.imports)
      continue
    }
    const text = counterpartOf(shared, { name: form.name, style, comment })
    edits.push(...openedEdits(shared))
    const { part } = shared.source
    const before = knownAs(shared, form.name)
    if (before && !isSameText(file.text.slice(startOf(before), endOf(before)), text)) clashes.push(shared.id)
    else if (!before) {
      const { statement } = shared.source
      const doc = newDoc(placeOf(shared), oldParams(shared), file)
      const place = commentEnd(file.text, endOf(statement))
      if (part) edits.push(insertedBelow(part, text, doc, module))
      else edits.push({ start: place, end: place, pieces: [`\n\n${doc === '' ? '' : `${doc}\n`}${text}`] })
      imports.push(...shared.imports)
      const list = part ? null : commonExports(module)
      if (list && shared.source.exports.length > 0) added.push(form.name)
    }
    if (form.kind !== 'retired') continue
    if (!part) gone.add(shared.source.name)
    const below = part ? siblingOf(part, form.name) : null
    if (part && below) edits.push(removedAbove(part, below, module))
    else edits.push({ ...removalRange(file, shared.source.statement), pieces: [] })
  }
  if (clashes.length > 0) return { kind: 'clash', ids: clashes }
  const list = commonExports(module)
  if (list && added.length + gone.size > 0) edits.push(listEdit(list, { added, gone }, file.text))
  edits.push(...importEdits(module, imports, style))
  const texts = functions.map(({ shared, form }) => ({ edits: shared.plan.edits, stays: form.kind === 'beside' }))
  edits.push(...weakKeyEdits(module, texts))
  const rewritten = functions
    .filter(({ form }) => form.kind !== 'beside')
    .flatMap(({ shared: { source, handler } }) => [source.statement, handler ?? []].flat())
  edits.push(...restoreEdits(file, rewritten))
  const names = withOriginal(tree, file)
  const cleaned = dropUnused(path, render(file.text, edits, 0, file.text.length), names)
  // Where all imports are gone, so is the line after them.
  const written = /^\s/.test(file.text) ? cleaned : cleaned.replace(/^\s+/, '')
  return checkModule(path, written, names, imports) ?? { kind: 'text', text: written }
}

/** A wrapper that took an object of handlers takes one now. */
function oldParams({ model, wrapper }: SharedFunction): Node[] {
  return [...rewrittenParams(model), ...(wrapper?.shape.object ? [wrapper.shape.handler.id] : [])]
}

/** An earlier run has made it, under this name. */
export function hasCounterpart(
  shared: SharedFunction,
  { name, comment }: { name: string; comment: SharedModuleInput['comment'] },
): boolean {
  const { file } = shared.source.module
  const statement = knownAs(shared, name)
  if (!statement) return false
  const text = counterpartOf(shared, { name, style: detectStyle(file), comment })
  return isSameText(file.text.slice(startOf(statement), endOf(statement)), text)
}

/** The parameters of what has the name of its counterpart already; none where nothing has. */
export function paramsOfCounterpart(shared: SharedFunction, name: string): string[] {
  const known = knownAs(shared, name)
  const names: string[][] = []
  if (known)
    some(known, (node) => {
      if (!isFunction(node)) return false
      names.push(node.params.flatMap((param) => (param.type === 'Identifier' ? [param.name] : [])))
      return true
    })
  return names[0] ?? []
}

/** What has the name already, where the new form of a function is to go. */
function knownAs({ source }: SharedFunction, name: string): Node | null {
  if (source.part) return siblingOf(source.part, name)
  const known = source.module.tree.program.bindings.get(name)
  return known ? statementOf(known.declaration) : null
}

/** The statement or the member that a function is. */
function placeOf({ source }: SharedFunction): Node {
  return source.part ?? source.statement
}

/** The statement of the function once more, in its new form and under its new name. */
function counterpartOf(
  shared: SharedFunction,
  { name, style, comment }: { name: string; style: Style; comment: SharedModuleInput['comment'] },
): string {
  const { source } = shared
  const { statement, module, part } = source
  if (shared.subclass) return subclassText(shared, shared.subclass, { name, style, edits: ownEdits(shared, comment) })
  if (part) {
    const own = [...ownEdits(shared, comment), renamed(part, name)]
    return render(module.file.text, own, startOf(part), endOf(part))
  }
  const declaration =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
      ? statement.declaration
      : statement
  const isExpression = declaration !== statement && isPlainFunction(declaration) && !isDeclared(declaration)
  const edits: Edit[] = ownEdits(shared, comment)
  const own = declaration && !isExpression ? nameEdit(declaration, name, module.file.text) : null
  if (own) edits.push(own)
  const head = isExpression ? `export const ${name} = ` : 'export '
  if (declaration && declaration !== statement)
    edits.push({ start: startOf(statement), end: startOf(declaration), pieces: [head] })
  const isListed = statement === declaration && source.exports.length > 0 && !isCommonModule(module)
  const text = render(module.file.text, edits, startOf(statement), endOf(statement))
  const isValue = isExpression || declaration?.type === 'VariableDeclaration'
  const end = isValue && !text.endsWith(';') ? style.semicolon : ''
  return `${isListed ? 'export ' : ''}${text}${end}`
}

function isDeclared({ type }: Node): boolean {
  return type === 'FunctionDeclaration'
}

/** The new name in the place of the old one; `export default function (err, req, res) { ... }` has none. */
function nameEdit(declaration: Node, name: string, text: string): Edit | null {
  if (declaration.type === 'FunctionDeclaration' && !declaration.id) {
    const start = text.indexOf('function', startOf(declaration)) + 'function'.length
    return { start, end: text.indexOf('(', start), pieces: [` ${name}`] }
  }
  const id =
    declaration.type === 'FunctionDeclaration'
      ? declaration.id
      : declaration.type === 'VariableDeclaration'
        ? declaration.declarations[0]?.id
        : null
  return id?.type === 'Identifier' ? { start: startOf(id), end: startOf(id) + id.name.length, pieces: [name] } : null
}

/** Review findings are marked in the code, as in route files. */
function ownEdits({ at, source, edits }: SharedFunction, comment: SharedModuleInput['comment']): Edit[] {
  const { file } = source.module
  const marks = new Map<string, Mark>()
  for (const found of at.notes) {
    if (found.level !== 'review' || !found.span) continue
    const mark = { at: todoPlace(file, found), text: `// ${comment(found)}` }
    const key = `${found.code} ${lineOf(file, mark.at)}`
    if (!marks.has(key)) marks.set(key, mark)
  }
  return markedEdits([...marks.values()], edits, file, at.style)
}

function isSameText(a: string, b: string): boolean {
  return a.replace(/\s+/g, ' ') === b.replace(/\s+/g, ' ')
}

function checkModule(
  path: string,
  text: string,
  original: ScopeTree,
  imports: readonly NewImport[],
): SharedModuleText | null {
  const file = parseSource(path, text)
  if (isParseFailure(file))
    return { kind: 'wrong', what: `${path} does not parse: ${file.message} (${file.line}:${file.column})` }
  const tree = analyseScopes(file.ast)
  const lost = findLostName(tree, original)
  if (lost !== null) return { kind: 'wrong', what: `${path} uses ${lost}, which is declared nowhere` }
  const captured = findCapturedName(tree, original, imports)
  return captured && { kind: 'captured', name: captured.name, at: captured.id }
}

/** By place in the source: where a statement stands among those of its module. */
function byPlace(a: SharedFunction, b: SharedFunction): number {
  return startOf(placeOf(a)) - startOf(placeOf(b))
}
