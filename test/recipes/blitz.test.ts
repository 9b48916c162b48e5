import { describe, expect, test } from 'vitest'
import { findFixtures } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'

const input = findFixtures().find(({ id }) => id === 'recipes/blitz/keeps-typed-handler')?.input ?? {}

const withNext = (version: string) => ({
  ...input,
  'package.json': (input['package.json'] ?? '').replace(/"next": "[^"]*"/, `"next": "${version}"`),
})

/** Next counts the parameters of exported handlers from 15.5 on, so no one Next shows both sides of a case. */
describe('a typed handler of `api` that takes `ctx`', () => {
  test.each(['15.0.1', '~15.4.2', '14.2.35'])('moves where Next is %s', async (version) => {
    const { after } = await runEngine(withNext(version), {})
    expect(after['src/app/api/me/route.ts']).toContain(`export const { GET } = withBlitzAuth({
  GET: async (_request, _context, ctx) => {
    return Response.json({ user: ctx.session.userId })
  }
})`)
    expect(after['src/blitz-server.ts']).toContain('export { gSSP, gSP, api, withBlitzAuth }')
  })

  test.each(['15.5.0', '^15.0.1', '15', '16.0.0'])('stays where it is or may be %s', async (version) => {
    const { after } = await runEngine(withNext(version), {})
    expect(after).toEqual(withNext(version))
  })
})
