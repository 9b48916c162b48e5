import { IncomingMessage, ServerResponse } from 'node:http'
import { createEnvironment } from './environment.ts'
import { moduleStandIn } from './stand-in.ts'
import { asCallable, callMember, makeNew, readMember } from './next-modules.ts'
import type { World } from './world.ts'

/**
 * next-axiom 0.17 and 0.18: what `withAxiom` does around a Pages handler (src/withAxiom.ts: `withAxiomNextApiHandler`). That it holds the answer
 * back until the log is sent is left out: nobody sees it.
 */
export function nextAxiomModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const withAxiom = (handler: unknown): unknown =>
    typeof handler === 'function' ? (req: unknown, res: unknown) => run(world, module, handler, req, res) : handler
  Reflect.set(module, 'withAxiom', withAxiom)
  return module
}

async function run(world: World, module: object, ...[handler, req, res]: unknown[]): Promise<unknown> {
  const call = asCallable(handler, undefined)
  if (!(req instanceof IncomingMessage) || !(res instanceof ServerResponse)) return call(req, res)
  const { host, 'user-agent': userAgent, 'x-forwarded-for': ip } = req.headers
  const { VERCEL_REGION, REGION } = createEnvironment(world.scenario)
  const report = {
    startTime: world.clock.now(),
    path: req.url,
    method: req.method,
    host: host || '',
    userAgent: userAgent || '',
    scheme: 'https',
    ip: ip || '',
    region: VERCEL_REGION || REGION,
  }
  const log = makeNew(asCallable(readMember(module, 'Logger'), undefined), {}, report, false, 'lambda')
  Reflect.set(req, 'log', log)
  try {
    await call(req, res)
    callMember(log, 'attachResponseStatus', res.statusCode)
    await callMember(log, 'flush')
  } catch (error) {
    callMember(log, 'error', 'Error in API handler', { error })
    callMember(log, 'attachResponseStatus', 500)
    await callMember(log, 'flush')
    throw error
  }
  return undefined
}
