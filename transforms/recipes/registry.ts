import { auth0Session } from './auth0/session.ts'
import { closeSource } from './close-source/close-source.ts'
import { clerk } from './clerk.ts'
import { consoleLog } from './console-log.ts'
import { cookieJar } from './cookies/cookies.ts'
import { cookiesNext } from './cookies-next/cookies-next.ts'
import { cors } from './cors/cors.ts'
import { exceljs } from './exceljs.ts'
import { finishListener } from './finish-listener.ts'
import { formidable } from './formidable/formidable.ts'
import { blitzApi } from './blitz/api.ts'
import { inngest } from './inngest.ts'
import { blitzRpc } from './blitz/rpc.ts'
import { authFunction } from './next-auth/auth-function.ts'
import { apiRoute } from './iron-session/api-route.ts'
import { graphqlHandler } from './graphql/handler.ts'
import { graphqlShorthand } from './graphql/shorthand.ts'
import { session } from './iron-session/session.ts'
import { clientSession } from './next-auth/client-session.ts'
import { handler, handlerEntry } from './next-auth/handler.ts'
import { serverSession } from './next-auth/server-session.ts'
import { token } from './next-auth/token.ts'
import { saleorCounterparts } from './saleor/counterparts.ts'
import { saleorHandler } from './saleor/handler.ts'
import { saleorShorthand } from './saleor/shorthand.ts'
import { trpcFactory } from './trpc/factory.ts'
import { trpcHandler } from './trpc/handler.ts'
import { trpcShorthand } from './trpc/shorthand.ts'
import { nextApiMiddleware } from './next-api-middleware/next-api-middleware.ts'
import { multer, multerShorthand } from './multer/multer.ts'
import { nextConnect } from './next-connect/next-connect.ts'
import { nookies } from './nookies/nookies.ts'
import { nodePackages } from './node-packages/node-packages.ts'
import { ownMiddleware } from './own-middleware/own-middleware.ts'
import { pipedAnswer } from './piped-answer.ts'
import { rawBody } from './raw-body.ts'
import { requestIp } from './request-ip.ts'
import { requestMap } from './request-map.ts'
import { sentryHandler } from './sentry/handler.ts'
import { streamedAnswer } from './streamed-answer.ts'
import { supabasePagesClient } from './supabase/pages-client.ts'
import { supabaseServerClient } from './supabase/server-client.ts'
import { unreadArguments } from './unread-arguments.ts'
import { uploadPackages } from './upload-packages.ts'
import { nextAxiom } from './next-axiom.ts'
import type { CounterpartRecipe, EntryRecipe, Recipe, Shorthand, WrapperRecipe } from './recipe.ts'

/** Every package that routeshift knows. Packages may share a specifier: the first recipe that knows the form takes the call. */
export const recipes: readonly Recipe[] = [
  serverSession,
  handler,
  clientSession,
  token,
  authFunction,
  session,
  rawBody,
  requestIp,
  formidable,
  multer,
  uploadPackages,
  trpcHandler,
  cors,
  saleorHandler,
  auth0Session,
  cookiesNext,
  supabasePagesClient,
  supabaseServerClient,
  graphqlHandler,
  clerk,
  closeSource,
  consoleLog,
  requestMap,
  unreadArguments,
  nodePackages,
]

export const entryRecipes: readonly EntryRecipe[] = [handlerEntry, blitzRpc, trpcFactory, inngest]

/** In the order in which they are written out. */
export const shorthands: readonly Shorthand[] = [
  nextConnect,
  nextApiMiddleware,
  apiRoute,
  sentryHandler,
  trpcShorthand,
  graphqlShorthand,
  saleorShorthand,
  multerShorthand,
  cookieJar,
  nookies,
  ownMiddleware,
  finishListener,
  exceljs,
  pipedAnswer,
  streamedAnswer,
]

export const wrapperRecipes: readonly WrapperRecipe[] = [nextAxiom]

export const counterpartRecipes: readonly CounterpartRecipe[] = [saleorCounterparts, blitzApi]
