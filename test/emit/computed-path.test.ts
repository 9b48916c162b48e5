// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { expect, test } from 'vitest'
import { runEngine } from '../support/run-fixture.ts'

/** Verify cannot bundle such imports, so they are no cases to replay. */
test.each([
  ['import(`../../mails/${name}`)', 'import(`../../../mails/${name}`)'],
  ['import(`../../mails/${name}/${name}.js`)', 'import(`../../../mails/${name}/${name}.js`)'],
  ['import(`../../mails/a-${name}`)', 'import(`../../../mails/a-${name}`)'],
  ['import(`../../mails/all.js`)', 'import(`../../../mails/all.js`)'],
  ["require('../../mails/' + name + '.json')", "require('../../../mails/' + name + '.json')"],
  ["import(name ? '../../mails/a.js' : './b.js')", "import(name ? '../../../mails/a.js' : '../../../pages/api/b.js')"],
  ["require('..\\u002f../mails/all.js')", "require('../../../mails/all.js')"],
  ['import(`${name}/x`)', 'import(`${name}/x`)'],
  ['import(`mails/${name}`)', 'import(`mails/${name}`)'],
])('%s is written for the place that the route moves to', async (old, now) => {
  const handler = `const name = process.env.NAME
export default async function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end()
  res.json(await ${old})
}
`
  const { after } = await runEngine(
    { 'package.json': '{ "dependencies": { "next": "16.0.0" } }', 'pages/api/show.js': handler, 'mails/all.js': '' },
    { lang: 'keep' },
  )
  expect(after['app/api/show/route.js']).toContain(`await ${now}`)
})
