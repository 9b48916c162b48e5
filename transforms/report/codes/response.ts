import type { CodeText } from '../../model/diagnostic.ts'

/** PA2xx: what a handler sends. */
export const responseCodes: Record<string, CodeText> = {}
