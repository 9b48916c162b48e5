import type { Edit } from '../../syntax/edits.ts'
import { isAsset } from '../../syntax/own-place.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { type Node, startOf, walk } from '../../syntax/tree.ts'

/** The folder of a file, `''` at the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A module specifier in the file: import, export from, require(), import(), typeof import(), `new URL('./font.ttf', import.meta.url)`. */
export interface Specifier {
  /** The literal, or the first part of a template. */
  node: Node
  /** Of one that is put together when it runs (`import(\`../mails/${name}\`)`), the folders in front of that. */
  value: string
}

export function findSpecifiers(file: SourceFile): readonly Specifier[] {
  if (last?.file !== file) last = { file, found: collectSpecifiers(file) }
  return last.found
}

// Every function of the new file asks for those of the old one.
let last: { file: SourceFile; found: readonly Specifier[] } | null = null

function collectSpecifiers(file: SourceFile): Specifier[] {
  const found: Specifier[] = []
  const add = (node: Node | null | undefined): void => {
    const ways = node?.type === 'ConditionalExpression' ? [node.consequent, node.alternate] : [node]
    found.push(...ways.flatMap((way) => (way ? (readSpecifier(way) ?? []) : [])))
  }
  walk(file.ast.program, (node) => {
    if (
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration'
    )
      add(node.source)
    else if (node.type === 'TSImportType') add(node.argument)
    else if (node.type === 'TSExternalModuleReference') add(node.expression)
    else if (node.type === 'ImportExpression') add(node.source)
    else if (isAsset(node)) add(node.arguments[0])
    else if (node.type === 'CallExpression') {
      const { callee } = node
      const isRequire = callee.type === 'Identifier' && callee.name === 'require'
      const isResolve =
        callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'require'
      if (callee.type === 'Import' || isRequire || isResolve) add(node.arguments[0])
    }
    return undefined
  })
  return found
}

/** A bundler resolves the folder in front of what is computed, and takes all that is in there. */
function readSpecifier(node: Node): Specifier | null {
  if (node.type === 'StringLiteral') return { node, value: node.value }
  if (node.type === 'TemplateLiteral') {
    const [first] = node.quasis
    const text = first?.value.raw ?? ''
    return first ? { node: first, value: node.expressions.length === 0 ? text : foldersOf(text) } : null
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null
  const left = readSpecifier(node.left)
  return left && { node: left.node, value: foldersOf(left.value) }
}

const foldersOf = (text: string): string => text.slice(0, text.lastIndexOf('/') + 1)

/** Relative specifiers, written for the folder the file moves to. Folders are relative to the project root. */
export function rebaseEdits(
  file: SourceFile,
  fromDir: string,
  toDir: string,
  redirect: (value: string) => string | null,
): Edit[] {
  const edits: Edit[] = []
  for (const { node, value } of findSpecifiers(file)) {
    const next = rebaseSpecifier(value, fromDir, toDir, redirect)
    const start = startOf(node) + (node.type === 'TemplateElement' ? 0 : 1)
    // A literal may be written with escapes; then only all of it can be replaced.
    const isWhole = node.type === 'StringLiteral' && node.value === value
    const end = isWhole ? (node.end ?? start) - 1 : start + value.length
    if (next !== null && next !== value) edits.push({ start, end, pieces: [next] })
  }
  return edits
}

/** The specifier for the new folder; null for one that does not depend on the folder. */
export function rebaseSpecifier(
  value: string,
  fromDir: string,
  toDir: string,
  redirect: (value: string) => string | null,
): string | null {
  return (
    redirect(value) ??
    (/^\.\.?(\/|$)/.test(value)
      ? relativePath(toDir, joinPath(fromDir, value)) + (value.endsWith('/') ? '/' : '')
      : null)
  )
}

export function joinPath(dir: string, path: string): string {
  const out: string[] = dir === '' ? [] : dir.split('/')
  for (const part of path.split('/')) {
    if (part === '..') {
      if (out.length > 0 && out[out.length - 1] !== '..') out.pop()
      else out.push('..')
    } else if (part !== '.' && part !== '') out.push(part)
  }
  return out.join('/')
}

/** `./x` or `../../x`, from a folder to a path. */
export function relativePath(fromDir: string, to: string): string {
  const from = fromDir === '' ? [] : fromDir.split('/')
  const target = to.split('/')
  let same = 0
  while (same < from.length && same < target.length && from[same] === target[same]) same++
  const up = from.length - same
  const rest = target.slice(same).join('/')
  const path = `${'../'.repeat(up)}${rest}`
  return up === 0 ? `./${path}` : path.replace(/\/$/, '')
}
