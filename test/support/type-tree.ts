import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { ReportedRoute } from '../../transforms/model/report.ts'
import { blitz, cookiesNext, graphql, nextAxiom, supabase } from './package-types.ts'
import { type Files, repositoryRoot, type Target } from './fixture.ts'
import { isSource } from './source.ts'
import { nextApiMiddleware, nextConnect } from './middleware-types.ts'

/** One project after migration, to be type-checked as part of one big program. */
export interface TypedProject {
  id: string
  files: Files
  routes: readonly ReportedRoute[]
}

/** Where each Next major is installed, and the compiler it works with. */
export const compilers: Readonly<Record<Target, { next: string; typescript: string }>> = {
  14: { next: 'next14', typescript: 'typescript6' },
  15: { next: 'next15', typescript: 'typescript6' },
  16: { next: 'next', typescript: 'typescript' },
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What a route file may export, apart from types: Next's own list. */
const segmentOptions = [
  'config',
  'dynamic',
  'dynamicParams',
  'fetchCache',
  'generateStaticParams',
  'maxDuration',
  'preferredRegion',
  'revalidate',
  'runtime',
]

/** Writes all projects, a check file for each route, and the tsconfig. Returns the folder. */
export function writeTypeTree(
  name: string,
  target: Target,
  projects: readonly TypedProject[],
  isStrict: boolean,
): string {
  const root = join(repositoryRoot, '.cache', 'types', name)
  rmSync(root, { recursive: true, force: true })
  for (const project of projects) {
    for (const [path, text] of Object.entries(project.files)) {
      if (isSource(path) && !isTest(path)) write(join(root, project.id, path), adaptSource(project, path, text))
    }
    for (const route of project.routes) {
      if (route.target !== null && !route.moduleOf && /\.tsx?$/.test(route.target)) {
        write(join(root, project.id, `${route.target.replaceAll('/', '+')}.check.ts`), printCheck(route, route.target))
      }
    }
  }
  write(join(root, 'packages.d.ts'), missingPackages)
  write(join(root, 'tsconfig.json'), JSON.stringify(makeConfig(target, isStrict), null, 2))
  return root
}

/** The same questions that Next's generated `.next/types/validator.ts` asks. */
function printCheck(route: ReportedRoute, target: string): string {
  const params = [...route.route.matchAll(/\[(\[)?(\.\.\.)?([^[\]]+)\]/g)].map(([, optional, rest, name]) => {
    return `${JSON.stringify(name)}${optional === undefined ? '' : '?'}: string${rest === undefined ? '' : '[]'}`
  })
  const context = `{ params: Promise<{ ${params.join('; ')} }> }`
  return [
    `import type { NextRequest } from 'next/server'`,
    `import type * as Route from './${target.replace(/\.tsx?$/, '')}'`,
    'type Answer = Response | void | never',
    `type Handler = (request: NextRequest, context: ${context}) => Answer | Promise<Answer>`,
    `type Legal = ${[...methods, ...segmentOptions].map((name) => `'${name}'`).join(' | ')}`,
    `type HasHandler<T extends { [M in ${methods.map((name) => `'${name}'`).join(' | ')}]?: Handler }> = T`,
    'type HasNothingElse<T extends never> = T',
    'export type Checked = [HasHandler<typeof Route>, HasNothingElse<Exclude<keyof typeof Route, Legal>>]',
    '',
  ].join('\n')
}

function makeConfig(target: Target, isStrict: boolean): object {
  const { next } = compilers[target]
  const modules = '../../../node_modules'
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['DOM', 'DOM.Iterable', 'ES2022'],
      module: 'ESNext',
      moduleResolution: 'Bundler',
      jsx: 'preserve',
      types: ['node'],
      typeRoots: [`${modules}/@types`],
      paths: { next: [`${modules}/${next}`], 'next/*': [`${modules}/${next}/*`] },
      strict: isStrict,
      strictNullChecks: true,
      allowJs: true,
      checkJs: false,
      noEmit: true,
      skipLibCheck: true,
      esModuleInterop: true,
      resolveJsonModule: true,
      isolatedModules: true,
    },
    include: ['**/*.ts', '**/*.tsx', '**/*.js'],
  }
}

/** Two things cannot differ inside one program: path aliases, and the version of next-auth. */
function adaptSource(project: TypedProject, path: string, text: string): string {
  const aliased = readAliases(project.files).reduce((source, [prefix, folder]) => {
    return source.replaceAll(new RegExp(`(['"])${prefix}([^'"]*)\\1`, 'g'), (_match, quote: string, rest: string) => {
      const target = join(folder, rest)
      // By the folder above, so that a file beside a folder of its own name is not taken for an index file.
      const above = relative(dirname(path), dirname(target)).replaceAll('\\', '/')
      return `${quote}${above.startsWith('.') ? above : `./${above}`}/${basename(target)}${quote}`
    })
  }, text)
  return usesNextAuth5(project.files) ? aliased.replaceAll(/(['"])next-auth\1/g, "'next-auth-5'") : aliased
}

/** `@/` and the folder it stands for; fixtures use one-star aliases only. */
function readAliases(files: Files): [prefix: string, folder: string][] {
  const config: { compilerOptions?: { paths?: Record<string, string[]> } } = JSON.parse(files['tsconfig.json'] ?? '{}')
  return Object.entries(config.compilerOptions?.paths ?? {}).map(([pattern, targets]) => [
    pattern.replace('*', ''),
    (targets[0] ?? '').replace('*', ''),
  ])
}

export const usesNextAuth5 = (files: Files): boolean => /"next-auth": "\D?5/.test(files['package.json'] ?? '')

/** Tests of a fixture speak Jest, which is not here. */
const isTest = (path: string): boolean => /(?:^|\/)__tests__\/|^tests?\/|\.(?:test|spec|setup)\.[jt]sx?$/.test(path)

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** As in iron-session@8.0.4 and 6.3.1: types that the code relies on. */
const ironSession = `declare module 'iron-session' {
  export interface SessionOptions { cookieName: string; password: string; cookieOptions?: object }
  export type IronSession<T = any> = T & { save(): Promise<void>; destroy(): void }
  interface CookieStore { get(name: string): { value: string } | undefined; set(name: string, value: string, options?: object): void }
  export function getIronSession<T extends object = any>(store: CookieStore, options: SessionOptions): Promise<IronSession<T>>
  export function nodeCookies(req: object, res: object): CookieStore
  export function getIronSession<T extends object = any>(
    req: import('node:http').IncomingMessage | Request, res: import('node:http').ServerResponse | Response, options: SessionOptions
  ): Promise<IronSession<T>>
}
declare module 'iron-session/next'
`

/** As in @trpc/server@10.45.2 and 11.17.0, as far as the cases look. */
const trpc = `declare module '@trpc/server' {
  interface Resolve<C> { (options: { ctx: C; input: any }): unknown }
  interface Procedure<C> { input(parser: unknown): Procedure<C>; query(run: Resolve<C>): any; mutation(run: Resolve<C>): any; use<D>(middleware: Middleware<C, D>): Procedure<D> }
  interface Middleware<C, D> { (options: { ctx: C; next: <E>(given: { ctx: E }) => E }): D }
  interface Builder<C> { create(options?: object): { router<T extends object>(routes: T): T; procedure: Procedure<C>; middleware<D>(run: Middleware<C, D>): Middleware<C, D> } }
  export const initTRPC: Builder<object> & { context<C>(): Builder<Awaited<C>> }
  export class TRPCError extends Error { constructor(options: { code: string; message?: string; cause?: unknown }); code: string }
  export type inferAsyncReturnType<T extends (...args: any[]) => any> = Awaited<ReturnType<T>>
}
declare module '@trpc/server/adapters/next' {
  import type { NextApiRequest, NextApiResponse } from 'next'
  export interface CreateNextContextOptions { req: NextApiRequest; res: NextApiResponse; info: any }
  interface Options {
    router: any
    createContext?: (options: CreateNextContextOptions) => any
    onError?: (options: { error: Error; path?: string; req?: NextApiRequest; type: string; ctx?: any; input: unknown }) => void
    responseMeta?: (options: { ctx?: any; type: string; errors: readonly Error[]; paths?: readonly string[] }) => object
    batching?: { enabled: boolean }
    allowBatching?: boolean
    middleware?: unknown
    maxBodySize?: number
  }
  export function createNextApiHandler<R = any>(options: Options): (req: NextApiRequest, res: NextApiResponse) => Promise<void>
}
declare module '@trpc/server/adapters/fetch' {
  interface Options {
    endpoint: string
    req: Request
    router: any
    createContext?: (options: { req: Request; resHeaders: Headers; info: any }) => any
    onError?: (options: { error: Error; path?: string; req: Request; type: string; ctx?: any; input: unknown }) => void
    responseMeta?: (options: { ctx?: any; type: string; errors: readonly Error[]; paths?: readonly string[] }) => object
    batching?: { enabled: boolean }
    allowBatching?: boolean
  }
  export function fetchRequestHandler<R = any>(options: Options): Promise<Response>
}
`

/** Packages that fixtures import and that are not installed or have no types. Everything they give is `any`. */
const missingPackages = [
  '@auth0/nextjs-auth0',
  '@auth0/nextjs-auth0/server',
  '@acme/http',
  '@clerk/nextjs/api',
  '@clerk/nextjs/server',
  '@company/tenants',
  'busboy',
  'cookies',
  'cors',
  'express-rate-limit',
  'formidable',
  'http-proxy',
  'inngest',
  'inngest/next',
  'job-queue',
  'metrics',
  'micro',
  'multer',
  'next-auth-5',
  'nextjs-cors',
  'nookies',
  'raw-body',
  'react-dom/server',
  '@sentry/nextjs',
  'tide-tables',
  'socket.io',
  'some-middleware',
]
  .map((name) => `declare module '${name}'\n`)
  .concat(ironSession, supabase, nextApiMiddleware, nextConnect, trpc, blitz, graphql, ...nextAxiom, ...cookiesNext)
  .join('')
