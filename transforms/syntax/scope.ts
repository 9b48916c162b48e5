import type * as t from '@babel/types'
import { eachChild, isClass, isFunction, isLoop, type Node, parentOf, setParent } from './tree.ts'

export type BindingKind = 'param' | 'var' | 'let' | 'const' | 'function' | 'class' | 'import' | 'catch' | 'type'

/** A declared name. `references` are the uses, declarations left out; `writes` the assignments among them. */
export interface Binding {
  name: string
  kind: BindingKind
  /** The identifier that declares it. */
  id: t.Identifier
  /** The declaring construct: VariableDeclarator, function, ImportSpecifier, class, parameter pattern ... */
  declaration: Node
  scope: Scope
  references: Reference[]
}

export interface Reference {
  node: t.Identifier | t.JSXIdentifier
  kind: 'read' | 'write' | 'type'
  scope: Scope
}

export interface Scope {
  node: Node
  parent: Scope | null
  /** True for functions and the program: where `var` lands. */
  isFunctionScope: boolean
  bindings: Map<string, Binding>
  /** Type names live beside value names, as in TypeScript. */
  types: Map<string, Binding>
}

export interface ScopeTree {
  program: Scope
  scopeOf: Map<Node, Scope>
  bindingOf: Map<Node, Binding>
  /** Names that resolve to nothing in the file (globals). */
  globals: Map<string, Reference[]>
}

const TYPE_ONLY =
  /^TS(?!NonNull|As|Satisfies|TypeAssertion|EnumDeclaration|EnumMember|ExportAssignment|ImportEquals|ParameterProperty|InstantiationExpression|ModuleDeclaration|ModuleBlock)/

/**
 * Binds every identifier of a file: block, function, class, catch and module scopes, hoisted `var` and functions,
 * TypeScript types beside values. Also sets the parent of every node (see `parentOf`).
 */
export function analyseScopes(file: t.File): ScopeTree {
  if (last?.file !== file) last = { file, tree: bindFile(file) }
  return last.tree
}

// The stages after printing look at the same file one after the other.
let last: { file: t.File; tree: ScopeTree } | null = null

function bindFile(file: t.File): ScopeTree {
  const program = makeScope(file.program, null, true)
  const tree: ScopeTree = {
    program,
    scopeOf: new Map([[file.program, program]]),
    bindingOf: new Map(),
    globals: new Map(),
  }
  const pending: { node: t.Identifier | t.JSXIdentifier; scope: Scope; kind: Reference['kind'] }[] = []
  declareStatements(file.program.body, program, tree)
  eachChild(file.program, (child) => visit(child, file.program, program))
  setParent(file.program, file)
  for (const item of pending) resolve(item, tree)
  return tree

  function visit(node: Node, parent: Node, scope: Scope, key = ''): void {
    setParent(node, parent)
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier') {
      const kind = tree.bindingOf.has(node) ? null : referenceKind(node, parent, key)
      if (kind) pending.push({ node, scope, kind })
      if (node.type === 'Identifier' && node.typeAnnotation) visit(node.typeAnnotation, node, scope, 'typeAnnotation')
      return
    }
    const inner = openScope(node, parent, scope, tree)
    eachChild(node, (child, childKey) => {
      // A class or function name and decorators belong outside; a switch's discriminant too.
      const own = inner !== scope && (childKey === 'discriminant' || childKey === 'decorators') ? scope : inner
      visit(child, node, own, childKey)
    })
  }
}

/** The binding that a reference or a declaring identifier means; null for globals. */
export function bindingAt(tree: ScopeTree, node: Node): Binding | null {
  return tree.bindingOf.get(node) ?? null
}

/** Is `name` visible from, or declared anywhere below, this function or block? Used to choose names that collide with nothing. */
export function isNameTaken(tree: ScopeTree, name: string, at: Node): boolean {
  for (const [node, scope] of tree.scopeOf) {
    const inside = (node.start ?? 0) >= (at.start ?? 0) && (node.end ?? 0) <= (at.end ?? 0)
    if (inside && (scope.bindings.has(name) || scope.types.has(name))) return true
  }
  const inside = (refs: readonly Reference[]): boolean =>
    refs.some((r) => (r.node.start ?? 0) >= (at.start ?? 0) && (r.node.end ?? 0) <= (at.end ?? 0))
  for (const [, scope] of tree.scopeOf) {
    const binding = scope.bindings.get(name)
    if (binding && inside(binding.references)) return true
  }
  return inside(tree.globals.get(name) ?? [])
}

function makeScope(node: Node, parent: Scope | null, isFunctionScope: boolean): Scope {
  return { node, parent, isFunctionScope, bindings: new Map(), types: new Map() }
}

function openScope(node: Node, parent: Node, scope: Scope, tree: ScopeTree): Scope {
  const isBlock = node.type === 'BlockStatement' && !isFunction(parent) && parent.type !== 'CatchClause'
  const opens =
    isFunction(node) ||
    isBlock ||
    isLoop(node) ||
    node.type === 'SwitchStatement' ||
    node.type === 'CatchClause' ||
    node.type === 'StaticBlock' ||
    node.type === 'TSModuleBlock' ||
    isClass(node)
  if (!opens) return scope
  const inner = makeScope(node, scope, isFunction(node) || node.type === 'StaticBlock' || node.type === 'TSModuleBlock')
  tree.scopeOf.set(node, inner)
  if (isFunction(node)) {
    if (node.type === 'FunctionExpression' && node.id) declare(node.id, 'function', node, inner, tree)
    for (const param of node.params) declarePattern(param, 'param', param, inner, tree)
    if (node.body?.type === 'BlockStatement') declareStatements(node.body.body, inner, tree)
  } else if (node.type === 'CatchClause') {
    if (node.param) declarePattern(node.param, 'catch', node, inner, tree)
    declareStatements(node.body.body, inner, tree)
  } else if (node.type === 'SwitchStatement') {
    for (const arm of node.cases) declareStatements(arm.consequent, inner, tree)
  } else if (node.type === 'ForStatement') {
    if (node.init?.type === 'VariableDeclaration') declareStatements([node.init], inner, tree)
  } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    if (node.left.type === 'VariableDeclaration') declareStatements([node.left], inner, tree)
  } else if (node.type === 'BlockStatement' || node.type === 'StaticBlock' || node.type === 'TSModuleBlock') {
    declareStatements(node.body, inner, tree)
  } else if (isClass(node) && node.type === 'ClassExpression' && node.id) declare(node.id, 'class', node, inner, tree)
  return inner
}

/** Declares what a list of statements declares in this scope, and the `var`s anywhere below it. */
function declareStatements(statements: readonly t.Statement[], scope: Scope, tree: ScopeTree): void {
  for (const statement of statements) {
    const inner = unwrapExport(statement)
    if (!inner) continue
    switch (inner.type) {
      case 'VariableDeclaration':
        if (inner.kind !== 'var')
          for (const d of inner.declarations)
            declarePattern(d.id, inner.kind === 'const' ? 'const' : 'let', d, scope, tree)
        break
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        if (inner.id) declare(inner.id, 'function', inner, scope, tree)
        break
      case 'ClassDeclaration':
        if (inner.id) declare(inner.id, 'class', inner, scope, tree)
        break
      case 'TSEnumDeclaration':
        declare(inner.id, 'const', inner, scope, tree)
        break
      case 'TSModuleDeclaration':
        if (inner.id.type === 'Identifier') declare(inner.id, 'const', inner, scope, tree)
        break
      case 'TSTypeAliasDeclaration':
      case 'TSInterfaceDeclaration':
        declareType(inner.id, inner, scope, tree)
        break
      case 'ImportDeclaration':
        for (const s of inner.specifiers) declare(s.local, 'import', s, scope, tree)
        break
      case 'TSImportEqualsDeclaration':
        declare(inner.id, 'import', inner, scope, tree)
        break
    }
  }
  if (scope.isFunctionScope) for (const statement of statements) hoistVars(statement, scope, tree)
}

function hoistVars(node: Node, scope: Scope, tree: ScopeTree): void {
  if (isFunction(node) || isClass(node)) return
  if (node.type === 'VariableDeclaration') {
    if (node.kind === 'var') for (const d of node.declarations) declarePattern(d.id, 'var', d, scope, tree)
    return
  }
  if (node.type.endsWith('Expression') || node.type === 'Identifier') return
  eachChild(node, (child) => hoistVars(child, scope, tree))
}

function unwrapExport(statement: t.Statement): t.Statement | null {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration ?? null
  if (statement.type === 'ExportDefaultDeclaration') {
    const d = statement.declaration
    return d.type === 'FunctionDeclaration' || d.type === 'ClassDeclaration' ? d : null
  }
  return statement
}

function declarePattern(pattern: Node, kind: BindingKind, declaration: Node, scope: Scope, tree: ScopeTree): void {
  switch (pattern.type) {
    case 'Identifier':
      declare(pattern, kind, declaration, scope, tree)
      break
    case 'ObjectPattern':
      for (const p of pattern.properties)
        declarePattern(p.type === 'RestElement' ? p.argument : p.value, kind, declaration, scope, tree)
      break
    case 'ArrayPattern':
      for (const e of pattern.elements) if (e) declarePattern(e, kind, declaration, scope, tree)
      break
    case 'AssignmentPattern':
      declarePattern(pattern.left, kind, declaration, scope, tree)
      break
    case 'RestElement':
      declarePattern(pattern.argument, kind, declaration, scope, tree)
      break
    case 'TSParameterProperty':
      declarePattern(pattern.parameter, kind, declaration, scope, tree)
      break
  }
}

function declare(id: t.Identifier, kind: BindingKind, declaration: Node, scope: Scope, tree: ScopeTree): void {
  const known = scope.bindings.get(id.name)
  if (known) {
    // Redeclared var, overloads: one binding, every declaring identifier points at it.
    tree.bindingOf.set(id, known)
    if (known.declaration.type === 'TSDeclareFunction') known.declaration = declaration
    else if (known.kind === 'var' || known.kind === 'param') known.references.push({ node: id, kind: 'write', scope })
    return
  }
  const binding: Binding = { name: id.name, kind, id, declaration, scope, references: [] }
  scope.bindings.set(id.name, binding)
  tree.bindingOf.set(id, binding)
}

function declareType(id: t.Identifier, declaration: Node, scope: Scope, tree: ScopeTree): void {
  const known = scope.types.get(id.name)
  const binding: Binding = known ?? { name: id.name, kind: 'type', id, declaration, scope, references: [] }
  scope.types.set(id.name, binding)
  tree.bindingOf.set(id, binding)
}

/** What an identifier in this position is; null when it is a property name, label or the like. */
function referenceKind(node: t.Identifier | t.JSXIdentifier, parent: Node, key: string): Reference['kind'] | null {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return key === 'object' || parent.computed ? 'read' : null
    case 'ObjectProperty':
      if (key === 'value') return isPatternTarget(parent) ? 'write' : 'read'
      return parent.computed ? 'read' : null
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return key === 'key' && !parent.computed ? null : 'read'
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportAttribute':
      return null
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return null
    case 'ExportSpecifier':
      // `export { x } from './y'` names an export of the other module.
      if (key !== 'local' || isFromElsewhere(parent)) return null
      return parent.exportKind === 'type' ? 'type' : 'read'
    case 'ExportNamespaceSpecifier':
    case 'ExportDefaultSpecifier':
      return null
    case 'AssignmentExpression':
      return key === 'left' ? 'write' : 'read'
    case 'UpdateExpression':
      return 'write'
    case 'JSXAttribute':
      return null
    case 'JSXMemberExpression':
      return key === 'object' ? 'read' : null
    case 'JSXOpeningElement':
    case 'JSXClosingElement':
      return /^[a-z]/.test(node.name) ? null : 'read'
    case 'TSQualifiedName':
      if (key !== 'left') return null
      return isInTypeQuery(parent) ? 'read' : 'type'
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return key === 'key' && !parent.computed ? null : 'read'
    case 'TSTypeQuery':
      return 'read'
    case 'TSExpressionWithTypeArguments':
      return key === 'expression' ? 'type' : null
    case 'TSNamedTupleMember':
    case 'TSTypeParameter':
    case 'TSTypePredicate':
    case 'TSEnumMember':
    case 'TSFunctionType':
    case 'TSConstructorType':
    case 'TSIndexSignature':
    case 'TSDeclareFunction':
      return null
    case 'ForInStatement':
    case 'ForOfStatement':
      return key === 'left' ? 'write' : 'read'
    case 'ArrayPattern':
    case 'RestElement':
      return 'write'
    case 'AssignmentPattern':
      return key === 'left' ? 'write' : 'read'
    default:
      return TYPE_ONLY.test(parent.type) ? 'type' : 'read'
  }
}

/** `({ a: x } = y)`: the value is a target, not a read. The parent is set before children are visited, so its type tells. */
/** `typeof a.b`: a value, though a type is made of it. */
function isInTypeQuery(name: Node): boolean {
  const above = parentOf(name)
  return above?.type === 'TSTypeQuery' || (above?.type === 'TSQualifiedName' && isInTypeQuery(above))
}

function isPatternTarget(property: t.ObjectProperty): boolean {
  return (property as Node & { parent?: Node }).parent?.type === 'ObjectPattern'
}

function resolve(
  item: { node: t.Identifier | t.JSXIdentifier; scope: Scope; kind: Reference['kind'] },
  tree: ScopeTree,
): void {
  const reference: Reference = { node: item.node, kind: item.kind, scope: item.scope }
  for (let at: Scope | null = item.scope; at; at = at.parent) {
    const binding =
      item.kind === 'type'
        ? (at.types.get(item.node.name) ?? typeLike(at.bindings.get(item.node.name)))
        : (at.bindings.get(item.node.name) ??
          (item.kind === 'read' && isExport(item.node) ? at.types.get(item.node.name) : undefined))
    if (!binding) continue
    binding.references.push(reference)
    tree.bindingOf.set(item.node, binding)
    return
  }
  const list = tree.globals.get(item.node.name)
  if (list) list.push(reference)
  else tree.globals.set(item.node.name, [reference])
}

/** Only imports, classes, enums and namespaces are types as well as values. */
function typeLike(binding: Binding | undefined): Binding | undefined {
  if (!binding) return undefined
  return binding.kind === 'import' || binding.kind === 'class' || binding.declaration.type.startsWith('TS')
    ? binding
    : undefined
}

function isFromElsewhere(specifier: Node & { parent?: Node }): boolean {
  const { parent } = specifier
  return parent?.type === 'ExportNamedDeclaration' && Boolean(parent.source)
}

function isExport(node: Node): boolean {
  const up = (node as Node & { parent?: Node }).parent
  return up?.type === 'ExportSpecifier' || up?.type === 'ExportDefaultDeclaration'
}
