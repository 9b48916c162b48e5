import type { ModuleFunction } from '../analyse/module-functions.ts'
import type { Role } from '../model/route.ts'
import { type Edit, render } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

/** Why the new form of a function would not fit its declaration; null when it does. */
export function findFormless(
  found: ModuleFunction,
  roles: readonly Role[],
  edits: readonly Edit[],
): { why: 'overloads' | 'type predicate' | 'old types'; node: Node } | null {
  const { module, name, fn } = found
  const { body } = module.file.ast.program
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type === 'TSDeclareFunction' && declaration.id?.name === name)
      return { why: 'overloads', node: declaration }
  }
  const returned = fn.returnType?.type === 'TSTypeAnnotation' ? fn.returnType.typeAnnotation : null
  if (returned?.type === 'TSTypePredicate' && isParameter(returned.parameterName, found, roles))
    return { why: 'type predicate', node: returned }
  const text = withoutComments(render(module.file.text, edits, startOf(fn), endOf(fn)))
  return oldTypes(module.file).some((type) =>
    new RegExp(`(?<![\\w$])${type.replaceAll('$', '\\$')}(?![\\w$])`).test(text),
  )
    ? { why: 'old types', node: fn }
    : null
}

/** What a comment says of the old types is no use of them. */
function withoutComments(text: string): string {
  return text.replace(/(['"])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) =>
    /^\/[/*]/.test(found) ? '' : found,
  )
}

/** `req is AuthedRequest` */
function isParameter({ type, ...node }: Node, { fn }: ModuleFunction, roles: readonly Role[]): boolean {
  if (type !== 'Identifier' || !('name' in node)) return false
  return fn.params.some((param, i) => {
    const id = param.type === 'AssignmentPattern' ? param.left : param
    return roles[i] !== 'other' && id.type === 'Identifier' && id.name === node.name
  })
}

/** What the module calls the types that Next gives to handlers of the old kind. */
export function oldTypes(file: SourceFile): string[] {
  return file.ast.program.body.flatMap((statement) =>
    statement.type === 'ImportDeclaration' && statement.source.value === 'next'
      ? statement.specifiers.flatMap((specifier) =>
          specifier.type === 'ImportSpecifier' &&
          specifier.imported.type === 'Identifier' &&
          /^NextApi(?:Request|Response|Handler)$/.test(specifier.imported.name)
            ? [specifier.local.name]
            : [],
        )
      : [],
  )
}
