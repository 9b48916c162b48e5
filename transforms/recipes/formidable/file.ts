import type * as t from '@babel/types'
import { canAwaitAt } from '../../concerns/lowering.ts'
import type { Edit } from '../../syntax/edits.ts'
import { removalRange } from '../../syntax/lines.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf, statementOf } from '../../syntax/tree.ts'
import type { FormSite } from './form-data.ts'
import { isTest } from './reads.ts'

/** formidable's names (2 and 3; then 1) and File's. */
const MEMBERS: Readonly<Record<string, string>> = {
  originalFilename: 'name',
  mimetype: 'type',
  size: 'size',
  name: 'name',
  type: 'type',
}
const PATHS = new Set(['filepath', 'path'])
const FILE_SYSTEM = /^(node:)?fs(\/promises)?$/

/** How a name that holds a file is used: the edits, and whether the code looks whether it is there. */
export interface FileUses {
  edits: Edit[]
  isTested: boolean
}

/** The uses of a name that holds one file; or the first that has no counterpart in File. */
export function findFileUses(id: t.Identifier, at: FormSite): FileUses | { irregular: Node } {
  const uses: FileUses = { edits: [], isTested: false }
  for (const { node, kind } of bindingAt(at.tree, id)?.references ?? []) {
    if (kind === 'type' || !at.isLive(node)) continue
    const held = withCasts(node)
    const member = parentOf(held)
    if (kind === 'read' && isTest(held)) uses.isTested = true
    else if (kind === 'write' || !isMember(member) || member.object !== held) return { irregular: node }
    else {
      uses.isTested ||= member.optional === true
      const edits = memberEdits(member, id.name, at)
      if (!edits) return { irregular: member }
      uses.edits.push(...edits)
    }
  }
  return uses
}

function memberEdits(
  member: t.MemberExpression | t.OptionalMemberExpression,
  file: string,
  at: FormSite,
): Edit[] | null {
  const name = memberName(member) ?? ''
  const next = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined
  if (next && !member.computed)
    return next === name ? [] : [{ start: startOf(member.property), end: endOf(member.property), pieces: [next] }]
  return PATHS.has(name) ? pathEdits(withCasts(member), file, at) : null
}

/** `readFile(file.filepath)` reads the file itself; `unlink(file.filepath)` has nothing to remove. */
function pathEdits(path: Node, file: string, at: FormSite): Edit[] | null {
  const call = parentOf(path)
  if (!isCall(call) || call.arguments[0] !== path || !isFileSystem(call.callee, at)) return null
  const name = calleeName(call.callee)
  const awaited = parentOf(call)
  const whole = awaited?.type === 'AwaitExpression' ? awaited : call
  if (/^unlink(Sync)?$/.test(name) && call.arguments.length === 1) {
    const statement = statementOf(call)
    return statement?.type === 'ExpressionStatement' && statement.expression === whole
      ? [{ ...removalRange(at.file, statement), pieces: [] }]
      : null
  }
  if (name !== 'readFileSync' && !(name === 'readFile' && whole !== call)) return null
  const text = readText(file, call.arguments[1])
  if (!text || call.arguments.length > 2 || !canAwaitAt(at, call)) return null
  const needsParens = text.startsWith('await') && isMember(parentOf(withCasts(whole)))
  return [{ start: startOf(whole), end: endOf(whole), pieces: [needsParens ? `(${text})` : text] }]
}

function readText(file: string, options: Node | undefined): string | null {
  const bytes = `Buffer.from(await ${file}.arrayBuffer())`
  if (!options) return bytes
  const node = uncast(options)
  const [property] = node.type === 'ObjectExpression' && node.properties.length === 1 ? node.properties : []
  const encoding =
    property?.type === 'ObjectProperty' && keyName(property) === 'encoding'
      ? stringValue(property.value)
      : stringValue(node)
  if (encoding === null) return null
  return /^utf-?8$/i.test(encoding) ? `await ${file}.text()` : `${bytes}.toString('${encoding}')`
}

function calleeName(callee: Node): string {
  return callee.type === 'Identifier' ? callee.name : isMember(callee) ? (memberName(callee) ?? '') : ''
}

/** A function of node's fs, by name, `fs.x` or `fs.promises.x`. */
function isFileSystem(callee: Node, at: FormSite): boolean {
  let root = uncast(callee)
  while (isMember(root)) root = uncast(root.object)
  const declaration = root.type === 'Identifier' ? bindingAt(at.tree, root)?.declaration : undefined
  const from = declaration ? parentOf(declaration) : null
  if (from?.type === 'ImportDeclaration') return FILE_SYSTEM.test(from.source.value)
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  const [path] =
    init && isCall(init) && init.callee.type === 'Identifier' && init.callee.name === 'require' ? init.arguments : []
  return FILE_SYSTEM.test(stringValue(path) ?? '')
}
