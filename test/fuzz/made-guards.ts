import { block, choose, type Draft, indent, inner, type Place, type Production } from './grammar.ts'
import { exit } from './flows.ts'

/** Guards that a factory of another module makes: called where they are made, or by a constant of the route or of a module. */
export const madeGuards: Production<string[]>[] = [
  { name: 'helper/made-guard', weight: 2, fits: ({ isHelper, isAsync }) => !isHelper && isAsync, write: madeGuard },
]

function madeGuard(place: Place): string[] {
  const { draft } = place
  const { random, isTyped } = draft
  const end = isTyped ? 'ts' : 'js'
  const path = `lib/make-guard.${end}`
  if (draft.files[path] === undefined) draft.files[path] = factory(place)
  const made = `makeGuard('${random.pick(['yes', 'no'])}')`
  const form = random.int(1, 3)
  const name = form === 3 ? `asked${draft.imports.size}` : `guard${draft.declarations.size}`
  if (form === 3) {
    draft.files[`lib/${name}.${end}`] = [
      "import { makeGuard } from './make-guard';",
      '',
      `export const ${name} = ${made};`,
      '',
    ].join('\n')
    draft.imports.add(`import { ${name} } from '@/lib/${name}';`)
  } else draft.imports.add("import { makeGuard } from '@/lib/make-guard';")
  if (form === 2) draft.declarations.set(name, [`const ${name} = ${made};`])
  return [`if (!(await ${form === 1 ? made : name}(${draft.req}, ${draft.res}))) return;`]
}

function factory(place: Place): string {
  const { draft } = place
  const { random, isTyped } = draft
  const own: Draft = { ...draft, req: 'req', res: 'res', declarations: new Map(), imports: new Set() }
  const within = inner(
    { ...place, draft: own },
    { isHelper: true, isAsync: true, end: 'return', values: [], taken: new Set(['req', 'res', 'word']), methods: null },
  )
  const lines = [
    ...(random.chance(0.3) ? choose(within, 'effect') : []),
    ...(random.chance(0.5) ? choose(within, 'read') : []),
    `if (${choose(within, 'test')} && word === 'yes') {`,
    ...exit(within).map((line) => `  ${line.replace(/^return;$/, 'return false;').replace(/^return (.*);$/, '$1;')}`),
  ]
  if (!lines.some((line) => line.trim() === 'return false;')) lines.push('  return false;')
  lines.push('}', 'return true;')
  const types = isTyped ? [': string', ': NextApiRequest', ': NextApiResponse'] : ['', '', '']
  const inside = `async (req${types[1]}, res${types[2]})`
  const made = random.chance(0.5)
    ? [`export const makeGuard = (word${types[0]}) => ${inside} => {`, ...indent(lines), '};']
    : block(`export function makeGuard(word${types[0]})`, [`return ${inside} => {`, ...indent(lines), '};'])
  const imports = isTyped ? ["import type { NextApiRequest, NextApiResponse } from 'next';"] : []
  const declared = [...own.declarations.values()].flatMap((one) => [...one, ''])
  return `${[...imports, ...own.imports, '', ...declared, ...made].join('\n')}\n`
}
