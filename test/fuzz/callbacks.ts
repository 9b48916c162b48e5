import { block, choose, fresh, indent, inner, type Place, type Production } from './grammar.ts'
import { outsideCall } from './values.ts'

/** Arms whose answers come back through another function. */
export const callbackArms: Production<string[]>[] = [
  { name: 'storage-run', weight: 4, fits: mayOpen, write: storageRun },
  { name: 'own-runner', weight: 4, fits: mayOpen, write: ownRunner },
  { name: 'chain', weight: 3, fits: mayOpen, write: chain },
  { name: 'called-back', weight: 3, fits: mayWait, write: calledBack },
  { name: 'called-beside', weight: 3, fits: mayOpen, write: calledBeside },
]

function mayOpen({ draft, isAsync }: Place): boolean {
  return isAsync && draft.budget > 0
}

/** Nothing waits for what it returns. */
function mayWait({ draft, end, inLoop }: Place): boolean {
  return end === 'tail' && !inLoop && draft.budget > 0
}

function storageRun(place: Place): string[] {
  const { draft } = place
  draft.imports.add("import { AsyncLocalStorage } from 'node:async_hooks';")
  draft.declarations.set('storage', [
    draft.isTyped ? 'const storage = new AsyncLocalStorage<number>();' : 'const storage = new AsyncLocalStorage();',
  ])
  return run(place, 'storage.run(1, ')
}

/** Gives back what its callback returns, and does something after it. */
function ownRunner(place: Place): string[] {
  const { draft } = place
  const head = draft.isTyped
    ? 'async function timed<T>(work: () => Promise<T>): Promise<T> {'
    : 'async function timed(work) {'
  draft.declarations.set('timed', [
    head,
    '  try {',
    '    return await work();',
    '  } finally {',
    "    console.log('timed');",
    '  }',
    '}',
  ])
  return run(place, 'timed(')
}

function run(place: Place, call: string): string[] {
  const { draft } = place
  draft.budget--
  const lines = choose(inner(place, { end: draft.random.chance(0.5) ? 'tail' : 'return', inLoop: false }), 'arm')
  const form = draft.random.int(1, 3)
  const end = [...indent(lines), '});']
  if (form === 1 || place.end === 'break') return [`return ${call}async () => {`, ...end]
  if (form === 2) return [`return await ${call}async () => {`, ...end]
  const result = fresh(place, 'result')
  return [`const ${result} = await ${call}async () => {`, ...end, `return ${result};`]
}

/** `then` with an arm of its own, and a `catch` that answers. */
function chain(place: Place): string[] {
  const { draft } = place
  draft.budget--
  const call = outsideCall(inner(place, { isAsync: false }), 'find')
  const found = inner(place, { end: 'return', inLoop: false })
  const name = fresh(found, 'item')
  const typed = draft.isTyped ? `(${name}: any)` : `(${name})`
  return [
    `return ${call}`,
    `  .then(async ${typed} => {`,
    ...indent(indent(choose(found, 'arm'))),
    '  })',
    `  .catch(() => ${draft.res}.status(${draft.random.pick([500, 502])}).json({ error: 'failed' }));`,
  ]
}

/** A function that calls back later, and work beside it and behind the answers. */
function calledBack(place: Place): string[] {
  const { draft } = place
  const { random, res } = draft
  draft.budget--
  draft.declarations.set('ask', [
    draft.isTyped
      ? 'function ask(key: unknown, callback: (error: Error | null, item: any) => void): void {'
      : 'function ask(key, callback) {',
    "  setTimeout(() => (key ? callback(null, { id: 7, name: 'seven' }) : callback(new Error('no key'), null)), 1);",
    '}',
  ])
  const key = choose(place, 'part').text
  const isAsync = random.chance(0.4)
  const found = inner(place, { end: 'tail', inLoop: false, isAsync })
  const [error, item] = [fresh(found, 'error'), fresh(found, 'item')]
  const refused = `${res}.status(${random.pick([404, 500])}).json({ error: 'none', text: ${error}.message });`
  const answered = [...(random.chance(0.3) ? choose(found, 'effect') : []), `${choose(found, 'answer')};`]
  const bodies = [
    () => [...block(`if (${error})`, [`return ${refused}`]), ...choose(found, 'arm')],
    () => [
      ...block(`if (${error})`, [refused], '} else {'),
      ...indent(answered),
      '}',
      `console.log('told', ${item}?.id);`,
    ],
    () => [...block(`if (${error})`, [refused]), ...answered, "console.log('told');"],
    () => [...answered, ...(random.chance(0.5) ? choose(found, 'work') : ["console.log('told');"])],
  ]
  return [
    `ask(${key}, ${isAsync ? 'async ' : ''}(${error}, ${item}) => {`,
    ...indent(random.pick(bodies as [() => string[], ...(() => string[])[]])()),
    '});',
    ...(random.chance(0.4) ? ["console.log('asked');"] : []),
  ]
}

/** A function that calls back while it runs: the callback sets a header, or refuses before the answer or after it. */
function calledBeside(place: Place): string[] {
  const { draft } = place
  const { random, res } = draft
  draft.budget--
  draft.declarations.set('count', [
    draft.isTyped
      ? 'async function count({ key, onCount }: { key: unknown; onCount?: (left: number) => void }): Promise<number> {'
      : 'async function count({ key, onCount }) {',
    '  const left = await Promise.resolve(String(key).length);',
    '  if (onCount) onCount(left);',
    "  if (left > 11) throw new Error('no more');",
    '  return left;',
    '}',
  ])
  const key = choose(place, 'part').text
  const left = fresh(place, 'left')
  const header = `${res}.setHeader('X-Left', String(${left}));`
  const refusal = `${res}.status(${random.pick([403, 423, 429])}).json({ ${left} });`
  const test = random.pick([
    `${left} > 4`,
    `await Promise.resolve(${left} > 4)`,
    `(await count({ key: ${left} })) < ${left}`,
  ])
  const refused = random.pick([
    () => block(`if (${test})`, [refusal]),
    () => [`if (${test}) return ${refusal}`, "console.log('counted');"],
    () => [...block(`if (${test})`, [refusal, 'return;']), "console.log('counted');"],
    () => [],
  ])()
  const form = random.pick(['', `const ${fresh(place, 'all')} = `])
  return [
    `${form}await count({`,
    `  key: ${key},`,
    `  onCount: async (${left}) => {`,
    ...indent(indent([...(refused.length === 0 || random.chance(0.6) ? [header] : []), ...refused])),
    '  },',
    '});',
    ...choose(place, 'arm'),
  ]
}
