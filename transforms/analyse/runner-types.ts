import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { type FunctionNode, type Node, parentOf, some } from '../syntax/tree.ts'
import type { Runner } from './runners.ts'

type Typed = FunctionNode | t.ObjectMethod | t.ClassMethod | t.ClassPrivateMethod

/** Whether the types of a function that runs a callback let the callback's type through to its own value. */
export function typingOf(fn: Typed, param: t.Identifier, { file }: SourceModule): Runner['typing'] {
  if (file.language !== 'ts') return 'same'
  const declarator = parentOf(fn)
  if (declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier' && declarator.id.typeAnnotation)
    return 'refused'
  const names = fn.typeParameters?.type === 'TSTypeParameterDeclaration' ? fn.typeParameters.params.map(nameOf) : []
  const given = resultOf(param, names)
  const result = fn.returnType?.type === 'TSTypeAnnotation' ? kindOf(fn.returnType.typeAnnotation, names) : given
  if (given === 'refused' || result === 'refused') return 'refused'
  return given === 'unknown' || result === 'unknown' ? 'unknown' : 'same'
}

/** What the type of the parameter says that the callback gives. */
function resultOf(param: t.Identifier, names: readonly string[]): Runner['typing'] {
  const type = param.typeAnnotation?.type === 'TSTypeAnnotation' ? param.typeAnnotation.typeAnnotation : null
  if (!type || type.type === 'TSAnyKeyword') return 'same'
  if (type.type === 'TSTypeReference') {
    const name = type.typeName.type === 'Identifier' ? type.typeName.name : ''
    return name === 'Function' || names.includes(name) ? 'same' : 'refused'
  }
  if (type.type !== 'TSFunctionType') return 'refused'
  return type.typeAnnotation ? kindOf(type.typeAnnotation.typeAnnotation, names) : 'same'
}

function kindOf(type: Node, names: readonly string[]): Runner['typing'] {
  if (some(type, (n) => n.type === 'TSAnyKeyword')) return 'same'
  if (some(type, (n) => n.type === 'TSUnknownKeyword')) return 'unknown'
  const isNamed = some(type, (n) => n.type === 'Identifier' && (names.includes(n.name) || n.name === 'Response'))
  return isNamed ? 'same' : 'refused'
}

function nameOf(param: t.TSTypeParameter): string {
  return typeof param.name === 'string' ? param.name : (param.name as t.Identifier).name
}
