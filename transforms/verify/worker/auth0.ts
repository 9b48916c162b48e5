import { IncomingMessage, ServerResponse } from 'node:http'
import { canonical } from './canonical.ts'
import { digest } from './draw.ts'
import { callMember } from './next-modules.ts'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

/**
 * @auth0/nextjs-auth0 3 and 4: with `req` and `res`, or through next/headers, the session is the same, and an update is a cookie that tells
 * what was saved. Version 3 exports the methods, version 4 gives them to a client.
 */
export function auth0Module(world: World, name: string, loadHeaders: () => unknown): object {
  const module = moduleStandIn(world, name)
  const read = (kind: string, options: readonly unknown[]): unknown =>
    outsideCall(world, `auth0.${kind}`, options, options)
  const own = (args: readonly unknown[]): readonly unknown[] =>
    args.filter((one) => !(one instanceof IncomingMessage) && !(one instanceof ServerResponse))
  const methods: Record<string, (...args: unknown[]) => unknown> = {
    getSession: () => read('session', []),
    getAccessToken: (...args) => read('token', own(args)),
    updateSession: async (...args) => {
      const value = `saved-${digest(canonical(own(args)[0]))}`
      const response = args.find((one) => one instanceof ServerResponse)
      if (response instanceof ServerResponse) response.setHeader('set-cookie', [`__session=${value}; Path=/`])
      else callMember(await callMember(loadHeaders(), 'cookies'), 'set', '__session', value, { path: '/' })
    },
  }
  for (const [key, value] of Object.entries(methods)) Reflect.set(module, key, value)
  Reflect.set(module, 'Auth0Client', function client() {
    return methods
  })
  Reflect.set(module, 'initAuth0', () => methods)
  return module
}
