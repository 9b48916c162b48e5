import type * as t from '@babel/types'
import { type Edit, render } from '../syntax/edits.ts'
import { requiresNames } from '../syntax/imported.ts'
import { indentAt, removalRange } from '../syntax/lines.ts'
import { isMember } from '../syntax/match.ts'
import { isParseFailure, parseSource, type SourceFile } from '../syntax/parse.ts'
import { isRemovable } from './removable.ts'
import { analyseScopes, type Binding, type ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * Takes away what the migration itself left without a use: imports (NextApiRequest and friends), functions, constants and
 * types that were used in the original file and are not in the new one. What was unused before stays: not ours. `unasked`: types that are
 * exported for nobody.
 */
export function dropUnused(
  path: string,
  text: string,
  original: ScopeTree,
  unasked: ReadonlySet<string> = new Set(),
): string {
  let current = dropPlainImports(path, text, original)
  for (let round = 0; round < 6; round++) {
    const file = parseSource(path, current)
    if (isParseFailure(file)) return current
    const tree = analyseScopes(file.ast)
    const edits = unusedEdits(file, tree, { original, unasked })
    if (edits.length === 0) return current
    current = render(file.text, edits, 0, file.text.length)
  }
  return current
}

/**
 * The usual case without a parse of the whole text: imports whose names occur nowhere else in it, not even in a comment. The rounds
 * after it find the rest, and the last of them is the parse that the check of the output needs anyway.
 */
function dropPlainImports(path: string, text: string, original: ScopeTree): string {
  const isGone = (name: string): boolean => occursOnce(name, text) && wasUsed({ name, kind: 'import' }, original)
  if (![...original.program.bindings.values()].some(({ kind, name }) => kind === 'import' && isGone(name))) return text
  const ends = [...text.matchAll(/^(?:import\b|\}).*\bfrom\b.*$/gm)]
  const last = ends[ends.length - 1]
  if (!last) return text
  const head = parseSource(path, text.slice(0, last.index + last[0].length))
  if (isParseFailure(head)) return text
  const file: SourceFile = { ...head, text }
  const edits: Edit[] = []
  for (const statement of head.ast.program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const gone = statement.specifiers.filter(({ local }) => isGone(local.name))
    if (gone.length > 0) edits.push(importEdit(statement, gone, file))
  }
  return edits.length === 0 ? text : render(text, edits, 0, text.length)
}

/** As part of another name counts too: the rounds decide then. */
function occursOnce(name: string, text: string): boolean {
  return text.indexOf(name) === text.lastIndexOf(name)
}

interface Before {
  original: ScopeTree
  unasked: ReadonlySet<string>
}

function unusedEdits(file: SourceFile, tree: ScopeTree, { original, unasked }: Before): Edit[] {
  const edits: Edit[] = []
  const imports = new Map<t.ImportDeclaration, Node[]>()
  const required = new Map<t.VariableDeclarator, Set<string>>()
  for (const scope of tree.scopeOf.values()) {
    for (const binding of [...scope.bindings.values(), ...scope.types.values()]) {
      if (binding.references.length > 0) continue
      const parent = parentOf(binding.declaration)
      if (unasked.has(binding.name) && binding.kind === 'type' && parent?.type === 'ExportNamedDeclaration') {
        edits.push({ ...removalRange(file, parent), pieces: [] })
        continue
      }
      if (!wasUsed(binding, original)) {
        edits.push(...queryEdits(binding, file))
        continue
      }
      if (binding.kind === 'import' && parent?.type === 'ImportDeclaration')
        imports.set(parent, [...(imports.get(parent) ?? []), binding.declaration])
      else if (binding.declaration.type === 'VariableDeclarator' && requiresNames(binding.declaration))
        required.set(binding.declaration, new Set([...(required.get(binding.declaration) ?? []), binding.name]))
      else edits.push(...declarationEdits(binding, file, { tree, original }))
    }
  }
  for (const [declaration, gone] of imports) edits.push(importEdit(declaration, gone, file))
  for (const [declarator, gone] of required) edits.push(...requireEdit(declarator, gone, file))
  return edits
}

/** `const { a, b } = require('x')` without some of its names; where none is left, what the module does when it is loaded stays. */
function requireEdit({ id, init }: t.VariableDeclarator, gone: ReadonlySet<string>, file: SourceFile): Edit[] {
  if (id.type !== 'ObjectPattern' || !init) return []
  const kept = id.properties.filter(
    (one) => one.type !== 'ObjectProperty' || one.value.type !== 'Identifier' || !gone.has(one.value.name),
  )
  if (kept.length === 0) return []
  const text = kept.map((one) => file.text.slice(startOf(one), endOf(one))).join(', ')
  return [{ start: startOf(id), end: endOf(id), pieces: [`{ ${text} }`] }]
}

/** Some binding of the name was read in the original: what it is, is only a matter of the name here. */
function wasUsed(binding: Pick<Binding, 'name' | 'kind'>, original: ScopeTree): boolean {
  for (const scope of original.scopeOf.values()) {
    const before =
      binding.kind === 'type'
        ? scope.types.get(binding.name)
        : (scope.bindings.get(binding.name) ?? scope.types.get(binding.name))
    // An import may stand for what was declared here and moved to a module of its own.
    if (before && (before.kind === binding.kind || binding.kind === 'import') && before.references.length > 0)
      return true
  }
  return false
}

/** One of the constants of that name was of no use before: it may be this one. */
function wasIdle({ name, kind }: Binding, original: ScopeTree): boolean {
  return [...original.scopeOf.values()].some((scope) => {
    const before = scope.bindings.get(name)
    return before?.kind === kind && before.references.length === 0
  })
}

function declarationEdits(
  binding: Binding,
  file: SourceFile,
  { tree, original }: { tree: ScopeTree; original: ScopeTree },
): Edit[] {
  const { declaration } = binding
  const parent = parentOf(declaration)
  if (parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ExportDefaultDeclaration') return []
  if (
    declaration.type === 'FunctionDeclaration' ||
    declaration.type === 'TSTypeAliasDeclaration' ||
    declaration.type === 'TSInterfaceDeclaration'
  ) {
    return [{ ...removalRange(file, declaration), pieces: [] }]
  }
  if (
    declaration.type !== 'VariableDeclarator' ||
    declaration.id.type !== 'Identifier' ||
    parent?.type !== 'VariableDeclaration'
  )
    return []
  if (parent.declarations.length > 1) return []
  const above = parentOf(parent)
  if (above?.type !== 'BlockStatement' && above?.type !== 'Program' && above?.type !== 'SwitchCase') return []
  if (isRemovable(declaration.init, tree)) return [{ ...removalRange(file, parent), pieces: [] }]
  if (wasIdle(binding, original)) return []
  // What it does stays. A name that nobody reads is an error to `noUnusedLocals`, and to most linters.
  return isStatement(declaration.init) ? [{ start: startOf(parent), end: startOf(declaration.init), pieces: [] }] : []
}

/** `const { searchParams } = new URL(request.url)`, declared for a constant that has gone since. */
function queryEdits({ declaration, name }: Binding, file: SourceFile): Edit[] {
  const parent = parentOf(declaration)
  if (!/^searchParams\d*$/.test(name) || parent?.type !== 'VariableDeclaration' || parent.declarations.length > 1)
    return []
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'ObjectPattern') return []
  const text = file.text.slice(startOf(declaration), endOf(declaration))
  return /^\{ \w+(?:: \w+)? \} = new URL\(\w+\.url\)$/.test(text) ? [{ ...removalRange(file, parent), pieces: [] }] : []
}

/** It can stand alone, whatever is before it: it begins with a word that begins no declaration. */
function isStatement(init: t.Expression | null | undefined): init is t.Expression {
  if (!init) return false
  if (init.type === 'AwaitExpression' || init.type === 'NewExpression') return true
  if (init.type !== 'CallExpression') return false
  let first: Node = init
  while (first.type === 'CallExpression' || isMember(first))
    first = first.type === 'CallExpression' ? first.callee : first.object
  return first.type === 'Identifier' || first.type === 'ThisExpression'
}

/** A list that stood in lines of its own stays so where it would be longer than this. */
const WIDTH = 80

/** One name a line, as the import has it; null where its names share a line. */
function linesOf(
  { specifiers }: t.ImportDeclaration,
  { text }: SourceFile,
): ((names: readonly string[]) => string) | null {
  const [last] = specifiers.slice(-1)
  const isLines = specifiers.every(
    (one) => one.type !== 'ImportSpecifier' || /\n[ \t]*$/.test(text.slice(0, startOf(one))),
  )
  if (!last || !isLines) return null
  const indent = indentAt(text, startOf(last))
  const [comma] = /^,?/.exec(text.slice(endOf(last))) ?? ['']
  return (names) => `{\n${names.map((name) => `${indent}${name}`).join(',\n')}${comma}\n}`
}

/** An import declaration without some of its specifiers. */
export function importEdit(declaration: t.ImportDeclaration, gone: readonly Node[], file: SourceFile): Edit {
  const kept = declaration.specifiers.filter((s) => !gone.includes(s))
  // Comments above an import are the file's own, most often its licence.
  if (kept.length === 0) return { ...removalRange(file, declaration, startOf(declaration)), pieces: [] }
  const named = kept.filter((s) => s.type === 'ImportSpecifier')
  const others = kept.filter((s) => s.type !== 'ImportSpecifier')
  const text = (node: Node): string => file.text.slice(startOf(node), endOf(node))
  const list = (names: readonly string[]): string => `{ ${names.join(', ')} }`
  const clauseOf = (names: (named: readonly string[]) => string): string =>
    [...others.map(text), ...(named.length > 0 ? [names(named.map(text))] : [])].join(', ')
  const clause = clauseOf(list)
  const first = declaration.specifiers[0] as Node
  const head = file.text
    .slice(startOf(declaration), startOf(first))
    .replace(/\{\s*$/, '')
    .trimEnd()
  // `import X, { type T }` without X is an import of types.
  const isAllTypes =
    declaration.importKind !== 'type' &&
    others.length === 0 &&
    named.every((s) => s.type === 'ImportSpecifier' && s.importKind === 'type')
  const start = isAllTypes ? `import type ${clause.replaceAll(/\btype /g, '')}` : `${head} ${clause}`
  const length = start.length + ' from '.length + endOf(declaration.source) - startOf(declaration.source)
  const lines = !isAllTypes && length > WIDTH ? linesOf(declaration, file) : null
  const written = lines ? `${head} ${clauseOf(lines)}` : start
  return { start: startOf(declaration), end: startOf(declaration.source), pieces: [`${written} from `] }
}
