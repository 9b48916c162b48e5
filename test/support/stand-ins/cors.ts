/** Stand-in for `cors`. */
export { corsMiddleware as default } from '../../../transforms/verify/worker/cors.ts'
