import type { CodeText } from '../../model/diagnostic.ts'

/** PA4xx: the module around the handler: config, types, imports, exports. */
export const moduleCodes: Record<string, CodeText> = {}
