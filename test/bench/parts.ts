/** Random choices that are the same for the same seed. */
export interface Random {
  chance: (share: number) => boolean
  pick: <T>(list: readonly [T, ...T[]]) => T
  int: (from: number, to: number) => number
}

/** One route being written. */
export interface Draft {
  random: Random
  noun: string
  plural: string
  /** The dynamic segment, when the path has one. */
  param: string | null
  typed: boolean
}

const fields = ['name', 'email', 'title', 'status', 'amount', 'role', 'note', 'dueDate', 'currency', 'locale'] as const

export function indent(lines: readonly string[], by = 1): string[] {
  return lines.map((line) => (line === '' ? '' : '  '.repeat(by) + line))
}

/** The answer to a method that is not served. */
export function refuse({ random }: Draft, methods: readonly string[]): string[] {
  const allow = random.chance(0.4) ? [`res.setHeader('Allow', [${methods.map((m) => `'${m}'`).join(', ')}])`] : []
  const message = random.pick([
    "json({ error: 'Method not allowed' })",
    "json({ success: false, message: 'Only some methods are supported' })",
    'end(`Method $' + '{req.method} Not Allowed`)',
  ])
  return [...allow, `return res.status(405).${message}`]
}

/** Some handlers catch. */
export function guarded({ random, noun }: Draft, body: readonly string[]): string[] {
  if (!random.chance(0.6)) return [...body]
  const log = random.chance(0.7) ? [`console.error('${noun} failed', error)`] : []
  const answer = random.pick([
    "res.status(500).json({ error: 'Internal server error' })",
    'res.status(500).json({ message: error.message })',
    "return res.status(500).json({ success: false, error: 'Something went wrong' })",
  ])
  return ['try {', ...indent(body), '} catch (error) {', ...indent([...log, answer]), '}']
}

export function list({ random, noun, plural, param }: Draft): string[] {
  const head = param
    ? random.pick([[`const { ${param} } = req.query`], [`const ${param} = req.query.${param}`]])
    : ["const page = Number(req.query.page ?? '1')", "const search = req.query.search || ''"]
  const where = param ? `{ ${noun}: ${param} }` : '{ page, search }'
  const headers = random.chance(0.25) ? ["res.setHeader('Cache-Control', 's-maxage=60, stale-while-revalidate')"] : []
  const cookie = random.chance(0.1) ? ['const theme = req.cookies.theme'] : []
  return [
    ...head,
    ...cookie,
    `const ${plural} = await db.${noun}.findMany({`,
    `  where: ${where},`,
    "  orderBy: { createdAt: 'desc' },",
    `  take: ${random.int(5, 50)},`,
    '})',
    '',
    `if (!${plural} || ${plural}.length === 0) {`,
    `  return res.status(404).json({ error: 'No ${noun} found' })`,
    '}',
    '',
    ...headers,
    `return res.status(200).json({ ${plural}, count: ${plural}.length })`,
  ]
}

export function create(draft: Draft): string[] {
  const { random, noun } = draft
  const names = chosenFields(random)
  const [first] = names
  return [
    `const { ${names.join(', ')} } = req.body`,
    '',
    `if (!${first}) {`,
    `  return res.status(400).json({ error: '${first} is required' })`,
    '}',
    ...(random.chance(0.5)
      ? [
          `if (typeof ${first} !== 'string' || ${first}.length > 200) {`,
          `  return res.status(422).json({ error: '${first} is not valid', field: '${first}' })`,
          '}',
        ]
      : []),
    ...extra(draft),
    '',
    `const ${noun} = await db.${noun}.create({`,
    '  data: {',
    ...names.map((name) => `    ${name},`),
    '    createdAt: new Date().toISOString(),',
    '  },',
    '})',
    '',
    `return res.status(201).json(${random.pick([noun, `{ success: true, data: ${noun} }`])})`,
  ]
}

export function update(draft: Draft): string[] {
  const { noun, param } = draft
  return [
    `const ${noun} = await db.${noun}.update({ where: { id: req.query.${param ?? 'id'} }, data: { ...req.body } })`,
    `if (!${noun}) {`,
    `  return res.status(404).json({ error: '${noun} not found' })`,
    '}',
    `return res.json({ success: true, ${noun} })`,
  ]
}

export function remove({ noun, param }: Draft): string[] {
  return [`await db.${noun}.delete({ where: { id: req.query.${param ?? 'id'} } })`, 'return res.status(204).end()']
}

/** Work between request and answer that touches neither. */
export function extra({ random, noun }: Draft): string[] {
  const out: string[] = []
  for (let i = random.int(0, 3); i > 0; i--) {
    out.push(
      '',
      ...random.pick([
        [
          `// The totals are kept beside the ${noun}, so that lists need no join.`,
          `const totals${i} = await db.${noun}.aggregate({`,
          '  sum: { amount: true },',
          '  count: { id: true },',
          '})',
          `if (totals${i}.count > 1000) {`,
          `  console.warn('many ${noun}s', totals${i}.count)`,
          '}',
        ],
        [
          `const rows${i} = await db.audit.findMany({ where: { kind: '${noun}' }, take: 20 })`,
          `const names${i} = rows${i}`,
          '  .filter((row) => row.visible && row.name)',
          '  .map((row) => ({ label: row.name.trim(), value: row.id }))',
          '  .sort((a, b) => a.label.localeCompare(b.label))',
          `console.log(names${i}.length)`,
        ],
        [
          `await fetch('https://hooks.example.test/${noun}', {`,
          "  method: 'POST',",
          "  headers: { 'Content-Type': 'application/json' },",
          `  body: JSON.stringify({ kind: '${noun}', at: Date.now() }),`,
          '})',
        ],
      ]),
    )
  }
  return out
}

function chosenFields(random: Random): [string, ...string[]] {
  const from = random.int(0, 5)
  const [first = 'name', ...rest] = fields.slice(from, from + random.int(2, 5))
  return [first, ...rest]
}
