import { expect, test } from 'vitest'
import { importedAs } from '../../transforms/syntax/imported.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

/** What the callee of the last statement is imported as. */
function calleeOf(text: string): ReturnType<typeof importedAs> {
  const file = parseSource('a.ts', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const statement = file.ast.program.body[file.ast.program.body.length - 1]
  if (statement?.type !== 'ExpressionStatement' || statement.expression.type !== 'CallExpression') return null
  return importedAs(statement.expression.callee, analyseScopes(file.ast))
}

test('a member of a member of a namespace is that of the name', () => {
  const named = calleeOf("import { context } from 'traces'\ncontext.with()")
  expect(named).toEqual({ source: 'traces', name: 'context.with' })
  expect(calleeOf("import * as api from 'traces'\napi.context.with()")).toEqual(named)
})

test('deeper members, and those of other names, are nothing that is known', () => {
  expect(calleeOf("import * as api from 'traces'\napi.context.active.with()")).toBeNull()
  expect(calleeOf("import { api } from 'traces'\napi.context.with()")).toBeNull()
})
