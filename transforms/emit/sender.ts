import { jsonClass } from '../plan/print-response.ts'
import type { HandlerPlan } from '../plan/route-context.ts'
import type { NewImport } from '../syntax/print.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { dress } from './body-reader.ts'
import { isTypeImport } from './joined-imports.ts'

type Functions = Pick<HandlerPlan, 'functions' | 'helpers'>

/** What answers that are streams need, and the function that answers as `res.send` did, where the file does not import it yet. */
export function streamImports(plan: Functions, { program }: ScopeTree, file: SourceFile): NewImport[] {
  const sender = senderOf(plan)
  const pipes = [...plan.functions, ...plan.helpers].some(({ at }) =>
    at.edits.some(({ pieces }) => pieces.includes('Readable.toWeb(')),
  )
  const names = [...(pipes || sender ? ['Readable'] : []), ...(sender ? ['Stream'] : [])]
  const imports = names
    .filter((name) => !program.bindings.has(name) || isTypeImport(name, file))
    .map((name): NewImport => ({ source: 'node:stream', name, local: name, isType: false }))
  if (sender && jsonClass(sender.at) === 'NextResponse' && !program.bindings.has('NextResponse'))
    imports.push({ source: 'next/server', name: 'NextResponse', local: 'NextResponse', isType: false })
  return imports
}

/**
 * The function itself, for the end of the file; empty where nothing calls it. Next's sendData (server/api-utils/node/api-resolver
 * of next@15) ends the answer for null and undefined, pipes streams, sends buffers and strings as they are and all else as JSON:
 * only JSON replaces the content type of the handler, bytes have one where the handler set none.
 */
export function senderText(plan: Functions): string {
  const sender = senderOf(plan)
  if (!sender) return ''
  const { at, name } = sender
  const typed = (text: string): string => (at.typed ? text : '')
  const { quote, semicolon, indent } = at.style
  const text = `

/** Answers with text, bytes and streams as they are, and with everything else as JSON. */
function ${name}(value${typed(': unknown')}, init${typed('?: ResponseInit')})${typed(': Response')} {
  if (value === null || value === undefined || typeof value === 'string') return new Response(value, init);
  const headers = new Headers(init?.headers);
  if (!Buffer.isBuffer(value) && !(value instanceof Stream)) {
    headers.set('Content-Type', 'application/json');
    return ${jsonClass(at)}.json(value, { ...init, headers });
  }
  if (!headers.has('Content-Type')) headers.set('Content-Type', 'application/octet-stream');
  const body = Buffer.isBuffer(value) ? new Uint8Array(value) : Readable.toWeb(value${typed(' as Readable')});
  return new Response(body${typed(' as BodyInit')}, { ...init, headers });
}
`
  return dress(text, quote, semicolon, indent)
}

function senderOf({
  functions,
  helpers,
}: Functions): { at: HandlerPlan['functions'][number]['at']; name: string } | null {
  for (const { at } of [...functions, ...helpers]) {
    const found = at.needs.find(({ kind }) => kind === 'sender')
    if (found) return { at, name: found.key }
  }
  return null
}
