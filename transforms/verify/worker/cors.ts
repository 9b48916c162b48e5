interface Options {
  origin?: unknown
  methods?: unknown
  credentials?: unknown
  allowedHeaders?: unknown
  headers?: unknown
  exposedHeaders?: unknown
  maxAge?: unknown
  preflightContinue?: unknown
  optionsSuccessStatus?: number
}

interface Incoming {
  method?: string
  headers: Record<string, string | undefined>
}

interface Outgoing {
  statusCode: number
  getHeader(name: string): unknown
  setHeader(name: string, value: string): unknown
  end(): unknown
}

type Next = (error?: unknown) => void

/** `origin: (origin, callback) => ...` */
type Decide = (asked: string | undefined, callback: (error: unknown, origin?: unknown) => void) => void

/** What cors@2.8.6 does (lib/index.js), for options that are no functions, but for the origin. */
export function corsMiddleware(given: Options = {}): (req: Incoming, res: Outgoing, next: Next) => void {
  const options: Options = {
    origin: '*',
    methods: 'GET,HEAD,PUT,PATCH,POST,DELETE',
    optionsSuccessStatus: 204,
    ...given,
  }
  return (req, res, next) => {
    const { origin } = options
    if (typeof origin !== 'function') return run(options, { req, res, next })
    const decide = origin as Decide
    decide(req.headers.origin, (error, decided) => {
      if (error || !decided) next(error)
      else run({ ...options, origin: decided }, { req, res, next })
    })
  }
}

function run(options: Options, { req, res, next }: { req: Incoming; res: Outgoing; next: Next }): void {
  if (!options.origin) return next()
  const isPreflight = req.method?.toUpperCase() === 'OPTIONS'
  setOrigin(options.origin, req, res)
  if (options.credentials === true) res.setHeader('Access-Control-Allow-Credentials', 'true')
  if (isPreflight) setPreflight(options, req, res)
  set(res, 'Access-Control-Expose-Headers', joined(options.exposedHeaders))
  if (!isPreflight || options.preflightContinue) return next()
  res.statusCode = options.optionsSuccessStatus ?? 204
  res.setHeader('Content-Length', '0')
  res.end()
}

/** What nextjs-cors@2.2.1 does (dist/index.js). */
export function nextCors(req: Incoming, res: Outgoing, options?: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    corsMiddleware(options)(req, res, (error) => (error instanceof Error ? reject(error) : resolve()))
  })
}

function setOrigin(origin: unknown, req: Incoming, res: Outgoing): void {
  const asked = req.headers.origin
  const isText = typeof origin === 'string'
  const allowed = isText ? origin : isAllowed(asked, origin) ? asked : undefined
  set(res, 'Access-Control-Allow-Origin', allowed)
  if (origin !== '*') vary(res, 'Origin')
}

function isAllowed(asked: string | undefined, origin: unknown): boolean {
  if (Array.isArray(origin)) return origin.some((one) => isAllowed(asked, one))
  if (origin instanceof RegExp) return origin.test(String(asked))
  return typeof origin === 'string' ? asked === origin : Boolean(origin)
}

function setPreflight({ methods, allowedHeaders, headers, maxAge }: Options, req: Incoming, res: Outgoing): void {
  set(res, 'Access-Control-Allow-Methods', joined(methods))
  const allowed = allowedHeaders ?? headers
  if (!allowed) vary(res, 'Access-Control-Request-Headers')
  set(res, 'Access-Control-Allow-Headers', allowed ? joined(allowed) : req.headers['access-control-request-headers'])
  set(res, 'Access-Control-Max-Age', maxAge === undefined || maxAge === null ? undefined : String(maxAge))
}

function joined(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' ? value : undefined
}

function set(res: Outgoing, name: string, value: string | undefined): void {
  if (value) res.setHeader(name, value)
}

function vary(res: Outgoing, field: string): void {
  const before = res.getHeader('Vary')
  res.setHeader('Vary', before ? `${String(before)}, ${field}` : field)
}
