import { block, choose, fresh, indent, inner, type Place, type Production } from './grammar.ts'
import { outsideCall } from './values.ts'

/** Arms whose answers come back through another function. */
export const callbackArms: Production<string[]>[] = [
  { name: 'storage-run', weight: 4, fits: mayOpen, write: storageRun },
  { name: 'own-runner', weight: 4, fits: mayOpen, write: ownRunner },
  { name: 'chain', weight: 3, fits: mayOpen, write: chain },
  { name: 'called-back', weight: 3, fits: mayWait, write: calledBack },
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
