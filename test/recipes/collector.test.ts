import { expect, test } from 'vitest'
import { collects } from '../../transforms/recipes/collector.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'
import { isPlainFunction } from '../../transforms/syntax/tree.ts'

function collectedBy(source: string): string | null {
  const file = parseSource('read.ts', source)
  if (isParseFailure(file)) throw new Error(file.message)
  const tree = analyseScopes(file.ast)
  const [fn] = file.ast.program.body
  if (!isPlainFunction(fn)) throw new Error('not a function')
  return collects(fn, tree)
}

const loop = (push: string, end: string): string =>
  `async function read(stream) { const chunks = []; for await (const chunk of stream) { ${push} } return ${end} }`

test.each([
  ['a limit', loop('if (chunks.length > 9) break; chunks.push(chunk)', 'Buffer.concat(chunks)')],
  ['another store', loop('others.push(chunk)', 'Buffer.concat(chunks)')],
  ['changed chunks', loop('chunks.push(transform(chunk))', 'Buffer.concat(chunks)')],
  ['another encoding', loop('chunks.push(chunk)', "Buffer.concat(chunks).toString('base64')")],
  ['only a part', loop('chunks.push(chunk)', 'Buffer.concat(chunks, 10)')],
  ['the chunks themselves', loop('chunks.push(chunk)', 'chunks')],
  ['a second parameter', loop('chunks.push(chunk)', 'Buffer.concat(chunks)').replace('(stream)', '(stream, limit)')],
  ['no await', loop('chunks.push(chunk)', 'Buffer.concat(chunks)').replace('for await', 'for')],
  [
    'an unknown event',
    `function read(req) { return new Promise((resolve) => { let data = ''; req.on('data', (c) => { data += c }); req.on('close', () => resolve(data)) }) }`,
  ],
  [
    'no data',
    `function read(req) { return new Promise((resolve) => { let data = ''; req.on('end', () => resolve(data)) }) }`,
  ],
])('not understood: %s', (_name, source) => {
  expect(collectedBy(source)).toBeNull()
})

test.each([
  ['buffer', loop('chunks.push(chunk)', 'Buffer.concat(chunks)')],
  ['buffer', loop("chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)", 'Buffer.concat(chunks)')],
  ['text', loop('chunks.push(Buffer.from(chunk))', "Buffer.concat(chunks).toString('utf8')")],
  ['json', loop('chunks.push(chunk)', 'JSON.parse(Buffer.concat(chunks).toString())')],
  ['text', `async function read(req) { let data = ''; for await (const c of req) data += c; return data }`],
  [
    'text',
    `function read(req) { return new Promise((resolve, reject) => { let data = ''; req.on('data', (c) => { data += c.toString() }); req.on('end', () => resolve(data)); req.on('error', reject) }) }`,
  ],
  [
    'buffer',
    `function read(req) { const chunks = []; return new Promise((resolve) => { req.on('data', (c) => chunks.push(c)).on('end', () => resolve(Buffer.concat(chunks))) }) }`,
  ],
])('%s: %s', (kind, source) => {
  expect(collectedBy(source)).toBe(kind)
})
