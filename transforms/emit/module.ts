import type * as t from '@babel/types'
import { indentIn } from '../analyse/variant.ts'
import { rebaseEdits, rebaseSpecifier } from '../concerns/module/imports.ts'
import type { HttpMethod } from '../model/route.ts'
import { partTypeEdits } from '../concerns/module/types.ts'
import { type ExtraExport, unexportEdits } from '../concerns/module/exports.ts'
import type { HandlerPart, HandlerPlan, HelperRewrite, MethodFunction, RouteContext } from '../plan/route-context.ts'
import { bareSignature, contextSignature, entrySignature, keyedSignature } from '../plan/signature.ts'
import type { Wrapping } from '../plan/wrapped-entry.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { helperEdits } from '../plan/helper-edits.ts'
import { frozenRanges, leadStart, lineStart, removalRange } from '../syntax/lines.ts'
import { innerHelperEdits } from './inner-helpers.ts'
import { joinImports } from './joined-imports.ts'
import { commentsOf, keyedHandler, wrap } from './wrapped-handler.ts'
import { madeHandler } from './made-handler.ts'
import { type Mark, markedEdits } from './marks.ts'
import { senderText } from './sender.ts'
import { docPlace, paramDocEdits, rewrittenParams } from './param-docs.ts'
import { type NewImport, printExportList, printImport } from '../syntax/print.ts'
import { contains, endOf, type Node, parentOf, startOf, statementOf } from '../syntax/tree.ts'
import { canBeStatic } from './static-get.ts'
import { weakKeyEdits } from './weak-key-types.ts'

export interface ModuleInput {
  context: RouteContext
  plan: HandlerPlan
  extras: readonly ExtraExport[]
  imports: readonly NewImport[]
  /** Comments to leave at places of the source: review findings, one each. */
  todos: readonly Mark[]
  /** Edits that a recipe made outside functions: import clauses. */
  edits?: readonly Edit[]
  /** New specifiers for modules that move in this run. */
  redirect: (specifier: string) => string | null
}

/** The whole new file: the old text with the handler, its helpers, imports and exports replaced in place. */
export function emitModule(input: ModuleInput): string {
  const { context, plan } = input
  const { file } = context
  const edits: Edit[] = [...(input.edits ?? []), ...(plan.rewrite?.edits ?? [])]
  const places = [...new Set(plan.parts.map(({ entry }) => entry.place))]
  const taken = new Set<string>()
  for (const place of places) {
    const parts = plan.parts.filter(({ entry }) => entry.place === place)
    const above = place === places[0] ? unplacedMarks(input) : []
    edits.push({ start: startOf(place), end: endOf(place), pieces: [...above, emitHandlers(parts, taken, input)] })
  }
  if (plan.entry.kind === 'function' && plan.entry.exporter && plan.entry.exporter !== plan.entry.place)
    edits.push(exporterEdit(plan.entry.exporter, plan, context))
  for (const statement of plan.gone) edits.push({ ...removalRange(file, statement), pieces: [] })
  // A wrapper that the file makes in a statement of its own.
  const around = plan.parts.flatMap(({ wrapping }) => [wrapping?.expression, wrapping?.arm?.statement])
  edits.push(
    ...plan.wrapEdits.filter(
      ({ start, end }) => !around.some((part) => part && startOf(part) <= start && end <= endOf(part)),
    ),
  )
  for (const helper of plan.helpers)
    edits.push(...markedEdits(marksOfHelper(helper, input), helperEdits(helper), file, context.style))
  for (const { entry } of plan.parts) edits.push(...paramDocEdits(entry.place, entry.fn.params, file))
  for (const { model, at } of plan.helpers)
    edits.push(...paramDocEdits(docPlace(model.fn), rewrittenParams(model), at.file))
  const parts = partTypeEdits(file)
  edits.push(...parts.filter((e) => !edits.some((x) => x.start <= e.start && x.end >= e.end)))
  const texts = [...plan.functions, ...plan.helpers].map((one) => ({ edits: one.plan.edits, stays: false }))
  edits.push(...weakKeyEdits(context, texts))
  if (plan.config.statement) edits.push(configEdit(plan.config.statement, context))
  edits.push(...unexportEdits(file, input.extras))
  const fromDir = context.route.source.slice(0, context.route.source.lastIndexOf('/'))
  edits.push(...rebaseEdits(file, fromDir, context.route.targetDir, input.redirect).filter((e) => !covers(edits, e)))
  // After the imports of what has left the file, before what is put in front of its first statement (`async`).
  edits.splice(input.edits?.length ?? 0, 0, ...headEdits(input))
  const text = render(file.text, places.reduce(dropInner, edits), 0, file.text.length)
  const sender = senderText(plan)
  return sender === '' ? text : text.trimEnd() + sender
}

/** Those that the text of one method has. */
function marksOfFunction({ at }: MethodFunction, { todos }: ModuleInput): Mark[] {
  const { body } = at.fn
  return todos.filter(
    (todo) =>
      todo.at >= startOf(body) &&
      todo.at <= endOf(body) &&
      at.isLive({ start: todo.at, end: todo.at } as Node) &&
      // Every variant has the end of the body; the others may never come to it.
      (at.file.text[todo.at] !== '}' || at.notes.some(({ span }) => span?.start === todo.at)),
  )
}

function marksOfHelper({ model, at }: HelperRewrite, { todos, plan }: Pick<ModuleInput, 'todos' | 'plan'>): Mark[] {
  const statement = statementOf(model.fn)
  if (!statement || plan.parts.some(({ entry }) => contains(entry.place, model.fn))) return []
  const inner = plan.helpers.filter((other) => other.model !== model && contains(model.fn, other.model.fn))
  return todos.filter(
    (todo) =>
      todo.at >= startOf(statement) &&
      todo.at <= endOf(statement) &&
      at.isLive({ start: todo.at, end: todo.at } as Node) &&
      !inner.some((other) => marksOfHelper(other, { todos: [todo], plan }).length > 0),
  )
}

/** What a finding is about has left with a method or a wrapper: it is marked above the handlers. */
function unplacedMarks(input: ModuleInput): string[] {
  const placed = new Set([
    ...input.plan.parts.flatMap(({ functions }) => functions.flatMap((fn) => marksOfFunction(fn, input))),
    ...input.plan.helpers.flatMap((helper) => marksOfHelper(helper, input)),
  ])
  return input.todos.filter((todo) => !placed.has(todo)).map(({ text }) => `${text}\n`)
}

function covers(edits: readonly Edit[], edit: Edit): boolean {
  return edits.some((e) => e.pieces.length === 0 && e.start <= edit.start && e.end >= edit.end)
}

/** The handler is rendered on its own; what lies inside its place is part of that text. */
function dropInner(edits: readonly Edit[], place: Node): Edit[] {
  // What ends where the place begins is in front of it: imports and config of a file that has none.
  return edits.filter(
    (e) =>
      e.end <= startOf(place) ||
      !(e.start >= startOf(place) && e.end <= endOf(place) && (e.start > startOf(place) || e.end < endOf(place))),
  )
}

function emitHandlers(handlers: readonly HandlerPart[], taken: Set<string>, input: ModuleInput): string {
  const { plan, context } = input
  const texts = mergeAlike(
    handlers.flatMap((part) =>
      part.functions.map((fn, i) => ({
        methods: fn.methods,
        isRefusal: fn.isRefusal,
        own: part.entry.name,
        lead: i === 0 ? commentsOf(part, context) : '',
        text: functionText(fn, part, input),
      })),
    ),
    context.options.strict,
  )
  const parts: string[] = []
  const lists: string[] = []
  for (const { methods, isRefusal, own, lead, text } of texts) {
    const [only] = methods
    if (methods.length === 1 && only && !isNameOfElse(only, plan, context)) {
      parts.push(`${lead}export ${text(only)}`)
      continue
    }
    const name = freeFunctionName(own, context, taken, isRefusal)
    parts.push(`${lead}${text(name)}`)
    lists.push(printExportList(name, methods, context.style))
  }
  return [...parts, ...lists].join('\n\n')
}

/** The file has something else of that name (`import { POST } from './webhook'`). */
function isNameOfElse(method: string, plan: HandlerPlan, context: RouteContext): boolean {
  const { program } = context.tree
  const binding = program.bindings.get(method)
  const isOwn = plan.parts.some(({ entry }) => entry.binding === binding)
  return (binding !== undefined && !isOwn) || program.types.has(method)
}

/** Methods whose functions came out the same share one; HEAD beside GET is Next's own. */
function mergeAlike(list: readonly EmittedFunction[], strict: boolean): EmittedFunction[] {
  const merged = new Map<string, EmittedFunction>()
  for (const one of list) {
    const known = merged.get(one.text(''))
    if (known) known.methods.push(...one.methods)
    else merged.set(one.text(''), { ...one, methods: [...one.methods] })
  }
  return [...merged.values()].map((one) => ({
    ...one,
    methods: !strict && one.methods.includes('GET') ? one.methods.filter((m) => m !== 'HEAD') : one.methods,
  }))
}

interface EmittedFunction {
  methods: HttpMethod[]
  isRefusal: boolean
  /** The name that the handler had. */
  own: string | null
  /** Comments that stood above it in an object. */
  lead: string
  text: (name: string) => string
}

function freeFunctionName(own: string | null, context: RouteContext, taken: Set<string>, isRefusal: boolean): string {
  const names = [...(isRefusal ? ['methodNotAllowed'] : []), own ?? 'handler', 'handler', 'handle', 'respond', 'answer']
  const name =
    names.find((n) => !taken.has(n) && ((n === own && !isRefusal) || !context.tree.program.bindings.has(n))) ??
    `handler${taken.size + 1}`
  taken.add(name)
  return name
}

/** What edits put at the start of that line, before its own indentation. */
function addedIndent(edits: readonly Edit[], source: string, at: number): string {
  const start = lineStart(source, at)
  const added = edits.filter((e) => e.start === start && e.end === start).map((e) => e.pieces.join(''))
  return added.filter((text) => /^[ \t]+$/.test(text)).join('')
}

/** The text of one variant, waiting for its name. */
function functionText(fn: MethodFunction, part: HandlerPart, input: ModuleInput): (name: string) => string {
  const { at, plan } = fn
  const { file, style } = at
  const node = at.fn
  const source = file.text
  const fromDir = at.route.source.slice(0, at.route.source.lastIndexOf('/'))
  const specifiers = rebaseEdits(file, fromDir, at.route.targetDir, input.redirect)
  const rebased = specifiers.filter((e) => e.start >= startOf(node.body) && e.end <= endOf(node.body))
  const todos = marksOfFunction(fn, input)
  const todoEdits = todos.map(
    (todo): Edit => ({
      start: todo.at,
      end: todo.at,
      // The statement may be part of the answer now.
      sticky: true,
      pieces: [
        `${source[todo.at] === '}' ? style.indent : ''}${todo.text}\n${addedIndent(plan.edits, source, todo.at)}${indentIn(source, fn.variant.shifts, todo.at)}`,
      ],
    }),
  )
  const edits = [...todoEdits, ...plan.edits, ...innerHelperEdits(fn, input.plan.helpers), ...rebased]
  let body: string
  let made: string | null = null
  if (node.body.type === 'BlockStatement') {
    body = tidy(render(source, edits, startOf(node.body), endOf(node.body)))
  } else {
    const base = indentIn(source, fn.variant.shifts, startOf(node))
    const { exits, passages, returns } = plan.flow
    const isAnswer = [...exits, ...passages].some(({ form }) => form === 'arrow')
    const isExit = isAnswer || returns.unanswered.some((u) => u.node === node.body)
    const text = render(source, edits, startOf(node.body), endOf(node.body))
    made = madeHandler(node, text, { file, request: at.names.request })
    const lead = leadingDeclarations(text)
    // Lines of template literals stay where they are.
    const isFrozen = frozenRanges(file.ast.program).some(
      (f) => f.start >= startOf(node.body) && f.end <= endOf(node.body) && source.slice(f.start, f.end).includes('\n'),
    )
    const rest = isFrozen ? lead.rest : lead.rest.replaceAll(/\n(?!\n)/g, `\n${style.indent}`)
    const lines = [...lead.lines, `${isExit ? 'return ' : ''}${rest}${style.semicolon}`]
    body = `{\n${lines.map((l) => base + style.indent + l).join('\n')}\n${base}}`
  }
  const isAsync = node.async || plan.usesAwait
  const { wrapping } = part
  const inner = wrapping?.layers[wrapping.layers.length - 1]?.wrapper.callee
  const known = inner?.source.module.standsFor?.package
  const signature =
    inner?.wrapper.roles[0] === 'context'
      ? contextSignature(at, plan.takes, { isInferred: inner.at.typed })
      : known
        ? (known.keyed ? keyedSignature : bareSignature)(at, plan.takes, node.params.slice(2))
        : entrySignature(at, plan.takes, {
            added: wrapping ? node.params.slice(2) : [],
            isInferred: wrapping !== null && tellsTypes(wrapping, plan.takes.custom),
          })
  const asyncText = isAsync ? 'async ' : ''
  const isBare = !wrapping || wrapping.layers.length === 0
  const around = { plan: input.plan, fn: node, file, specifiers }
  if (isBare && made === null) return (name) => `${asyncText}function ${name}${signature} ${body}`
  const own = made ?? `${asyncText}${signature} => ${body}`
  if (wrapping && known?.keyed)
    return (name) => {
      const object = keyedHandler(name, own, at)
      return `const { ${name} } = ${wrap(object, wrapping, around)}${style.semicolon}`
    }
  const wrapped = isBare ? own : wrap(own, wrapping, around)
  // A line of its own needs none; another statement may follow on this one.
  const stop = style.semicolon || (source[endOf(part.entry.place) - 1] === ';' ? ';' : '')
  return (name) => `const ${name} = ${wrapped}${stop}`
}

/** The innermost wrapper says what the properties are that it hangs on the request: its handler needs no types for them. */
function tellsTypes({ layers }: Wrapping, custom: readonly string[]): boolean {
  const { callee } = layers[layers.length - 1]?.wrapper ?? {}
  if (!callee || custom.length === 0 || !callee.at.typed || !callee.wrapper.shape.handler.id.typeAnnotation)
    return false
  return custom.every((name) => callee.plan.takes.custom.includes(name))
}

/** Declarations that were put in front of an arrow's expression stand on lines of their own. */
function leadingDeclarations(text: string): { lines: string[]; rest: string } {
  const lines: string[] = []
  let rest = text
  const line = /^(?:const|let|if \(\w+ instanceof Response\)) [^\n]*\n[ \t]*/
  for (let m = line.exec(rest); m; m = line.exec(rest)) {
    lines.push(m[0].trimEnd())
    rest = rest.slice(m[0].length)
  }
  return { lines, rest }
}

/** No blank lines right inside the braces, never two in a row. Template literals keep theirs: the parts between are not touched by this. */
export function tidy(body: string): string {
  return body.replace(/^\{\n(?:[ \t]*\n)+/, '{\n').replace(/\n(?:[ \t]*\n)+([ \t]*\})$/, '\n$1')
}

function exporterEdit(exporter: t.Statement, plan: HandlerPlan, context: RouteContext): Edit {
  const { file } = context
  const specifier = plan.entry.kind === 'function' ? plan.entry.specifier : null
  if (exporter.type === 'ExportNamedDeclaration' && exporter.specifiers.length > 1 && specifier) {
    const kept = exporter.specifiers.filter((s) => s !== specifier)
    const types = kept.filter((s) => s.type === 'ExportSpecifier' && s.exportKind === 'type')
    if (types.length > 0)
      return {
        start: startOf(exporter),
        end: endOf(exporter),
        pieces: [
          `export { ${types.map((s) => file.text.slice(startOf(s), endOf(s))).join(', ')} }${context.style.semicolon}`,
        ],
      }
  }
  return { ...removalRange(file, exporter), pieces: [] }
}

/** What the code reads of it stays a constant of the file. */
function configEdit(statement: t.Statement, { file, tree }: RouteContext): Edit {
  const { references } = tree.program.bindings.get('config') ?? { references: [] }
  const isRead = references.some(({ node }) => parentOf(node)?.type !== 'ExportSpecifier')
  return isRead && statement.type === 'ExportNamedDeclaration' && statement.declaration
    ? { start: startOf(statement), end: startOf(statement.declaration), pieces: [] }
    : { ...removalRange(file, statement), pieces: [] }
}

/** New imports and segment config, after the imports that are there; a file without imports gets them on top. */
function headEdits(input: ModuleInput): Edit[] {
  const { context, plan } = input
  const { file, style } = context
  const fromDir = context.route.source.slice(0, context.route.source.lastIndexOf('/'))
  const joined = joinImports(input.imports, file)
  const beside = besideImports(joined.others, context)
  const imports = importTexts(
    joined.others
      .filter((one) => !declarationOf(one, context))
      .map((i) => ({
        ...i,
        source: rebaseSpecifier(i.source, fromDir, context.route.targetDir, input.redirect) ?? i.source,
      })),
    context,
  )
  const segments = plan.config.segments.map(({ name, value, comments = [] }) =>
    [...comments, `export const ${name} = ${value}${style.semicolon}`].join('\n'),
  )
  if (canBeStatic(plan, context)) segments.push(`export const revalidate = 0${style.semicolon}`)
  if (imports.length === 0 && segments.length === 0) return [...joined.edits, ...beside]
  const body = file.ast.program.body
  const old = body.filter((s) => s.type === 'ImportDeclaration')
  const nextImport = old.find((s) => s.type === 'ImportDeclaration' && s.source.value === 'next')
  const last = old[old.length - 1]
  const edits: Edit[] = [...joined.edits, ...beside]
  if (imports.length > 0) {
    const place = nextImport ?? old[0]
    if (place) edits.push({ start: startOf(place), end: startOf(place), pieces: [`${imports.join('\n')}\n`] })
  }
  const block = [
    ...(old.length === 0 ? imports : []),
    ...(segments.length > 0 ? [...(old.length === 0 && imports.length > 0 ? [''] : []), ...segments] : []),
  ].join('\n')
  if (block) {
    if (last) edits.push({ start: endOf(last), end: endOf(last), pieces: [`\n\n${block}`] })
    else {
      const first = body[0] as t.Statement
      const start = leadStart(file, first)
      edits.push({ start, end: start, pieces: [`${block}\n\n`] })
    }
  }
  return edits
}

/** The import of the same module that is there, and may go: the new one is loaded at its turn. */
function declarationOf({ source, isType }: NewImport, { file }: RouteContext): t.ImportDeclaration | null {
  if (isType) return null
  const found = file.ast.program.body.find(
    (s) => s.type === 'ImportDeclaration' && s.importKind !== 'type' && s.source.value === source,
  )
  return found?.type === 'ImportDeclaration' ? found : null
}

/** New imports right after those of the same module. */
function besideImports(all: readonly NewImport[], context: RouteContext): Edit[] {
  const { route, file } = context
  return all.flatMap((one): Edit[] => {
    const declaration = declarationOf(one, context)
    if (!declaration) return []
    const source = file.text.slice(startOf(declaration.source) + 1, endOf(declaration.source) - 1)
    const fromDir = route.source.slice(0, route.source.lastIndexOf('/'))
    const text = printImport(
      rebaseSpecifier(source, fromDir, route.targetDir, () => null) ?? source,
      [one],
      context.style,
    )
    return [{ start: endOf(declaration), end: endOf(declaration), pieces: [`\n${text}`] }]
  })
}

/** One statement for each module; types are marked where values stand beside them. */
function importTexts(all: readonly NewImport[], { style }: RouteContext): string[] {
  const bySource = new Map<string, NewImport[]>()
  for (const one of all) bySource.set(one.source, [...(bySource.get(one.source) ?? []), one])
  return [...bySource].map(([source, list]) => printImport(source, list, style))
}
