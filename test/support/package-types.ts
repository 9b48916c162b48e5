/** Types as in Blitz 3.0.1, as far as the cases look. */
export const blitz = `declare module 'blitz' {
  export interface Ctx { session: { userId: number | null; $create(data: object): Promise<void>; $authorize(): void } }
  export function BlitzLogger(options: object): object
}
declare module '@blitzjs/auth' {
  import type { Ctx } from 'blitz'
  type RouteHandler = (request: Request, context: any, ctx: Ctx) => Promise<Response> | Response
  interface Exports { withBlitzAuth<T extends { [method: string]: RouteHandler }>(handlers: T): T }
  export function AuthServerPlugin(options: object): { exports: () => Exports }
  export function AuthClientPlugin(options: object): object
  export const simpleRolesIsAuthorized: unknown
}
declare module '@blitzjs/auth/secure-password' {
  export const SecurePassword: { hash(password: string): Promise<string> }
}
declare module '@blitzjs/next' {
  import type { NextApiRequest, NextApiResponse } from 'next'
  import type { Ctx } from 'blitz'
  type Union<U> = (U extends any ? (one: U) => void : never) extends (one: infer I) => void ? I : never
  export function setupBlitzServer<T extends readonly { exports: () => object }[]>(options: {
    plugins: T; onError?: (error: Error) => void; formatError?: (error: Error) => Error; logger?: object
  }): {
    gSSP: any; gSP: any
    api: <R>(handler: (req: NextApiRequest, res: NextApiResponse, ctx: Ctx) => R) => (req: NextApiRequest, res: NextApiResponse) => R
  } & Union<ReturnType<T[number]['exports']>>
  export function setupBlitzClient(options: object): any
}
declare module '@blitzjs/rpc' {
  import type { NextApiRequest, NextApiResponse } from 'next'
  import type { Ctx } from 'blitz'
  interface RpcConfig { onError?: (error: Error, ctx?: Ctx) => void; formatError?: (error: Error, ctx?: Ctx) => Error }
  type RouteHandler = (request: Request, segment: { params: Promise<Record<string, unknown>> }, ctx?: Ctx) => Promise<Response>
  export function rpcHandler(config?: RpcConfig): (req: NextApiRequest, res: NextApiResponse, ctx: Ctx) => Promise<void>
  export function rpcAppHandler(config?: RpcConfig): { GET: RouteHandler; POST: RouteHandler; HEAD: RouteHandler }
  export function RpcServerPlugin(options: object): { exports: () => { invoke: unknown } }
  export function BlitzRpcPlugin(options: object): object
}
`

/** As in next-axiom@0.18.1 and a package made after it, as far as the cases look. */
export const nextAxiom = ['next-axiom', '@harbour/next-axiom'].map(
  (name) => `declare module '${name}' {
  export class Logger {
    constructor(...config: any[])
    attachResponseStatus(status: number): void
    debug(message: string, args?: object): void; info(message: string, args?: object): void
    warn(message: string, args?: object): void; error(message: string, args?: object): void
    with(args: object): Logger; flush(): Promise<void>
  }
  export type AxiomAPIRequest = import('next').NextApiRequest & { log: Logger }
  export type AxiomRequest = import('next/server').NextRequest & { log: Logger }
  export function withAxiom(handler: (...args: any[]) => any): any
  export function withAxiomGetServerSideProps(handler: (...args: any[]) => any): any
}
`,
)

/** As in cookies-next@6.1.0 lib/common/types.d.ts, as far as the cases look. */
export const cookiesNext = ['cookies-next', 'cookies-next/server'].map(
  (name) => `declare module '${name}' {
  interface Attributes {
    maxAge?: number; path?: string; domain?: string; expires?: Date
    httpOnly?: boolean; secure?: boolean; sameSite?: boolean | 'lax' | 'strict' | 'none'
  }
  type Known = Partial<{ [key: string]: string }>
  interface HttpContext extends Attributes {
    req?: import('http').IncomingMessage & { cookies?: Known }
    res?: import('http').ServerResponse
  }
  interface NextContext {
    req?: Request & { get cookies(): import('next/server').NextRequest['cookies'] }
    res?: Response & { get cookies(): import('next/server').NextResponse['cookies'] }
    cookies?: typeof import('next/headers').cookies
  }
  type Options = HttpContext | NextContext
  export function getCookies(options?: Options): Known | Promise<Known> | undefined
  export function getCookie(key: string, options?: Options): string | undefined | Promise<string | undefined>
  export function setCookie(key: string, data: any, options?: Options): void | Promise<void>
  export function deleteCookie(key: string, options?: Options): void | Promise<void>
  export function hasCookie(key: string, options?: Options): boolean | Promise<boolean>
}
`,
)

/** As in graphql-yoga@5.7.0, @apollo/server@4.11.0 and @as-integrations/next@3.2.0, as far as the cases look. */
export const graphql = `declare module 'graphql-yoga' {
  interface Initial { waitUntil?: (promise: Promise<void>) => void }
  interface Adapter<Server> {
    (req: import('http').IncomingMessage, res: import('http').ServerResponse): Promise<void>
    handleRequest: (request: Request, context: Server & Partial<Initial>) => Response | Promise<Response>
  }
  export function createSchema(options: object): object
  export function createYoga<Server extends Record<string, any> = {}, User extends Record<string, any> = {}>(options: {
    schema?: object; graphqlEndpoint?: string; graphiql?: boolean; cors?: object | false; plugins?: object[]
    context?: ((given: Server & { request: Request }) => Promise<User> | User) | User
    fetchAPI?: { Response?: typeof Response }
  }): Adapter<Server>
}
declare module '@apollo/server' {
  export class ApolloServer<Context = object> { constructor(options: object); private context: Context }
}
declare module '@as-integrations/next' {
  import type { NextApiRequest, NextApiResponse } from 'next'
  import type { ApolloServer } from '@apollo/server'
  type Known = NextApiRequest | import('next/server').NextRequest | Request
  export function startServerAndCreateNextHandler<Req extends Known = NextApiRequest, Context extends object = object>(
    server: ApolloServer<Context>,
    options?: { context?: (req: Req, res: Req extends NextApiRequest ? NextApiResponse : undefined) => Promise<Context> }
  ): {
    (req: NextApiRequest, res: NextApiResponse): Promise<unknown>
    (req: import('next/server').NextRequest | Request, res?: undefined): Promise<Response>
  }
}
`

/** As in @supabase/auth-helpers-nextjs@0.10.0 and @supabase/ssr@0.8.0, as far as the cases look. */
export const supabase = `declare module '@supabase/auth-helpers-nextjs' {
  interface Options { supabaseUrl?: string; supabaseKey?: string; options?: object; cookieOptions?: object }
  interface Session { user: { id: string; email?: string; app_metadata: Record<string, unknown> } }
  type Given<T> = Promise<{ data: T; error: Error | null }>
  interface Auth {
    getSession(): Given<{ session: Session | null }>
    getUser(): Given<{ user: Session['user'] | null }>
    signOut(): Promise<{ error: Error | null }>
    updateUser(attributes: object): Given<{ user: Session['user'] | null }>
  }
  interface SupabaseClient<Database = any> { auth: Auth; from(table: keyof Database & string): any }
  export function createPagesServerClient<Database = any>(
    context: import('next').GetServerSidePropsContext | { req: import('next').NextApiRequest; res: import('next').NextApiResponse }, options?: Options
  ): SupabaseClient<Database>
  export const createServerSupabaseClient: typeof createPagesServerClient
  export function createMiddlewareClient<Database = any>(
    context: { req: import('next/server').NextRequest; res: import('next/server').NextResponse }, options?: Options
  ): SupabaseClient<Database>
  export const createMiddlewareSupabaseClient: typeof createMiddlewareClient
}
declare module '@supabase/ssr' {
  import type { SupabaseClient } from '@supabase/auth-helpers-nextjs'
  export interface CookieOptions { path?: string; maxAge?: number; httpOnly?: boolean; secure?: boolean; sameSite?: boolean | 'lax' | 'strict' | 'none' }
  interface Cookie { name: string; value: string }
  interface AllCookies { getAll(): Cookie[] | null | Promise<Cookie[] | null>; setAll?(cookies: (Cookie & { options: CookieOptions })[]): void | Promise<void> }
  interface OneByOne {
    get(name: string): string | null | undefined | Promise<string | null | undefined>
    set?(name: string, value: string, options: CookieOptions): void | Promise<void>
    remove?(name: string, options: CookieOptions): void | Promise<void>
  }
  export function createServerClient(url: string, key: string, options: { cookies: AllCookies | OneByOne }): SupabaseClient
  export function parseCookieHeader(header: string): Cookie[]
  export function serializeCookieHeader(name: string, value: string, options: CookieOptions): string
}
`
