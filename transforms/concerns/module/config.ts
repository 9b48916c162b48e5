import type * as t from '@babel/types'
import type { Code, Diagnostic, Level } from '../../model/diagnostic.ts'
import { keyName, numberValue, stringValue, uncast } from '../../syntax/match.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { leadStart, lineEnd } from '../../syntax/lines.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import { namesOf } from './exports.ts'
import { snippet, spanOf } from '../lowering.ts'

/** `maxDuration = 60` and the like. */
export interface Segment {
  name: string
  value: string
  /** It names nothing, so it may stand in any file. */
  isPlain: boolean
  /** What is said of it inside `config`. */
  comments?: readonly string[]
}

/** What `export const config` says, in terms of route segment config. */
export interface ConfigPlan {
  /** The statement to take away. */
  statement: t.Statement | null
  /** To be exported. */
  segments: Segment[]
  bodyParser: boolean
  /** The `sizeLimit` of the body parser, as code that may stand anywhere in the file. */
  sizeLimit: string | null
  isEdge: boolean
  /** It may come by `export *`: whether there is one is not known here. */
  isFromStar: boolean
  notes: Diagnostic[]
  blockers: Diagnostic[]
}

/**
 * `export const config`. Pages: api.bodyParser, sizeLimit, responseLimit, externalResolver, runtime, regions, maxDuration.
 * App: left in route.ts it is a build error on 13 and 14 and silently ignored later, so it always goes: maxDuration and
 * regions become exports, the limits have no counterpart and are reported, `bodyParser: false` is how App always is.
 */
export function readConfig(file: SourceFile): ConfigPlan {
  const plan: ConfigPlan = {
    statement: null,
    segments: [],
    bodyParser: true,
    sizeLimit: null,
    isEdge: false,
    isFromStar: false,
    notes: [],
    blockers: [],
  }
  for (const statement of file.ast.program.body) {
    const declared = declaratorNamed(statement, ['config', 'runtime'])
    if (!declared) {
      if (exportsName(statement, 'config')) refuse(plan, file, statement)
      continue
    }
    const { declarator, name } = declared
    if (name === 'runtime') {
      if (/edge/.test(stringValue(declarator.init) ?? '')) plan.isEdge = true
      continue
    }
    plan.statement = statement
    const value = declarator.init ? uncast(declarator.init) : null
    // What is declared beside it would leave with it.
    if (value?.type === 'ObjectExpression' && isAlone(statement)) readObject(value, plan, file)
    else refuse(plan, file, statement)
  }
  const star = file.ast.program.body.find((one) => one.type === 'ExportAllDeclaration' && one.exportKind !== 'type')
  // What the file exports by name goes before what comes by a star.
  if (star && plan.statement === null && plan.blockers.length === 0) {
    plan.isFromStar = true
    refuse(plan, file, star)
  }
  return plan
}

/** What a file says outside of the body parser that Next reads off a route file: of `config`, and exported by itself (next@16.4.3 build/analysis/get-page-static-info.js). */
export function segmentExports(file: SourceFile, config: ConfigPlan): Segment[] {
  const own = file.ast.program.body.flatMap((statement) => {
    const declared = declaratorNamed(statement, ['maxDuration', 'preferredRegion'])
    const value = declared?.declarator.init
    return declared && value ? [segmentOf(declared.name, value, file)] : []
  })
  return [...config.segments.filter(({ name }) => own.every((one) => one.name !== name)), ...own]
}

function segmentOf(name: string, value: Node, file: SourceFile): Segment {
  return { name, value: file.text.slice(startOf(value), endOf(value)), isPlain: isPlain(uncast(value)) }
}

function isPlain(node: Node): boolean {
  if (node.type === 'ArrayExpression') return node.elements.every((one) => one !== null && isPlain(one))
  return stringValue(node) !== null || numberValue(node) !== null
}

/** What a module exports as `config`, as it is written; null where it is no object in a statement of its own. */
export function configTextOf(file: SourceFile | null): string | null {
  for (const statement of file?.ast.program.body ?? []) {
    const value = declaratorNamed(statement, ['config'])?.declarator.init
    if (file && value && uncast(value).type === 'ObjectExpression') return file.text.slice(startOf(value), endOf(value))
  }
  return null
}

function declaratorNamed(
  statement: t.Statement,
  names: readonly string[],
): { declarator: t.VariableDeclarator; name: string } | null {
  if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration') return null
  const [declarator] = statement.declaration.declarations
  if (declarator?.id.type !== 'Identifier' || !names.includes(declarator.id.name)) return null
  return { declarator, name: declarator.id.name }
}

function isAlone(statement: t.Statement): boolean {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null
  return declaration?.type === 'VariableDeclaration' && declaration.declarations.length === 1
}

/** `export { config }`, `export { config } from '...'`, `export const { config } = ...`, `module.exports.config = ...`. */
function exportsName(statement: t.Statement, name: string): boolean {
  if (statement.type === 'ExportNamedDeclaration')
    return (
      statement.specifiers.some(
        ({ exported }) => (exported.type === 'Identifier' ? exported.name : exported.value) === name,
      ) ||
      (statement.declaration?.type === 'VariableDeclaration' &&
        statement.declaration.declarations.some(({ id }) => namesOf(id).includes(name)))
    )
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return false
  const { left } = statement.expression
  return (
    left.type === 'MemberExpression' &&
    left.property.type === 'Identifier' &&
    left.property.name === name &&
    /exports$/.test(
      left.object.type === 'Identifier'
        ? left.object.name
        : left.object.type === 'MemberExpression' && left.object.property.type === 'Identifier'
          ? left.object.property.name
          : '',
    )
  )
}

function readObject(object: t.ObjectExpression, plan: ConfigPlan, file: SourceFile): void {
  for (const property of object.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || name === null) {
      refuse(plan, file, property)
      continue
    }
    const value = uncast(property.value)
    if (name === 'api' && value.type === 'ObjectExpression') readApi(value, plan, file)
    else if (name === 'maxDuration' && numberValue(value) !== null)
      plan.segments.push({ ...segmentOf(name, property.value, file), ...commentsOf(property, file) })
    else if (name === 'regions' || name === 'preferredRegion')
      plan.segments.push({ ...segmentOf('preferredRegion', property.value, file), ...commentsOf(property, file) })
    else if (name === 'runtime' && stringValue(value) !== null) plan.isEdge ||= /edge/.test(stringValue(value) ?? '')
    else if (name === 'amp' || name === 'unstable_allowDynamic') note(plan, file, property, 'PA412', 'note', name)
    else if (name === 'supportsResponseStreaming') note(plan, file, property, 'PA412', 'note', name)
    else refuse(plan, file, property)
  }
}

/** The lines above a property, and the comment behind it. */
function commentsOf(property: Node, file: SourceFile): Pick<Segment, 'comments'> {
  const { text, comments } = file
  const line = lineEnd(text, endOf(property))
  const lead = leadStart(file, property)
  const isOwn = ({ start, end }: t.Comment): boolean =>
    (start ?? 0) >= lead && (end ?? 0) <= line && ((end ?? 0) <= startOf(property) || (start ?? 0) >= endOf(property))
  const found = comments
    .filter(isOwn)
    .map(({ start, end }) => text.slice(start ?? 0, end ?? 0).replaceAll(/\n[ \t]+\*/g, '\n *'))
  return found.length > 0 ? { comments: found } : {}
}

function readApi(object: t.ObjectExpression, plan: ConfigPlan, file: SourceFile): void {
  for (const property of object.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || name === null) {
      refuse(plan, file, property)
      continue
    }
    const value = uncast(property.value)
    if (name === 'bodyParser' && value.type === 'BooleanLiteral') plan.bodyParser = value.value
    else if (name === 'bodyParser' && value.type === 'ObjectExpression') {
      for (const inner of value.properties) {
        note(plan, file, inner, 'PA410', 'note', snippet(file, inner))
        if (inner.type === 'ObjectProperty' && keyName(inner) === 'sizeLimit')
          plan.sizeLimit = limitText(inner.value, file)
      }
    } else if (name === 'responseLimit') note(plan, file, property, 'PA411', 'note', name)
    else if (name === 'externalResolver') note(plan, file, property, 'PA412', 'note', name)
    else refuse(plan, file, property)
  }
}

/** None for what is computed: it may mean something else inside a function, and what was served must be served. */
function limitText(value: Node, file: SourceFile): string {
  const node = uncast(value)
  return stringValue(node) !== null || numberValue(node) !== null
    ? file.text.slice(startOf(node), endOf(node))
    : 'Infinity'
}

function note(plan: ConfigPlan, file: SourceFile, node: Node, code: Code, level: Level, text: string): void {
  plan.notes.push({ code, level, span: spanOf(file, node), data: { text } })
}

function refuse(plan: ConfigPlan, file: SourceFile, node: Node): void {
  plan.blockers.push({ code: 'PA413', level: 'blocker', span: spanOf(file, node), data: { text: snippet(file, node) } })
}
