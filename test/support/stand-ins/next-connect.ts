import { nextConnectModule } from '../../../transforms/verify/worker/next-connect.ts'

/** The routers of 0.13 and 1.0: which one a file uses, its imports say. */
const module = nextConnectModule(13) as { default: unknown; createRouter: unknown }

export const { createRouter } = module
export default module.default
