/** Stand-in for `nextjs-cors`. */
export { nextCors as default } from '../../../transforms/verify/worker/cors.ts'
