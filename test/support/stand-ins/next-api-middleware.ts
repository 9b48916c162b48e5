import { nextApiMiddlewareModule } from '../../../transforms/verify/worker/next-api-middleware.ts'

const module = nextApiMiddlewareModule() as { label: unknown; use: unknown }

export const { label, use } = module
