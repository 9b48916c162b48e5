import { expect, test } from 'vitest'
import { expandFile, placeOf, restoreEdits, withOriginal } from '../../transforms/syntax/expansion.ts'
import { render } from '../../transforms/syntax/edits.ts'
import { isParseFailure, parseSource, type SourceFile } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

const text = `import wrap from 'wrap'
export default wrap((req) => {
  return req.url
}, options)
const later = 1
`

function parsed(source: string): SourceFile {
  const file = parseSource('a.js', source)
  if (isParseFailure(file)) throw new Error(file.message)
  return file
}

function expanded(): SourceFile {
  const file = parsed(text)
  const call = { start: text.indexOf('wrap(('), end: text.indexOf('options)') + 'options)'.length }
  const fn = { from: text.indexOf('(req)'), to: text.indexOf(', options') }
  const body = text.indexOf('{\n') + 1
  const options = { from: text.indexOf('options'), to: text.indexOf('options') + 'options'.length }
  const found = expandFile(file, analyseScopes(file.ast), [
    { ...call, pieces: ['async ', fn] },
    { start: body, end: body, pieces: ['\n  await open(', options, ')'] },
    { start: 0, end: 0, pieces: ["import { open } from 'wrap'\n"], sticky: true },
  ])
  if (isParseFailure(found)) throw new Error(found.message)
  return found
}

test('slices are written with the edits inside them, also where they come from elsewhere', () => {
  expect(expanded().text).toBe(`import { open } from 'wrap'
import wrap from 'wrap'
export default async (req) => {
  await open(options)
  return req.url
}
const later = 1
`)
})

test.each([
  ['req.url', 3, 10],
  ['const later', 5, 1],
  ['options', 4, 4],
  ['import wrap', 1, 1],
])('%s is found where it stands in the file', (part, line, column) => {
  const file = expanded()
  expect(placeOf(file, file.text.indexOf(part))).toEqual({ line, column })
})

test('what is inserted stands where the change was made', () => {
  const file = expanded()
  expect(placeOf(file, file.text.indexOf('await')).line).toBe(2)
})

test('expansions are taken back, but for what others refer to', () => {
  const file = expanded()
  const back = render(file.text, restoreEdits(file, []), 0, file.text.length)
  expect(back).toBe(`import { open } from 'wrap'\n${text}`)
})

test('a statement that is rewritten keeps its expansion', () => {
  const file = expanded()
  const [, , statement] = file.ast.program.body
  expect(restoreEdits(file, statement ? [statement] : [])).toEqual([])
})

test('names of both texts are known', () => {
  const file = expanded()
  const names = withOriginal(analyseScopes(file.ast), file)
  expect([...names.globals.keys()].sort()).toEqual(['options'])
  const references = [...names.scopeOf.values()].flatMap(({ bindings }) => bindings.get('wrap')?.references ?? [])
  expect(references).toHaveLength(1)
})
