import { expect, test } from 'vitest'
import { instrument } from '../../transforms/verify/instrument.ts'

/** What a request always has is no branch; what only has the name of one may be missing. */

const lines = (code: string): number[] =>
  (instrument('pages/api/test.ts', code, 0)?.branches ?? []).map(({ line }) => line)

test.each([
  ['the handler', `export default (req, res) => {\nif (!req.method) res.end()\n}`],
  ['a function', `async function read(request: Request) {\nreturn request.headers ? 1 : 2\n}`],
  ['one that is not asked', `export default (_req, res) => {\nif (!!(_req as any).query) res.end()\n}`],
])('the request of %s has it', (_name, code) => {
  expect(lines(code)).toEqual([])
})

test.each([
  ['a row', `export default async () => {\nconst request = await rows.first()\nif (request.query) close()\n}`],
  ['a member', `export default (context) => {\n\nif (!context.req.query) close()\n}`],
  ['a member of another', `export default (failure, res) => {\n\nif (failure.request.headers) res.end()\n}`],
  ['a variable of the module', `const request = queue.request\n\nif (request.headers) close()`],
  ['what nothing declares', `\n\nif (request.headers) close()`],
  ['a part of what is given', `export default ({ req }) => {\n\nif (req.query) close()\n}`],
  ['one that may be left out', `function read(req = fallback) {\n\nif (req.query) close()\n}`],
  ['one that is set', `function read(req) {\nreq = req.next\nif (req.query) close()\n}`],
  ['one of a block inside', `function read(req) {\nfor (const req of rows)\nif (req.query) close()\n}`],
  ['another name', `function read(rows) {\n\nif (rows.query) close()\n}`],
  ['another part', `function read(req) {\n\nif (req.body) close()\n}`],
])('%s may not have it', (_name, code) => {
  expect(lines(code).filter((line) => line === 3)).toHaveLength(2)
})
