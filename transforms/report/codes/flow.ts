import type { CodeText } from '../../model/diagnostic.ts'

/** PA3xx: control flow and methods. */
export const flowCodes: Record<string, CodeText> = {}
