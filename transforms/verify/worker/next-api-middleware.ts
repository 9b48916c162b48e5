type Handler = (req: unknown, res: unknown) => unknown
type Next = (error?: unknown) => Promise<void>
type Middleware = (req: unknown, res: unknown, next: Next) => unknown
type Listed = Middleware | Middleware[]

/**
 * `label` and `use` of next-api-middleware@3.0.0 (dist/index.js; the same in 1.0.1): a middleware that gives a promise waits in `next()` for all
 * that comes behind it; one that gives none fails with what comes behind it; one that does not call `next()` leaves those further out waiting.
 * What fails with `undefined` (or another false value) has not failed for those further out.
 */
export function nextApiMiddlewareModule(): object {
  const use = (...listed: Listed[]): unknown => curry(listed.flat())
  const label =
    (named: Readonly<Record<string, Listed>>, defaults: readonly string[] = []) =>
    (...given: (string | Listed)[]): unknown =>
      curry([...defaults, ...given].flatMap((one) => (typeof one === 'string' ? pick(named, one) : one)))
  return { use, label, __esModule: true }
}

function pick(named: Readonly<Record<string, Listed>>, name: string): Listed {
  const found = named[name]
  if (!found) throw new Error(`Middleware "${name}" not available`)
  return found
}

const curry = (chain: readonly Middleware[]) => (handler: Handler) => async (req: unknown, res: unknown) => {
  await run(chain, handler, req, res)
}

interface Settled {
  promise: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

function open(): Settled {
  const found: Partial<Settled> = {}
  const promise = new Promise<void>((resolve, reject) => Object.assign(found, { resolve, reject }))
  return { promise, resolve: () => found.resolve?.(), reject: (error) => found.reject?.(error) }
}

async function run(
  [first, ...others]: readonly Middleware[],
  handler: Handler,
  req: unknown,
  res: unknown,
): Promise<void> {
  const [done, teardown, called] = [open(), open(), open()]
  try {
    const result = first?.(req, res, (error) => {
      called.resolve()
      if (error) throw error
      return teardown.promise
    })
    const isWaiting = isPromise(result)
    let hasFailed = false
    if (isPromise(result))
      result.then(done.resolve, (error) => {
        hasFailed = true
        called.resolve()
        done.reject(error)
      })
    const [resolve, reject] = isWaiting ? [teardown.resolve, teardown.reject] : [done.resolve, done.reject]
    await called.promise
    queueMicrotask(() => {
      if (!hasFailed) goOn(others, handler, req, res).then(resolve, (error) => (error ? reject(error) : resolve()))
    })
  } catch (error) {
    done.reject(error)
  }
  return done.promise
}

async function goOn(others: readonly Middleware[], handler: Handler, req: unknown, res: unknown): Promise<void> {
  if (others.length === 0) await handler(req, res)
  else await run(others, handler, req, res)
}

function isPromise(value: unknown): value is Promise<void> {
  return typeof value === 'object' && value !== null && 'then' in value
}
