import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { uncast } from '../syntax/match.ts'
import type { Binding } from '../syntax/scope.ts'
import { isPlainFunction, type Node } from '../syntax/tree.ts'
import { functionOfBinding } from './callees.ts'

/** How a kind of value is told from others. */
export interface Kind<N extends Node> {
  ofBinding: (binding: Binding | null) => N | null
  ofExpression: (node: Node) => N | null
}

export const functions: Kind<FunctionNode> = {
  ofBinding: functionOfBinding,
  ofExpression: (node) => (isPlainFunction(node) ? node : null),
}

export const calls: Kind<t.CallExpression> = { ofBinding: madeOfBinding, ofExpression: () => null }

/** A call that is exported as it stands, too. */
export const exportedCalls: Kind<t.CallExpression> = {
  ofBinding: madeOfBinding,
  ofExpression: (node) => (node.type === 'CallExpression' ? node : null),
}

export const classes: Kind<t.ClassDeclaration> = {
  ofBinding: (binding) =>
    binding?.declaration.type === 'ClassDeclaration' && binding.references.every(({ kind }) => kind !== 'write')
      ? binding.declaration
      : null,
  ofExpression: (node) => (node.type === 'ClassDeclaration' ? node : null),
}

export function madeOfBinding(binding: Binding | null): t.CallExpression | null {
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  return init?.type === 'CallExpression' ? init : null
}
