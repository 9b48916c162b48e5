import { auth0Module } from './auth0.ts'
import { cookiesModule } from './cookies.ts'
import { cookiesNextModule } from './cookies-next.ts'
import { corsMiddleware, nextCors } from './cors.ts'
import { appSdkModule } from './app-sdk.ts'
import { requestIpModule } from './request-ip.ts'
import { blitzModule } from './blitz.ts'
import { formidableModule } from './formidable.ts'
import { apolloModule, yogaModule } from './graphql.ts'
import { inngestModule } from './inngest.ts'
import { ironSessionModule } from './iron-session.ts'
import { multerModule } from './multer.ts'
import { nextApiMiddlewareModule } from './next-api-middleware.ts'
import { nextConnectModule } from './next-connect.ts'
import { nookiesModule } from './nookies.ts'
import { nextAuthModule, tokenModule } from './next-auth.ts'
import { supabaseHelpersModule, supabaseServerModule } from './supabase.ts'
import { trpcModule } from './trpc.ts'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import { nextAxiomModule } from './next-axiom.ts'
import type { World } from './world.ts'

/**
 * Packages that a migration replaces by something of the platform (transforms/recipes): a stand-in that knows nothing of what they do
 * would tell the two sides apart. `major` is the version that the project declares. Undefined for every other package.
 */
export function ownModule(
  world: World,
  name: string,
  { major, loadReal }: { major: number; loadReal: (specifier: string) => unknown },
): unknown {
  switch (name) {
    case 'raw-body':
      return withDefault(getRawBody)
    case 'micro':
      return { buffer: readBytes, text: readText, json: async (request: Chunks) => JSON.parse(await readText(request)) }
    case 'cookies':
      return cookiesModule()
    case 'cookies-next':
    case 'cookies-next/server':
      return cookiesNextModule(world, name)
    case 'nookies':
      return nookiesModule()
    case 'cors':
      return withDefault(corsMiddleware)
    case 'nextjs-cors':
      return withDefault(nextCors)
    case 'request-ip':
      return withDefault(requestIpModule)
    case 'formidable':
      return formidableModule(world, major)
    case 'multer':
      return multerModule(world)
    case 'next-auth':
    case 'next-auth/next':
    case 'next-auth/react':
      return nextAuthModule(world, name, major)
    case 'next-auth/jwt':
      return tokenModule(world, name)
    case 'iron-session':
    case 'iron-session/edge':
    case 'iron-session/next':
      return ironSessionModule(world, name)
    case '@trpc/server/adapters/next':
    case '@trpc/server/adapters/fetch':
      return trpcModule(world, name)
    case '@auth0/nextjs-auth0':
    case '@auth0/nextjs-auth0/server':
      return auth0Module(world, name, () => loadReal('next:next/headers'))
    case 'next-api-middleware':
      return nextApiMiddlewareModule()
    case 'next-connect':
      return nextConnectModule(major)
    case '@sentry/nextjs':
      return sentryModule(world, name)
    case '@saleor/app-sdk/handlers/next':
    case '@saleor/app-sdk/handlers/next-app-router':
      return appSdkModule(world, name)
    case '@blitzjs/auth':
    case '@blitzjs/next':
    case '@blitzjs/rpc':
      return blitzModule(world, name)
    case '@supabase/auth-helpers-nextjs':
      return supabaseHelpersModule(world, name)
    case '@supabase/ssr':
      return supabaseServerModule(world, name)
    case '@clerk/nextjs/server':
      return clerkModule(world, name)
    case 'inngest/next':
      return inngestModule(world, name)
    case 'graphql-yoga':
      return yogaModule(world, name)
    case '@as-integrations/next':
      return apolloModule(world, name)
    default:
      return isAxiom(name) ? nextAxiomModule(world, name) : undefined
  }
}

/** Forks keep the name. */
const isAxiom = (name: string): boolean => /^(?:@[^/]+\/)?next-axiom$/.test(name)

export const isOwnPackage = (name: string): boolean => ownPackages.has(name) || isAxiom(name)

const ownPackages: ReadonlySet<string> = new Set([
  'raw-body',
  'micro',
  'cookies',
  'cookies-next',
  'cookies-next/server',
  'nookies',
  'cors',
  'nextjs-cors',
  'formidable',
  'multer',
  'request-ip',
  'iron-session',
  'iron-session/edge',
  'iron-session/next',
  'next-auth',
  'next-auth/next',
  'next-auth/react',
  'next-auth/jwt',
  '@trpc/server/adapters/next',
  '@trpc/server/adapters/fetch',
  'next-api-middleware',
  'next-connect',
  '@auth0/nextjs-auth0',
  '@auth0/nextjs-auth0/server',
  '@sentry/nextjs',
  '@saleor/app-sdk/handlers/next',
  '@saleor/app-sdk/handlers/next-app-router',
  '@blitzjs/auth',
  '@blitzjs/next',
  '@blitzjs/rpc',
  '@supabase/auth-helpers-nextjs',
  '@supabase/ssr',
  '@clerk/nextjs/server',
  'inngest/next',
  'graphql-yoga',
  '@as-integrations/next',
])

/** Its wrappers of handlers report what they see, and change nothing. */
function sentryModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  for (const wrapper of ['withSentry', 'withSentryAPI', 'wrapApiHandlerWithSentry'])
    Reflect.set(module, wrapper, (handler: unknown) => handler)
  return module
}

/** Who signed in is written in headers of the request, whichever kind it is. */
function clerkModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  Reflect.set(module, 'getAuth', () => outsideCall(world, 'clerk.getAuth', [], []))
  return module
}

type Chunks = AsyncIterable<Uint8Array>

/** The bytes of a request, or its text when an encoding is given, as an argument or among the options. */
async function getRawBody(request: Chunks, options?: unknown): Promise<unknown> {
  const encoding: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'encoding') : options
  const bytes = await readBytes(request)
  if (encoding === undefined || encoding === null || encoding === false) return bytes
  return bytes.toString(typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8')
}

export async function readBytes(request: Chunks): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const readText = async (request: Chunks): Promise<string> => (await readBytes(request)).toString('utf8')

/** For `import x from` and `require` alike. */
const withDefault = (value: object): object => Object.assign(value, { default: value })
