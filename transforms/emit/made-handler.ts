import type { FunctionNode } from '../model/route.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { wasWrittenOut } from '../syntax/expansion.ts'

/**
 * `makeHandler(options)`, which was written out as `(req, res) => makeHandler(options)(req, res)` to be read, is the handler again where
 * its new form is called with the request alone: made once, with its options, as before. Null for every other function.
 */
export function madeHandler(fn: FunctionNode, body: string, { file, request }: { file: SourceFile; request: string }) {
  const call = `(${request})`
  if (fn.type !== 'ArrowFunctionExpression' || fn.body.type !== 'CallExpression') return null
  return wasWrittenOut(file, fn) && body.endsWith(`)${call}`) ? body.slice(0, -call.length) : null
}
