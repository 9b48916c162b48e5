import type { IncomingMessage, ServerResponse } from 'node:http'

type Run = (req: Request, res: ServerResponse, next: (error?: unknown) => unknown) => unknown
type Request = IncomingMessage & { params?: object }
type OnError = (error: unknown, req: Request, res: ServerResponse, next: () => unknown) => unknown
type OnNoMatch = (req: Request, res: ServerResponse) => unknown

interface Options {
  onError?: OnError
  onNoMatch?: OnNoMatch
}

interface Step {
  method: string
  functions: readonly Run[]
  isMiddle: boolean
}

/** A router inside of another one is found by its steps, as `instanceof Router` and `fn.routes` find it. */
const STEPS = Symbol('steps')
type Registered = Run | { [STEPS]: Step[] }

/**
 * The routers of next-connect, without paths: next-connect@1.0.0 esm/node.js and esm/router.js; next-connect@0.13.0 dist/index.js, and how
 * it was before that (`version` is the minor number of 0.x). What version 1 prints of an error, Next prints on the other side.
 */
export function nextConnectModule(version: number): object {
  const make = (options: Options = {}): unknown => createOld(options, version)
  return Object.assign(make, { default: make, createRouter: createNew, createEdgeRouter: createEdge, __esModule: true })
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace']

/** `router.use(...)`, `router.get(...)` and so on, each giving the router back. */
function fill(router: object, steps: Step[], mount: (inner: Step[]) => Step[]): void {
  const add = (method: string, isMiddle: boolean) =>
    function register(...functions: Registered[]): object {
      for (const one of functions) {
        if (STEPS in one) steps.push(...mount(one[STEPS]))
        else steps.push({ method, functions: [one], isMiddle })
      }
      return router
    }
  Object.assign(router, { use: add('', true), all: add('', false), [STEPS]: steps })
  for (const name of METHODS) Reflect.set(router, name, add(name.toUpperCase(), false))
}

function find(steps: readonly Step[], method: string | undefined): { functions: Run[]; isMiddleOnly: boolean } {
  const found = steps.filter((s) => s.method === '' || s.method === method || (method === 'HEAD' && s.method === 'GET'))
  return { functions: found.flatMap((s) => s.functions), isMiddleOnly: found.every((s) => s.isMiddle) }
}

function createNew(): object {
  const steps: Step[] = []
  const router = {
    handler:
      ({ onError, onNoMatch }: Options = {}) =>
      async (req: Request, res: ServerResponse): Promise<void> => {
        const { functions, isMiddleOnly } = find(steps, req.method)
        req.params = { ...req.params }
        try {
          if (functions.length === 0 || isMiddleOnly) await (onNoMatch ?? notFound)(req, res)
          else await runAll(functions, req, res)
        } catch (error) {
          if (onError) await onError(error, req, res, () => undefined)
          else fail(res)
        }
      },
  }
  // What the inner one is given later is not seen: `clone` copies its list.
  fill(router, steps, (inner) => [...inner])
  return router
}

async function runAll(functions: readonly Run[], req: Request, res: ServerResponse): Promise<unknown> {
  let at = 0
  const next = (): unknown => {
    at += 1
    const run = functions[at]
    if (run === undefined) throw new TypeError('fns[++i] is not a function')
    return run(req, res, next)
  }
  return functions[0]?.(req, res, next)
}

function notFound(req: Request, res: ServerResponse): void {
  res.statusCode = 404
  res.end(req.method === 'HEAD' ? undefined : `Route ${req.method} ${req.url} not found`)
}

function fail(res: ServerResponse): void {
  res.statusCode = 500
  res.end('Internal Server Error')
}

/** next-connect@1.0.0 esm/edge.js: each function gives an answer back, or what the next one gives. */
function createEdge(): object {
  const steps: Step[] = []
  const router = {
    handler:
      (options: { onError?: (...all: unknown[]) => unknown; onNoMatch?: (...all: unknown[]) => unknown } = {}) =>
      async (req: EdgeRequest, context: unknown): Promise<unknown> => {
        const { functions, isMiddleOnly } = find(steps, req.method)
        req.params = { ...req.params }
        const run = (at: number): unknown =>
          Reflect.apply(functions[at] as Run, null, [req, context, () => run(at + 1)])
        try {
          if (functions.length > 0 && !isMiddleOnly) return await run(0)
          const text = req.method === 'HEAD' ? null : `Route ${req.method} ${req.url} not found`
          return await (options.onNoMatch ? options.onNoMatch(req, context) : new Response(text, { status: 404 }))
        } catch (error) {
          if (options.onError) return options.onError(error, req, context)
          return new Response('Internal Server Error', { status: 500 })
        }
      },
  }
  fill(router, steps, (inner) => [...inner])
  return router
}

interface EdgeRequest {
  method: string
  url: string
  params?: object
}

function createOld({ onError = oldError, onNoMatch = oldNoMatch }: Options, version: number): object {
  const steps: Step[] = []
  const handler = (req: Request, res: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      res.once('finish', resolve)
      const { functions, isMiddleOnly } = find(steps, req.method)
      runInOrder(version >= 13 && isMiddleOnly ? [] : functions, req, res, (error, next) => {
        if (error) return onError(error, req, res, () => next())
        return res.writableEnded ? undefined : onNoMatch(req, res)
      })
    })
  // `mount` gives its `handle` no method, which makes it a match for every request; it finds its own functions for the method.
  fill(handler, steps, (inner) => [{ method: '', functions: [runInner(inner)], isMiddle: false }])
  return handler
}

/** `handle` of an inner router: what it has for the method, then the function that comes after it. */
function runInner(steps: readonly Step[]): Run {
  return (req, res, done) => runInOrder(find(steps, req.method).functions, req, res, done)
}

/** Each function is given the one that goes on; `done` comes behind the last, and where one fails. */
function runInOrder(
  functions: readonly Run[],
  req: Request,
  res: ServerResponse,
  done: (error: unknown, next: (error?: unknown) => void) => unknown,
): void {
  let at = 0
  const next = (error?: unknown): void => {
    const run = error ? undefined : functions[at++]
    if (run)
      Promise.resolve()
        .then(() => run(req, res, next))
        .catch(next)
    else done(error, next)
  }
  next()
}

function oldError(error: unknown, _req: Request, res: ServerResponse): void {
  const read = (key: string): unknown => (typeof error === 'object' && error !== null ? Reflect.get(error, key) : '')
  res.statusCode = Number(read('status') || 500)
  res.end(read('message'))
}

function oldNoMatch(_req: Request, res: ServerResponse): void {
  res.statusCode = 404
  res.end('not found')
}
