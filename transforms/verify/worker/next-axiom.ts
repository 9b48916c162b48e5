import { IncomingMessage, ServerResponse } from 'node:http'
import { createEnvironment } from './environment.ts'
import { moduleStandIn } from './stand-in.ts'
import type { World } from './world.ts'

/**
 * next-axiom 0.17 and 0.18: what `withAxiom` does around a Pages handler (src/withAxiom.ts: `withAxiomNextApiHandler`), and a logger that
 * tells what it is given. That the answer is held back until the log is sent is left out: nobody sees it.
 */
export function nextAxiomModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const open = (...args: readonly unknown[]): AxiomLogger => {
    world.record(`new ${name}.Logger`, args, `new ${name}.Logger`)
    return openLogger(world, name)
  }
  // Called with `new`, which an arrow cannot be.
  function Logger(...args: readonly unknown[]): AxiomLogger {
    return open(...args)
  }
  const withAxiom = (handler: unknown): unknown =>
    typeof handler === 'function' ? (req: unknown, res: unknown) => run(open, world, handler, req, res) : handler
  Reflect.set(module, 'Logger', Logger)
  Reflect.set(module, 'withAxiom', withAxiom)
  return module
}

type LogCall = (...args: readonly unknown[]) => void
type Level = 'debug' | 'info' | 'warn' | 'error'

interface AxiomLogger extends Record<Level, LogCall> {
  with: (...args: readonly unknown[]) => AxiomLogger
  attachResponseStatus: LogCall
  flush: () => Promise<void>
}

/** The package's own never throws: what it cannot send, it prints. */
function openLogger(world: World, name: string): AxiomLogger {
  const told =
    (member: string): LogCall =>
    (...args) => {
      world.record(`${name}.Logger.${member}`, args, `${name}.Logger.${member}`)
    }
  return {
    debug: told('debug'),
    info: told('info'),
    warn: told('warn'),
    error: told('error'),
    attachResponseStatus: told('attachResponseStatus'),
    with: (...args) => {
      told('with')(...args)
      return openLogger(world, name)
    },
    flush: async () => told('flush')(),
  }
}

async function run(
  open: (...args: readonly unknown[]) => AxiomLogger,
  world: World,
  ...[handler, req, res]: unknown[]
): Promise<unknown> {
  if (typeof handler !== 'function') return undefined
  if (!(req instanceof IncomingMessage) || !(res instanceof ServerResponse)) return handler(req, res)
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
  const log = open({}, report, false, 'lambda')
  Reflect.set(req, 'log', log)
  try {
    await handler(req, res)
    log.attachResponseStatus(res.statusCode)
    await log.flush()
  } catch (error) {
    log.error('Error in API handler', { error })
    log.attachResponseStatus(500)
    await log.flush()
    throw error
  }
  return undefined
}
