import { type Lowering, need } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { readRaw } from './body-read.ts'
import type { LibraryModule, RecipeContext } from './recipe.ts'

/**
 * Packages that parse uploads need little of a request: its headers, and the bytes as a Node stream (formidable@3.5.4 src/Formidable.js `parse`:
 * `req.headers`, and the events error, aborted, data and end). They can go on doing what they did when they get just that.
 */
export function nodeRequestEdit(req: Node, at: Lowering, context: RecipeContext): Edit {
  const name = context.addLibrary(nodeRequest)
  readRaw(at, req, 'stream')
  need(at, 'request', req)
  return { start: startOf(req), end: endOf(req), pieces: [`${name}(${at.names.request})`] }
}

/**
 * `Readable.fromWeb` hands on Buffers, as Next's request does (a Readable made of an async iterable would hand on what the body is made of). A request
 * without a body has null. A client that goes away is an `error` here, which ends the process where nobody listens; a Node request keeps it quiet.
 */
const nodeRequest: LibraryModule = {
  stem: 'node-request',
  name: 'toNodeRequest',
  mark: 'as the Node stream that packages read uploads from',
  print: (typed) => {
    const type = (text: string): string => (typed ? text : '')
    return `import { Readable } from 'node:stream';

${type('/** Packages take it for a request of their own type, and hang on it what they find. */\ntype NodeRequest = ReturnType<typeof JSON.parse>;\n\n')}/** The request ${nodeRequest.mark}. */
export function toNodeRequest(request${type(': Request')})${type(': NodeRequest')} {
  const { body } = request;
  const stream = body ? Readable.fromWeb(body${type(' as Parameters<typeof Readable.fromWeb>[0]')}) : Readable.from([]);
  // A client that goes away is no fault of the server.
  stream.on('error', () => {});
  return Object.assign(stream, { headers: Object.fromEntries(request.headers), res: {} });
}
`
  },
}
