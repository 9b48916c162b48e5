import type { CodeText } from '../../model/diagnostic.ts'

/** PA1xx: what a handler reads from the request. */
export const requestCodes: Record<string, CodeText> = {}
